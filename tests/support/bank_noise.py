"""Bank rows as banks and payers really write them, each with what it truly pays.

Everything comes from a seed. A row's `truth` is the set of documents it pays (none: it pays
nothing of ours); `kind` says what was done to it. Certain are only rows that name one document
whole and pay it, or it less its buyer's tax, to the satang.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from marketplace.common.codes import payment_reference
from orders.reconciliation.rules import OpenDocument
from orders.reconciliation.statements import StatementRow

DAY = dt.date(2027, 2, 1)
CERTAIN = frozenset({"exact", "exact_spaced", "exact_less_tax"})
_PLACES = ("สงขลา", "หาดใหญ่", "ระโนด", "สทิงพระ", "จะนะ", "เทพา", "รัตภูมิ", "สะเดา", "นาทวี", "ควนเนียง")
_KINDS_TH = ("โรงพยาบาล", "โรงแรม", "ร้านอาหาร", "โรงเรียน", "ตลาดส่ง")
_KINDS_EN = ("HOSPITAL", "HOTEL", "RESTAURANT", "SCHOOL", "WHOLESALE")
_EN = (
    "SONGKHLA",
    "HATYAI",
    "RANOT",
    "SATHINGPHRA",
    "CHANA",
    "THEPHA",
    "RATTAPHUM",
    "SADAO",
    "NATHAWI",
    "KHUANNIANG",
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row, what was done to it and the documents it truly pays, or the earlier row (its number)
    that it takes back.
    """

    row: StatementRow
    kind: str
    truth: frozenset[str]
    takes_back: int = 0


@dataclass(frozen=True, slots=True)
class Noise:
    """Documents, the buyers' names and the labelled rows."""

    documents: list[OpenDocument]
    names: dict[str, set[str]]
    rows: list[Labelled]


def make_noise(seed: int, rows: int, *, buyers: int = 40) -> Noise:
    """At least `rows` labelled rows over about as many documents."""
    rng = random.Random(seed)
    names: dict[str, set[str]] = {}
    for number in range(buyers):
        place, kind = number % len(_PLACES), number // len(_PLACES) % len(_KINDS_TH)
        tail = "" if number < 50 else f" {number // 50 + 1}"
        names[f"b{number}"] = {
            f"{_KINDS_TH[kind]}{_PLACES[place]}ตัวอย่าง{tail}",
            f"{_EN[place]} {_KINDS_EN[kind]}{tail}",
        }
    maker = _Maker(rng, names)
    kinds = list(_WEIGHTS)
    while len(maker.rows) < rows:
        kind = rng.choices(kinds, [_WEIGHTS[one] for one in kinds])[0]
        maker.add(kind)
    rng.shuffle(maker.rows)
    # A payment comes before the one that repeats it or takes it back.
    maker.rows.sort(key=lambda one: one.kind == "duplicate" or one.takes_back > 0)
    return Noise(maker.documents, names, maker.rows)


_WEIGHTS = {
    "exact": 30,
    "exact_spaced": 6,
    "exact_less_tax": 8,
    "truncated": 6,
    "typo": 6,
    "payer_thai": 8,
    "payer_english": 6,
    "merged_references": 5,
    "merged_payer": 5,
    "split": 5,
    "over": 3,
    "short_of_tax": 3,
    "duplicate": 3,
    "wrong_amount": 3,
    "longer_number": 2,
    "two_references_one_paid": 2,
    "unrelated": 4,
    "fee_netted": 3,
    "watched_buyer": 3,
    "taken_back": 3,
    "taken_back_payer": 2,
    "refund_came_back": 2,
    "paid_out": 3,
}


