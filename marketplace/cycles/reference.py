"""Days on which somebody may not work: national ones by the `holidays` package, and Songkhla's.

The package has neither the Eids nor Chinese New Year; they are days off in Songkhla (OPM notice
21/2556) and stand in `data/local_holidays.csv` with their source. An Eid is announced after the
moon was sighted: both days it may fall on are listed and marked estimated.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import holidays

from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import Holiday

DATA = Path(__file__).parent / "data" / "local_holidays.csv"
NOT_A_DAY_OFF = ("วันเด็กแห่งชาติ",)


def national_holidays(years: Iterable[int]) -> list[Holiday]:
    """The state's holidays with substitution days, one a day under its shortest name."""
    wanted = sorted(set(years))
    thai = holidays.country_holidays("TH", years=wanted, language="th")
    english = holidays.country_holidays("TH", years=wanted, language="en_US")
    return [
        Holiday(
            day=day,
            name_th=min(thai.get_list(day), key=len)[:120],
            name_en=min(english.get_list(day), key=len)[:120],
            kind=Holiday.Kind.NATIONAL,
        )
        for day in sorted(thai)
        if thai[day] not in NOT_A_DAY_OFF
    ]


def local_holidays() -> list[Holiday]:
    """Songkhla's own days off."""
    with DATA.open(encoding="utf-8") as handle:
        return [
            Holiday(
                day=date.fromisoformat(row["day"]),
                name_th=row["name_th"],
                name_en=row["name_en"],
                kind=Holiday.Kind.LOCAL,
                estimated=row["estimated"] == "yes",
            )
            for row in csv.DictReader(handle)
        ]


@unit_of_work
def load_holidays(*, years: Iterable[int]) -> int:
    """Write the holidays of these years that are missing; what stands there stays as it is.

    Returns:
        How many were new.
    """
    wanted = set(years)
    found = [*national_holidays(wanted), *(h for h in local_holidays() if h.day.year in wanted)]
    present = set(Holiday.objects.filter(day__year__in=wanted).values_list("day", "name_th"))
    fresh = [holiday for holiday in found if (holiday.day, holiday.name_th) not in present]
    Holiday.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)
