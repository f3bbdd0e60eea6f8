"""Build or read the text of a Thai QR: `promptpay encode …`, `promptpay decode PAYLOAD`."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from marketplace.common.exceptions import Refusal
from marketplace.common.money import SATANG_PER_BAHT
from orders.payment.promptpay import (
    BillPayment,
    CreditTransfer,
    decode,
    encode,
    encode_credit_transfer,
)
from orders.payment.slip import decode_slip, is_slip


class Command(BaseCommand):
    """Prints one JSON object; refuses with exit status 2 and a reason."""

    help = "Build or read the text of a Thai QR (PromptPay, bill payment, transfer slip)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        build = actions.add_parser("encode", help="the text of a QR that asks for a payment")
        to = build.add_mutually_exclusive_group(required=True)
        to.add_argument("--biller", metavar="ID", help="15 digits, or 13")
        to.add_argument("--phone", metavar="NUMBER")
        to.add_argument("--tax-id", metavar="NUMBER", help="13 digits")
        to.add_argument("--ewallet", metavar="NUMBER", help="15 digits")
        to.add_argument("--bank-account", metavar="NUMBER", help="bank's 3 digits and account")
        build.add_argument("--ref1", metavar="R", help="1 to 20 of A-Z 0-9; with --biller")
        build.add_argument("--ref3", metavar="R", help="terminal label; with --biller")
        build.add_argument("--ref2", metavar="R", help="the same; with --biller")
        build.add_argument(
            "--amount", metavar="BAHT", help="123.45; the payer types it if left out"
        )
        build.add_argument("--static", action="store_true", help="may be paid more than once")
        read = actions.add_parser("decode", help="what a scanned QR says")
        read.add_argument("payload")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            payload = options["payload"] if options["action"] == "decode" else _encoded(options)
            said = _said(payload)
        except Refusal as refusal:
            raise CommandError(f"{refusal.code}: {refusal.message}", returncode=2) from refusal
        self.stdout.write(json.dumps(said, ensure_ascii=False))


def _encoded(options: dict[str, Any]) -> str:
    amount = None if options["amount"] is None else _satang(options["amount"])
    one_time = amount is not None and not options["static"]
    if options["biller"] is not None:
        return encode(
            BillPayment(
                biller_id=options["biller"],
                ref1=options["ref1"] or "",
                ref2=options["ref2"],
                additional=(("07", options["ref3"]),) if options["ref3"] is not None else (),
                amount_satang=amount,
                one_time=one_time,
            )
        )
    if any(options[name] is not None for name in ("ref1", "ref2", "ref3")):
        raise Refusal(_("เลขอ้างอิงใช้กับ --biller เท่านั้น"), code="qr-part", where="Ref 1")
    asked = decode(
        encode_credit_transfer(
            phone=options["phone"],
            tax_id=options["tax_id"],
            ewallet=options["ewallet"],
            bank_account=options["bank_account"],
            amount_satang=amount,
        )
    )
    if not options["static"] or not isinstance(asked, CreditTransfer):
        return encode(asked)
    return encode(
        CreditTransfer(
            phone=asked.phone,
            tax_id=asked.tax_id,
            ewallet=asked.ewallet,
            bank_account=asked.bank_account,
            amount_satang=amount,
        )
    )


def _satang(text: str) -> int:
    """Satang of an amount in baht with at most two decimals, ASCII digits and no sign."""
    match = re.fullmatch(r"([0-9]{1,10})(?:\.([0-9]{1,2}))?", text, re.ASCII)
    if match is None:
        raise Refusal(
            _("จำนวนเงินต้องเป็นบาท ไม่ติดลบ ทศนิยมไม่เกิน 2 ตำแหน่ง เช่น 123.45"), code="qr-amount"
        )
    return int(match[1]) * SATANG_PER_BAHT + int((match[2] or "").ljust(2, "0"))


def _said(payload: str) -> dict[str, object]:
    """What a QR says, as one JSON object; what it does not name is null."""
    if is_slip(payload):
        slip = decode_slip(payload)
        return {
            "kind": "slip",
            "sending_bank": slip.sending_bank,
            "reference": slip.reference,
            "payload": payload.strip(),
        }
    asked = decode(payload)
    satang = asked.amount_satang
    said: dict[str, object] = {
        "kind": "bill_payment" if isinstance(asked, BillPayment) else "credit_transfer"
    }
    if isinstance(asked, BillPayment):
        said |= {
            "biller": asked.biller_id,
            "ref1": asked.ref1,
            "ref2": asked.ref2,
            "cross_border": asked.cross_border,
        }
    else:
        said |= {
            "phone": asked.phone,
            "tax_id": asked.tax_id,
            "ewallet": asked.ewallet,
            "bank_account": asked.bank_account,
            "ota_code": asked.ota_code,
        }
    baht, rest = divmod(satang or 0, SATANG_PER_BAHT)
    return said | {
        "amount": None if satang is None else f"{baht}.{rest:02d}",
        "amount_satang": satang,
        "static": not asked.one_time,
        "currency": "THB",
        "country": "TH",
        "terminal": asked.terminal,
        "merchant_category": asked.merchant_category,
        "merchant_name": asked.merchant_name,
        "merchant_city": asked.merchant_city,
        "payload": payload.strip(),
    }
