"""What a page says about itself holds: references, symbols, paths, texts that come from names."""

import re

import networkx as nx
import pytest

from symback.derivation.derive import derive
from symback.explanation.lesson import new_lesson
from symback.explanation.order import needed, path_counts, paths
from symback.explanation.teacher import explanation
from symback.network.network import reads
from symback.network.text_reader import parse
from symback.notation.options import Notation
from symback.notation.tree import Derivative, Symbol, children
from symback.notation.unicode import unicode_of
from symback.render.document import (
    Equation,
    Formula,
    Heading,
    Table,
    contents,
    numbering,
    references,
    walk,
)
from tests.explanation.networks import (
    CLASSES,
    DIGITS,
    MAZUR,
    MAZUR_AT,
    NEURON,
    RESIDUAL,
    XOR,
    XOR_AT,
    derived,
    forty_six,
)

NETWORKS = {"neuron": NEURON, "mazur": MAZUR, "xor": XOR, "digits": DIGITS, "classes": CLASSES,
            "residual": RESIDUAL}  # fmt: skip


def _page(name, **options):
    return explanation(derived(NETWORKS[name]), checks=False, **options).document


@pytest.mark.parametrize("detail", [1, 2, 3])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_reference_has_its_goal(name, detail):
    page = _page(name, detail=detail)
    shown = numbering(page)
    cited = [part.label for part in references(page)]
    assert cited
    assert all(shown[label].startswith("(") for label in cited)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_adjoint_is_derived_once(name):
    labels = [b.label for b in walk(_page(name).blocks) if isinstance(b, Equation) and b.label]
    assert len(labels) == len(set(labels))
    derivation = derived(NETWORKS[name])
    wanted = {f"adj:{tensor}" for tensor in derivation.wrt}
    assert wanted <= set(labels)


def _symbols(tree):
    found = {tree.name} if isinstance(tree, Symbol) else set()
    if isinstance(tree, Symbol):
        inner = tree.indices
    elif isinstance(tree, Derivative):
        inner = tuple(t for t in (tree.top, tree.bottom) if t is not None)
    else:
        inner = (*children(tree), *_scripts(tree))
    return found.union(*(_symbols(t) for t in inner)) if inner else found


def _scripts(tree):
    for field in ("bounds", "over", "exponent", "left", "right", "label", "rows"):
        own = getattr(tree, field, None)
        for part in own if isinstance(own, tuple) else (own,):
            for item in part if isinstance(part, tuple) else (part,):
                item = getattr(item, "letter", item)
                if hasattr(item, "__slots__") and not isinstance(item, str) and item is not None:
                    yield item


def _trees(block):
    for content in contents(block):
        yield from (part.tree for part in content if isinstance(part, Formula))
    if isinstance(block, Equation):
        for line in block.lines:
            yield line.right
            if line.left is not None:
                yield line.left


@pytest.mark.parametrize("name", NETWORKS)
def test_every_symbol_is_in_the_table_of_symbols(name):
    blocks = list(walk(_page(name).blocks))
    table = next(b for b in blocks if isinstance(b, Table))
    explained = set()
    for row in table.rows:
        for part in row[0]:
            if isinstance(part, Formula):
                explained |= _symbols(part.tree)
    used = set()
    for block in blocks:
        for tree in _trees(block):
            used |= _symbols(tree)
    assert used - explained == set()


def _scalar_networks():
    yield derived(MAZUR)
    yield derived(NEURON)
    yield forty_six()


def test_there_are_as_many_paths_as_in_the_graph():
    for derivation in _scalar_networks():
        graph = nx.DiGraph()
        for equation in derivation.forward.equations:
            graph.add_edges_from((name, equation.target) for name in reads(equation))
        lesson = new_lesson(derivation, None)
        for name in derivation.wrt:
            expected = {tuple(p) for p in nx.all_simple_paths(graph, name, derivation.of)}
            assert path_counts(lesson, name)[name] == len(expected)
            assert set(paths(lesson, name)) == expected


def test_a_sum_over_paths_has_a_line_for_each():
    page = explanation(derived(MAZUR), "w1", at=MAZUR_AT, checks=False).document
    chain = next(
        b for b in walk(page.blocks) if isinstance(b, Equation) and b.label == "chain:w1"
    )
    products = [line for line in chain.lines if line.relation in "=+"][:2]
    assert [line.relation for line in products] == ["=", "+"]
    assert unicode_of(products[0].right).count("∂net_o1/∂h1") == 1
    assert unicode_of(products[1].right).count("∂net_o2/∂h1") == 1


def test_adjoints_come_after_what_they_cite():
    for derivation in (derived(RESIDUAL), derived(DIGITS), forty_six()):
        lesson = new_lesson(derivation, None)
        order = needed(lesson, derivation.wrt)
        for name in order:
            for reader in lesson.consumers(name):
                assert reader == derivation.of or order.index(reader) < order.index(name)


def test_the_chain_rule_holds_no_numbers():
    page = explanation(derived(MAZUR), at=MAZUR_AT, checks=False).document
    for block in walk(page.blocks):
        if isinstance(block, Equation) and block.label.startswith("chain:"):
            for line in block.lines:
                shown = unicode_of(line.right)
                assert "." not in shown
                assert "∂" in shown


@pytest.mark.parametrize("detail", [0, 1, 2, 3])
def test_the_same_derivation_gives_the_same_bytes(detail):
    first = explanation(derived(DIGITS), detail=detail, checks=False)
    again = explanation(derive(parse(DIGITS)), detail=detail, checks=False)
    assert first.latex() == again.latex()
    assert first.text() == again.text()


HOSTILE = """
network input_read_all
index write18_n:N loop_i:3
input openin_x[write18_n,loop_i] catcode_y[write18_n]
parameter def_w[loop_i]
expandafter_z[write18_n] = sum(openin_x[write18_n,loop_i]*def_w[loop_i], loop_i)
loss end_document = mean((expandafter_z[write18_n] - catcode_y[write18_n])**2, write18_n)
"""


def test_names_are_printed_and_never_obeyed():
    page = explanation(derive(parse(HOSTILE)), checks=False)
    source = page.latex()
    for command in (r"\input", r"\write18", r"\openin", r"\catcode", r"\loop", r"\expandafter"):
        assert command not in source
    # In a program names stand as they are typed.
    formulas = re.sub(r"\\begin\{verbatim\}.*?\\end\{verbatim\}", "", source, flags=re.DOTALL)
    assert "def_w" not in formulas.replace(r"\_", "")
    assert source.count(r"\end{document}") == 1
    page.markdown()


@pytest.mark.parametrize("adjoint", ["bar", "partial", "delta"])
def test_each_style_of_adjoints_names_them_throughout(adjoint):
    notation = Notation(adjoint=adjoint, first_index=1, numbered="superscript")
    for text in (DIGITS, MAZUR):
        page = explanation(derived(text), notation=notation, checks=False).document
        shown = numbering(page)
        assert all(part.label in shown for part in references(page))


def test_headings_name_each_gradient():
    titles = [
        "".join(unicode_of(p.tree) if isinstance(p, Formula) else p.text for p in b.title)
        for b in walk(_page("xor", at=XOR_AT).blocks) if isinstance(b, Heading)
    ]  # fmt: skip
    for gradient in ("∂L/∂W1[i,h]", "∂L/∂b1[h]", "∂L/∂W2[h]", "∂L/∂b2"):
        assert any(title.startswith(gradient) for title in titles)
