"""The facts of a page in Malay: what, where, when, price, food, prayer, the way there.

Only what is written in Malay, and figures, are told; what an editor has not translated stays out, so
that no sentence is half in one language. Labels are here and not in a catalogue, because these pages
alone are in Malay: the market itself speaks Thai and English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import translation

from cms import live
from cms.facts import Price, price_state
from cms.models import CommunityPage, GIProductPage, Halal, HomePage, ProgrammePage
from cms.models.base import FactPage
from cms.visit_words import MONSOON_MONTHS
from marketplace.common.clock import today
from marketplace.common.money import to_decimal
from marketplace.places.models import District

MONTHS: Final = (
    "Januari",
    "Februari",
    "Mac",
    "April",
    "Mei",
    "Jun",
    "Julai",
    "Ogos",
    "September",
    "Oktober",
    "November",
    "Disember",
)
KINDS: Final = {
    ProgrammePage.Kind.HALF_DAY: "Setengah hari",
    ProgrammePage.Kind.DAY: "Satu hari",
    ProgrammePage.Kind.OVERNIGHT: "Dua hari satu malam",
}
HALAL: Final = {
    Halal.MUSLIM_KITCHEN: "Dapur orang Islam, belum ada sijil halal",
    Halal.ARRANGED: "Makanan halal boleh disediakan jika dimaklumkan lebih awal",
    Halal.NONE: "Tiada makanan halal",
}
THAI: Final = re.compile("[\u0e00-\u0e7f]")
_PHONE: Final = re.compile(r"\+?\d[\d \-]{6,}\d")


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: its label and what is said."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class MalayPage:
    """A page in Malay. `name_th` is how people on the spot call it."""

    title: str
    name_th: str
    summary: str
    kind: str
    facts: list[Fact]
    warnings: list[str]
    phone: str
    line_url: str
    whatsapp_url: str
    ask: int | None
    children: list[tuple[str, str]]


def is_told(page: Any) -> bool:
    """Whether a page has its name and summary in Malay, and thus a Malay page."""
    told = isinstance(page, CommunityPage | GIProductPage | ProgrammePage)
    return (
        told
        and bool(page.title_ms and page.summary_ms)
        and not THAI.search(page.title_ms + page.summary_ms)
    )


def address(page: Any) -> str:
    """Where a page is read in Malay: below `/ms/`, as the Thai page is below the first page."""
    return "/ms" + str(page.get_url() or "/")


def find(path: str) -> Any | None:
    """The live Thai page with a Malay one at an address below `/ms/`; one query for each part."""
    page: Any = HomePage.objects.live().filter(locale__language_code="th").first()
    for slug in path.strip("/").split("/"):
        page = page and page.get_children().live().public().filter(slug=slug).first()
    found = page.specific if page else None
    return found if found is not None and is_told(found) else None


def told_pages() -> list[FactPage]:
    """Every live page that is told in Malay, products first."""
    found: list[FactPage] = []
    for model in (GIProductPage, CommunityPage, ProgrammePage):
        rows = model.objects.live().public().filter(locale__language_code="th")
        found += [page for page in rows.order_by("path") if is_told(page)]
    return found


def day_words(day: date) -> str:
    """A day as Malays write it: 24 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def season_words(months: str) -> str:
    """The months of twelve digits in words, in ranges: "Januari–Mac; terbaik Februari"."""
    if "0" not in months:
        some = "sepanjang tahun"
    else:
        some = _ranges({m for m, digit in enumerate(months, start=1) if digit != "0"})
    best = _ranges({m for m, digit in enumerate(months, start=1) if digit == "2"})
    return f"{some}; terbaik {best}" if some and best and "1" in months else some


def _ranges(months: set[int]) -> str:
    """Months as ranges round the turn of the year."""
    starts = [m for m in sorted(months) if (m - 2) % 12 + 1 not in months]
    found = []
    for start in starts:
        last = start
        while last % 12 + 1 in months:
            last = last % 12 + 1
        first, end = MONTHS[start - 1], MONTHS[last - 1]
        found.append(first if start == last else f"{first}–{end}")
    return ", ".join(found)


def _told(page: Any, name: str) -> str:
    value = page.told(name) if hasattr(page, "told") else getattr(page, name)
    text = str(value or "")
    return "" if THAI.search(text) else text


def _halal(page: Any) -> str:
    whose = page if not isinstance(page, ProgrammePage) or page.halal_kind else page.community
    kind, until = whose.halal_kind, whose.halal_until
    if kind == Halal.CERTIFIED and until is not None:
        number = "" if THAI.search(whose.halal_number) else f" {whose.halal_number}"
        word = "sah hingga" if until >= today() else "tamat tempoh pada"
        said = f"Sijil halal{number}, {word} {day_words(until)}"
    else:
        said = HALAL.get(Halal(kind), "") if kind else ""
    return ". ".join(part for part in (said, _told(page, "halal_ms")) if part)


def _visit(page: Any, district: District) -> list[Fact]:
    """The facts that communities and their programmes share."""
    return [
        Fact("Di mana", f"Daerah {district.name_en}, wilayah Songkhla, Thailand"),
        Fact("Tempat bertemu", _told(page, "meeting_point_ms")),
        Fact("Dari Hat Yai", _told(page, "from_hat_yai_ms")),
        Fact("Dari Padang Besar", _told(page, "from_padang_besar_ms")),
        Fact("Makanan halal", _halal(page)),
        Fact("Tempat solat", _told(page, "prayer_ms")),
        Fact("Kemudahan akses", _told(page, "access_ms")),
    ]


