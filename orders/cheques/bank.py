"""How cheques meet bank rows: what waits at the bank, and what a row that is applied means."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.models import User
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from orders.cheques.models import Cheque, ChequeState, DepositSlip
from orders.cheques.services import clear_cheques, unclear_cheques
from orders.invoicing import accounts
from orders.invoicing.hooks import BankErrand
from orders.reconciliation.hooks import Awaited, Expected, register_awaited


def _pk(target: str) -> int:
    return int(target.partition(":")[2])


def _slips() -> list[Expected]:
    found: dict[int, list[Cheque]] = {}
    for cheque in (
        Cheque.objects.filter(state=ChequeState.DEPOSITED, slip__each=False)
        .select_related("slip")
        .order_by("slip_id", "pk")
    ):
        if cheque.slip is not None:
            found.setdefault(cheque.slip.pk, []).append(cheque)
    return [
        Expected(
            target=f"cheque_slip:{pk}",
            label=_("ใบนำฝาก %(pk)s เช็ค %(numbers)s")
            % {"pk": pk, "numbers": ", ".join(one.number for one in own)},
            satang=sum(one.satang for one in own),
            day=own[0].slip.day if own[0].slip else own[0].received_on,
        )
        for pk, own in found.items()
    ]


def _singles() -> list[Expected]:
    return [
        Expected(
            target=f"cheque:{cheque.pk}",
            label=f"{cheque} {cheque.buyer.name}",
            satang=cheque.satang,
            day=cheque.slip.day if cheque.slip else cheque.received_on,
        )
        for cheque in Cheque.objects.filter(state=ChequeState.DEPOSITED, slip__each=True)
        .select_related("slip", "buyer")
        .order_by("pk")
    ]


def _bounced() -> list[Expected]:
    return [
        Expected(
            target=f"cheque_return:{cheque.pk}",
            label=f"{cheque} {cheque.buyer.name}",
            satang=cheque.satang,
            day=cheque.ended_on or cheque.received_on,
        )
        for cheque in Cheque.objects.filter(state=ChequeState.RETURNED, cleared_on__isnull=False)
        .select_related("buyer")
        .order_by("pk")
    ]


def _whole(cheques: list[Cheque], satang: int) -> list[Cheque]:
    total = sum(cheque.satang for cheque in cheques)
    if satang != total:
        raise Refusal(
            _("เช็คต้องตัดเต็มยอด %(total)s บาท ถ้าธนาคารลงทีละใบ ให้เปลี่ยนที่หน้าใบนำฝากก่อน")
            % {"total": format_baht(total)},
            code="not-whole",
        )
    return cheques


def _slip_applied(target: str, satang: int, day: dt.date, by: User | None) -> None:
    slip = DepositSlip.objects.select_for_update(of=("self",)).get(pk=_pk(target))
    waiting = list(slip.cheques.filter(state=ChequeState.DEPOSITED).order_by("pk"))
    clear_cheques(by=by, cheques=_whole(waiting, satang), day=day)


def _slip_undone(target: str, satang: int, day: dt.date, by: User | None) -> None:
    cheques = list(Cheque.objects.filter(slip=_pk(target), cleared_on__isnull=False).order_by("pk"))
    unclear_cheques(by=by, cheques=cheques)


def _cheque_applied(target: str, satang: int, day: dt.date, by: User | None) -> None:
    cheques = list(Cheque.objects.filter(pk=_pk(target)))
    clear_cheques(by=by, cheques=_whole(cheques, satang), day=day)


def _cheque_undone(target: str, satang: int, day: dt.date, by: User | None) -> None:
    unclear_cheques(by=by, cheques=list(Cheque.objects.filter(pk=_pk(target))))


def to_the_bank(first: dt.date, last: dt.date) -> list[BankErrand]:
    """Cheques in hand whose date comes within these days."""
    return [
        BankErrand(
            cheque.dated,
            f"{cheque} {cheque.buyer.name}",
            cheque.satang,
            reverse("cheques:cheque", args=[cheque.pk]),
        )
        for cheque in Cheque.objects.filter(
            state=ChequeState.HELD, dated__range=(first, last)
        ).select_related("buyer")
    ]


def register_with_the_bank() -> None:
    """Offer slips, single cheques and returns to the bank queue."""
    words = ("เช็ค", "cheque", "chq")
    register_awaited(
        Awaited(
            prefix="cheque_slip",
            label=gettext_lazy("เช็คตามใบนำฝาก"),
            account=accounts.CHEQUE_COLLECTING,
            money_in=True,
            expected=_slips,
            words=words,
            applied=_slip_applied,
            undone=_slip_undone,
        )
    )
    register_awaited(
        Awaited(
            prefix="cheque",
            label=gettext_lazy("เช็คทีละใบ"),
            account=accounts.CHEQUE_COLLECTING,
            money_in=True,
            expected=_singles,
            words=words,
            applied=_cheque_applied,
            undone=_cheque_undone,
        )
    )
    register_awaited(
        Awaited(
            prefix="cheque_return",
            label=gettext_lazy("เช็คคืนที่ธนาคารหักบัญชี"),
            account=accounts.CHEQUE_BOUNCED,
            money_in=False,
            expected=_bounced,
            words=words,
        )
    )
