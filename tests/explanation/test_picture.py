from symback.derivation.derive import derive
from symback.explanation.picture import MOST_NODES, picture
from symback.network.text_reader import parse
from tests.explanation.networks import DIGITS, NEURON, derived


def test_scalars_are_drawn_as_neurons_and_tensors_as_equations():
    neurons, equations = picture(derived(NEURON)), picture(derived(DIGITS))
    assert "A weight stands along the arrow" in neurons.caption[0].text
    assert neurons.alternative.startswith("4 nodes, 3 arrows: x → p")
    assert "An arrow leads from what is read" in equations.caption[0].text
    assert equations.svg.startswith("<svg")


def test_a_network_too_large_for_a_page_has_no_picture():
    lines = [f"h{n}[i] = tanh(h{n - 1}[i])" for n in range(1, MOST_NODES + 1)]
    network = parse("\n".join((
        "index i:I", "parameter h0[i]", *lines, f"loss L = sum(h{MOST_NODES}[i], i)",
    )))  # fmt: skip
    assert picture(derive(network)) is None


def test_what_is_no_derivation_has_no_picture():
    assert picture(None) is None
