"""Records that are the same but for names have one key; what could make one wrong parts them."""

import pytest

from symback.algebra.positions import Entry
from symback.algebra.traversal import rename
from symback.derivation.derive import derive
from symback.network.text_reader import parse
from symback.verification.alike import claim_key
from symback.verification.referee import verify
from tests.verification.altered import with_gradient, with_line

CHAIN = """
network chain
input x y
parameter w1 w2 w3 w4 w5 w6
a1 = tanh(w1*x)
a2 = tanh(w2*a1)
a3 = tanh(w3*a2)
a4 = tanh(w4*a3)
a5 = tanh(w5*a4)
a6 = tanh(w6*a5)
loss L = (a6 - y)**2
"""


@pytest.fixture(scope="module")
def chain():
    return derive(parse(CHAIN))


def test_inner_layers_of_one_make_have_one_key(chain):
    assert claim_key(chain, "a2") == claim_key(chain, "a3")
    assert claim_key(chain, "w3") == claim_key(chain, "w4")


def test_the_layer_at_the_goal_has_a_key_of_its_own(chain):
    assert claim_key(chain, "a5") != claim_key(chain, "a4")


def test_another_function_or_one_more_reader_parts_the_keys():
    other = derive(parse(CHAIN.replace("a4 = tanh", "a4 = sigmoid")))
    assert claim_key(other, "a3") != claim_key(other, "a2")
    more = derive(parse(CHAIN.replace("tanh(w5*a4)", "tanh(w5*a4 + a2)")))
    assert claim_key(more, "a2") != claim_key(more, "a3")


def test_a_changed_line_in_a_record_like_another_is_found(chain):
    wrong = with_line(chain, "a3", 0, lambda e: 2 * e)
    report = verify(wrong)
    assert not report.passed
    assert [row.name for row in report.rows if not row.passed] == ["a3_bar"]


def test_a_record_that_reads_the_adjoint_of_another_layer_is_found(chain):
    """The shape is the same; only whose adjoint it is differs."""
    swapped = with_gradient(
        chain, "w3", lambda e: rename(e, {}, {"a3_bar": "a4_bar"}) if e.atoms(Entry) else e
    )
    assert claim_key(swapped, "w3") != claim_key(chain, "w3")
    assert not verify(swapped).passed


def test_rows_of_the_same_lines_say_whose_they_are(chain):
    rows = {row.name: row for row in verify(chain).rows if row.what == "steps"}
    assert rows["w3_bar"].like in rows
    assert rows["w3_bar"].note == f"as {rows['w3_bar'].like}, with other names"
    assert not rows[rows["w3_bar"].like].like
