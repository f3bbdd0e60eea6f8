"""Build the web faces of Sarabun that kit.css names.

The full TTFs come with the pip package fontpkg-sarabun; the WOFF2 files written here are committed,
so that running the site needs no build. Run it again after the package has moved.
"""

import shutil
from argparse import ArgumentParser
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

FACES = ("Regular", "Medium", "SemiBold", "Bold")

# Thai, Basic Latin, Latin-1 and the signs that figures and ranges are written with.
UNICODES: frozenset[int] = frozenset(
    {
        *range(0x20, 0x7F),
        *range(0xA0, 0x100),
        *range(0x0E01, 0x0E3B),
        *range(0x0E3F, 0x0E5C),
        *map(ord, "–—‘’“”„†•…‹›‰€™−×÷≈≠≤≥→←↑↓▲▼■◆ı"),
    }
)

OUTPUT = Path(__file__).resolve().parents[2] / "static" / "web" / "fonts"
LIMIT_BYTES = 40_000


def package_root() -> Path:
    """Return the folder of the installed fontpkg-sarabun; CommandError if it is missing."""
    try:
        import fontpkg_sarabun
    except ImportError as error:
        raise CommandError("fontpkg-sarabun is not installed: pip install -e '.[dev]'") from error
    return Path(fontpkg_sarabun.__file__).resolve().parent


def subset_face(source: Path) -> bytes:
    """Return one TTF cut down to `UNICODES` as WOFF2, keeping every layout feature.

    GSUB and GPOS stay whole: they put tone marks above vowels and off tall consonants.
    """
    from fontTools import subset

    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["*"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.hinting = False
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=UNICODES)
    subsetter.subset(font)
    written = BytesIO()
    subset.save_font(font, written, options)
    return written.getvalue()


class Command(BaseCommand):
    """Write the four WOFF2 faces and the licence beside them."""

    help = "Subset Sarabun into static/web/fonts as WOFF2."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let the files be written elsewhere, for comparing."""
        parser.add_argument("--output", type=Path, default=OUTPUT)

    def handle(self, *args: Any, output: Path, **options: Any) -> None:
        """Build every face; refuse one that has grown past what a slow line should carry."""
        root = package_root()
        output.mkdir(parents=True, exist_ok=True)
        for face in FACES:
            made = subset_face(root / "files" / f"Sarabun-{face}.ttf")
            if len(made) > LIMIT_BYTES:
                raise CommandError(f"Sarabun-{face} is {len(made)} bytes, more than {LIMIT_BYTES}")
            (output / f"Sarabun-{face}.woff2").write_bytes(made)
            self.stdout.write(f"Sarabun-{face}.woff2 {len(made)} bytes")
        shutil.copyfile(root / "LICENSE", output / "OFL.txt")
