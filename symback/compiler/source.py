"""The text of a program: a module that needs only NumPy, with the equation beside each line."""

from __future__ import annotations


def source_of(program) -> str:
    """Return the text of a program's module."""
    from symback.compiler.printing import lines_of

    parts = []
    for function in (
        program._functions.workspace,
        program._functions.views,
        program._functions.run,
    ):
        parts.append("\n".join(lines_of(function)))
    return "\n\n".join(parts)
