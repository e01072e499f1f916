"""What answers cost: prices, periods, allowances, ledger, invoices (docs/adr/0025-billing.md)."""
