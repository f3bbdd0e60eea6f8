"""Pure decisions around the engine: what is left of a share, and in which packs it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import gcd

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.common.money import split_by_largest_remainder
from orders.allocation.engine import ReasonCode

WORDS: Mapping[str, tuple[str, str | Promise]] = {
    ReasonCode.NO_COMPATIBLE_LOT: ("bad", _("ไม่มีของตรงที่ขอ")),
    ReasonCode.LOTS_FULL: ("bad", _("ของมีไม่พอ")),
    ReasonCode.BELOW_MINIMUM_HARVEST: ("warn", _("น้อยเกินกว่าจะเก็บ")),
    ReasonCode.BELOW_MINIMUM_PICK: ("warn", _("น้อยเกินกว่าจะเก็บ")),
    ReasonCode.PACK_ROUNDING: ("warn", _("เศษไม่เต็มแพ็ค")),
    ReasonCode.FAIR_SHARE: ("info", _("แบ่งตามส่วน")),
    ReasonCode.SKIPPED_WITH_CREDIT: ("warn", _("ได้คิวรอบหน้า")),
    ReasonCode.NO_DEMAND: ("wait", _("ไม่มีผู้สั่ง")),
}


def pack_of(step_qty: int, quantities: Iterable[int]) -> int:
    """Return the base units to allocate at a time: the order step, or a finer unit that leaves no
    part of a share behind.
    """
    return gcd(step_qty, *quantities)


def left_of_shares(
    shares: Sequence[int], given: Sequence[int], held_qty: int, pack_qty: int
) -> list[int]:
    """Return what each share of one offer may still supply on a day.

    Args:
        shares: base units that each person offers over the whole window.
        given: what was allocated of each on other days.
        held_qty: what the offer still guarantees to lines on other days; it is held back from all
            shares by their rest, in whole packs, so that a later day finds it.
        pack_qty: base units allocated at a time.
    """
    rest = [max(0, share - gone) for share, gone in zip(shares, given, strict=True)]
    total = sum(rest)
    if held_qty <= 0 or not total:
        return rest
    kept_packs = max(0, total - held_qty) // pack_qty
    parts = split_by_largest_remainder(kept_packs, rest)
    return [min(part * pack_qty, most) for part, most in zip(parts, rest, strict=True)]


def kept_of(offered_qty: int, gone_qty: int, percent_left: int, step_qty: int = 1) -> int:
    """Return what a share holds after a loss, in base units: what was handed over stays handed over,
    the rest loses its part and is rounded down to whole order steps.

    Args:
        offered_qty: what the share offered over its whole window.
        gone_qty: what other days took of it, not to be taken back.
        percent_left: 0 to 100.
        step_qty: base units by which the product is ordered.
    """
    rest = max(0, offered_qty - gone_qty) * percent_left // 100
    return min(offered_qty, gone_qty + rest // step_qty * step_qty)
