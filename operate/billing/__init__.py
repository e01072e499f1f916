"""`poe billing`: plans, packs, credits, ledgers, invoices and margins of a deployment."""
