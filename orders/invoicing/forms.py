"""Forms of this room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.parties.models import BillingPlan, Buyer
from marketplace.web.forms import BahtField, BuddhistDateField, Chips, KitForm
from orders.invoicing.billing_days import days_in_words, read_days
from orders.invoicing.models import Paper, PaysBy, Shift
from orders.invoicing.quoting import QuoteRow
from orders.invoicing.services import TermsInput
from orders.invoicing.services.changes import ChangeableLine
from orders.invoicing.services.terms import MOST_SHEETS
from orders.invoicing.terms import Sheets, Signer, Terms

SIGNERS = 5
"""Signature blocks that fit under an acceptance report."""


QUOTED_DAYS = 30
"""How long a quotation holds unless somebody says otherwise."""


class VoidForm(KitForm):
    """Why a document is voided."""

    reason = forms.CharField(label=_("ยกเลิกเพราะ"), max_length=200)


class ChangeForm(KitForm):
    """What a credit or debit note takes off or adds, per line of a bill."""

    kind = forms.ChoiceField(
        label=_("เอกสาร"),
        choices=[("credit", _("ใบลดหนี้")), ("debit", _("ใบเพิ่มหนี้"))],
        widget=Chips,
        initial="credit",
    )
    reason = forms.CharField(
        label=_("เหตุผล"), max_length=200, help_text=_("พิมพ์อยู่บนเอกสาร เช่น คะน้าเน่า 2 กก.")
    )

    def __init__(self, *args: Any, lines: Sequence[ChangeableLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[f"v_{line.row.pk}"] = BahtField(
                label=line.row.line.product.name, required=False
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each line with its box."""
        return [{"line": line, "box": self[f"v_{line.row.pk}"]} for line in self.lines]

    def values(self) -> dict[int, int]:
        """Line sale's primary key → satang, of the boxes that were filled."""
        return {
            line.row.pk: satang
            for line in self.lines
            if (satang := self.cleaned_data.get(f"v_{line.row.pk}"))
        }


