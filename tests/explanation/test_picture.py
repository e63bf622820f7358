from symback.derivation.derive import derive
from symback.explanation.picture import MOST_NODES, WIDEST, picture
from symback.network.text_reader import parse
from tests.explanation.networks import DIGITS, NEURON, NEURON_AT, derived


def test_scalars_are_drawn_as_neurons_and_tensors_as_equations():
    neurons, equations = picture(derived(NEURON)), picture(derived(DIGITS))
    assert "A weight stands along the arrow" in neurons.caption[0].text
    assert neurons.alternative.startswith("4 nodes, 3 arrows: x → p")
    assert "An arrow leads from what is read" in equations.caption[0].text
    assert equations.svg.startswith("<svg")


def test_a_network_too_large_for_a_page_is_drawn_by_layers():
    lines = [f"h{n}[i] = tanh(h{n - 1}[i])" for n in range(1, MOST_NODES + 1)]
    network = parse("\n".join((
        "index i:I", "parameter h0[i]", *lines, f"loss L = sum(h{MOST_NODES}[i], i)",
    )))  # fmt: skip
    drawn = picture(derive(network))
    assert "a box for each layer" in drawn.caption[0].text
    assert drawn.drawing.width < WIDEST


def test_a_network_of_too_many_different_layers_has_no_picture():
    count = MOST_NODES + 2
    letters = " ".join(f"k{n}:{n + 2}" for n in range(count))
    learned = " ".join(f"W{n}[k{n - 1},k{n}]" for n in range(1, count))
    lines = ["h0[k0] = 2*x[k0]"]
    lines += [
        f"h{n}[k{n}] = tanh(sum(h{n - 1}[k{n - 1}]*W{n}[k{n - 1},k{n}], k{n - 1}))"
        for n in range(1, count)
    ]
    last = f"loss L = sum(h{count - 1}[k{count - 1}], k{count - 1})"
    head = [f"index {letters}", "input x[k0]", f"parameter {learned}"]
    assert picture(derive(parse("\n".join([*head, *lines, last])))) is None


def test_with_values_the_picture_has_numbers_on_its_arrows():
    drawn = picture(derived(NEURON), NEURON_AT)
    assert "Values stand above the arrows" in drawn.caption[0].text
    assert 'class="gradient" data-order="' in drawn.svg
    assert 'class="gradient"' not in picture(derived(NEURON)).svg


def test_values_that_make_no_number_leave_the_picture_without_numbers():
    derivation = derive(parse("input x\nparameter w\nloss E = exp(exp(w*x))"))
    drawn = picture(derivation, {"x": 100.0, "w": 100.0})
    assert "Values stand" not in drawn.caption[0].text


def test_what_is_no_derivation_has_no_picture():
    assert picture(None) is None


def test_an_equation_that_reads_too_often_has_no_numbers_on_its_arrows():
    terms = " + ".join(f"w*x**{n % 7}" for n in range(1, 202))
    drawn = picture(derived(f"input x\nparameter w\nloss E = {terms}"), {"x": 1, "w": 2})
    assert drawn is not None
    assert "Values stand" not in str(drawn.caption)
