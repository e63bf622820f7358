"""Documents that the writers' tests share."""

from sympy import Integer

from symback.algebra.functions import log, sigmoid, softmax, sum_over, tanh, where
from symback.algebra.nodes import Partial, Total
from symback.algebra.operators import Decimal
from symback.algebra.positions import Entry
from symback.notation.layout import Typesetter
from symback.notation.numbers import scientific
from symback.notation.tree import Brace, Product, Sum
from symback.render.parts import (
    box,
    check,
    code,
    details,
    document,
    emphasis,
    equation,
    figure,
    heading,
    items,
    line,
    literal,
    paragraph,
    passage,
    reference,
    sentence,
    strong,
    table,
)
from tests.notation.formulas import W1, P, X, Y, Z1_bar, h, i, k, n, one

show = Typesetter()
number = show.number
E, o1, o2, net_o1, net_o2, h1, net_h1, w1, w5, w7, i1 = map(
    Entry, "E o1 o2 net_o1 net_o2 h1 net_h1 w1 w5 w7 i1".split()
)
delta_o1, delta_o2, delta_h1 = map(Entry, ("delta_o1", "delta_o2", "delta_h1"))
VALUES = {
    delta_o1: 0.138498561629, delta_o2: -0.038098236517, delta_h1: 0.008771354689,
    h1: 0.593269992107, w5: 0.4, w7: 0.5, i1: 0.05,
}  # fmt: skip
HOSTILE = "100% \\input{x} $y$ #1 & a_b^c ~ {z} </script> <b> `` -- \x1b[31m 層 é σ₁"


def chain():
    first = Brace(show(Partial(E, o1) * Partial(o1, net_o1)), show(delta_o1))
    second = Brace(show(Partial(E, o2) * Partial(o2, net_o2)), show(delta_o2))
    both = Sum((
        ("+", Product((first, show(Partial(net_o1, h1))))),
        ("+", Product((second, show(Partial(net_o2, h1))))),
    ))  # fmt: skip
    return Product((both, show(Partial(h1, net_h1)), show(Partial(net_h1, w1))))


def one_weight():
    """One weight of a scalar network, with every kind of block."""
    factor = (delta_o1 * w5 + delta_o2 * w7) * h1 * (one - h1)
    return document(
        ("How the loss answers to ", show(w1)),
        heading("The weight ", show(w1), label="w1"),
        paragraph(
            emphasis("In one sentence. "),
            *sentence("Raising {w} raises {h}; {d} goes down.", w=show(w1), h=show(h1), d=("it",)),
        ),
        heading("Two paths", level=2),
        paragraph(strong("Chain rule."), " Two paths meet at ", show(h1), ":"),
        equation(line(show(Partial(E, w1)), chain()), label="chain", stacked=True),
        table(
            ("factor", "from", "rule", "value"),
            (
                (show(Partial(net_o1, h1)), (show(net_o1), " = ", show(w5 * h1)), "linear",
                 number(0.4)),
                (show(Partial(h1, net_h1)), (show(h1), " = ", show(sigmoid(net_h1))),
                 ("logistic, through its own output ", show(h1)), number(0.241300708572)),
            ),
            align="lllr", caption="The factors", label="factors",
        ),
        paragraph("With ", reference("chain"), " and ", reference("factors"), " (",
                  reference("w1"), "):"),
        equation(
            line(show(delta_h1), show(factor), reason="definition"),
            line(None, show(factor, VALUES), reason=("numbers from ", reference("factors"))),
            line(None, number(VALUES[delta_h1])),
            line(show(Total(E, w1)), show(delta_h1 * i1)),
            line(None, number(0.000438567734)),
            label="result",
        ),
        check(True, "central difference ", number(0.000438567734), ", relative error ",
              scientific(2e-10), "."),
        check(False, "a check that fails"),
        box(equation(line(show(w1), show(Decimal("0.15") - Decimal("0.5") * delta_h1), "←"))),
        details(
            ("Proof of ", show(sigmoid(Entry("z")))),
            equation(line(show(Entry("a")), show(one / (one + Entry("z")))), label="proof"),
            level=3,
        ),
        items("first", ("second with ", show(w1)), numbered=True),
        items("third", "fourth"),
        paragraph(literal("w1 -= 0.5*w1_bar"), ", as ", reference("picture"), " shows."),
        code("def f(x):\n    return x @ W1.T  # 100%\n"),
        figure("<svg/>", ("The graph of ", show(E)), "circles and arrows", label="picture"),
    )  # fmt: skip


def tensors():
    """A parameter of a tensor network."""
    return document(
        "A parameter of the digits network",
        equation(
            line(show(Entry("L")), show(-sum_over(Y * log(P), n, k) / n.size)),
            line(show(P), show(softmax(Entry("Z2", n, k), k))),
            line(show(Entry("q", n)), show(where(Entry("z", n) > 0, Entry("z", n), -one))),
            line(show(Entry("A1", n, h)), show(tanh(sum_over(X * W1, i) + Entry("b1", h)))),
        ),
        equation(
            line(show(Entry("W1_bar", i, h)), show(sum_over(X * Z1_bar, n)),
                 reason="every sample uses the same entry, so their contributions add"),
            label="W1",
        ),
    )  # fmt: skip


def long_formula(terms=40):
    total = Entry("w0") * h1
    for place in range(1, terms):
        total = total + Entry(f"w{place}") * Entry(f"h{place}") * (one - h1) / Integer(place + 1)
    return total


def hostile():
    """Words that mean something to a markup, in every place where words can stand."""
    return document(
        HOSTILE,
        heading(HOSTILE, label=HOSTILE),
        paragraph(HOSTILE, strong(HOSTILE), literal(HOSTILE), reference(HOSTILE)),
        items(HOSTILE),
        equation(line(show(E), show(w1), reason=HOSTILE), label="}\\end{document}"),
        paragraph(reference("}\\end{document}")),
        table((HOSTILE, "b"), ((HOSTILE, "c"),), caption=HOSTILE, label="%&"),
        figure("<svg/>", HOSTILE, HOSTILE, label="~", file="../%.png}"),
        check(True, HOSTILE),
        details(HOSTILE, paragraph(HOSTILE)),
        passage("matrix", paragraph(HOSTILE)),
        passage("numpy", code(HOSTILE), shown=False),
        code(HOSTILE + "\n```\n" + "\\end{verbatim}"),
    )


# A drawing with parts that load, run or hide.
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="symback-diagram" viewBox="0 0 9 9" '
    'onload="x()">'
    "<style>*{display:none}</style><script>x()</script><title>a &amp; b</title>"
    '<a href="http://x"><rect/></a><image href="http://x"/><use href="#a"/>'
    '<rect class="f-ink" width="9" fill="url(http://x)" style="x" id="top"/>'
    "<text>w<tspan>1</tspan>!</text></svg>"
)
