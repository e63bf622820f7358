"""A figure as PDF: one page of lines and text in the fonts that every PDF reader has.

Times and Symbol need no embedding and hold Latin, Greek and the signs of formulas; a text with
other characters is refused, so that nothing comes out as boxes. The same figure gives the same
bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from math import cos, radians, sin

from symback.diagrams.figure import Figure, PlacedRow, Point, turn
from symback.diagrams.marks import Path, Words, marks
from symback.diagrams.richtext import BASE, clean
from symback.diagrams.styles import COLOURS, TEXT_COLOURS, path_colour
from symback.diagrams.typography import SetPiece, text_width
from symback.errors import FileError

POINTS = 0.75  # for each unit of the figure
USUAL_DASHES = "4 3"
ROMAN, ITALIC, SYMBOL = "F1", "F2", "F3"
FONTS = {ROMAN: "Times-Roman", ITALIC: "Times-Italic", SYMBOL: "Symbol"}
# The codes of the font Symbol for Greek letters and signs that Times lacks.
SYMBOL_CODES = dict(
    zip("αβγδεζηθικλμνξοπρστυφχψω", b"abgdezhqiklmnxoprstufcyw", strict=True)
) | dict(zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", b"ABGDEZHQIKLMNXOPRSTUFCYW", strict=True))
SYMBOL_CODES |= {
    "ϑ": 0x4A, "ς": 0x56, "ϖ": 0x76, "ϕ": 0x6A, "−": 0x2D, "∂": 0xB6, "∑": 0xE5, "∏": 0xD5,
    "√": 0xD6, "∞": 0xA5, "≤": 0xA3, "≥": 0xB3, "≠": 0xB9, "→": 0xAE, "←": 0xAC, "∈": 0xCE,
    "∇": 0xD1, "≈": 0xBB, "′": 0xA2, "″": 0xB2, "⊗": 0xC4, "⊕": 0xC5, "∧": 0xD9, "∨": 0xDA,
    "¬": 0xD8, "⌊": 0xEB, "⌋": 0xFB, "⌈": 0xE9, "⌉": 0xF9,
}  # fmt: skip
SPELLED = {"\u202f": " ", "\u2009": " ", "\ufffd": "?", "⋮": "...", "‴": "″′"}


def write_pdf(figure: Figure, asked: str = "write a diagram as PDF") -> bytes:
    """Return the figure as a PDF file. Raises FileError for a character that the fonts lack."""
    writer = _Page(figure.height, asked)
    drawn = b"\n".join(
        part.encode("latin-1")
        for mark in marks(figure)
        for part in (writer.path(mark) if isinstance(mark, Path) else writer.words(mark))
    )
    box = f"[0 0 {figure.width * POINTS:.2f} {figure.height * POINTS:.2f}]"
    fonts = " ".join(f"/{name} {5 + place} 0 R" for place, name in enumerate(FONTS))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents 4 0 R /Resources "
            f"<< /Font << {fonts} >> /ExtGState << {writer.states()} >> >> >>"
        ).encode("ascii"),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        *(_font(name).encode("ascii") for name in FONTS),
    ]
    return _file(objects)


def _font(name: str) -> str:
    coding = "" if name == SYMBOL else " /Encoding /WinAnsiEncoding"
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{FONTS[name]}{coding} >>"


def _file(objects: list[bytes]) -> bytes:
    """Return numbered objects with the table of where each begins."""
    text, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    text += b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return text + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start)


class _Page:
    """The operators of a page, y upwards, and the opacities that they use."""

    def __init__(self, height: float, asked: str) -> None:
        self.height, self.asked = height, asked
        self.opacities: dict[float, str] = {1.0: "G0"}

    def states(self) -> str:
        return " ".join(f"/{n} << /ca {o:g} /CA {o:g} >>" for o, n in self.opacities.items())

    def at(self, point: Point) -> str:
        return f"{point[0] * POINTS:.2f} {(self.height - point[1]) * POINTS:.2f}"

    def path(self, path: Path) -> Iterator[str]:
        name = self.opacities.setdefault(path.opacity, f"G{len(self.opacities)}")
        yield f"q /{name} gs"
        if path.fill:
            yield f"{_colour(path.fill)} rg"
        if path.line:
            yield f"{_colour(path.line)} RG {path.width * POINTS:.2f} w"
            if path.dashed:
                lengths = (path.pattern or USUAL_DASHES).split()
                yield f"[{' '.join(f'{float(n) * POINTS:.2f}' for n in lengths)}] 0 d"
        yield f"{self.at(path.start)} m"
        for segment in path.segments:
            yield f"{' '.join(map(self.at, segment))} {'l' if len(segment) == 1 else 'c'}"
        paint = {(True, True): "b", (True, False): "f", (False, True): "S"}
        yield f"{paint[bool(path.fill), bool(path.line)]} Q"

    def words(self, words: Words) -> Iterator[str]:
        row = words.row
        if row.crossed:
            first, *rest = row.corners()
            sheet = tuple((corner,) for corner in rest)
            yield from self.path(Path(first, sheet, fill="paper", opacity=0.8))
        for piece in row.row.pieces:
            yield from self._piece(row, piece)
            if piece.piece.bar and piece.piece.place == BASE and piece.piece.text.strip():
                yield from self.path(_bar(row, piece))

    def _piece(self, row: PlacedRow, piece: SetPiece) -> Iterator[str]:
        text = "".join(SPELLED.get(c, c) for c in clean(piece.piece.text))
        italic, done = piece.piece.italic, ""
        c, s = cos(radians(-row.angle)), sin(radians(-row.angle))
        yield f"q /G0 gs {_colour(TEXT_COLOURS[piece.role])} rg BT"
        for font, run in groupby(text, lambda character: self._font_of(character, italic)):
            part = "".join(run)
            x = row.x + piece.x + text_width(done, piece.size, italic)
            place = self.at(turn((x, row.y + piece.y), row.pivot, row.angle))
            yield f"/{font} {piece.size * POINTS:.2f} Tf"
            yield f"{c:.4f} {s:.4f} {-s:.4f} {c:.4f} {place} Tm <{_codes(part, font)}> Tj"
            done += part
        yield "ET Q"

    def _font_of(self, character: str, italic: bool) -> str:
        if character in SYMBOL_CODES:
            return SYMBOL
        try:
            character.encode("cp1252")
        except UnicodeEncodeError:
            raise FileError(
                self.asked,
                f"the character {character!r}, which the fonts of every PDF reader lack",
                "save as .svg, or install librsvg (rsvg-convert), which brings fonts into the PDF",
            ) from None
        return ITALIC if italic else ROMAN


def _codes(text: str, font: str) -> str:
    codes = bytes(map(SYMBOL_CODES.get, text)) if font == SYMBOL else text.encode("cp1252")
    return codes.hex()


def _bar(row: PlacedRow, piece: SetPiece) -> Path:
    lean = 0.1 * piece.size if piece.piece.italic else 0.0
    height = row.y + piece.bar_y
    left = turn((row.x + piece.x + lean, height), row.pivot, row.angle)
    right = turn((row.x + piece.x + piece.width + 0.4 * lean, height), row.pivot, row.angle)
    colour = TEXT_COLOURS[piece.role]
    return Path(left, ((right,),), line=colour, width=0.06 * piece.size)


def _colour(name: str) -> str:
    number = name.removeprefix("path ")
    shade = COLOURS[name][0] if name in COLOURS else path_colour(int(number))
    return " ".join(f"{int(shade[k : k + 2], 16) / 255:.3f}" for k in (1, 3, 5))
