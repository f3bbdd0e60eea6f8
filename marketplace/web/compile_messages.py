"""Compile our translation catalogues with Babel, so that no gettext tools are needed on the machine."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"


def compile_all(locale: Path = LOCALE) -> int:
    """Write each `.po` under `locale` as `.mo` where it is newer; return how many were written."""
    written = 0
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as handle:
            catalogue = read_po(handle, locale=source.parents[1].name)
        with target.open("wb") as handle:
            write_mo(handle, catalogue)
        written += 1
    return written


if __name__ == "__main__":
    sys.stdout.write(f"{compile_all()} catalogues compiled\n")
