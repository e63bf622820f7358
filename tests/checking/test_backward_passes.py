"""Backward passes as people write them, in files of their own: read, judged, mistakes named."""

import pytest

import symback as sb
from tests.explanation.networks import MAZUR

TWO_LAYERS = """
network two_layers
index n:N i:6 h:5 k:3
input X[n,i] y[n,k] one_hot reg
parameter W1[i,h] b1[h] W2[h,k] b2[k]
Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
H[n,h] = relu(Z1[n,h])
S[n,k] = sum(H[n,h]*W2[h,k], h) + b2[k]
P[n,k] = softmax(S[n,k], k)
loss L = -sum(y[n,k]*log(P[n,k]), n, k)/N + reg*sum(W1[i,h]**2, i, h) + reg*sum(W2[h,k]**2, h, k)
"""
CLASS_OF_A_COURSE = '''
import numpy as np
from layers import *

class TwoLayers:
    """A network with one hidden layer; y holds classes."""

    def loss_and_grads(self, X, y, reg=0.0):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        N, D = X.shape
        hidden = np.maximum(0, X.dot(W1) + b1)
        scores = hidden.dot(W2) + b2
        raised = np.exp(scores - np.max(scores, axis=1, keepdims=True))
        probs = raised / np.sum(raised, axis=1, keepdims=True)
        loss = -np.log(probs[range(N), y]).mean() + reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        print("loss", loss)

        grads = {}
        dscores = probs
        dscores[range(N), y] -= 1
        dscores /= N
        grads["W2"] = np.dot(hidden.T, dscores)
        grads["b2"] = np.sum(dscores, axis=0)
        dhidden = np.dot(dscores, W2.T)
        dhidden[hidden <= 0] = 0
        grads["W1"] = np.dot(X.T, dhidden)
        grads["b1"] = np.sum(dhidden, axis=0)
        grads["W2"] += 2 * reg * W2
        grads["W1"] += 2 * reg * W1
        return loss, grads
'''
BATCH_NORM = """
network batch_norm
index b:B i:4 j:5 k:3
input E[b,i] T[b,k]
parameter W1[i,j] gain[j] bias[j] W2[j,k]
pre[b,j] = sum(E[b,i]*W1[i,j], i)
centre[j] = mean(pre[b,j], b)
spread[j] = mean((pre[b,j] - centre[j])**2, b)
inv[j] = (spread[j] + 0.00001)**(-1/2)
raw[b,j] = (pre[b,j] - centre[j])*inv[j]
act[b,j] = gain[j]*raw[b,j] + bias[j]
h[b,j] = tanh(act[b,j])
logits[b,k] = sum(h[b,j]*W2[j,k], j)
loss L = mean((logits[b,k] - T[b,k])**2, b, k)
"""
TORCH_BY_HAND = """
import torch
n = pre.shape[0]
dact = dlogits @ W2.T * (1.0 - h**2)
dgain = (raw * dact).sum(0, keepdim=True)
dbias = dact.sum(0)
draw = gain * dact
dpre = gain*inv/n * (n*dact - dact.sum(0) - raw*(dact*raw).sum(0))
"""
SCALARS = """
from math import exp

def sigmoid(x):
    return 1 / (1 + exp(-x))

def delta(o, t):
    return (o - t) * o * (1 - o)

rate = 0.5
h1 = sigmoid(w1*i1 + w2*i2 + b1)
h2 = sigmoid(w3*i1 + w4*i2 + b1)
o1 = sigmoid(w5*h1 + w6*h2 + b2)
o2 = sigmoid(w7*h1 + w8*h2 + b2)
delta_o1 = delta(o1, t1)
delta_o2 = delta(o2, t2)
dw5 = delta_o1*h1
w5 = w5 - rate*dw5
w7 -= rate*delta_o2*h1
delta_h1 = (delta_o1*w5 + delta_o2*w7) * h1*(1 - h1)
dw1 = delta_h1 * i1
w1 -= rate * dw1
print(w1)
"""
LAYER = """
network layer
index n:N d:4 m:3
input X[n,d]
parameter W[d,m] b[m]
Y[n,m] = sum(X[n,d]*W[d,m], d) + b[m]
"""
OF_A_LAYER = """
import numpy as np
def backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T)
    dw = x.T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db
"""


@pytest.fixture
def checked(tmp_path):
    """check(network, text of a file): the report."""

    def check(network, text, **options):
        path = tmp_path / "student.py"
        path.write_text(text, encoding="utf-8")
        net = sb.parse(network)
        of = options.pop("of", None)
        return sb.check(sb.derive(net, of=of), path, **options)

    return check


def test_a_class_with_softmax_in_place_and_a_mask_for_relu(checked):
    report = checked(TWO_LAYERS, CLASS_OF_A_COURSE)
    assert report.passed
    assert {row.name for row in report} == {"W1", "b1", "W2", "b2"}


@pytest.mark.parametrize(
    ("right", "wrong", "name", "cause"),
    [
        ("2 * reg * W1", "reg * W1", "W1", "factor of a term"),
        ("        dhidden[hidden <= 0] = 0\n", "", "W1", "missing activation derivative"),
        ("        dscores /= N\n", "", "W2", "missing division"),
        ("2 * reg * W2", "0 * W2", "W2", "missing regulariser"),
        ("np.sum(dhidden, axis=0)", "np.mean(dhidden, axis=0)", "b1", "exactly 1/N times"),
    ],
)
def test_a_mistake_planted_in_the_class_is_found(checked, right, wrong, name, cause):
    row = checked(TWO_LAYERS, CLASS_OF_A_COURSE.replace(right, wrong))[name]
    assert row.verdict == "wrong"
    assert cause in row.diagnosis.brief


def test_batch_normalisation_by_hand_in_pytorch(checked):
    assert checked(BATCH_NORM, TORCH_BY_HAND).passed
    row = checked(BATCH_NORM, TORCH_BY_HAND.replace(" - dact.sum(0)", ""))["pre"]
    assert row.verdict == "wrong"


def test_weights_that_were_updated_too_early_are_found_in_a_file_of_scalars(checked):
    report = checked(MAZUR, SCALARS)
    assert report["net_o1"].passed
    assert report["w5"].passed
    assert report.first_wrong.name == "net_h1"
    assert "updated" in " ".join(report["net_h1"].diagnosis.hints)
    assert report["w1"].verdict == "follows"


def test_a_layer_alone_with_the_upstream_adjoint_under_its_own_name(checked):
    assert checked(LAYER, OF_A_LAYER, of="Y", names={"dout": "dY"}).passed
    with pytest.raises(sb.SymbackError, match="the name dout"):
        checked(LAYER, OF_A_LAYER, of="Y")
