"""Plots of members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from catalogue.supply.models import Plot
from catalogue.supply.services.checking import members_of, refusal_at
from catalogue.supply.services.inputs import PlotInput
from marketplace.accounts.models import User
from marketplace.audit.services import Act, record_acts
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.parties.services import acting_for

_BATCH = 500


@unit_of_work
def add_plots(*, by: User | None, plots: Sequence[PlotInput]) -> list[Plot]:
    """Write down plots of members.

    Raises:
        Refusals: a plot without a name, or of a person who is not in the group.
    """
    members = members_of({p.group_id for p in plots}, {p.person_id for p in plots})
    refusals = []
    for index, plot in enumerate(plots):
        if not plot.name.strip():
            refusals.append(refusal_at(_("กรุณาใส่ชื่อแปลง"), "empty", index, "plot"))
        if (plot.group_id, plot.person_id) not in members:
            refusals.append(refusal_at(_("คนนี้ไม่ได้เป็นสมาชิกกลุ่ม"), "not-a-member", index, "member"))
    Refusals.raise_if_any(refusals)
    for_whom = acting_for(by=by, person_ids={p.person_id for p in plots})
    made = Plot.objects.bulk_create(
        [
            Plot(
                person_id=p.person_id,
                group_id=p.group_id,
                name=p.name.strip()[:120],
                district_id=p.district_id,
                tambon=p.tambon.strip()[:80],
                area_sqm=p.area_sqm,
            )
            for p in plots
        ],
        batch_size=_BATCH,
    )
    record_acts(
        [Act("supply.plot.added", p, f"party:{p.group_id}", for_whom[p.person_id]) for p in made],
        by=by,
    )
    return made


@unit_of_work
def archive_plots(*, by: User | None, plots: Iterable[Plot]) -> list[Plot]:
    """Take plots out of use; their history stays."""
    rows = list(
        Plot.objects.select_for_update()
        .filter(pk__in=[p.pk for p in plots], archived_at__isnull=True)
        .order_by("pk")
    )
    for_whom = acting_for(by=by, person_ids={p.person_id for p in rows})
    for row in rows:
        row.archived_at = now()
    Plot.objects.bulk_update(rows, ["archived_at"], batch_size=_BATCH)
    record_acts(
        [
            Act("supply.plot.archived", p, f"party:{p.group_id}", for_whom[p.person_id])
            for p in rows
        ],
        by=by,
    )
    return rows
