"""Each night all workspaces are sent on their ways to be closed, one message each."""

from itertools import islice

from oriel.billing_ports import AccountStore
from oriel.invoice_ports import ClosingQueue

AT_ONCE = 100


class ClosingRound:
    """Begins a night's round."""

    def __init__(self, accounts: AccountStore, queue: ClosingQueue) -> None:
        self._accounts = accounts
        self._queue = queue

    def begin(self) -> int:
        """Send all that were ever billed; return how many. Raises TemporarilyUnavailable."""
        workspaces, begun = iter(self._accounts.workspaces()), 0
        while some := list(islice(workspaces, AT_ONCE)):
            self._queue.send(some)
            begun += len(some)
        return begun

    def again(self, workspace_id: str) -> None:
        """Let a workspace go on that there was not time enough for."""
        self._queue.send([workspace_id])
