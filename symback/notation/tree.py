"""The neutral form of a formula: what stands where, without saying in which markup.

``notation.layout`` turns an expression into a tree once; an emitter for each markup (``latex``,
``unicode``, ``blocks``) turns the tree into text. Trees are plain data: they can be stored,
compared, and composed by hand, for example to put a brace with a name under a part.

Brackets are never part of a tree. Each form binds more or less tightly (``binding``), each place
asks for a tightness, and an emitter puts brackets where the two do not agree. A stacked fraction
needs fewer brackets than one on a single line, so there is a column for each.
"""

from __future__ import annotations

from dataclasses import dataclass

# How tightly a form binds, loosest first.
LOOSEST, OR, AND, NOT, RELATION, SUM, PRODUCT, FACTOR, POWER, ATOM = range(10)


class Tree:
    """The base of all forms."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Number(Tree):
    """±mantissa·10^exponent; the mantissa is decimal text such as 0.038098237."""

    mantissa: str
    exponent: int | None = None
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Symbol(Tree):
    """A letter, size, tensor, or an entry of one: base with accents, label, layer, primes, indices.

    ``name`` is the name as it is typed (Z1); ``base`` the letter or word that carries the accents
    (Z); ``label`` the parts of the subscript that belong to the name (1); ``layer`` a superscript
    in round brackets, ``bare`` without them; ``latex`` replaces base, label and layer in LaTeX if
    it is set; ``verbatim`` keeps even a Greek name as it is typed, where another symbol looks like
    it; ``adjoint_of`` is the tensor whose adjoint a symbol such as δ is (Z̄ has the name Z, and its
    bar says so).
    """

    name: str
    base: str
    label: tuple[str, ...] = ()
    layer: str = ""
    accents: tuple[str, ...] = ()
    primes: int = 0
    latex: str = ""
    indices: tuple[Tree, ...] = ()
    verbatim: bool = False
    bold: bool = False
    bare: bool = False
    adjoint_of: str = ""


@dataclass(frozen=True, slots=True)
class Indexed(Tree):
    """An entry of what a formula makes: (A·B)[n,h]."""

    body: Tree
    indices: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Sum(Tree):
    """Signed terms in order: (("+", a), ("-", b)) is a - b."""

    terms: tuple[tuple[str, Tree], ...]


@dataclass(frozen=True, slots=True)
class Product(Tree):
    """Factors in order; ``sign`` says how they are joined.

    "" is plain, "⊙" entry by entry, "×" for the sizes of a shape, "mod" the remainder, "/" a
    quotient on one line.
    """

    factors: tuple[Tree, ...]
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Fraction(Tree):
    """top over bottom."""

    top: Tree
    bottom: Tree


@dataclass(frozen=True, slots=True)
class Derivative(Tree):
    """∂top/∂bottom, or ∂/∂bottom without top; ``sign`` "d" is for a function of one variable.

    The sign "∇" is for the whole gradient, ∇_bottom top.
    """

    top: Tree | None
    bottom: Tree
    sign: str = "∂"


@dataclass(frozen=True, slots=True)
class Power(Tree):
    """base to the exponent; Words("⊤") as exponent is the transpose."""

    base: Tree
    exponent: Tree


@dataclass(frozen=True, slots=True)
class Bound(Tree):
    """A letter under a large operator; with its first and last value if these are not all."""

    letter: Tree
    low: Tree | None = None
    high: Tree | None = None


@dataclass(frozen=True, slots=True)
class Big(Tree):
    """A large operator over letters, and the body on which it acts.

    It is "Σ", "Π", or a word: "mean", "max", "min", "argmax".
    """

    operator: str
    bounds: tuple[Bound, ...]
    body: Tree


@dataclass(frozen=True, slots=True)
class Call(Tree):
    """f(arguments); ``over`` are the letters over which f runs, ``at`` the entry that is read."""

    latex: str
    unicode: str
    arguments: tuple[Tree, ...]
    over: tuple[Tree, ...] = ()
    at: Tree | None = None


@dataclass(frozen=True, slots=True)
class Kronecker(Tree):
    """δ of two positions."""

    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Fenced(Tree):
    """The body between delimiters that are meant.

    They are "[" Iverson, "|" absolute, "‖" norm, "⌊" floor, "(".
    """

    fence: str
    body: Tree


@dataclass(frozen=True, slots=True)
class Root(Tree):
    """√body."""

    body: Tree


@dataclass(frozen=True, slots=True)
class Cases(Tree):
    """Rows (value, condition); the last condition may be None, "otherwise"."""

    rows: tuple[tuple[Tree, Tree | None], ...]


@dataclass(frozen=True, slots=True)
class Relation(Tree):
    """A chain such as 0 ≤ k < K: one operator fewer than parts."""

    parts: tuple[Tree, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logic(Tree):
    """Conditions joined by "and" or "or"; "not" stands before its one part."""

    word: str
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Words(Tree):
    """Upright text inside a formula."""

    text: str


@dataclass(frozen=True, slots=True)
class Brace(Tree):
    """The body with a brace and a label under it; on a single line only the body is shown."""

    body: Tree
    label: Tree


@dataclass(frozen=True, slots=True)
class Glyph(Tree):
    """An operator or a delimiter that stands alone because its formula was broken into rows."""

    text: str
    height: int = 1


@dataclass(frozen=True, slots=True)
class Row(Tree):
    """Parts of a broken formula beside each other; brackets in it may be closed in a later row."""

    items: tuple[Tree, ...]


# (binding when fractions are stacked, binding on a single line)
BINDINGS: dict[type[Tree], tuple[int, int]] = {
    Sum: (SUM, SUM),
    Product: (PRODUCT, PRODUCT),
    Big: (PRODUCT, PRODUCT),
    Fraction: (FACTOR, PRODUCT),
    Derivative: (FACTOR, FACTOR),
    Power: (POWER, POWER),
    Relation: (RELATION, RELATION),
    Cases: (PRODUCT, LOOSEST),
}
LOGIC = {"and": AND, "or": OR, "not": NOT}


def binding(tree: Tree, flat: bool = False) -> int:
    """Return how tightly a form binds, stacked or (``flat``) on a single line."""
    kind = type(tree)
    if kind is Number:
        return SUM if tree.negative else ATOM if tree.exponent is None else PRODUCT
    if kind is Symbol:
        # A second superscript would be read as part of the first.
        raised = tree.layer or tree.primes or "^" in tree.latex or "'" in tree.latex
        return POWER if raised else ATOM
    if kind is Logic:
        return LOGIC[tree.word]
    if kind is Brace:
        return binding(tree.body, flat)
    if kind is Sum and len(tree.terms) == 1 and tree.terms[0][0] == "+":
        return binding(tree.terms[0][1], flat)
    return BINDINGS.get(kind, (ATOM, ATOM))[flat]


def open_ended(tree: Tree) -> bool:
    """Would whatever follows be read as part of this form, as after Σ_i x_i?"""
    if isinstance(tree, Product):
        return open_ended(tree.factors[-1])
    if isinstance(tree, Brace):
        return open_ended(tree.body)
    is_nabla = isinstance(tree, Derivative) and tree.sign == "∇"
    return isinstance(tree, (Big, Cases)) or is_nabla


def needs_brackets(tree: Tree, place: int, flat: bool = False) -> bool:
    """Does the form bind less tightly than its place asks for?"""
    return binding(tree, flat) < place


def factor_needs_brackets(tree: Tree, is_last: bool, flat: bool = False) -> bool:
    """Does a factor of a product need brackets? An open end does, unless nothing follows."""
    if isinstance(tree, Product):
        # Plain products continue each other, so this one has another sign: (A ⊙ B) C.
        return True
    if isinstance(tree, Fraction) and flat:
        # a·b/c is read as it is meant; in (b/c)·a the brackets say what is below the bar.
        return not is_last
    return binding(tree, flat) < PRODUCT or (not is_last and open_ended(tree))


def starts_with_number(tree: Tree) -> bool:
    """Does a form begin with a digit, so that a factor before it must be kept apart by a dot?"""
    kind = type(tree)
    if kind is Number:
        return not tree.negative
    if kind is Product:
        return starts_with_number(tree.factors[0])
    if kind is Power:
        return starts_with_number(tree.base)
    return kind is Brace and starts_with_number(tree.body)


def is_operator(tree: Tree) -> bool:
    """Is this ∂/∂b, which acts on what follows?"""
    return isinstance(tree, Derivative) and tree.top is None


def is_transpose(tree: Tree) -> bool:
    """Is this Aᵀ?"""
    return isinstance(tree, Power) and tree.exponent == Words("⊤")


def numeric(tree: Tree) -> bool:
    """Is everything in a form a number?"""
    parts = children(tree)
    return all(numeric(part) for part in parts) if parts else isinstance(tree, Number)


def height(tree: Tree) -> int:
    """Return how tall a form stands, fractions stacked: 1 is a letter, 2 a Σ, 3 a fraction."""
    kind = type(tree)
    if kind is Fraction or (kind is Derivative and tree.sign != "∇"):
        return max(3, sum(height(part) for part in children(tree)) + 1)
    if kind is Big:
        return max(2, height(tree.body))
    if kind is Cases:
        return 2 * len(tree.rows)
    return max((height(child) for child in children(tree)), default=1)


def children(tree: Tree) -> tuple[Tree, ...]:
    """Return the parts that stand on the line of a form (not its scripts)."""
    kind = type(tree)
    if kind is Sum:
        return tuple(term for _, term in tree.terms)
    if kind is Product:
        return tree.factors
    if kind in (Fenced, Root, Brace, Big, Indexed):
        return (tree.body,)
    if kind is Power:
        return (tree.base,)
    if kind is Call:
        return tree.arguments
    if kind in (Relation, Logic):
        return tree.parts
    if kind is Row:
        return tree.items
    if kind in (Fraction, Derivative):
        return (tree.top, tree.bottom) if tree.top is not None else (tree.bottom,)
    return ()
