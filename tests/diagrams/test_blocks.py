"""Blocks: what people call a layer, found by who reads what and never by a name."""

import pytest

from symback.diagrams.blocks import Run, blocks_of, repeated
from symback.network.text_reader import parse
from tests.diagrams.networks import classifier, mazur

HEAD = """network net
index n:N i:4 h:3 k:3
input X[n,i] Y[n,k]
parameter W[i,h] V[h,k] b[h] g[h]
"""
LOSS = "loss L = sum((P[n,k] - Y[n,k])**2, n, k)\n"
DENSE = "P[n,k] = sum(A[n,h]*V[h,k], h)\n"


def targets(text: str, of: str = "L") -> list[str]:
    return [" ".join(block.targets) for block in blocks_of(parse(HEAD + text), of)]


@pytest.mark.parametrize(
    ("layer", "found"),
    [
        ("A[n,h] = tanh(sum(X[n,i]*W[i,h], i) + b[h])", "A"),
        ("Z[n,h] = sum(X[n,i]*W[i,h], i)\nA[n,h] = tanh(Z[n,h] + b[h])", "Z A"),
        (
            "Z[n,h] = sum(X[n,i]*W[i,h], i)\nm[h] = mean(Z[n,h], n)\n"
            "A[n,h] = g[h]*(Z[n,h] - m[h]) + b[h]",
            "Z m A",
        ),
    ],
    ids=["one equation", "bias and activation", "normalisation and its scale"],
)
def test_what_works_entry_by_entry_belongs_to_the_product_before_it(layer, found):
    assert targets(f"{layer}\n{DENSE}{LOSS}") == [found, "P", "L"]


def test_what_joins_two_blocks_is_a_block():
    text = "F[n,h] = sum(X[n,i]*W[i,h], i)\nB[n,h] = F[n,h]*g[h]\nP[n,k] = sum(B[n,h]*V[h,k], h)\n"
    text += "Q[n,k] = P[n,k] + B[n,k]\nloss L = sum((Q[n,k] - Y[n,k])**2, n, k)\n"
    assert targets(text) == ["F B", "P", "Q", "L"]


def test_what_compares_with_the_targets_belongs_to_the_loss():
    text = "A[n,h] = sum(X[n,i]*W[i,h], i)\n" + DENSE
    text += "D[n,k] = P[n,k] - Y[n,k]\nS[n] = sum(D[n,k]**2, k)\nloss L = sum(S[n], n)\n"
    assert targets(text) == ["A", "P", "D S L"]


def test_a_block_counts_a_parameter_once_and_gives_what_others_read():
    net, _ = classifier()
    first, second, goal = blocks_of(net, "L")
    assert (first.parameters, first.outputs) == (("W1", "b1"), ("A1",))
    assert (second.parameters, second.outputs) == (("W2",), ("P",))
    assert goal.parameters == ()
    assert goal.outputs == ("L",)


def test_neurons_of_one_depth_and_shape_are_one_block():
    hidden, output, goal = blocks_of(mazur()[0], "E")
    assert hidden.targets == ("net_h1", "h1", "net_h2", "h2")
    assert len(output.members) == 2
    assert (hidden.parameters[-1], output.again) == ("w4", ())
    assert goal.targets == ("E",)


def deep(layers: int, tied: bool = False, residual: bool = False, skips: bool = False):
    names = ["W"] * layers if tied else [f"W{number}" for number in range(layers)]
    learned = " ".join(f"{name}[a,b]" for name in dict.fromkeys(names))
    lines = ["index n:N a:5 b:5", "input X[n,a]", "parameter " + learned, "A0[n,a] = X[n,a]*2"]
    for number, name in enumerate(names, 1):
        product = f"relu(sum(A{number - 1}[n,a]*{name}[a,b], a))"
        if residual:
            lines.append(f"F{number}[n,b] = {product}")
            product = f"F{number}[n,b] + A{number - 1}[n,b]"
        lines.append(f"A{number}[n,b] = {product}")
    last = f"A{layers}[n,b]" + (" + A2[n,b]" if skips else "")
    return parse("\n".join([*lines, f"loss L = sum(({last})**2, n, b)"]))


@pytest.mark.parametrize(
    ("net", "runs"),
    [
        (deep(18), [Run(1, 1, 18)]),
        (deep(2), []),
        (deep(6, residual=True), [Run(1, 2, 6)]),
        (deep(6, tied=True), [Run(2, 1, 5)]),
        (deep(6, skips=True), [Run(3, 1, 4)]),
    ],
    ids=["a chain", "two are no run", "pairs", "one weight for all", "a layer read from outside"],
)
def test_alike_layers_one_after_the_other_are_a_run(net, runs):
    assert repeated(net, blocks_of(net, "L")) == runs


def test_layers_of_other_sizes_are_no_run():
    lines = ["index n:N " + " ".join(f"h{k}:{k + 2}" for k in range(6)), "input X[n,h0]"]
    lines.append("parameter " + " ".join(f"W{k}[h{k - 1},h{k}]" for k in range(1, 6)))
    before = "X"
    for k in range(1, 6):
        lines.append(
            f"A{k}[n,h{k}] = tanh(sum({before}[n,h{k - 1}]*W{k}[h{k - 1},h{k}], h{k - 1}))"
        )
        before = f"A{k}"
    net = parse("\n".join([*lines, "loss L = sum(A5[n,h5], n, h5)"]))
    assert repeated(net, blocks_of(net, "L")) == []
