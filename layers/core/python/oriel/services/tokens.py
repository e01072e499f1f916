"""Tokens: everybody makes and revokes their own, and owners see and revoke all of a workspace."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from oriel.account_ports import TokenStore
from oriel.domain.access import Permission
from oriel.domain.clock import Clock
from oriel.domain.errors import Forbidden, InvalidInput, NotFound, Unauthenticated
from oriel.domain.ids import new_id
from oriel.domain.page import Page, PageRequest, cut
from oriel.domain.token import TokenGrant, hash_token, new_token
from oriel.domain.workspace import Caller
from oriel.values import dataclass

LONGEST_LIFE = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A fresh token; this is the only place where the secret is ever seen."""

    grant: TokenGrant
    token: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a new token shall be; None for whatever the one that makes it is."""

    name: str
    scopes: Sequence[Permission] | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What can be done with tokens."""

    store: TokenStore
    clock: Clock

    def create(self, caller: Caller, workspace_id: str, wanted: Wanted) -> NewToken:
        """Make a token of the caller's own, which can do no more and no longer than this one.

        Raises InvalidInput for scopes or expiry, Forbidden for more than the caller's token can,
        Conflict for too many tokens.
        """
        token = new_token()
        grant = TokenGrant(
            id=new_id(),
            token_hash=hash_token(token),
            workspace_id=workspace_id,
            user_id=caller.user_id,
            created=self.clock(),
            name=wanted.name,
            scopes=_scopes(caller, wanted.scopes),
            expires=self._expiry(caller, wanted.expires),
        )
        self.store.create(grant)
        return NewToken(grant, token)

    def list(self, caller: Caller, workspace_id: str, page: PageRequest) -> Page[TokenGrant]:
        """Return one page of the tokens that the caller may see, oldest first."""
        grants = self.store.list(workspace_id)
        seen = [one for one in grants if _may_see(caller, one)]
        return cut(seen, page, lambda grant: grant.id)

    def revoke(self, caller: Caller, workspace_id: str, token_id: str) -> None:
        """Make a token that the caller may see open nothing any more; raises NotFound."""
        if not _may_see(caller, self.store.get(workspace_id, token_id)):
            raise NotFound("There is no token with this id")
        self.store.revoke(workspace_id, token_id)

    def check(self, caller: Caller) -> None:
        """Raise Unauthenticated where the caller's token was revoked or has expired by now."""
        try:
            grant = self.store.get(caller.workspace_id, caller.token_id)
        except NotFound:
            raise Unauthenticated("Invalid token.") from None
        if not grant.is_good(self.clock()):
            raise Unauthenticated("Invalid token.")

    def _expiry(self, caller: Caller, wanted: datetime | None) -> datetime | None:
        if wanted is None:
            return caller.token_expires
        if not self.clock() < wanted < self.clock() + LONGEST_LIFE:
            raise InvalidInput(
                f"expires: must be in the future and at most {LONGEST_LIFE.days} days ahead"
            )
        if caller.token_expires is not None and wanted > caller.token_expires:
            raise Forbidden("expires: a token cannot make one that outlives it")
        return wanted


def _scopes(caller: Caller, wanted: Sequence[Permission] | None) -> frozenset[Permission] | None:
    everything = frozenset(Permission)
    if wanted is None:
        return None if caller.scopes == everything else caller.scopes
    if not wanted:
        raise InvalidInput("scopes: name at least one, or leave them out for all")
    beyond = sorted(set(wanted) - caller.scopes)
    if beyond:
        raise Forbidden(f"scopes: this token does not have {', '.join(beyond)} itself")
    return frozenset(wanted)


def _may_see(caller: Caller, grant: TokenGrant) -> bool:
    own = grant.user_id == caller.user_id
    return own or caller.may(grant.workspace_id, Permission.MANAGE)
