"""The pages that the browser tests open."""

from pathlib import Path

from symback.notation.symbols import parsed
from symback.render.parts import (
    check,
    code,
    details,
    document,
    equation,
    heading,
    line,
    paragraph,
    passage,
    reference,
)

EXAMPLES = Path(__file__).parents[2] / "examples"
VALUES = {
    "i1": 0.05, "i2": 0.10, "t1": 0.01, "t2": 0.99, "b1": 0.35, "b2": 0.60, "w1": 0.15, "w2": 0.20,
    "w3": 0.25, "w4": 0.30, "w5": 0.40, "w6": 0.45, "w7": 0.50, "w8": 0.55,
}  # fmt: skip


def mazur(sb):
    """Return the explanation of the 2-2-2 network of examples/mazur.py, with its numbers."""
    text = (EXAMPLES / "mazur.py").read_text(encoding="utf-8").split('"""')[3]
    return sb.explain(sb.derive(sb.parse(text)), at=VALUES, update=sb.SGD(0.5))


def digits(sb):
    """Return the explanation of a network of tensors."""
    return sb.explain(sb.derive(sb.read(EXAMPLES / "digits.symback")))


def short():
    """Return a document without headings: it has no outline."""
    return document("Short", paragraph("One sentence that is as long as a line of a page is."))


def switches():
    """Return a document that has something for every switch."""
    w, z = parsed("w"), parsed("z")
    return document(
        "Switches",
        heading("First"), paragraph("The lead."), paragraph("More, by ", reference("hidden"), "."),
        heading("Card", level=2, label="card"), paragraph("One sentence."),
        passage("index", equation(line(w, z), label="index")),
        passage("matrix", paragraph("As matrices it is this."), shown=False),
        passage("numpy", code("w = z @ x"), shown=False),
        equation(line(w, z), line(None, parsed("n"), numbers=True), label="result"),
        check(True, "it holds"),
        details("The proof", equation(line(z, w), label="hidden"), level=3),
        heading("Last"), paragraph("The end."),
        passage("numpy", equation(line(w, w), label="folded"), shown=False),
    )  # fmt: skip
