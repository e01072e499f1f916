"""Money and days as they are typed and printed; inside, money is in whole millionths."""

import argparse
from datetime import date
from decimal import Decimal, InvalidOperation

MICROS = 1_000_000


def amount(text: str) -> int:
    """Read `12.50` as millionths; for argparse."""
    try:
        micros = Decimal(text) * MICROS
    except InvalidOperation:
        micros = Decimal("NaN")
    if not micros.is_finite() or micros != int(micros) or micros == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount such as 12.50")
    return int(micros)


def positive(text: str) -> float:
    """Read a number above zero; for argparse."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or number <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above zero")
    return float(number)


def day(text: str) -> date:
    """Read `2026-11-21`; for argparse."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-11-21") from None


def money(micros: int, currency: str) -> str:
    """Print millionths with as many places as they have, two at least: `12.50 EUR`."""
    sign, whole = ("-" if micros < 0 else ""), abs(micros)
    places = f"{whole % MICROS:06d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole // MICROS}.{places} {currency}"
