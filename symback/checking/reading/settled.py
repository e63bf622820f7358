"""Which line of a script says what a name is, when several lines assign to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symback.checking.claim import ADJOINT, FORWARD
from symback.checking.reading.definitions import Definition, Line
from symback.checking.reading.names import Names
from symback.checking.reading.script import Script


def read_script(
    lines: Sequence[Line],
    names: Names,
    goal: str | None = None,
    prepare: Callable | None = None,
    file: bool = False,
) -> tuple[Script, list[tuple[str, str, Definition]]]:
    """Return the script and its claims, (tensor, adjoint or forward, definition), in order.

    It is read twice: which line settles a name is known at the end only.
    """
    settled: dict[str, int] = {}
    for _ in range(2):
        script = Script(names, settled, goal, file)
        if prepare is not None:
            prepare(script)
        script.read(lines)
        settled = {name: _settled(script, name) for name in script.versions}
    found = [
        (*script.meant(name), script.versions[name][place])
        for name, place in settled.items()
        if place >= 0 and script.meant(name) is not None
    ]
    found += [(*_meant(script, e), e) for e in script.equals if _meant(script, e)]
    order = {id(line): number for number, line in enumerate(lines)}
    found.sort(key=lambda claim: order[id(claim[2].line)])
    return script, found


def _meant(script: Script, definition: Definition) -> tuple[str, str] | None:
    if definition.name == script.goal:
        return script.goal, ADJOINT
    return script.meant(definition.name)


def _settled(script: Script, name: str) -> int:
    """Return which version of a name is what its name says: the last before it is put to other use.

    dA1[Z1 <= 0] = 0 makes Z1's adjoint of A1's; dW1 += lam*W1 leaves it W1's. Of a tensor of the
    forward pass only the first version counts, and none that is made from the tensor: P = P - Y.
    """
    versions, meant = script.versions[name], script.meant(name)
    if meant is not None and meant[1] == FORWARD:
        return -1 if versions[0].reads_itself else 0
    changed = next((i for i, v in enumerate(versions) if i and not v.same), len(versions))
    return changed - 1