def _prices(page: ProgrammePage) -> list[Fact]:
    state = price_state(page.price_checked_on, today())
    if state == Price.HIDDEN:
        text = "Tidak dipaparkan kerana tidak disahkan lebih dua tahun. Hubungi komuniti dahulu."
        return [Fact("Harga", text)]
    if state == Price.ASK:
        return [Fact("Harga", "Telefon untuk bertanya")]
    found = []
    for tier in page.prices:
        least, most, baht = (tier.value.get(n) for n in ("people_min", "people_max", "baht"))
        if least:
            size = f"{least}–{most} orang" if most else f"{least} orang ke atas"
            found.append(f"{size}: {baht} baht seorang")
    if page.price_checked_on:
        found.append(f"harga disemak pada {day_words(page.price_checked_on)}")
    return [Fact("Harga", "; ".join(found))]


def _programme(page: ProgrammePage) -> list[Fact]:
    share = page.community_percent
    return [
        Fact("Tempoh", KINDS[ProgrammePage.Kind(page.kind)]),
        Fact("Bilangan", f"{page.group_min}–{page.group_max} orang"),
        Fact("Tempah", f"sekurang-kurangnya {page.lead_days} hari lebih awal"),
        Fact("Bulan", season_words(page.months)),
        *_prices(page),
        Fact("Termasuk", _told(page, "included_ms")),
        Fact("Jika hujan atau ombak", _told(page, "rain_rule_ms")),
        *([Fact("Tabung komuniti", f"{share}% daripada bayaran")] if share else []),
        *_visit(page, page.community.district),
    ]


def _product(page: GIProductPage) -> list[Fact]:
    places = ", ".join(district.name_en for district in page.districts.all())
    with translation.override("en"):
        offers = live.open_offers(product=page.product, limit=12) if page.product else []
    priced = [offer for offer in offers if offer.price_satang and not THAI.search(offer.unit)]
    cheapest = min(priced, key=lambda offer: offer.price_satang or 0, default=None)
    price = ""
    if cheapest is not None and cheapest.price_satang:
        price = f"bermula {to_decimal(cheapest.price_satang)} baht setiap {cheapest.unit}"
    elif not offers:
        price = "Belum dibuka untuk tempahan sekarang"
    number = "" if THAI.search(page.registration_no) else page.registration_no
    return [
        Fact("Dijual sebagai", _told(page, "sold_as_ms")),
        Fact("Di mana", f"Daerah {places}, wilayah Songkhla, Thailand" if places else ""),
        Fact("Musim", season_words(page.season_months)),
        Fact("Harga", price),
        Fact("Didaftarkan (GI)", day_words(page.announced_on) if page.announced_on else ""),
        Fact("Nombor pendaftaran", number),
    ]


def _warnings(page: Any) -> list[str]:
    """What a visitor must know before all else: closed, a flood, the monsoon."""
    found = []
    community = page.community if isinstance(page, ProgrammePage) else page
    if not isinstance(page, GIProductPage):
        shut = next((one for one in (page, community) if not one.is_open), None)
        if shut is not None:
            until = f" hingga {day_words(shut.closed_until)}" if shut.closed_until else ""
            found.append(f"Tutup kepada pelawat{until}. Telefon sebelum merancang.")
        if today().month in MONSOON_MONTHS:
            # Who answers is written in Thai; the number is the same in every language.
            ring = page.told("morning_contact") if page is not community else page.morning_contact
            number = _PHONE.search(ring or "")
            number_words = f": {number.group()}" if number else ""
            found.append(
                "Musim tengkujuh (November–Januari): telefon pada waktu pagi sebelum bertolak"
                f"{number_words}."
            )
    for notice in page.notices():
        if notice.text_ms:
            found.append(f"Daerah {notice.district.name_en}: {notice.text_ms}")
        else:
            found.append(f"Ada amaran untuk daerah {notice.district.name_en}. Telefon dahulu.")
    return found


def tell(page: Any) -> MalayPage:
    """A page in Malay; facts without Malay words are left out.

    Args:
        page: a Thai page of which `is_told` holds.
    """
    children: list[Any] = []
    asks: CommunityPage | None = None
    if isinstance(page, GIProductPage):
        kind, facts = "Produk petunjuk geografi (GI) Thailand", _product(page)
        children = list(page.related_programmes())
    elif isinstance(page, ProgrammePage):
        kind, facts, asks = "Lawatan bersama komuniti", _programme(page), page.community
    else:
        kind, facts, asks = "Komuniti", _visit(page, page.district), page
        children = page.programmes()
    day = page.told("checked_on") if isinstance(page, ProgrammePage) else page.checked_on
    checked = [Fact("Fakta disemak pada", day_words(day))] if day else []
    return MalayPage(
        title=page.title_ms,
        name_th=page.title,
        summary=page.summary_ms,
        kind=kind,
        facts=[fact for fact in (*facts, *checked) if fact.text],
        warnings=_warnings(page),
        phone=asks.phone if asks else "",
        line_url=asks.line_url if asks else "",
        whatsapp_url=asks.whatsapp_url if asks else "",
        ask=page.pk if asks else None,
        children=[(one.title_ms, address(one)) for one in children if is_told(one)],
    )
