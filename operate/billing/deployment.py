"""A deployment as its operator reaches it: its tables and buckets, by the outputs of its stacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.export_cursors import DynamoExportCursors
from oriel.adapters.dynamodb.invoices import DynamoInvoiceStore
from oriel.adapters.dynamodb.ledger import DynamoLedgerStore
from oriel.adapters.dynamodb.usage_facts import DynamoFactStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.adapters.dynamodb.workspaces import DynamoWorkspaceStore
from oriel.adapters.price_lists import FilePriceLists
from oriel.billing_ports import PriceLists
from oriel.domain.clock import utc_now
from oriel.services.billing_accounts import BillingAccounts
from oriel.services.closing import Closing
from oriel.services.counting import Counting
from oriel.services.drafts import Drafts
from oriel.services.ledger_tallies import LedgerTallies
from oriel.services.operator_billing import OperatorBilling
from oriel.services.rebuild import Rebuild
from oriel.services.reconcile import Reconciliation
from oriel.services.verify_ledger import Verifier

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAIN_STAGE = "main"


class NoDeployment(Exception):
    """AWS does not show what is looked for; says what, and what may be done."""


@dataclass(frozen=True)
class Reached:
    """A deployment's billing. `stage` names the deployment in the account of the credentials."""

    stage: str = MAIN_STAGE

    @cached_property
    def who(self) -> str:
        """Whose AWS credentials these are: AWS says so, nobody else; raises NoDeployment."""
        try:
            return str(boto3.client("sts").get_caller_identity()["Arn"])
        except (ClientError, BotoCoreError) as error:
            raise NoDeployment(f"AWS does not say who you are: {error}") from error

    @cached_property
    def table(self) -> tuple["DynamoDBClient", str]:
        """The usage table."""
        return dynamodb_client(), self.output("Billing", "UsageTableName")

    @cached_property
    def prices(self) -> PriceLists:
        """The price lists of this version of the code."""
        return FilePriceLists()

    @cached_property
    def accounts(self) -> BillingAccounts:
        """The accounts of workspaces."""
        store = DynamoAccountStore(*self.table)
        return BillingAccounts(store, self.prices, self.totals, utc_now)

    @cached_property
    def totals(self) -> DynamoTotalsStore:
        """What was used."""
        return DynamoTotalsStore(*self.table)

    @cached_property
    def ledger(self) -> DynamoLedgerStore:
        """The ledgers."""
        return DynamoLedgerStore(*self.table)

    @cached_property
    def verifier(self) -> Verifier:
        """What reads whole ledgers."""
        return Verifier(self.ledger)

    @cached_property
    def reconciliation(self) -> Reconciliation:
        """What compares facts, ledgers and totals."""
        return Reconciliation(DynamoFactStore(*self.table), self.ledger, self.totals)

    @cached_property
    def rebuild(self) -> Rebuild:
        """What makes totals anew."""
        counting = Counting(self.totals, self.accounts.store, self.accounts.prices, utc_now)
        facts = DynamoFactStore(*self.table)
        return Rebuild(facts, self.totals, LedgerTallies(self.ledger), counting)

    @cached_property
    def invoices(self) -> DynamoInvoiceStore:
        """The invoices."""
        return DynamoInvoiceStore(*self.table)

    @cached_property
    def closing(self) -> Closing:
        """What closes periods."""
        accounts, prices = self.accounts.store, self.accounts.prices
        return Closing(
            accounts=accounts,
            drafts=Drafts(accounts, prices, self.invoices, self.ledger, self.totals, utc_now),
            invoices=self.invoices,
            ledger=self.ledger,
            reconciliation=self.reconciliation,
            clock=utc_now,
        )

    @cached_property
    def operator(self) -> OperatorBilling:
        """What operators decide."""
        return OperatorBilling(self.accounts, self.ledger, utc_now)

    @cached_property
    def cursors(self) -> DynamoExportCursors:
        """How much was told to payment systems."""
        return DynamoExportCursors(*self.table)

    def check(self, workspace_id: str) -> None:
        """Raise NotFound for a workspace that there is not, and that was never billed."""
        billed = self.accounts.store.find(workspace_id) or self.ledger.head(workspace_id)
        if billed is None:
            table = (dynamodb_client(), self.output("Data", "CoreTableName"))
            DynamoWorkspaceStore(*table).get(workspace_id)

    def stored_bytes(self, workspace_id: str) -> int:
        """Return how much a workspace has in the buckets, without old versions of objects."""
        pages = s3_client().get_paginator("list_objects_v2")
        return sum(
            listed["Size"]
            for name in ("Images", "Models", "Datasets")
            for page in pages.paginate(
                Bucket=self.output("Data", f"{name}BucketName"), Prefix=f"ws/{workspace_id}/"
            )
            for listed in page.get("Contents", ())
        )

    def output(self, part: str, name: str) -> str:
        """Return an output of the deployment's stack; raises NoDeployment."""
        suffix = "" if self.stage == MAIN_STAGE else f"-{self.stage}"
        stack = f"Oriel{part}{suffix}"
        outputs = self._outputs(stack)
        if name not in outputs:
            raise NoDeployment(f"The stack {stack} has no output {name}; deploy this version")
        return outputs[name]

    def _outputs(self, stack: str) -> Mapping[str, str]:
        try:
            found: Any = boto3.client("cloudformation").describe_stacks(StackName=stack)
        except (ClientError, BotoCoreError) as error:
            raise NoDeployment(
                f"AWS does not show the stack {stack}: {error}. Are the account, the region and "
                "--stage those of the deployment?"
            ) from error
        [description] = found["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in description.get("Outputs", ())}
