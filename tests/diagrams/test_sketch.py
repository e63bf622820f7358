import pytest

from symback.diagrams.sketch import sketch
from symback.errors import DefinitionError, ValuesError
from tests.diagrams.networks import SMALL, graph_of, one_neuron


@pytest.mark.parametrize("level", ["neurons", "", None, 3])
def test_an_unknown_level_is_refused(level):
    with pytest.raises(DefinitionError, match="use one of layers, equations"):
        sketch(one_neuron(), level)


def test_what_is_no_network_is_refused():
    with pytest.raises(DefinitionError, match="Network or a Derivation"):
        sketch("E = (y - w*x)**2")


def test_a_path_of_unknown_names_is_refused():
    with pytest.raises(DefinitionError, match="no such name"):
        sketch(one_neuron(), paths=[["w", "nowhere"]])


def test_wrong_values_are_one_error():
    with pytest.raises(ValuesError, match="q' is no tensor"):
        sketch(one_neuron()).graph({"x": 1.0, "q": 2.0})


def test_the_program_asks_for_what_the_given_values_allow():
    plan = sketch(one_neuron())
    _, all_of_it = plan.program(SMALL)
    assert {"z", "a", "E", "w_bar"} <= set(all_of_it)
    _, forward = plan.program(["x", "w", "b"])
    assert forward == ["z", "a"]
    _, nothing = plan.program([])
    assert nothing == []


def test_the_same_network_gives_the_same_diagram():
    assert graph_of(one_neuron(), at=SMALL) == graph_of(one_neuron(), at=SMALL)
