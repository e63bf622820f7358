"""What has too many nodes is drawn by layers, says so, and can be forced."""

import numpy as np
import pytest

from symback.algebra.functions import sin
from symback.derivation.derive import derive
from symback.diagrams.plan import MOST_NODES, planned
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.text_reader import parse
from tests.diagrams.networks import mazur
from tests.diagrams.test_blocks import deep

WIDE = "index n:2 i:9 h:9\ninput X[n,i]\nparameter W[i,h]\n" + (
    "H[n,h] = tanh(sum(X[n,i]*W[i,h], i))\nloss L = sum(H[n,h]**2, n, h)"
)


@pytest.mark.parametrize("level", ["equations", "operations"])
def test_a_large_network_is_drawn_by_layers_and_says_so(level):
    plan, _ = planned(deep(MOST_NODES), level)
    assert plan.level == "layers"
    (note, *_) = plan.graph().notes
    assert "Drawn by layers" in note
    assert "collapse=False" in note


def test_collapse_can_be_refused():
    plan, _ = planned(deep(80), "equations", collapse=False)
    assert (plan.level, plan.notes) == ("equations", ())
    assert len(plan.graph().nodes) == 163


def test_a_small_network_is_drawn_as_asked():
    for level in ("layers", "equations", "operations", "scalars"):
        plan, _ = planned(mazur()[0], level)
        assert (plan.level, plan.notes) == (level, ())


def test_tensors_of_many_entries_are_drawn_by_layers_with_their_own_values():
    net = parse(WIDE)
    at = {"X": np.ones((2, 9)), "W": np.ones((9, 9))}
    plan, values = planned(derive(net), "scalars", at, weight=("W", (0, 1)))
    assert plan.level == "scalars"
    assert values["W_0_1"] == 1.0
    plan, values = planned(derive(parse(WIDE.replace("h:9", "h:99"))), "scalars", weight="W")
    assert (plan.level, values) == ("layers", None)
    assert plan.routes


def test_a_size_that_nothing_gives_is_said():
    with pytest.raises(DefinitionError, match="no value gives the size N"):
        planned(parse(WIDE.replace("n:2", "n:N")), "scalars")


def test_more_layers_than_anyone_reads_are_refused_unless_forced():
    net = Network("long")
    w = net.parameter("w")
    part = net.define("a0", (), w * 2)
    for number in range(1, 610):
        part = net.define(f"a{number}", (), sin(w * part) + number)
    with pytest.raises(DefinitionError, match="layers that differ"):
        planned(net, "operations")
    with pytest.raises(DefinitionError, match="collapse=False"):
        planned(net, "layers")
    assert planned(net, "layers", collapse=False)[0].level == "layers"
