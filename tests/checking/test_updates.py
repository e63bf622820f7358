"""After an update: right new weights and losses, and weights that were updated too early."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import symback as sb
from symback.checking.report import CheckReport
from symback.errors import CheckError
from tests.explanation.networks import MAZUR, MAZUR_AT

# Matt Mazur, A Step by Step Backpropagation Example (2015); rate 0.5.
NEW_WEIGHTS = {
    "w1": 0.149780716, "w2": 0.19956143, "w3": 0.24975114, "w4": 0.29950229,
    "w5": 0.35891648, "w6": 0.408666186, "w7": 0.511301270, "w8": 0.561370121,
}  # fmt: skip


@cache
def mazur() -> sb.Derivation:
    return sb.derive(sb.parse(MAZUR))


def after(claims: dict, update: object = None) -> CheckReport:
    return sb.check(mazur(), after=claims, at=MAZUR_AT, update=update or sb.SGD(0.5))


def test_the_published_gradients_and_new_weights_are_right() -> None:
    published = {"w5": 0.082167041, "w1": 0.000438568, "E": 0.298371109}
    report = sb.check(mazur(), published, at=MAZUR_AT, after=NEW_WEIGHTS, update=sb.SGD(0.5))
    assert report.passed, str(report)


def test_the_published_loss_after_one_update_was_made_with_updated_weights() -> None:
    report = after({"E": 0.291027924})
    assert report["E"].diagnosis.mistakes == ("stale weights",)
    assert "w5" in report["E"].diagnosis.cause
    assert "0.5" in report["E"].diagnosis.cause
    assert report["E"].diagnosis.answer.endswith("E after the update = 0.2910277737")


def test_the_loss_after_a_simultaneous_update_is_right() -> None:
    assert after({"E": 0.2910277737})


def test_a_hidden_gradient_from_updated_weights_is_called_stale() -> None:
    report = sb.check(mazur(), {"w1": 0.000364722878}, at=MAZUR_AT, update=sb.SGD(0.5))
    assert report["w1"].diagnosis.mistakes == ("stale weights",)
    assert "w5, w7" in report["w1"].diagnosis.cause


def test_a_new_hidden_weight_from_updated_weights_is_called_stale() -> None:
    assert after({"w1": 0.149817638561})["w1"].diagnosis.mistakes == ("stale weights",)


def test_the_rate_of_stale_weights_is_solved_for() -> None:
    claim = "((P - Y) @ (W2 - 0.37*W2_bar).T * (1 - A1**2)).T @ X / N"
    net = sb.parse("""
index n:N i:I h:H k:K
input X[n,i] Y[n,k] one_hot
parameter W1[h,i] W2[h,k]
A1[n,h] = tanh(sum(X[n,i]*W1[h,i], i))
Z2[n,k] = sum(A1[n,h]*W2[h,k], h)
P[n,k] = softmax(Z2[n,k], k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N
""")
    report = sb.check(sb.derive(net), {"W1": claim})
    assert report["W1"].diagnosis.mistakes == ("stale weights",)
    assert "rate 0.37" in report["W1"].diagnosis.cause


def test_a_loss_that_stays_says_that_nothing_was_updated() -> None:
    assert after({"E": 0.298371108760})["E"].diagnosis.mistakes == ("no update",)


def test_a_step_along_the_gradient_instead_of_against_it_is_named() -> None:
    program = sb.lambdify(mazur())
    _, gradients = program(MAZUR_AT)
    uphill = MAZUR_AT | {name: MAZUR_AT[name] + 0.5 * g for name, g in gradients.items()}
    report = after({"E": float(program(uphill)[0])})
    assert report["E"].diagnosis.mistakes == ("update uphill",)


def test_a_mistake_in_the_gradients_is_found_from_the_loss_after_the_update() -> None:
    program = sb.lambdify(mazur())
    _, gradients = program(MAZUR_AT)
    # The output layer without the derivative of its logistic unit o1.
    o1 = 0.751365069552
    wrong = dict(gradients)
    for name in ("w5", "w6"):
        wrong[name] = gradients[name] / (o1 * (1 - o1))
    values = MAZUR_AT | {name: MAZUR_AT[name] - 0.5 * g for name, g in wrong.items()}
    delta = 0.741365069552  # instead of 0.138498561629
    h1, h2, o2_part = 0.593269992107, 0.596884378260, -0.038098236517
    for name, x in (("w1", 0.05), ("w2", 0.10)):
        values[name] = MAZUR_AT[name] - 0.5 * (delta * 0.40 + o2_part * 0.50) * h1 * (1 - h1) * x
    for name, x in (("w3", 0.05), ("w4", 0.10)):
        values[name] = MAZUR_AT[name] - 0.5 * (delta * 0.45 + o2_part * 0.55) * h2 * (1 - h2) * x
    report = after({"E": round(float(program(values)[0]), 9)})
    assert report["E"].diagnosis.mistakes == ("missing activation derivative",)
    assert report["E"].diagnosis.where == ("net_o1",)


def test_adam_s_first_step_is_known_too() -> None:
    data = {name: MAZUR_AT[name] for name in ("i1", "i2", "t1", "t2", "b1", "b2")}
    start = {name: MAZUR_AT[name] for name in NEW_WEIGHTS}
    run = sb.train(mazur().forward, data, optimizer=sb.Adam(0.01), epochs=1, parameters=start)
    new = {name: np.asarray(run.parameters[name]) for name in NEW_WEIGHTS}
    assert after(new, sb.Adam(0.01)).passed
    assert not after({"w1": 0.15}, sb.Adam(0.01))


def test_claims_after_an_update_need_one() -> None:
    with pytest.raises(CheckError, match="no update"):
        sb.check(mazur(), after={"E": 0.29}, at=MAZUR_AT)
    with pytest.raises(CheckError, match="update is a float"):
        sb.check(mazur(), after={"E": 0.29}, at=MAZUR_AT, update=0.5)
