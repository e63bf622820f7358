"""Make symback/render/data/math.woff2, the face of the formulas in HTML pages, from STIX Two Math.

    pip install fonttools brotli ziamath     # ziamath's wheel holds STIXTwoMath-Regular.ttf
    python docs/math_font.py [STIXTwoMath-Regular.ttf]

What a formula of symback can hold is kept: Latin, Greek, operators, brackets, arrows and the
alphabets of mathematics, with the table by which browsers stretch brackets and place scripts. The
licence (OFL) asks that a changed font is named as such, so it is called Symback Math.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parent.parent / "symback" / "render" / "data" / "math.woff2"
NAME = "Symback Math"
KEPT = (
    *range(0x20, 0x7F), *range(0xA0, 0xC0), 0xD7, 0xF7,
    0x131, 0x237, 0x2C6, 0x2C7, *range(0x2D8, 0x2DE), *range(0x302, 0x309),
    *range(0x391, 0x3CA), 0x3D1, 0x3D5, 0x3D6, 0x3F0, 0x3F1, 0x3F5,
    *range(0x2010, 0x2028), 0x2030, *range(0x2032, 0x2038), 0x203E, 0x2044, 0x2057,
    *range(0x2061, 0x2065), *range(0x2070, 0x20A0), *range(0x20D0, 0x20F1),
    # Letters of the alphabets below that Unicode had already: ℎ, ℝ, ℒ.
    *range(0x2100, 0x2140),
    *range(0x2190, 0x219A), 0x21A6, *range(0x21D0, 0x21D6), *range(0x2200, 0x22C8),
    *range(0x22EE, 0x22F2), *range(0x2308, 0x230C), *range(0x239B, 0x23B4), *range(0x23DC, 0x23E0),
    0x25B3, 0x25CB, 0x25CF, 0x2713, 0x2717, *range(0x27E6, 0x27EC), 0x29F5, 0x2A00, 0x2A01, 0x2A02,
    0x2A7D, 0x2A7E,
    # Bold, italic, bold italic, script; fraktur; double-struck; sans serif; typewriter; Greek.
    *range(0x1D400, 0x1D4D0), *range(0x1D504, 0x1D56C), *range(0x1D5A0, 0x1D5D4),
    *range(0x1D670, 0x1D6A6), *range(0x1D6E2, 0x1D756), *range(0x1D7CE, 0x1D800),
)  # fmt: skip


def source() -> Path:
    """Return the file named on the command line, or the one in ziamath."""
    if len(sys.argv) > 1:
        return Path(sys.argv[1])
    found = importlib.util.find_spec("ziamath")
    if found is None or found.origin is None:
        sys.exit("name the file STIXTwoMath-Regular.ttf, or pip install ziamath, which brings it")
    return Path(found.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"


def subset(font: TTFont) -> None:
    """Keep the glyphs of KEPT and what they are built from and replaced by."""
    options = Options()
    options.layout_features = ["ssty", "dtls", "flac", "kern", "mark", "mkmk", "ccmp"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.hinting = False
    options.glyph_names = False
    options.drop_tables += ["DSIG", "gasp"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=KEPT)
    subsetter.subset(font)


def rename(font: TTFont) -> None:
    """Give the changed font a name of its own; copyright and licence stay as they are."""
    version = font["name"].getDebugName(5)
    names = {1: NAME, 3: f"{NAME}, from STIX Two Math {version}", 4: NAME, 6: "SymbackMath"}
    for number, text in names.items():
        for record in [r for r in font["name"].names if r.nameID == number]:
            record.string = text


def main() -> None:
    """Write the subset and say how large it is."""
    font = TTFont(source(), recalcTimestamp=False)
    subset(font)
    rename(font)
    font.flavor = "woff2"
    TARGET.parent.mkdir(exist_ok=True)
    font.save(TARGET)
    glyphs = len(font.getGlyphOrder())
    print(f"wrote {TARGET.name}: {TARGET.stat().st_size:,} bytes, {glyphs} glyphs")


if __name__ == "__main__":
    main()