class _Maker:
    def __init__(self, rng: random.Random, names: dict[str, set[str]]) -> None:
        self.rng, self.names = rng, names
        self.documents: list[OpenDocument] = []
        self.rows: list[Labelled] = []

    def add(self, kind: str) -> None:
        """One case of a kind: its documents and its row or rows."""
        getattr(self, f"_{kind}")()

    def _document(self, *, taxed: bool = False, automatic: bool = True) -> OpenDocument:
        number = len(self.documents) + 1
        satang = self.rng.randrange(20_000, 6_000_000)
        if self.rng.random() < 0.3:
            satang = self.rng.choice((50_000, 84_000, 120_000, 250_000))  # many bills are alike
        made = OpenDocument(
            id=f"d{number}",
            reference=payment_reference("BL2570", number),
            buyer=self.rng.choice(sorted(self.names)),
            open_satang=satang,
            withholding_satang=satang // 100 if taxed else 0,
            due=DAY + dt.timedelta(days=number % 60),
            automatic=automatic,
        )
        self.documents.append(made)
        return made

    def _row(self, kind: str, satang: int, words: str, *truth: OpenDocument) -> None:
        row = StatementRow(
            len(self.rows) + 1, DAY, None, satang, 0, 0, words, "", "", len(self.rows) + 1
        )
        self.rows.append(Labelled(row, kind, frozenset(one.id for one in truth)))

    def _name(self, document: OpenDocument, *, english: bool) -> str:
        found = sorted(self.names[document.buyer])
        return found[0] if english else found[1]

    def _exact(self) -> None:
        one = self._document(taxed=self.rng.random() < 0.2)
        words = self.rng.choice(("BILL PAYMENT {r}", "{r}", "จ่ายบิล {r} ขอบคุณครับ"))
        self._row("exact", one.open_satang, words.format(r=one.reference), one)

    def _exact_spaced(self) -> None:
        one = self._document()
        r = one.reference
        spelled = self.rng.choice((f"{r[:6]} {r[6:12]} {r[12:]}", f"{r[:6]}-{r[6:]}", r.lower()))
        self._row("exact_spaced", one.open_satang, f"โอน {spelled}", one)

    def _exact_less_tax(self) -> None:
        one = self._document(taxed=True)
        self._row("exact_less_tax", one.open_satang - one.withholding_satang, one.reference, one)

    def _truncated(self) -> None:
        one = self._document()
        cut = one.reference[: self.rng.randrange(6, 13)]
        words = f"{self._name(one, english=False)} {cut}"
        self._row("truncated", one.open_satang, words, one)

    def _typo(self) -> None:
        one = self._document()
        letters = list(one.reference)
        at = self.rng.randrange(2, len(letters) - 1)
        if self.rng.random() < 0.5:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters[at] = self.rng.choice("0123456789")
        spelled = "".join(letters)
        if spelled == one.reference:
            spelled = spelled[:-1]
        self._row("typo", one.open_satang, f"{self._name(one, english=True)} {spelled}", one)

    def _payer_thai(self) -> None:
        one = self._document(taxed=self.rng.random() < 0.3)
        satang = one.open_satang - self.rng.choice((0, one.withholding_satang))
        self._row("payer_thai", satang, f"รับโอนจาก {self._name(one, english=False)}", one)

    def _payer_english(self) -> None:
        one = self._document()
        words = f"TRANSFER FROM {self._name(one, english=True)}"
        self._row("payer_english", one.open_satang, words, one)

    def _together(self) -> list[OpenDocument]:
        first = self._document()
        more = [self._document() for _more in range(self.rng.randrange(1, 3))]
        found = [first]
        for one in more:
            same = OpenDocument(
                one.id, one.reference, first.buyer, one.open_satang, one.withholding_satang, one.due
            )
            self.documents[self.documents.index(one)] = same
            found.append(same)
        return found

    def _merged_references(self) -> None:
        found = self._together()
        words = " ".join(one.reference for one in found)
        self._row("merged_references", sum(one.open_satang for one in found), words, *found)

    def _merged_payer(self) -> None:
        found = self._together()
        words = f"โอนรวม {self._name(found[0], english=False)}"
        self._row("merged_payer", sum(one.open_satang for one in found), words, *found)

    def _split(self) -> None:
        one = self._document()
        part = self.rng.randrange(1_000, one.open_satang - 1_000)
        self._row("split", part, f"งวดแรก {one.reference}", one)

    def _over(self) -> None:
        one = self._document()
        self._row("over", one.open_satang + self.rng.randrange(1, 9_000), one.reference, one)

    def _short_of_tax(self) -> None:
        one = self._document()  # this buyer has not told us that it withholds
        self._row("short_of_tax", one.open_satang - one.open_satang // 100, one.reference, one)

    def _duplicate(self) -> None:
        one = self._document()
        self._row("exact", one.open_satang, one.reference, one)
        self._row("duplicate", one.open_satang, one.reference, one)

    def _wrong_amount(self) -> None:
        """The reference of one document with the amount of another."""
        one, other = self._document(), self._document()
        satang = other.open_satang + (one.open_satang == other.open_satang)
        self._row("wrong_amount", satang, one.reference, one)

    def _longer_number(self) -> None:
        """A reference that is only the middle of a longer number is nobody's."""
        one = self._document()
        self._row("longer_number", one.open_satang, f"{one.reference}{self.rng.randrange(10)}")

    def _two_references_one_paid(self) -> None:
        one, other = self._document(), self._document()
        words = f"{one.reference} {other.reference}"
        self._row("two_references_one_paid", one.open_satang, words, one)

    def _unrelated(self) -> None:
        self._row("unrelated", self.rng.randrange(100, 9_000_000), "ฝากเงินสด สาขาตัวอย่าง")

    def _fee_netted(self) -> None:
        """A bank kept its fee of the payment."""
        one = self._document()
        self._row(
            "fee_netted",
            one.open_satang - self.rng.choice((1_000, 2_000, 3_000)),
            one.reference,
            one,
        )

    def _watched_buyer(self) -> None:
        """Exact in every way, of a buyer whose money the treasurer wants to see first."""
        one = self._document(automatic=False)
        self._row("watched_buyer", one.open_satang, f"จ่ายบิล {one.reference}", one)

    def _out(self, kind: str, satang: int, words: str, takes_back: int = 0) -> None:
        number = len(self.rows) + 1
        row = StatementRow(number, DAY, None, 0, satang, 0, words, "", "", number)
        self.rows.append(Labelled(row, kind, frozenset(), takes_back))

    def _taken_back(self) -> None:
        """A cheque or a transfer that came, paid its bill and came back."""
        one = self._document()
        self._row("exact", one.open_satang, one.reference, one)
        words = self.rng.choice(("เช็คคืน {r}", "กลับรายการ {r}", "REVERSAL {r}"))
        came = self.rows[-1].row.row_number
        self._out("taken_back", one.open_satang, words.format(r=one.reference), came)

    def _taken_back_payer(self) -> None:
        """The same, where the bank names the payer alone."""
        one = self._document()
        satang, name = one.open_satang, self._name(one, english=False)
        self._row("payer_thai", satang, f"รับโอนจาก {name}", one)
        came = self.rows[-1].row.row_number
        self._out("taken_back_payer", satang, f"โอนคืน {name}", came)

    def _refund_came_back(self) -> None:
        """Money we gave back comes again, with a reference and its open amount: it pays nothing."""
        one = self._document()
        self._out("paid_out", one.open_satang, f"คืนเงิน {one.reference}")
        sent = self.rows[-1].row.row_number
        words = f"เงินโอนคืน {one.reference}"
        self._row("refund_came_back", one.open_satang, words)
        self.rows[-1] = Labelled(self.rows[-1].row, "refund_came_back", frozenset(), sent)

    def _paid_out(self) -> None:
        """Money out that takes nothing back, though its amount came in before."""
        came = [one.row.in_satang for one in self.rows if one.row.in_satang] or [50_000]
        self._out("paid_out", self.rng.choice(came), "โอนจ่ายค่าผลผลิต")
