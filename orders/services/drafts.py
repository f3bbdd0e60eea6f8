"""Drafts: what the grid saves before anything is promised to anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from catalogue.partner.models import StockRecord
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now
from marketplace.common.dates import format_date, format_time
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import DeliverySite
from orders.days import DeliveryDay, delivery_days
from orders.models import DraftCell, Line, OrderDraft
from orders.rules import require_orderable
from orders.services.inputs import CellInput
from orders.services.locking import lock
from orders.states import DeliveryState

LONGEST_DRAFT_DAYS = 62


@unit_of_work
def start_draft(
    *,
    by: User | None,
    site: DeliverySite,
    first_day: dt.date,
    last_day: dt.date,
    name: str = "",
) -> OrderDraft:
    """Begin a draft for a site, over delivery days from `first_day` to `last_day` (inclusive).

    Raises:
        Refusal: the days end before they begin or span more than 62; the site is closed.
    """
    if last_day < first_day:
        raise Refusal(_("วันสุดท้ายอยู่ก่อนวันแรก กรุณาสลับวัน"), code="ends-before-start", where="last_day")
    if (last_day - first_day).days >= LONGEST_DRAFT_DAYS:
        raise Refusal(
            _("ร่างหนึ่งยาวได้ไม่เกิน %(days)s วัน กรุณาแบ่งเป็นสองร่าง") % {"days": LONGEST_DRAFT_DAYS},
            code="too-long",
            where="last_day",
        )
    if site.archived_at is not None:
        raise Refusal(_("จุดส่งนี้เลิกใช้แล้ว กรุณาเลือกจุดส่งอื่น"), code="archived", where="site")
    draft = OrderDraft.objects.create(
        buyer_id=site.buyer_id,
        site=site,
        name=name[:120],
        first_day=first_day,
        last_day=last_day,
        created_by=by,
    )
    record(by=by, action="orders.draft.started", subject=draft, party=f"party:{site.buyer_id}")
    return draft


@unit_of_work
def save_cells(
    *, by: User | None, draft: OrderDraft, cells: Sequence[CellInput], version: int | None = None
) -> OrderDraft:
    """Save cells of a draft: each given cell gets its quantity (0 empties it), others stay.

    Nothing is promised by it, so it is not told to the audit trail; the draft's version says that
    something changed.

    Args:
        by: who saves.
        draft: an open draft.
        cells: base units; of a cell given twice the later counts.
        version: the draft's version that the person sees; another tab's save since then is not
            overwritten.

    Returns:
        The draft with its new version (unchanged when every cell already stood so).

    Raises:
        Refusal: code "draft-placed", "draft-discarded", or "stale" for a version passed by.
        Refusals: one per cell that cannot be: off the step, negative, absurd, a listing no longer
            sold, a closed day; `where` holds listing, cycle, row and column.
    """
    draft = lock_open_draft(draft)
    if version is not None and version != draft.version:
        raise Refusal(
            _("ร่างนี้ถูกแก้จากอีกหน้าหนึ่งเมื่อ %(time)s กรุณาเปิดร่างใหม่แล้วแก้ต่อ ช่องที่พิมพ์ยังไม่ได้บันทึก")
            % {"time": format_time(draft.saved_at)},
            code="stale",
            where={"version": draft.version},
        )
    wanted = {(cell.listing_id, cell.cycle_id): cell for cell in cells}
    held = {
        (listing, cycle): qty
        for listing, cycle, qty in DraftCell.objects.filter(draft=draft).values_list(
            "listing_id", "cycle_id", "qty"
        )
    }
    changed = [cell for key, cell in wanted.items() if held.get(key, 0) != cell.qty]
    if not changed:
        return draft
    require_cells(draft, changed)
    emptied = [cell for cell in changed if cell.qty == 0]
    for cycle_id in {cell.cycle_id for cell in emptied}:
        DraftCell.objects.filter(
            draft=draft,
            cycle_id=cycle_id,
            listing_id__in=[c.listing_id for c in emptied if c.cycle_id == cycle_id],
        ).delete()
    DraftCell.objects.bulk_create(
        [
            DraftCell(draft=draft, listing_id=c.listing_id, cycle_id=c.cycle_id, qty=c.qty)
            for c in changed
            if c.qty
        ],
        update_conflicts=True,
        unique_fields=["draft", "listing", "cycle"],
        update_fields=["qty"],
    )
    draft.version += 1
    draft.saved_at = now()
    draft.save(update_fields=["version", "saved_at"])
    return draft


def require_cells(draft: OrderDraft, cells: Iterable[CellInput]) -> dict[int, DeliveryDay]:
    """Refuse every cell that cannot be ordered, all at once; return the days they are on.

    Taking a quantity away (0) is always allowed.
    """
    cells = list(cells)
    listings = StockRecord.objects.select_related("product").in_bulk(
        {cell.listing_id for cell in cells}
    )
    days = delivery_days(
        buyer_class_id=draft.buyer.buyer_class_id, cycle_ids={cell.cycle_id for cell in cells}
    )
    refused = []
    for cell in cells:
        if cell.qty == 0:
            continue
        listing, day = listings.get(cell.listing_id), days.get(cell.cycle_id)
        try:
            _require_cell(draft, cell, listing, day)
        except Refusal as refusal:
            refused.append(located(refusal, cell, listing, day.day if day else None))
    Refusals.raise_if_any(refused)
    return days


def _require_cell(
    draft: OrderDraft, cell: CellInput, listing: StockRecord | None, day: DeliveryDay | None
) -> None:
    if listing is None or listing.archived_at or listing.product.archived_at:
        raise Refusal(_("เลิกขายแล้ว กรุณาเลือกรายการอื่น"), code="archived")
    if day is None:
        raise Refusal(_("ไม่มีรอบส่งนี้ กรุณาเปิดตารางใหม่"), code="no-such-day")
    if not draft.first_day <= day.day <= draft.last_day:
        raise Refusal(_("วันนี้อยู่นอกช่วงของร่าง"), code="outside-draft")
    require_orderable(cell.qty, step=listing.product.step_qty, unit=listing.product.base_unit)
    day.require_open()


def located(
    refusal: Refusal, cell: CellInput, listing: StockRecord | None, day: dt.date | None
) -> Refusal:
    """Return a refusal of a cell that says in which row and column it stands."""
    row = str(listing.product.name) if listing else str(cell.listing_id)
    column = format_date(day, "day") if day else str(cell.cycle_id)
    words = {"row": row, "column": column, "why": refusal}
    return Refusal(
        (_("%(row)s: %(why)s") if refusal.code == "closed" else _("%(row)s %(column)s: %(why)s"))
        % words,
        code=refusal.code,
        where={
            "listing": cell.listing_id,
            "cycle": cell.cycle_id,
            "row": row,
            "column": column,
        },
    )


def lock_draft(draft: OrderDraft) -> OrderDraft:
    """Lock a draft and return it as it stands now, with its buyer and site."""
    return (
        OrderDraft.objects.filter(pk__in=lock(OrderDraft.objects.filter(pk=draft.pk)))
        .select_related("buyer__buyer_class", "site", "order")
        .get()
    )


def lock_open_draft(draft: OrderDraft) -> OrderDraft:
    """Lock a draft that may still be changed.

    Raises:
        Refusal: code "draft-placed" or "draft-discarded".
    """
    locked = lock_draft(draft)
    if locked.order is not None:
        raise Refusal(
            _("ร่างนี้ส่งเป็นใบจอง %(number)s แล้ว กรุณาแก้ที่ใบจอง") % {"number": locked.order.number},
            code="draft-placed",
            where={"order": locked.order_id},
        )
    if locked.state == OrderDraft.State.DISCARDED:
        raise Refusal(_("ร่างนี้ทิ้งไปแล้ว กรุณาเปิดร่างใหม่"), code="draft-discarded")
    return locked


@unit_of_work
def change_site(*, by: User | None, draft: OrderDraft, site: DeliverySite) -> OrderDraft:
    """Have a draft delivered to another site of the same buyer.

    Raises:
        Refusal: the site is another buyer's or closed; the draft is placed or discarded.
    """
    draft = lock_open_draft(draft)
    if site.buyer_id != draft.buyer_id or site.archived_at is not None:
        raise Refusal(_("จุดส่งนี้ใช้ไม่ได้ กรุณาเลือกจุดส่งอื่น"), code="site", where="site")
    if draft.site_id != site.pk:
        draft.site = site
        draft.save(update_fields=["site"])
        record(
            by=by,
            action="orders.draft.site",
            subject=draft,
            party=f"party:{draft.buyer_id}",
            data={"site": site.pk},
        )
    return draft


@unit_of_work
def discard_draft(*, by: User | None, draft: OrderDraft) -> OrderDraft:
    """Put a draft away; discarding it twice changes nothing.

    Raises:
        Refusal: it has been placed.
    """
    if OrderDraft.objects.filter(pk=draft.pk, state=OrderDraft.State.DISCARDED).exists():
        draft.refresh_from_db()
        return draft
    draft = lock_open_draft(draft)
    draft.state = OrderDraft.State.DISCARDED
    draft.save(update_fields=["state"])
    record(by=by, action="orders.draft.discarded", subject=draft, party=f"party:{draft.buyer_id}")
    return draft


@unit_of_work
def restore_draft(*, by: User | None, draft: OrderDraft) -> OrderDraft:
    """Take a discarded draft out again; harmless when it is open."""
    draft = OrderDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.state == OrderDraft.State.DISCARDED:
        draft.state = OrderDraft.State.OPEN
        draft.save(update_fields=["state"])
        record(
            by=by, action="orders.draft.restored", subject=draft, party=f"party:{draft.buyer_id}"
        )
    return draft


@unit_of_work
def duplicate_draft(
    *, by: User | None, draft: OrderDraft, first_day: dt.date, last_day: dt.date, name: str = ""
) -> OrderDraft:
    """Begin a draft with another's quantities, day by day from its first day on.

    Days that are not open in the new window, and listings no longer sold, are left out.
    """
    copy = start_draft(
        by=by, site=draft.site, first_day=first_day, last_day=last_day, name=name or draft.name
    )
    shift = first_day - draft.first_day
    source = {
        (listing, day + shift): qty
        for listing, day, qty in DraftCell.objects.filter(draft=draft).values_list(
            "listing_id", "cycle__delivery_day", "qty"
        )
    }
    fill_cells(by=by, draft=copy, source=source)
    copy.refresh_from_db()
    return copy


@unit_of_work
def fill_like_earlier(
    *, by: User | None, draft: OrderDraft, days_back: int = 7, only_day: dt.date | None = None
) -> int:
    """Fill empty cells with what the same site had ordered `days_back` days before; return how many.

    Cells that hold something stay. `only_day`: fill that day alone.
    """
    back = dt.timedelta(days=days_back)
    lines = (
        Line.objects.filter(
            order__site_id=draft.site_id,
            cycle__delivery_day__gte=(only_day or draft.first_day) - back,
            cycle__delivery_day__lte=(only_day or draft.last_day) - back,
        )
        .exclude(delivery__state=DeliveryState.CANCELLED)
        .values_list("stockrecord_id", "cycle__delivery_day", "firm_qty", "wanted_qty")
    )
    source: dict[tuple[int, dt.date], int] = {}
    for listing, day, firm, wanted in lines:
        key = (listing, day + back)
        source[key] = source.get(key, 0) + firm + wanted
    return fill_cells(by=by, draft=draft, source=source)


def fill_cells(
    *, by: User | None, draft: OrderDraft, source: dict[tuple[int, dt.date], int]
) -> int:
    """Put quantities by listing and day into a draft's empty cells, as far as they can be ordered."""
    days = delivery_days(
        buyer_class_id=draft.buyer.buyer_class_id,
        first_day=draft.first_day,
        last_day=draft.last_day,
    )
    open_cycles = {day.day: cycle for cycle, day in days.items() if day.is_open}
    listings = (
        StockRecord.objects.trading()
        .select_related("product")
        .in_bulk({listing for listing, _day in source})
    )
    held = set(DraftCell.objects.filter(draft=draft).values_list("listing_id", "cycle_id"))
    cells = [
        CellInput(
            listing_id=listing,
            cycle_id=open_cycles[day],
            qty=qty - qty % listings[listing].product.step_qty,
        )
        for (listing, day), qty in source.items()
        if day in open_cycles
        and listing in listings
        and (listing, open_cycles[day]) not in held
        and qty >= listings[listing].product.step_qty
    ]
    save_cells(by=by, draft=draft, cells=cells)
    return len(cells)


@unit_of_work
def drop_closed_cells(*, by: User | None, draft: OrderDraft) -> int:
    """Empty the cells of a draft whose day has closed; return how many."""
    draft = lock_open_draft(draft)
    days = delivery_days(
        buyer_class_id=draft.buyer.buyer_class_id,
        cycle_ids=DraftCell.objects.filter(draft=draft).values_list("cycle_id", flat=True),
    )
    closed = [cycle for cycle, day in days.items() if not day.is_open]
    dropped, _each = DraftCell.objects.filter(draft=draft, cycle_id__in=closed).delete()
    if dropped:
        draft.version += 1
        draft.saved_at = now()
        draft.save(update_fields=["version", "saved_at"])
    return dropped
