"""Pages of rules: what they say is read from the rule, and its numbers are those of the rule."""

import re
from dataclasses import dataclass
from typing import ClassVar

import pytest

import symback as sb
from symback.errors import FileError, SymbackError
from symback.explanation.texts import TEXTS
from symback.render.document import Check, walk
from symback.training.clipping import CLIPPINGS
from symback.training.optimisers import OPTIMISERS, Optimizer
from symback.training.schedules import SCHEDULES

NEEDED = {
    "sgd": (0.1,), "momentum": (0.1,), "nesterov": (0.1,), "step": (3,), "exponential": (0.9,),
}  # fmt: skip
EVERY = {
    **{n: kind(*NEEDED.get(n, ())) for n, kind in (OPTIMISERS | SCHEDULES).items()},
    **{n: kind(0.5) for n, kind in CLIPPINGS.items()},
}


def words(rule, **options):
    return re.sub(r"\s+", " ", sb.explain(rule, **options).text())


@pytest.mark.parametrize("name", EVERY)
def test_a_page_names_every_symbol_and_passes_its_own_checks(name):
    rule = EVERY[name]
    page = sb.explain(rule)
    assert all(block.passed for block in walk(page.document.blocks) if isinstance(block, Check))
    assert r"\begin{document}" in page.latex()
    assert "<math" in page.html()
    for tensor in rule.network.tensors.values():
        own = tensor.name in rule.MEANINGS or f"rule means {tensor.name}" in TEXTS
        assert own or tensor.name.endswith("_next"), tensor


def test_the_bias_of_adam_is_derived_and_taken_out():
    page = words(sb.Adam())
    for line in (
        "m[t] = β1·m[t−1] + (1 − β1)·θ̄[t] the rule in step t",
        "= β1^t·m[0] + (1 − β1)·Σ_{k=1..t} β1^(t − k)·θ̄[k] and so on, t times",
        "= 1 − β1^t the two sums are the same",
        "E(v[t]) = E((1 − β2)·Σ_{k=1..t} β2^(t − k)·θ̄[k]²) v as a sum",
        "= (1 − β2^t) · E(θ̄[t]²) the sum of the weights",
        "E(v_hat[t]) = E(v[t]) / (1 − β2^t) the rule = E(θ̄[t]²) by (7)",
    ):
        assert line in page, line
    assert "1 │ 0.1 │ 0.001" in page


def test_what_runs_is_shown_rewrite_by_rewrite():
    page = words(sb.Adam())
    for line in (
        "10 instead of 14",
        "m_sum[j] = m[j] / (1 − β1)",
        "m_sum[j] ← β1·m_sum[j] + θ̄[j]",
        "c_1 = √((1 − β2)/(1 − β2^t))",
        "θ[j] ← θ[j] − c_3·m_sum[j]/(√v_sum[j] + c_2)",
        "agree in θ to 12 digits",
    ):
        assert line in page, line
    assert r"\tilde{m}" in sb.explain(sb.Adam()).latex()


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "adagrad", "cosine", "norm"])
def test_a_rule_that_runs_as_it_is_written_needs_no_such_section(name):
    assert "What runs" not in words(EVERY[name])


def test_rmsprop_is_said_not_to_correct_its_mean():
    assert "This rule does not correct it" in words(sb.RMSProp())
    assert "This rule does not correct it" not in words(sb.Adam())


def test_a_velocity_of_nine_tenths_holds_ten_gradients():
    assert "v then holds 10 times a gradient" in words(sb.Momentum(0.1, mu=0.9))
    assert "v then holds 2 times a gradient" in words(sb.Momentum(0.1, mu=0.5))


def test_one_step_with_numbers_is_the_step_that_is_made():
    page = words(sb.Adam(0.1), at={"theta": 2.0, "theta_bar": 0.5})
    assert "= 2 − 0.1·0.5/(√0.25 + 10⁻⁸) = 1.900000002" in page
    page = words(sb.Momentum(0.1, 0.5), at={"theta": 1, "theta_bar": 2, "v": 4})
    assert "v[j] ← μ·v[j] + θ̄[j] = 0.5·4 + 2 = 4" in page
    assert "= 1 − 0.1·4 = 0.6" in page


def test_the_norm_of_a_vector_is_put_in():
    page = words(sb.ClipNorm(1), at={"theta_bar": [3.0, 4.0]})
    assert "norm = √(Σ_j θ̄[j]²) = 5" in page
    assert "3 · (1/5 if 5 > 1 else 1) = 0.600000000" in page
    assert "1 │ 4 │ 0.8" in page


def test_what_comes_after_a_warm_up_has_its_own_equations():
    page = words(sb.WarmUp(2, start=0.5, then=sb.Cosine()))
    assert "Then Cosine" in page
    assert "0 │ 0.5" in page
    assert "6 │ 0.5" in page


@dataclass(frozen=True, slots=True)
class SignDescent(Optimizer):
    """θ ← θ − rate·sign θ̄."""

    rate: float = 0.5

    RULE: ClassVar[str] = """
network sign_descent
index j:P
input theta[j] theta_bar[j] rate
theta_next[j] = theta[j] - rate*sign(theta_bar[j])
"""


def test_a_rule_of_ones_own_explains_itself():
    page = words(SignDescent(), at={"theta": 1, "theta_bar": -3})
    assert "θ[j] ← θ[j] − rate·sign(θ̄[j]) = 1 − 0.5·sign(−3) = 1.5" in page


def test_detail_0_is_the_rule_alone():
    page = sb.explain(sb.Adam(), detail=0).text()
    assert "m_hat[j] = m[j] / (1 − β1^t)" in page
    assert "meaning" not in page


@pytest.mark.parametrize(
    "options",
    [
        {"at": {"theta": 1.0}},
        {"at": {"theta": [1.0, 2.0], "theta_bar": [1.0, 2.0, 3.0]}},
        {"at": {"theta": 1.0, "theta_bar": float("nan")}},
        {"at": {"theta": 1.0, "theta_bar": 1.0, "nonsense": 2}},
        {"at": {"theta": 1.0, "theta_bar": "much"}},
        {"at": 3},
        {"detail": 7},
        {"weight": (1, 2)},
        {"name": "W1"},
        {"form": "matrix"},
        {"update": sb.SGD(0.5)},
    ],
    ids=str,
)
def test_what_a_rule_cannot_be_asked_is_refused(options):
    with pytest.raises(SymbackError):
        sb.explain(sb.Adam(), **options)


def test_pages_are_saved_but_not_as_recorded_steps(tmp_path):
    page = sb.explain(sb.Adam())
    for suffix in ("html", "tex", "md", "ipynb", "txt"):
        assert page.save(tmp_path / f"adam.{suffix}").stat().st_size > 500
    with pytest.raises(FileError, match="no recorded steps"):
        page.save(tmp_path / "adam.json")
    assert page.steps == ()


def test_the_same_rule_gives_the_same_bytes():
    assert sb.explain(sb.Adam()).latex() == sb.explain(sb.Adam()).latex()