class QuoteForm(KitForm):
    """Until when a draft is quoted, and each row's price."""

    valid_until = BuddhistDateField(label=_("ยืนราคาถึง"))

    def __init__(self, *args: Any, rows: Sequence[QuoteRow], **kwargs: Any) -> None:
        initial: dict[str, Any] = {"valid_until": today() + dt.timedelta(days=QUOTED_DAYS)}
        initial |= {f"p_{place}": row.price_satang for place, row in enumerate(rows)}
        super().__init__(*args, initial=initial, **kwargs)
        self.quoted = list(rows)
        for place, row in enumerate(self.quoted):
            self.fields[f"p_{place}"] = BahtField(
                label=_("ราคาที่เสนอ %(product)s") % {"product": row.product.name}, min_value=1
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each row with its box."""
        return [{"row": row, "box": self[f"p_{place}"]} for place, row in enumerate(self.quoted)]

    def prices(self) -> dict[tuple[int, int], int]:
        """(listing, cycle) → satang per 1,000 g or piece."""
        return {
            cell: self.cleaned_data[f"p_{place}"]
            for place, row in enumerate(self.quoted)
            for cell in row.cells
        }


class BudgetForm(KitForm):
    """The budget line of a purchase order."""

    name = forms.CharField(
        label=_("ชื่องบ"), max_length=120, help_text=_("เช่น เงินบำรุง ค่าอาหารผู้ป่วย ใบแจ้งหนี้จะแยกตามงบ")
    )


class VatForm(KitForm):
    """From which day the cooperative charges VAT."""

    valid_from = BuddhistDateField(label=_("ใช้ตั้งแต่วันที่"))
    registered = forms.BooleanField(label=_("จดทะเบียนภาษีมูลค่าเพิ่ม"), required=False)
    rate = forms.DecimalField(
        label=_("อัตรา (ร้อยละ)"), min_value=0, max_value=30, decimal_places=2, initial=7
    )
    reason = forms.CharField(
        label=_("ที่มา"),
        max_length=200,
        required=False,
        help_text=_("เช่น เลขที่ ภ.พ.20 หรือพระราชกฤษฎีกา"),
    )

    def status(self) -> dict[str, Any]:
        """What was asked for, the rate in basis points."""
        got = self.cleaned_data
        return {
            "valid_from": got["valid_from"],
            "registered": got["registered"],
            "rate_bp": int(got["rate"] * 100),
            "reason": got["reason"],
        }


class LotPriceForm(KitForm):
    """The farm-gate price of lots that were taken in without one."""

    farm_gate = BahtField(label=_("ราคาหน้าสวน"), min_value=1)
    reason = forms.CharField(label=_("ที่มาของราคา"), max_length=200)


class MonthDaysField(forms.CharField):
    """Days of the month as people write them ("5, 20", "สิ้นเดือน"); cleans to a list, 31 the last."""

    def prepare_value(self, value: Any) -> Any:
        """Write a list of days as it would be typed."""
        if isinstance(value, list | tuple):
            return days_in_words(value)
        return value

    def to_python(self, value: Any) -> Any:
        """Read the days."""
        if isinstance(value, list | tuple):
            return list(value)
        try:
            return read_days(str(value or ""))
        except Refusal as refusal:
            raise ValidationError(str(refusal), code="refused") from refusal


class TermsForm(KitForm):
    """A buyer's paper terms from a day on: billing, paying, papers and who signs."""

    valid_from = BuddhistDateField(label=_("ใช้ตั้งแต่วันที่"))
    billing_plan = forms.ChoiceField(
        label=_("ออกใบแจ้งหนี้"), choices=BillingPlan.choices, widget=Chips
    )
    billing_days = MonthDaysField(
        label=_("วันวางบิล"),
        required=False,
        help_text=_("วันที่ของเดือน เช่น 5, 20 หรือ สิ้นเดือน เว้นว่างถ้าวางได้ทุกวัน"),
    )
    billing_shift = forms.ChoiceField(
        label=_("วันวางบิลที่ตรงวันหยุด"),
        choices=Shift.choices,
        widget=Chips,
        help_text=_("เสาร์ อาทิตย์ วันหยุดราชการ และวันหยุดที่เจ้าหน้าที่เพิ่มไว้"),
    )
    billing_place = forms.CharField(
        label=_("วางบิลที่"),
        required=False,
        max_length=200,
        help_text=_("ตึก ชั้น ห้อง เวลาที่รับวางบิล"),
    )
    contact = forms.CharField(label=_("ผู้ติดต่อการเงิน"), required=False, max_length=160)
    credit_days = forms.IntegerField(
        label=_("เครดิตกี่วัน"),
        min_value=0,
        max_value=365,
        help_text=_("นับจากวันวางบิล"),
    )
    paying_days = MonthDaysField(
        label=_("วันที่ผู้ซื้อจ่ายเงิน"),
        required=False,
        help_text=_("วันที่ของเดือน เว้นว่างถ้าจ่ายได้ทุกวัน"),
    )
    paying_shift = forms.ChoiceField(
        label=_("วันจ่ายที่ตรงวันหยุด"),
        choices=Shift.choices,
        widget=Chips,
        help_text=_("วันครบกำหนดของบิลเลื่อนตาม"),
    )
    pays_by = forms.ChoiceField(label=_("จ่ายโดย"), choices=PaysBy.choices, widget=Chips)
    fiscal_month = forms.TypedChoiceField(
        label=_("ปีงบประมาณสิ้นสุดเดือน"),
        coerce=int,
        choices=list(MONTHS.items()),
        help_text=_("หน่วยงานรัฐสิ้นสุด 30 กันยายน"),
    )

    def __init__(self, *args: Any, buyer: Buyer, terms: Terms, **kwargs: Any) -> None:
        initial = {
            "valid_from": today(),
            "billing_plan": terms.billing_plan,
            "billing_days": list(terms.billing_days),
            "billing_place": terms.billing_place,
            "contact": terms.contact or buyer.contact_name,
            "credit_days": terms.credit_days,
            "paying_days": list(terms.paying_days),
            "billing_shift": terms.billing_shift,
            "paying_shift": terms.paying_shift,
            "pays_by": terms.pays_by,
            "fiscal_month": terms.fiscal_month,
        }
        asked = {sheets.paper: sheets for sheets in terms.papers}
        signers = [*terms.committee, *[Signer("")] * SIGNERS][:SIGNERS]
        for paper in Paper:
            sheets = asked.get(paper, Sheets(paper, 0, 0))
            initial |= {f"o_{paper}": sheets.originals, f"c_{paper}": sheets.copies}
        for place, signer in enumerate(signers):
            initial |= {
                f"n_{place}": signer.name,
                f"p_{place}": signer.position,
                f"d_{place}": signer.duty,
            }
        super().__init__(*args, initial=initial, **kwargs)
        self.buyer = buyer
        for paper in Paper:
            for letter, label in (("o", _("ต้นฉบับ")), ("c", _("สำเนา"))):
                self.fields[f"{letter}_{paper}"] = forms.IntegerField(
                    label=label, min_value=0, max_value=MOST_SHEETS, required=False
                )
        for place in range(SIGNERS):
            for letter, label, most in (
                ("n", _("ชื่อ"), 160),
                ("p", _("ตำแหน่ง"), 160),
                ("d", _("หน้าที่"), 80),
            ):
                self.fields[f"{letter}_{place}"] = forms.CharField(
                    label=label, max_length=most, required=False
                )

    @property
    def paper_rows(self) -> list[dict[str, Any]]:
        """Each paper with its two boxes."""
        return [
            {
                "label": paper.label,
                "originals": self[f"o_{paper.value}"],
                "copies": self[f"c_{paper.value}"],
            }
            for paper in Paper
        ]

    @property
    def signer_rows(self) -> list[dict[str, Any]]:
        """Each signature block with its three boxes."""
        return [
            {"name": self[f"n_{place}"], "position": self[f"p_{place}"], "duty": self[f"d_{place}"]}
            for place in range(SIGNERS)
        ]

    @property
    def plain_fields(self) -> list[Any]:
        """The boxes that are not in a table."""
        return [field for field in self if len(field.name) < 3 or field.name[1] != "_"]

    def terms(self) -> TermsInput:
        """What was asked for."""
        got = self.cleaned_data
        return TermsInput(
            buyer=self.buyer,
            **{name: got[name] for name in self.base_fields},
            papers=[
                Sheets(paper, got.get(f"o_{paper}") or 0, got.get(f"c_{paper}") or 0)
                for paper in Paper
            ],
            committee=[
                Signer(got[f"n_{place}"], got[f"p_{place}"], got[f"d_{place}"] or str(_("กรรมการ")))
                for place in range(SIGNERS)
                if got[f"n_{place}"]
            ],
        )
