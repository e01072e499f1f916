"""Work out invoices again from usage facts and price lists, and say whether they are right.

python check_invoice.py PRICES.json... FACTS.csv INVOICE.csv...

Price lists are those that the invoices name, in files of these names. FACTS.csv is everything that
was answered in their periods. The invoices are all from the first one on: packs and months' credits
that one of them used are not there for the next. All is in millionths; nothing is rounded.
"""

import csv
import json
import sys
from collections import Counter
from pathlib import Path


def main(lists: list[str], facts_file: str, invoice_files: list[str]) -> bool:
    prices = {Path(name).stem: json.loads(Path(name).read_text()) for name in lists}
    packs = [(p["credits"], p["price_micros"]) for one in prices.values() for p in one["packs"]]
    facts = {row["id"]: row for row in read(facts_file)}
    invoices = sorted((read(name) for name in invoice_files), key=lambda i: i[0]["period_first"])
    late = Counter()  # units of each period that were counted after its invoice was final
    for row in (row for invoice in invoices for row in invoice if row["kind"] == "adjustment"):
        late[row["line_period"]] += int(row["units"])
    plans, used, pool, right = {}, Counter(), 0, True
    for invoice in invoices:
        first, after = invoice[0]["period_first"], invoice[0]["period_after"]
        sold = prices[invoice[0]["price_version"]]
        plans[first] = next(plan for plan in sold["plans"] if plan["id"] == invoice[0]["plan"])
        answered = sum(int(f["units"]) for f in facts.values() if first <= f["occurred"] < after)
        own = answered - late[first]
        right &= own == sum(int(row["units"]) for row in invoice if row["kind"] == "usage")
        total = plans[first]["monthly_micros"]
        for row in (row for row in invoice if row["kind"] == "pack"):
            pool += int(row["units"])
            total += int(row["amount_micros"])
            right &= (int(row["units"]), int(row["amount_micros"])) in packs
        usage = [(r["line_period"], int(r["units"])) for r in invoice if r["kind"] == "adjustment"]
        for period, units in [*usage, (first, own)]:
            included = min(units, plans[period]["monthly_credits"] - used[period])
            from_packs = min(units - included, pool)
            used[period], pool = used[period] + included, pool - from_packs
            price = 0 if plans[period]["stops"] else plans[period]["price_micros"]
            total += (units - included - from_packs) * price
        total += sum(int(row["amount_micros"]) for row in invoice if row["kind"] == "credit")
        said = sum(int(row["amount_micros"]) for row in invoice)
        right &= said == total
        print(f"{invoice[0]['number'] or 'draft'} from {first}: {total} worked out, {said} said")
    return right


def read(name: str) -> list[dict[str, str]]:
    with Path(name).open(newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    given = [name for name in sys.argv[1:] if not name.endswith(".json")]
    lists = [name for name in sys.argv[1:] if name.endswith(".json")]
    sys.exit(0 if main(lists, given[0], given[1:]) else "An invoice is not what was used.")
