"""Every layer: forward as in loops, gradients as by differences and as torch.autograd's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symback as sb
from symback import nn
from tests.nn import cases_feedforward, cases_losses, cases_sequence
from tests.nn.support import built, derived, forward_difference, torch, torch_differences

CASES = {
    case.name: case
    for case in (*cases_feedforward.CASES, *cases_sequence.CASES, *cases_losses.CASES)
}
every_layer = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@every_layer
def test_forward_is_what_loops_compute(case):
    assert forward_difference(case) < 1e-12


@every_layer
def test_gradients_and_every_step_are_right(case):
    report = sb.verify(derived(case))
    assert report.passed, str(report)


@pytest.mark.skipif(torch is None, reason="torch is not installed")
@every_layer
def test_gradients_are_those_of_torch(case):
    differences = torch_differences(case)
    assert max(differences.values()) < 1e-10, differences


@every_layer
def test_the_text_form_reads_back(case):
    net, _ = built(case)
    assert sb.parse(str(net)) == net


def test_every_layer_has_a_case():
    texts = [Path(m.__file__).read_text("utf-8") for m in (cases_feedforward, cases_sequence)]
    texts.append(Path(cases_losses.__file__).read_text("utf-8"))
    used = {name for text in texts for name in re.findall(r"\bnn\.(\w+)", text)}
    assert {*nn.LAYERS, *nn.LOSSES} <= used
