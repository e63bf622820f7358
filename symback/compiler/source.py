"""The text of a program: a module that needs only NumPy, with the equation beside each line.

Input: the ``Code`` and the functions that were made of it. Output: text whose three functions are
line by line those that run, and two more that bind and call them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from symback.compiler.imports import INDENT, WIDEST, import_text
from symback.compiler.names import Names
from symback.compiler.printing import Functions, lines_of
from symback.compiler.variables import Code, Line
from symback.compiler.wording import words
from symback.network.network import Network

COLUMN = 48


@dataclass(frozen=True, slots=True)
class Module:
    """What the text of a program says: its code, and what goes in and out under which names.

    ``arguments`` are all tensors that must be given; ``sizes`` says of which axis of which of them
    each size is the length. ``returned`` names what ``run`` returns, ``value`` the first of it or
    None, and ``named`` is what the caller gets: (name, one of ``returned``, or None for zeros).
    """

    summary: str
    network: Network
    code: Code
    functions: Functions
    arguments: tuple[str, ...]
    sizes: dict[str, tuple[str, int]]
    returned: tuple[str, ...]
    value: str | None
    named: tuple[tuple[str, str | None], ...]


def source_of(module: Module) -> str:
    """Return the text of the module."""
    code, functions, network = module.code, module.functions, module.network
    names = Names((*network.tensors, *network.sizes, *code.functions.values()))
    own = {name: names.fresh(name) for name in ("workspace", "views", "run", "bind", "errstate")}
    own["goal"] = names.fresh("value_and_gradients" if module.value else "outputs")
    parts = [import_text(code, own["errstate"])]
    if code.workspace:
        # Without floating-point warnings it is a function of another function.
        made = functions.workspace.__wrapped__
        parts.append(_text_of(own["workspace"], WORKSPACE, made, code.workspace, network))
    if code.views:
        parts.append(_text_of(own["views"], VIEWS, functions.views, code.views, network))
    for step, function in zip(code.steps, functions.steps, strict=True):
        parts.append(_text_of(step.name, step.says, function, step.lines, network))
    parts.append(_text_of(own["run"], RUN, functions.text, code.run, network))
    parts += [_bind(own, module), _goal(own, module)]
    head = f'"""{module.summary}\n\nWritten by symback; needs only NumPy.\n"""\n\n'
    return head + "\n\n\n".join(parts) + "\n"


def loop_text(name: str, parameters: Sequence[str], lines: Iterable[Line], network: Network) -> str:
    """Return the text of a loop that Numba compiles, with a comment on its lines."""
    text = ['@numba.njit(error_model="numpy")', *_signature(name, list(parameters))]
    text.append(f'{INDENT}"""{LOOP}"""')
    for line in lines:
        # The heads of the loops stand in front of the first line inside.
        *heads, last = f"{INDENT}{line.name} = {line.text}".split("\n")
        text += [*heads, *_commented(last, words(line.note, network))]
    return "\n".join(text)


LOOP = "Fill the last arrays entry by entry; each line stands beside its formula."
WORKSPACE = "Return the memory, the views of it and the numbers that arrays of these sizes need."
VIEWS = "Return views of the arrays."
RUN = "Compute; each line stands beside its formula."
BIND = (
    '"""Return a function of nothing that computes with these arrays, and with what is',
    "written into them later; they must have the type of this program and no gaps.",
    '"""',
)


def _text_of(
    name: str, says: str, function: Callable, lines: Iterable[Line], network: Network
) -> str:
    """Return the text of a function as lambdify made it, with a comment on each of its lines."""
    head, *body = lines_of(function)
    parameters = head[head.index("(") + 1 : head.rindex(")")]
    text = [*_signature(name, parameters.split(", ") if parameters else []), f'    """{says}"""']
    for line, made in zip(body, lines, strict=False):
        comment = words(made.note, network)
        text += _commented(line, comment)
    return "\n".join([*text, *_wrapped(body[-1])])


def _signature(name: str, parameters: list[str]) -> list[str]:
    one_line = f"def {name}({', '.join(parameters)}):"
    if len(one_line) <= WIDEST:
        return [one_line]
    return [f"def {name}(", *_filled(parameters), "):"]


