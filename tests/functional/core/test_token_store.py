from datetime import timedelta

import pytest
from oriel.domain.access import Permission, Role
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.ids import new_id
from oriel.domain.token import (
    MAX_TOKENS_OF_MEMBER,
    MAX_TOKENS_OF_WORKSPACE,
    TokenGrant,
    hash_token,
    new_token,
)

from tests.functional.core.accounts import elsewhere, found, join
from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker


class TestTokenStore:
    def test_a_token_comes_back_as_it_was_stored(self, stores: Stores, make: Maker) -> None:
        made = found(stores, make)
        narrow = make.grant(
            made.owner.id,
            name="robot ü",
            scopes=frozenset({Permission.READ, Permission.CLASSIFY}),
            expires=make.now() + timedelta(days=1),
        )
        stores.tokens.create(narrow)
        assert stores.tokens.get(make.workspace_id, narrow.id) == narrow
        assert stores.tokens.find_grant(narrow.token_hash) == narrow
        assert stores.tokens.list(make.workspace_id) == [made.grant, narrow]

    def test_an_unknown_token_opens_nothing(self, stores: Stores) -> None:
        assert stores.tokens.find_grant(hash_token(new_token())) is None

    def test_a_revoked_token_opens_nothing_and_is_listed_nowhere(
        self, stores: Stores, make: Maker
    ) -> None:
        made = found(stores, make)
        stores.tokens.revoke(make.workspace_id, made.grant.id)
        assert stores.tokens.find_grant(made.grant.token_hash) is None
        assert stores.tokens.list(make.workspace_id) == []
        with pytest.raises(NotFound):
            stores.tokens.revoke(make.workspace_id, made.grant.id)

    def test_a_workspace_that_is_deleted_loses_all_tokens_and_no_other_does(
        self, stores: Stores, make: Maker
    ) -> None:
        made, theirs = found(stores, make), elsewhere(stores).grant
        second = make.grant(made.owner.id)
        stores.tokens.create(second)
        for _ in range(2):
            stores.tokens.revoke_all(make.workspace_id)
            for grant in (made.grant, second):
                assert stores.tokens.find_grant(grant.token_hash) is None
            assert stores.tokens.list(make.workspace_id) == []
        assert stores.tokens.find_grant(theirs.token_hash) == theirs

    @pytest.mark.parametrize("unknown", [new_id(), "no id", "x" * 3000])
    def test_an_unknown_id_is_not_found(self, stores: Stores, make: Maker, unknown: str) -> None:
        found(stores, make)
        for ask in (stores.tokens.get, stores.tokens.revoke):
            with pytest.raises(NotFound):
                ask(make.workspace_id, unknown)

    def test_another_workspaces_token_is_not_found(self, stores: Stores, make: Maker) -> None:
        found(stores, make)
        theirs = elsewhere(stores).grant
        for ask in (stores.tokens.get, stores.tokens.revoke):
            with pytest.raises(NotFound):
                ask(make.workspace_id, theirs.id)
        assert stores.tokens.find_grant(theirs.token_hash) == theirs

    def test_only_a_member_gets_a_token(self, stores: Stores, make: Maker) -> None:
        found(stores, make)
        stranger = elsewhere(stores).owner
        grant = make.grant(stranger.id)
        with pytest.raises(NotFound):
            stores.tokens.create(grant)
        assert stores.tokens.find_grant(grant.token_hash) is None

    def test_a_token_is_made_once(self, stores: Stores, make: Maker) -> None:
        made = found(stores, make)
        with pytest.raises(Conflict):
            stores.tokens.create(make.grant(made.owner.id, token_hash=made.grant.token_hash))
        assert stores.tokens.list(make.workspace_id) == [made.grant]

    def test_a_workspace_has_only_so_many_tokens(self, stores: Stores, make: Maker) -> None:
        made = found(stores, make)
        fill(stores, make, made.owner.id)
        for _ in range(MAX_TOKENS_OF_WORKSPACE // MAX_TOKENS_OF_MEMBER - 1):
            fill(stores, make, join(stores, make, Role.VIEWER).id)
        assert len(stores.tokens.list(make.workspace_id)) == MAX_TOKENS_OF_WORKSPACE
        with pytest.raises(Conflict):
            stores.tokens.create(make.grant(made.owner.id))
        user = make.user()
        with pytest.raises(Conflict):
            stores.members.add_new(make.workspace_id, user, Role.VIEWER, make.grant(user.id))
        with pytest.raises(NotFound):
            stores.members.get_user(user.id)
        stores.tokens.revoke(make.workspace_id, made.grant.id)
        stores.tokens.create(make.grant(made.owner.id))

    def test_no_member_takes_all_tokens_of_a_workspace(self, stores: Stores, make: Maker) -> None:
        found(stores, make)
        greedy = join(stores, make, Role.VIEWER)
        last = fill(stores, make, greedy.id)
        with pytest.raises(Conflict, match="tokens"):
            stores.tokens.create(make.grant(greedy.id))
        stores.tokens.create(make.grant(join(stores, make, Role.VIEWER).id))
        stores.tokens.revoke(make.workspace_id, last.id)
        stores.tokens.create(make.grant(greedy.id))
        with pytest.raises(Conflict, match="tokens"):
            stores.tokens.create(make.grant(greedy.id))

    def test_the_token_of_who_is_no_member_any_more_can_be_revoked(
        self, stores: Stores, make: Maker
    ) -> None:
        found(stores, make)
        gone = join(stores, make, Role.VIEWER)
        grant = make.grant(gone.id)
        stores.tokens.create(grant)
        stores.members.remove(make.workspace_id, gone.id)
        stores.tokens.revoke(make.workspace_id, grant.id)
        assert stores.tokens.find_grant(grant.token_hash) is None
        with pytest.raises(NotFound):
            stores.tokens.create(make.grant(gone.id))


def fill(stores: Stores, make: Maker, user_id: str) -> TokenGrant:
    """Give a member who has one token as many as there may be; return the last."""
    grants = [make.grant(user_id) for _ in range(MAX_TOKENS_OF_MEMBER - 1)]
    for grant in grants:
        stores.tokens.create(grant)
    return grants[-1]
