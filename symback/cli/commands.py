"""What each command does: it reads, calls one verb, prints or writes, and returns a status."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

import symback as sb
from symback.cli.claims import read_claims, read_names
from symback.cli.complaints import note
from symback.cli.examples import example_names, run_example
from symback.cli.outputs import check_outputs
from symback.cli.source import derivation_of, network_of
from symback.cli.values import values_of
from symback.errors import DefinitionError, ValuesError

PASSED, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def explain(options: Namespace) -> int:
    """Print the derivation, or write it to the files of --to."""
    if options.update and not options.at:
        raise ValuesError(
            "--update was asked for", "no values", "a step needs numbers: --at x=2,w=0.5 or FILE"
        )
    derivation = derivation_of(options)
    explanation = sb.explain(
        derivation,
        _one_name(options),
        weight=options.weight,
        form=options.form,
        notation=options.notation,
        detail=options.detail,
        at=_values(options),
        update=options.update,
    )
    if not options.to:
        print(explanation.text())
    return _write(explanation, options.to)


def derive(options: Namespace) -> int:
    """Print the forward equations and that of every adjoint, or the whole derived network."""
    derivation = derivation_of(options)
    if options.to:
        return _write(derivation, options.to)
    if options.network:
        print(derivation.network)
        return PASSED
    print("\n".join(str(equation) for equation in derivation.forward.equations))
    print(f"\n{derivation}")
    return PASSED


def draw(options: Namespace) -> int:
    """Write the diagram or the backward pass, by default to SVG files of the network's name."""
    network = network_of(options.source, options.wrt)
    learns = (options.of or network.loss_name) and (options.wrt or network.parameters)
    drawn = derivation_of(options, network) if learns else network
    values, whole = _values(options), options.full
    diagram = sb.draw(
        drawn, level=options.level, at=values, weight=options.paths, collapse=not whole,
        steps=options.time,
    )  # fmt: skip
    options.to = options.to or [f"{network.name}.svg"]
    check_outputs(options)
    if not options.steps:
        return _write(diagram, options.to)
    for path in options.to:
        written = diagram.backward().save(path)
        note(f"wrote {written[0]} to {written[-1].name}, a figure for each step")
    return PASSED


def verify(options: Namespace) -> int:
    """Print the check table; status 1 if a check fails."""
    report = sb.verify(derivation_of(options), _values(options), seed=options.seed)
    print(report)
    return PASSED if report.passed else FAILED


def check(options: Namespace) -> int:
    """Print which claims about gradients are right and why one is not; status 1 for a wrong one."""
    derivation = derivation_of(options)
    about = "after" if options.after else "claims"
    report = sb.check(
        derivation,
        **{about: read_claims(options.claims, derivation, options.after)},
        at=_values(options),
        update=options.update,
        hints=options.hints,
        names=read_names(options.map) if options.map else None,
        seed=options.seed,
    )
    print(report)
    return PASSED if report.passed else FAILED


def example(options: Namespace) -> int:
    """List the examples, or run one."""
    if options.name is None:
        shown = example_names()
        for name, says in shown.items():
            print(f"{name:{max(map(len, shown))}}  {says}")
        return PASSED
    return run_example(options.name, options.quick)


def _values(options: Namespace) -> Mapping[str, object] | None:
    return values_of(options.at) or None


def _one_name(options: Namespace) -> str | None:
    """Return the tensor to explain: the only one of --wrt, or None for all."""
    if len(options.wrt) == 1:
        return options.wrt[0]
    if options.weight is not None:
        raise DefinitionError(
            "--weight was asked for", f"--wrt {','.join(options.wrt) or 'nothing'}",
            "name the one parameter that it is an entry of: --wrt W1 --weight 3,5",
        )  # fmt: skip
    return None


def _write(what: object, paths: list[str]) -> int:
    for path in paths:
        note(f"wrote {what.save(path)}")
    return PASSED
