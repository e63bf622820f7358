"""Equations with the numbers that their reasons refer to, for writers without links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symback.render.document import Equation, Inlines, Reference, Text


def resolved(block: Equation, labels: Mapping[str, str]) -> Equation:
    """Return an equation whose references are words; what ``labels`` lacks is (…)."""
    return replace(block, lines=tuple(
        replace(one, reason=_words(one.reason, labels)) if one.reason else one
        for one in block.lines
    ))  # fmt: skip


def _words(content: Inlines, labels: Mapping[str, str]) -> Inlines:
    return tuple(
        Text(labels.get(part.label, "(…)")) if isinstance(part, Reference) else part
        for part in content
    )
