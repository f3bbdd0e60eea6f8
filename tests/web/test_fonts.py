"""The faces that are committed are the ones the site needs."""

from io import BytesIO

import pytest

from marketplace.web.management.commands.build_fonts import FACES, LIMIT_BYTES, OUTPUT

ttlib = pytest.importorskip("fontTools.ttLib")


@pytest.mark.parametrize("face", FACES)
def test_a_face_is_small_and_stacks_tone_marks(face):
    data = (OUTPUT / f"Sarabun-{face}.woff2").read_bytes()
    assert len(data) < LIMIT_BYTES
    font = ttlib.TTFont(BytesIO(data))
    has = set(font.getBestCmap())
    assert {ord(letter) for letter in "กฮ่๋์ฺ฿๙–−·•…▲“”‘’×÷≥≤→←"} <= has
    features = {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord}
    assert {"mark", "mkmk"} <= features


def test_the_licence_lies_beside_them():
    assert "SIL OPEN FONT LICENSE" in (OUTPUT / "OFL.txt").read_text(encoding="utf-8")
