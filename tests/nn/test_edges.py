"""Where layers end: odd sizes, size 1, no variance, masked rows, ties; and errors at definition."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symback as sb
from symback import nn
from symback.nn import elsewhere
from tests.nn import loops

n, t, c, y, x, i, j = sb.indices("n:N t:T c:4 y:5 x:5 i:3 j:3")


@pytest.fixture
def net():
    net = sb.Network("edges")
    net.input("X", n, c, y, x)
    return net


def outputs(net, name, **values):
    return sb.lambdify(net, outputs=[name])(values)[name]


def gradients(net, name, **values):
    d = sb.derive(net, of=name, wrt=[n for n in values if n != f"{name}_bar"])
    return sb.lambdify(d)(values)[1]


# Sizes and letters -------------------------------------------------------------------------------


def test_sizes_of_letters_may_be_symbols():
    net = sb.Network("symbols")
    X = net.input("X", n, sb.Index("c", "C"), sb.Index("y", "H"), sb.Index("x", "W"))
    Z = nn.conv2d(net, X, "K", 3, stride=2, padding=1)
    assert tuple(map(str, Z.shape)) == ("N", "K", "floor(H/2 - 1/2) + 1", "floor(W/2 - 1/2) + 1")
    values = {"X": np.ones((2, 1, 4, 7)), "W1": np.ones((2, 1, 3, 3)), "b1": np.zeros(2)}
    expected = loops.convolution(values["X"], values["W1"], values["b1"], 2, 1)
    np.testing.assert_allclose(outputs(net, Z.name, **values), expected)
    too_small = {**values, "X": np.ones((2, 1, 4, 7)), "W1": np.ones((2, 1, 2, 3))}
    with pytest.raises(sb.SymbackError):
        outputs(net, Z.name, **too_small)


def test_a_kernel_that_does_not_fit_a_symbolic_size_is_refused_with_the_values():
    net = sb.Network("symbols")
    Z = nn.conv1d(net, net.input("X", n, c, sb.Index("x", "W")), 1, 5)
    with pytest.raises(sb.SymbackError, match="W - 4"):
        outputs(net, Z.name, X=np.ones((1, 4, 3)), W1=np.ones((1, 4, 5)), b1=np.zeros(1))


def test_an_axis_that_keeps_its_size_keeps_its_letter(net):
    Z = nn.conv2d(net, "X", 6, 3, padding="same")
    assert str(Z) == "Z1[n,c1,y,x]"
    assert str(nn.conv2d(net, Z, 6, 3)) == "Z2[n,c2,y1,x1]"
    assert str(net["W2"]) == "W2[c2,c1,r,s]"


def test_letters_may_be_given(net):
    o, r = sb.indices("o:2 r:3")
    Z = nn.conv2d(net, "X", o, (r, 2))
    assert str(Z) == "Z1[n,o,y1,x1]"
    assert str(net["W1"]) == "W1[o,c,r,s]"


def test_names_come_from_the_layer_or_from_a_count(net):
    nn.dense(net, "X", 2, activation="tanh", name="hidden")
    nn.dense(net, "hidden", 2, activation="tanh")
    nn.dense(net, "A1", 2)
    assert [e.target for e in net.equations] == ["Z_hidden", "hidden", "Z1", "A1", "Z2"]


def test_a_letter_of_a_state_does_not_clash_with_its_name():
    net = sb.Network("letters")
    h1 = sb.Index("h1", 2)
    nn.rnn(net, net.input("X", t, n, i), h1)
    assert str(net["h2"]) == "h2[t,n,h1]"


# Errors ------------------------------------------------------------------------------------------

WRONG = {
    "kernel": (lambda net: nn.conv2d(net, "X", 2, 6), "windows of 6 along y"),
    "dilation": (lambda net: nn.conv2d(net, "X", 2, 3, dilation=3), "windows of 7 along y"),
    "groups": (lambda net: nn.conv2d(net, "X", 6, 2, groups=3), "no multiple of 3"),
    "output groups": (lambda net: nn.conv2d(net, "X", 3, 2, groups=2), "no multiple of 2"),
    "too few axes": (
        lambda net: nn.conv2d(net, net.input("V", n, i), 2, 1), r"it reads a tensor \(n, c, y, x\)"
    ),
    "no channel": (
        lambda net: nn.conv2d(net, net.input("V", n, y, x), 2, 1), "a letter of size 1"
    ),
    "same with stride": (
        lambda net: nn.conv2d(net, "X", 2, 3, padding="same", stride=2), "stride 2"
    ),
    "axes": (lambda net: nn.depthwise(net, "X", 2, axes=4), "from 1 to 3"),
    "stride of words": (lambda net: nn.conv2d(net, "X", 2, 3, stride="2"), "'2'"),
    "softmax of one": (
        lambda net: nn.dense(net, "X", None, activation="softmax"), "no letter of outputs"
    ),
    "three initial values": (lambda net: nn.lstm(net, "X", 2, initial=(0, 0, 0)), "3 values"),
    "units of flatten": (lambda net: nn.flatten(net, "X", 7), "7 units for 100 entries"),
    "stride 0": (lambda net: nn.max_pool(net, "X", 2, stride=0), "an integer from 1 on"),
    "padding of words": (
        lambda net: nn.conv2d(net, "X", 2, 3, padding="full"), '"same" or "valid"'
    ),
    "three kernels": (lambda net: nn.conv2d(net, "X", 2, (3, 3, 3)), "3 values"),
    "only padding": (lambda net: nn.max_pool(net, "X", 2, padding=2), "in the padding alone"),
    "output padding": (
        lambda net: nn.conv_transposed(net, "X", 2, 2, output_padding=1), "stride 1"
    ),
    "cut off": (lambda net: nn.conv_transposed(net, "X", 2, 1, padding=3), "less padding"),
    "another network": (
        lambda net: nn.dense(net, sb.Network("b").input("X", n, i), 3), "another network"
    ),
    "no tensor": (lambda net: nn.dense(net, 3, 3), "int '3'"),
    "no such tensor": (lambda net: nn.dense(net, "Q", 3), "no such name"),
    "activation": (lambda net: nn.dense(net, "X", 3, activation="swish"), "silu"),
    "over": (lambda net: nn.dense(net, "X", 3, over="z"), "letters of X"),
    "units among samples": (lambda net: nn.dense(net, "X", n), "a letter of the samples"),
    "residual": (lambda net: nn.residual(net, "X", nn.dense(3)), "let its last layer"),
    "heads": (lambda net: nn.multi_head_attention(net, "X", 2), "not surely a multiple of 2"),
    "mask": (
        lambda net: nn.multi_head_attention(net, "X", 1, mask=net.input("M", i)), "a mask is one"
    ),
    "dropout": (lambda net: nn.dropout(net, "X", 1), "below 1"),
    "embedding": (lambda net: nn.embedding(net, "X", 3, 3), "integer=True"),
    "initial": (
        lambda net: nn.rnn(net, "X", 2, initial=net.input("h0", i)), "the initial value h0"
    ),
    "time": (lambda net: nn.rnn(net, "X", 2, time=x), "give X the features last"),
    "group norm": (lambda net: nn.group_norm(net, "X", 3), "no multiple of 3"),
    "batch norm": (lambda net: nn.batch_norm(net, net.input("v", i), feature=i), "give it a batch"),
    "sequential": (lambda net: nn.sequential(net, "X", 32), "layer 1 was asked for"),
    "sequential of none": (
        lambda net: nn.sequential(net, "X", lambda net, X: None), "it made a NoneType"
    ),
    "norm place": (lambda net: nn.transformer_block(net, "X", 1, norm="mid"), "no such place"),
    "concatenate": (lambda net: nn.concatenate(net, "X", net.input("v", i)), "the same sizes"),
    "bidirectional": (lambda net: nn.bidirectional(net, "X", "rnn"), "sb.nn.lstm"),
    "flatten": (lambda net: nn.flatten(net, "X", over=("n", "y")), "letters with others"),
    "unknown argument": (lambda net: nn.dense(net, "X", 3, units_=3), "unexpected keyword"),
    "a function for a layer": (lambda net: nn.sequential(net, "X", sb.relu), "of expressions"),
    "a waiting layer without its network": (lambda net: nn.dense(3)(net["X"]), "was called"),
    "the target for the prediction": (
        lambda net: nn.cross_entropy(net, net.input("Q", n, i, one_hot=True), "X"), "one-hot rows"
    ),
    "forgotten network": (lambda net: nn.dense(net["X"], 3), "without the network"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_is_said_and_changes_nothing(net, case):
    build, said = WRONG[case]
    equations = net.equations
    with pytest.raises(sb.SymbackError, match=said) as caught:
        build(net)
    assert caught.value.asked
    assert caught.value.found
    assert caught.value.helps
    assert net.equations == equations
    assert not net.parameters


def test_a_layer_that_fails_late_takes_nothing_with_it():
    net = sb.Network("late")
    net.input("X", t, n, i)
    before = str(net)
    with pytest.raises(sb.SymbackError):
        nn.sequential(net, "X", nn.rnn(4), nn.dropout(0.5), nn.conv1d(3, 9))
    assert str(net) == before
    nn.rnn(net, "X", 4)
    assert str(net["h1"]) == "h1[t,n,u]"


# Values at the edge ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "norm", [nn.layer_norm, nn.instance_norm, nn.rms_norm, lambda net, X: nn.group_norm(net, X, 2)]
)
def test_rows_without_variance_are_finite(net, norm):
    Y = norm(net, "X")
    given = {p.name: np.ones([int(size) for size in p.shape]) for p in net.parameters}
    values = {"X": np.zeros((1, 4, 5, 5)), **given}
    found = outputs(net, Y.name, **values)
    assert np.ptp(found) == 0
    slopes = gradients(net, Y.name, **values, **{f"{Y.name}_bar": np.ones((1, 4, 5, 5))})
    assert all(np.isfinite(slope).all() for slope in slopes.values())


def test_of_equal_entries_the_first_gets_the_gradient(net):
    M = nn.max_pool(net, "X", 2, stride=3)
    X = np.zeros((1, 4, 5, 5))
    slope = gradients(net, M.name, X=X, M1_bar=np.ones((1, 4, 2, 2)))["X"]
    expected = np.zeros((5, 5))
    expected[::3, ::3] = 1
    np.testing.assert_array_equal(slope[0, 0], expected)


def test_padding_is_never_the_largest(net):
    M = nn.max_pool(net, "X", 3, stride=2, padding=1)
    X = -1 - np.arange(100.0).reshape(1, 4, 5, 5)
    found = outputs(net, M.name, X=X)
    np.testing.assert_array_equal(found, loops.pooled(X, 3, 2, 1, max))


def test_scores_of_800_leave_attention_finite():
    net = sb.Network("attention")
    Q, K, V = (net.input(name, n, t, i) for name in "QKV")
    O = nn.attention(net, Q, K, V, causal=True)
    values = {"Q": np.full((1, 3, 3), 800.0), "K": np.eye(3)[None], "V": np.eye(3)[None]}
    found = outputs(net, O.name, **values)
    np.testing.assert_allclose(found[0].sum(-1), 1)
    slopes = gradients(net, O.name, **values, O1_bar=np.ones((1, 3, 3)))
    assert all(np.isfinite(slope).all() for slope in slopes.values())


def test_one_step_of_one_sample():
    net = sb.Network("small")
    h = nn.lstm(net, net.input("X", t, n, i), 2)
    values = {
        p.name: np.full([int(size) for size in p.shape], 0.5) for p in net.parameters
    }  # fmt: skip
    X = np.array([[[1.0, -2.0, 0.5]]])
    found = outputs(net, h.name, X=X, **values)
    plain = {name.removesuffix("_1"): value for name, value in values.items()}
    np.testing.assert_allclose(found, loops.lstm(X, plain, 2))


# Names of other libraries ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "helps"),
    {
        "Linear": "sb.nn.dense",
        "Conv1d": "sb.nn.conv1d",
        "MaxPooling2D": "sb.nn.max_pool",
        "BatchNormalization": "sb.nn.batch_norm",
        "TransformerEncoderLayer": "sb.nn.transformer_block",
        "MSELoss": "sb.nn.squared_loss",
        "BCEWithLogitsLoss": "sb.nn.binary_cross_entropy",
        "layernorm": "sb.nn.layer_norm",
        "ReLU": 'sb.nn.activate("relu")',
        "Module": "docs/layers.md",
    }.items(),
)
def test_a_layer_asked_for_by_its_name_elsewhere_is_found(asked, helps):
    with pytest.raises(AttributeError, match=re.escape(helps)):
        getattr(nn, asked)
    assert not hasattr(nn, asked)


def test_every_name_of_elsewhere_leads_to_a_layer():
    assert {*elsewhere.CALLED.values()} <= {*nn.LAYERS, *nn.LOSSES}


# Waiting layers ----------------------------------------------------------------------------------


def test_a_layer_without_a_network_waits_and_says_what_it_is():
    waiting = nn.dense(32, activation="relu")
    assert isinstance(waiting, nn.Layer)
    assert repr(waiting) == "dense(32, activation=relu)"


def test_layers_one_after_the_other_are_the_layers(net):
    other = net.copy()
    nn.dense(net, nn.max_pool(net, nn.conv2d(net, "X", 2, 2), 2), 3, over=("c1", "y2", "x2"))
    nn.sequential(other, "X", nn.conv2d(2, 2), nn.max_pool(2), nn.dense(3, over=("c1", "y2", "x2")))
    assert net == other


def test_every_public_layer_is_listed_once():
    listed = (*nn.LAYERS, *nn.LOSSES, "LAYERS", "LOSSES", "Layer")
    assert sorted(listed) == sorted(nn.__all__)


@pytest.mark.parametrize("name", [*nn.LAYERS, *nn.LOSSES])
def test_a_layer_says_its_formula_first_and_its_source(name):
    text = getattr(nn, name).__doc__
    first = text.splitlines()[0]
    assert " = " in first
    assert first.endswith(".") or ", " in first or ":" in first
    assert text.count("Source: ") == 1