def _call(function: str, arguments: list[str], after: str, indent: str) -> list[str]:
    """Return a call on one line, or on several if it is long."""
    one_line = f"{indent}{function}({', '.join(arguments)}){after}"
    if len(one_line) <= WIDEST:
        return [one_line]
    rows = _filled(arguments, indent + INDENT)
    return [f"{indent}{function}(", *rows, f"{indent}){after}"]


def _filled(items: list[str], indent: str = INDENT) -> list[str]:
    """Return the items on as few lines as hold them."""
    rows, row = [], indent
    for item in items:
        if len(row) + len(item) + 2 > WIDEST and row.strip():
            rows.append(row.rstrip())
            row = indent
        row += f"{item}, "
    return [*rows, row.rstrip()]


def _commented(line: str, comment: str) -> list[str]:
    rows = _wrapped(line)
    if not comment:
        return rows
    beside = f"{line:<{COLUMN}}  # {comment}"
    indent = line[: len(line) - len(line.lstrip())]
    return [beside] if len(beside) <= WIDEST else [f"{indent}# {comment}", *rows]


def _wrapped(line: str) -> list[str]:
    """Return a line that is long on several lines, broken in its first brackets."""
    if len(line) <= WIDEST or "(" not in line:
        return [line]
    start = line.index("(")
    end = _closing(line, start)
    items = line[start + 1 : end].split(", ")
    return [line[: start + 1], *_filled(items, INDENT * 2), f"{INDENT}{line[end:]}"]


def _closing(line: str, start: int) -> int:
    """Return where the bracket that opens at ``start`` closes."""
    depth = 0
    for place in range(start, len(line)):
        depth += {"(": 1, ")": -1}.get(line[place], 0)
        if not depth:
            return place
    raise AssertionError("brackets of a printed line match")


def _bind(own: dict[str, str], module: Module) -> str:
    code = module.code
    lines = [
        *_signature(own["bind"], list(module.arguments)),
        *(f"{INDENT}{line}" for line in BIND),
    ]
    for size in code.sizes:
        tensor, axis = module.sizes[size]
        lines.append(f"{INDENT}{size} = {tensor}.shape[{axis}]")
    operands = _filled(list(code.arguments), INDENT * 2)
    if code.views:
        operands += _call(f"*{own['views']}", [*code.sizes, *code.arguments], ",", INDENT * 2)
    if code.workspace:
        operands += _call(f"*{own['workspace']}", list(code.sizes), ",", INDENT * 2)
    made = [f"{INDENT}operands = (", *(row for row in operands if row.strip()), f"{INDENT})"]
    called = f"lambda: {own['run']}(*operands)"
    if not code.scalars:
        quiet = f'{own["errstate"]}(all="ignore")'
        made = [f"{INDENT}with {quiet}:", *(INDENT + line for line in made)]
        called = f"{quiet}({called})"
    return "\n".join([*lines, *made, f"{INDENT}return {called}"])


def _goal(own: dict[str, str], module: Module) -> str:
    """Return the function that binds, computes and names the results."""
    code, network = module.code, module.network
    says = f"({module.value}, {{name: gradient}})" if module.value else "{name: array}"
    found = [f"found[{number}]" for number in range(len(module.returned))]
    place = dict(zip(module.returned, found, strict=True))
    pairs = []
    for name, result in module.named:
        if result is not None:
            made = place[result]
        elif network[name].letters:
            made = f"{code.functions['zeros_like']}({name})"
        else:
            made = "0.0"
        pairs.append(f'"{name}": {made}')
    value = f"{place[module.value]}, " if module.value else ""
    call = _call(f"found = {own['bind']}", list(module.arguments), "()", INDENT)
    return "\n".join(
        [
            *_signature(own["goal"], list(module.arguments)),
            f'{INDENT}"""Return {says}."""',
            *call,
            f"{INDENT}return {value}{{",
            *_filled(pairs, INDENT * 2),
            f"{INDENT}}}",
        ]
    )
