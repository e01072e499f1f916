"""What closes periods runs on."""

from oriel.adapters.clients import dynamodb_client, sqs_client
from oriel.adapters.closing_queue import SqsClosingQueue
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.holds import DynamoHoldStore
from oriel.adapters.dynamodb.invoices import DynamoInvoiceStore
from oriel.adapters.dynamodb.ledger import DynamoLedgerStore
from oriel.adapters.dynamodb.usage_facts import DynamoFactStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.adapters.price_lists import FilePriceLists
from oriel.domain.clock import utc_now
from oriel.services.closing import Closing
from oriel.services.closing_round import ClosingRound
from oriel.services.drafts import Drafts
from oriel.services.ended_holds import EndedHolds
from oriel.services.reconcile import Reconciliation
from oriel.settings import Settings

from functions.close_periods.batch import Closer


def build(settings: Settings) -> Closer:
    """Wire it to this deployment's usage table and queue."""
    table = (dynamodb_client(), settings.usage_table)
    accounts, invoices = DynamoAccountStore(*table), DynamoInvoiceStore(*table)
    ledger, totals = DynamoLedgerStore(*table), DynamoTotalsStore(*table)
    closing = Closing(
        accounts=accounts,
        drafts=Drafts(accounts, FilePriceLists(), invoices, ledger, totals, utc_now),
        invoices=invoices,
        ledger=ledger,
        reconciliation=Reconciliation(DynamoFactStore(*table), ledger, totals),
        clock=utc_now,
    )
    queue = SqsClosingQueue(sqs_client(), settings.closing_queue_url)
    holds = EndedHolds(DynamoHoldStore(*table), utc_now)
    return Closer(ClosingRound(accounts, queue), holds, closing)
