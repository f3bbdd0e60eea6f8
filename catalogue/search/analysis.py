"""How a text becomes words that can be found: Thai is cut into words here, never in an engine.

Documents and queries go through the same functions, so every engine holds the same words. A
skeleton is what is left of a Thai word when tone marks, vowel length and look-alike letters are
folded away; `sound` does the same for Thai written in Latin letters, which everybody spells as he
hears it. `ANALYSER_VERSION` changes with the rules and the dictionary: an index made by another
version is not read.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

RULES_VERSION: Final = "1"
DATA: Final = Path(__file__).parent / "data"
LONGEST: Final = 20_000
"""Characters of one text that are looked at."""

_DICTIONARY_NAME: Final = "luangna"
_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_HIDDEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u0e3a]")
_TONES: Final = "่้๊๋"
_SPLIT_AM: Final = re.compile(f"ํ([{_TONES}]?)า")
_TONE_THEN_AM: Final = re.compile(f"([{_TONES}])ํา")
_MARKS: Final = re.compile(f"[{_TONES}ัิีึืุู็์]{{2,}}")
_WORD: Final = re.compile(r"[0-9a-z]+|[\u0e01-\u0e4e]+")
_THAI: Final = re.compile(r"[\u0e01-\u0e4e]")

HEADS: Final = [
    "ส้ม",
    "กล้วย",
    "ข้าว",
    "ผัก",
    "ถั่ว",
    "ปลา",
    "กุ้ง",
    "ไก่",
    "ไข่",
    "เห็ด",
    "พริก",
    "แตง",
    "มัน",
    "มะม่วง",
    "มะพร้าว",
    "มะเขือ",
    "มะละกอ",
    "ใบ",
    "ดอก",
    "ยอด",
    "หัว",
    "ลูก",
    "เมล็ด",
    "ต้น",
    "หน่อ",
    "ฝัก",
    "บุ้ง",
    "ทุเรียน",
    "เงาะ",
    "ฟัก",
    "บวบ",
    "น้ำผึ้ง",
    "ขิง",
    "ข่า",
    "เป็ด",
    "หอย",
    "ปู",
    "หมู",
    "เนื้อ",
    "น้ำตาล",
]
"""Words that name a kind: a compound that starts with one is cut after it, so the kind is found."""

ABBREVIATIONS: Final = {
    "รพ.สต.": "โรงพยาบาลส่งเสริมสุขภาพตำบล",
    "รพ.": "โรงพยาบาล",
    "รร.": "โรงเรียน",
    "อบต.": "องค์การบริหารส่วนตำบล",
    "อบจ.": "องค์การบริหารส่วนจังหวัด",
    "ทต.": "เทศบาลตำบล",
    "ทม.": "เทศบาลเมือง",
    "วสช.": "วิสาหกิจชุมชน",
    "สหก.": "สหกรณ์",
    "กก.": "กิโลกรัม",
    "อ.": "อำเภอ",
    "ต.": "ตำบล",
    "จ.": "จังหวัด",
    "ม.": "หมู่",
}
_ABBREVIATION: Final = re.compile(
    r"(?<![\u0e01-\u0e4e.])("
    + "|".join(re.escape(short) for short in sorted(ABBREVIATIONS, key=len, reverse=True))
    + r")(?=\s*[\u0e01-\u0e4e])(?!\s*(?:ค|พ|ย|ก)\.)"
)


def normalise(text: str) -> str:
    """Return a text in one spelling: marks in order and once, Arabic digits, small letters.

    "เเตงกวา", "ส้้มโอ" and "นํ้าตาล" are what a keyboard makes of แตงกวา, ส้มโอ and น้ำตาล.
    """
    text = unicodedata.normalize("NFC", text[:LONGEST]).casefold().translate(_DIGITS)
    text = _HIDDEN.sub("", text).replace("เเ", "แ")
    text = _TONE_THEN_AM.sub(r"ํ\1า", text)
    text = _SPLIT_AM.sub(r"\1ำ", text)
    return " ".join(_MARKS.sub(_in_order, text).split())


def _in_order(marks: re.Match[str]) -> str:
    """Marks over one letter: the vowel, then the tone, then what silences; each once."""
    return "".join(sorted(dict.fromkeys(marks[0]), key=lambda mark: (mark == "์", mark in _TONES)))


def expand(text: str) -> str:
    """Return a normalised text with the abbreviations of offices and places written out."""
    return _ABBREVIATION.sub(lambda found: ABBREVIATIONS[found[1]], text)


def is_thai(text: str) -> bool:
    """Whether any letter of it is Thai."""
    return _THAI.search(text) is not None


def words(text: str) -> list[str]:
    """Cut a text into its words in order, as they are indexed and looked for."""
    found: list[str] = []
    _load()
    from nlpo3 import segment

    for run in _WORD.findall(expand(normalise(text))):
        if is_thai(run):
            found += [word for word in segment(run, _DICTIONARY_NAME) if word.strip()]
        else:
            found.append(stem(run))
    return found


def stem(word: str) -> str:
    """Return an English word without its plural ending; other words stay as they are."""
    if len(word) <= 3 or not word.isalpha() or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith("ves") and word[:-3] in ("lea", "loa", "hal"):
        return f"{word[:-3]}f"
    if word.endswith(("oes", "shes", "ches", "sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def compact(text: str) -> str:
    """Return a name without spaces and signs: how two spellings of one name are compared."""
    return "".join(_WORD.findall(normalise(text)))


_SILENT: Final = re.compile(r"[\u0e01-\u0e2e][ิุ]?์")
_FOLDED: Final = str.maketrans(
    {
        **dict.fromkeys("่้๊๋็ั", None),
        "ู": "ุ",
        "ี": "ิ",
        "ึ": "ิ",
        "ื": "ิ",
        "ร": "ล",
        "ฬ": "ล",
        "ณ": "น",
        "ศ": "ส",
        "ษ": "ส",
        "ซ": "ส",
        "ต": "ด",
        "ฏ": "ด",
        "ฎ": "ด",
        "ธ": "ท",
        "ฑ": "ท",
        "ฒ": "ท",
        "ถ": "ท",
        "ฐ": "ท",
        "ภ": "พ",
        "ผ": "พ",
        "ฝ": "ฟ",
        "ฆ": "ค",
        "ข": "ค",
        "ฌ": "ช",
        "ฉ": "ช",
        "ญ": "ย",
        "ใ": "ไ",
        "ฤ": "ล",
        "ๆ": None,
    }
)


def skeleton(text: str) -> str:
    """Return what is left of a name when tones, vowel lengths and look-alikes are folded.

    สัมจุก, สมจุก and ส้มจุก have one skeleton; so have ฟักทอง and ฝักทอง.
    """
    return _SILENT.sub("", compact(text)).translate(_FOLDED)


_SOUNDS: Final = (
    ("tch", "c"),
    ("ch", "c"),
    ("sh", "c"),
    ("ph", "p"),
    ("th", "t"),
    ("kh", "k"),
    ("dh", "d"),
    ("bh", "b"),
    ("gh", "g"),
    ("ck", "k"),
    ("j", "c"),
    ("q", "k"),
    ("ngk", "nk"),
    ("oo", "u"),
    ("uea", "ua"),
    ("uae", "ua"),
    ("eua", "ua"),
    ("eu", "u"),
    ("ue", "u"),
    ("ou", "u"),
    ("aw", "o"),
    ("au", "o"),
    ("ae", "e"),
    ("oe", "e"),
    ("ee", "i"),
    ("ea", "i"),
    ("ey", "i"),
    ("ay", "ai"),
    ("ui", "uy"),
    ("y", "i"),
    ("aa", "a"),
    ("orn", "on"),
    ("or", "o"),
    ("ar", "a"),
    ("er", "e"),
    ("v", "w"),
    ("r", "l"),
    ("g", "k"),
    ("d", "t"),
    ("b", "p"),
    ("z", "s"),
    ("x", "s"),
)
_DOUBLED: Final = re.compile(r"([a-z])\1+")
_LAST_H: Final = re.compile(r"(?<=[aeiou])h(?![aeiou])")


def sound(text: str) -> str:
    """Return how a name in Latin letters sounds: krapao, gra prao and kaphrao come near each other."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if letter.isascii() and letter.isalnum())
    plain = _LAST_H.sub("", plain)
    for written, heard in _SOUNDS:
        plain = plain.replace(written, heard)
    return _DOUBLED.sub(r"\1", plain)


