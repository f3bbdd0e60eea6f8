"""Reasons as sentences that a grower or a kitchen understands, in Thai and English.

Codes in the data (products, zones, certificates) are shown as they are unless `names` says better.
Line ids never appear: who else was served is not for everybody's eyes.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from .model import Reason, ReasonCode
from .rules import Barrier

Language = Literal["th", "en"]
Unit = Literal["g", "piece"]

_DAYS = {
    "th": ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = {
    "th": (
        "ม.ค.",
        "ก.พ.",
        "มี.ค.",
        "เม.ย.",
        "พ.ค.",
        "มิ.ย.",
        "ก.ค.",
        "ส.ค.",
        "ก.ย.",
        "ต.ค.",
        "พ.ย.",
        "ธ.ค.",
    ),
    "en": (
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ),
}


def sentence(
    reason: Reason,
    language: Language = "th",
    *,
    names: Mapping[str, str] | None = None,
    unit: Unit = "g",
) -> str:
    """Return `reason` as one or two sentences in Thai or English.

    `names` maps codes (product, zone, certificate) to words; `unit` says whether the figures are
    grams (shown as kilograms) or pieces. Raises ValueError for another language.
    """
    if language not in _DAYS:
        raise ValueError(f"no such language: {language!r}")
    say = _Speaker(language, names or {}, unit)
    data = reason.data
    match reason.code:
        case ReasonCode.NO_COMPATIBLE_LOT:
            return say.no_lot(data["relax"])
        case ReasonCode.LOTS_FULL:
            return say.full(data)
        case ReasonCode.BELOW_MINIMUM_HARVEST:
            return say.kept(data["kept"]) if "kept" in data else say.not_picked(data["lots"])
        case ReasonCode.BELOW_MINIMUM_PICK:
            return say.too_small(data)
        case ReasonCode.PACK_ROUNDING:
            return say.rounded(data)
        case ReasonCode.FAIR_SHARE:
            return say.shared(data)
        case ReasonCode.SKIPPED_WITH_CREDIT:
            return say.skipped(data["skipped"])
        case ReasonCode.NO_DEMAND:
            return say.no_demand(data)


class _Speaker:
    def __init__(self, language: Language, names: Mapping[str, str], unit: Unit) -> None:
        self.language = language
        self.thai = language == "th"
        self.names = names
        self.unit = unit

    def pick(self, thai: str, english: str, **values: str) -> str:
        return (thai if self.thai else english).format(**values)

    def name(self, code: str) -> str:
        return self.names.get(code, code)

    def listed(self, codes: list[str]) -> str:
        return ", ".join(self.name(code) for code in codes)

    def amount(self, base_units: int) -> str:
        if self.unit == "piece":
            return f"{base_units:,} {'ชิ้น' if self.thai else 'pcs'}"
        kilos, grams = divmod(base_units, 1000)
        tail = f".{grams:03d}".rstrip("0") if grams else ""
        return f"{kilos:,}{tail} {'กก.' if self.thai else 'kg'}"

    def day(self, iso: str) -> str:
        day = date.fromisoformat(iso)
        month = _MONTHS[self.language][day.month - 1]
        year = day.year + 543 if self.thai else day.year
        return f"{_DAYS[self.language][day.weekday()]} {day.day} {month} {year}"

    def baht(self, satang: int) -> str:
        whole, rest = divmod(satang, 100)
        tail = f".{rest:02d}" if rest else ""
        return f"{whole:,}{tail} {'บาท' if self.thai else 'baht'}"

    def percent(self, permille: int) -> str:
        return f"{permille // 10}" + (f".{permille % 10}" if permille % 10 else "")

    def no_lot(self, relax: list[Mapping[str, Any]]) -> str:
        text = self.pick(
            "ยังไม่มีผลผลิตที่เปิดจองตรงตามที่ขอ",
            "No produce on offer meets everything that was asked for.",
        )
        if not relax:
            return text
        step = relax[0]
        values = {"amount": self.amount(step["quantity_g"])}
        match step["what"]:
            case Barrier.GRADE:
                thai, english = "รับเกรด {x} ได้", "grade {x} is accepted"
                values["x"] = step["grade"]
            case Barrier.CERTIFICATE:
                thai, english = "ไม่บังคับใบรับรอง {x}", "certificate {x} is not required"
                values["x"] = self.listed(step["missing"])
            case Barrier.DAY:
                thai, english = "เปลี่ยนวันส่งเป็น {x}", "the delivery day becomes {x}"
                values["x"] = self.day(step["day"])
            case Barrier.PRICE:
                thai, english = (
                    "เพิ่มราคาสูงสุดอีก {x}",
                    "the highest price accepted rises by {x}",
                )
                values["x"] = self.baht(step["by_satang"])
            case _:
                thai, english = "รับจากพื้นที่ {x} ด้วย", "supply from {x} is accepted too"
                values["x"] = self.listed(step["zones"])
        help_thai = " ถ้า" + thai + " จะมีผลผลิตที่เข้าเงื่อนไข {amount}"
        help_english = " If " + english + ", {amount} on offer would fit."
        return text + self.pick(help_thai, help_english, **values)

    def full(self, data: Mapping[str, Any]) -> str:
        if "takers" not in data:
            return self.pick(
                "ผลผลิตที่เปิดจองไว้ {x} ขายหมดแล้ว",
                "Everything you offered, {x}, is sold.",
                x=self.amount(data["sold_g"]),
            )
        return self.pick(
            "ผลผลิตที่ตรงเงื่อนไขมี {n} ส่วน รวม {x} จัดสรรหมดแล้วให้ {m} รายการตามลำดับสิทธิ์",
            "The {n} shares that fit, {x} in all, have gone to {m} order lines by rank.",
            n=str(data["lots"]),
            x=self.amount(data["given_g"]),
            m=str(data["takers"]),
        )

    def kept(self, cuts: list[Mapping[str, Any]]) -> str:
        return " ".join(
            self.pick(
                "{product} ส่ง {day}: ขอให้เก็บ {x} แม้ต่ำกว่าขั้นต่ำ {least} เพราะมียอดยืนยันแล้วที่ต้องส่ง",
                "{product} for {day}: please pick {x} although the minimum is {least}: "
                "it is promised.",
                product=self.name(cut["product"]),
                day=self.day(cut["day"]),
                x=self.amount(cut["quantity_g"]),
                least=self.amount(cut["min_harvest_g"]),
            )
            for cut in cuts
        )

    def not_picked(self, lots: Mapping[str, int]) -> str:
        return self.pick(
            "ยังมีผลผลิต {x} แต่แต่ละสวนได้ยอดน้อยเกินกว่าจะคุ้มการเก็บ จึงไม่เก็บในรอบนี้",
            "{x} is unsold, but so little from each farm that it is not worth harvesting.",
            x=self.amount(sum(lots.values())),
        )

    def too_small(self, data: Mapping[str, Any]) -> str:
        return self.pick(
            "เหลือผลผลิต {x} ใน {n} ส่วน แต่ส่วนที่ขาดน้อยกว่าขั้นต่ำ {least} ต่อสวน จึงไม่แบ่งให้",
            "{x} is left in {n} shares, but what is missing is below the {least} that one farm "
            "gives at least.",
            x=self.amount(data["left_g"]),
            n=str(data["lots"]),
            least=self.amount(data["min_pick_g"]),
        )

    def rounded(self, data: Mapping[str, Any]) -> str:
        if "short_g" in data:
            return self.pick(
                "ขาด {x} เพราะส่งเป็นแพ็คเต็ม แพ็คละ {pack}",
                "Short by {x}, because only whole packs of {pack} are delivered.",
                x=self.amount(data["short_g"]),
                pack=self.amount(data["pack_g"]),
            )
        if "lots" in data:
            return self.pick(
                "ผลผลิตที่ตรงเงื่อนไขเหลือไม่ถึงหนึ่งแพ็ค ({pack})",
                "What fits does not fill one pack ({pack}).",
                pack=self.amount(data["pack_g"]),
            )
        return self.pick(
            "ขายได้ {x} ส่วนที่เหลือไม่ถึงหนึ่งแพ็ค",
            "{x} is sold; the rest does not fill one pack.",
            x=self.amount(data["sold_g"]),
        )

    def shared(self, data: Mapping[str, Any]) -> str:
        others = data["others"]
        text = self.pick(
            "ผู้ซื้อสั่งน้อยกว่าที่เปิดจอง ขายได้ {x} คิดเป็น {p}% ของแผน {plan}",
            "Buyers asked for less than was offered: {x} is sold, {p}% of the plan of {plan}.",
            x=self.amount(data["sold_g"]),
            p=self.percent(data["share_permille"]),
            plan=self.amount(data["plan_g"]),
        )
        if not others:
            return text
        return text + self.pick(
            " แบ่งอย่างเป็นธรรมกับเกษตรกรอีก {n} รายที่ส่งแทนกันได้",
            " It was shared fairly with {n} other farmers who could supply the same orders.",
            n=str(others),
        )

    def skipped(self, cuts: list[Mapping[str, Any]]) -> str:
        parts = [
            self.pick(
                "{product} ส่ง {day}: ยอด {x} ต่ำกว่าขั้นต่ำ {least} จึงยังไม่ต้องเก็บ",
                "{product} for {day}: {x} is below the minimum of {least}, so nothing is picked.",
                product=self.name(cut["product"]),
                day=self.day(cut["day"]),
                x=self.amount(cut["quantity_g"]),
                least=self.amount(cut["min_harvest_g"]),
            )
            for cut in cuts
        ]
        return " ".join(parts) + self.pick(
            " ยอด {x} จดไว้เป็นสิทธิ์ก่อนในรอบหน้า",
            " The {x} are kept as credit: you come first next time.",
            x=self.amount(sum(cut["quantity_g"] for cut in cuts)),
        )

    def no_demand(self, data: Mapping[str, Any]) -> str:
        if not data["offered_g"]:
            return self.pick(
                "ไม่มีผลผลิตที่เปิดจองในรอบนี้", "Nothing was on offer from you in this round."
            )
        if data["fitting_lines"]:
            return self.pick(
                "รายการที่ตรงกับผลผลิตนี้มีผู้ส่งครบแล้ว",
                "The orders that this produce fits are already supplied in full.",
            )
        return self.pick(
            "รอบนี้ยังไม่มีผู้ซื้อสั่งผลผลิตที่ตรงกับที่เปิดจองไว้",
            "No buyer asked for produce like yours in this round.",
        )
