"""Random stacks of layers: gradients by differences, and the text form."""

from __future__ import annotations

from hypothesis import given, settings

import symback as sb
from tests.nn.compositions import networks


@settings(max_examples=12)
@given(networks())
def test_gradients_of_any_stack_are_right(net):
    report = sb.verify(sb.derive(net), steps=False)
    assert report.passed, f"{net}\n{report}"


@settings(max_examples=20)
@given(networks())
def test_the_text_of_any_stack_reads_back(net):
    assert sb.parse(str(net)) == net