def folded(text: str) -> str:
    """Return the skeleton of a Thai name, or the sound of a Latin one."""
    return skeleton(text) if is_thai(text) else sound(text)


@cache
def atomic_words() -> tuple[str, ...]:
    """Local words that no dictionary has; compounds do not belong here."""
    text = (DATA / "words.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.split() if line)


def _compounds(general: Iterable[str]) -> Iterator[str]:
    """Words in which a local word or a kind stands beside something else."""
    heads = set(HEADS)
    own = {word for word in atomic_words() if len(word) > 3}
    head_sizes = sorted({len(word) for word in heads})
    sizes = sorted({len(word) for word in own})
    for word in general:
        size = len(word)
        if any(size > cut + 1 and word[:cut] in heads for cut in head_sizes) or any(
            size > cut and (word[:cut] in own or word[-cut:] in own) for cut in sizes
        ):
            yield word


def _dictionary() -> Iterable[str]:
    """The words to cut by: the general list without compounds of produce, and our own.

    The list is a file of pythainlp's (CC0); the package itself is never imported.
    """
    spec = find_spec("pythainlp")
    assert spec is not None, "pythainlp's list of words is a dependency"
    assert spec.origin is not None
    general = Path(spec.origin).parent / "corpus" / "words_th.txt"
    known = set(general.read_text(encoding="utf-8").split())
    return sorted(known.difference(_compounds(known)) | set(HEADS) | set(atomic_words()))


@cache
def _load() -> None:
    from nlpo3 import load_dict

    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.write("\n".join(_dictionary()))
        file.flush()
        _message, loaded = load_dict(file.name, _DICTIONARY_NAME)
    assert loaded


@cache
def analyser_version() -> str:
    """Eight characters that change with the rules and our own words."""
    told = "\n".join((RULES_VERSION, *HEADS, *atomic_words()))
    return hashlib.sha256(told.encode()).hexdigest()[:8]
