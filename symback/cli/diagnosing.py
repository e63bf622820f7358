"""``diagnose`` and ``cost``: what gradients do on their way, and what they cost."""

from __future__ import annotations

from argparse import Namespace

import symback as sb
from symback.cli.columns import read_choices
from symback.cli.complaints import note
from symback.cli.data_options import kept_units, scaled_data
from symback.cli.source import derivation_of, network_of
from symback.cli.values import values_of
from symback.errors import ValuesError
from symback.training.draws import drawn_once
from symback.training.start import inputs_of, start_of


def diagnose(options: Namespace) -> int:
    """Print what gradients do at these data and parameters, or write it to the files of --to."""
    network = network_of(options.source, options.wrt)
    derivation = derivation_of(options, network)
    given = values_of(options.at)
    needed = [n for n in inputs_of(network, derivation.of) if n not in given]
    if needed and options.data is None:
        raise ValuesError(
            "diagnose: data was asked for", f"no value for {', '.join(needed)}",
            "give --data FILE with --columns, or --at with values: gradients depend on them",
        )  # fmt: skip
    known = _learned(network)
    data = {n: v for n, v in given.items() if n not in network or n not in known}
    if needed:
        data |= scaled_data(options, network, needed, kept_units(options.at))
    learned = {n: v for n, v in given.items() if n not in data}
    # Parameters that are not given are those that training would start from.
    start = start_of(
        network, derivation.of, data, learned,
        seed=options.seed, dtype="float64", batch_size=None, batch=None,
    )  # fmt: skip
    values = start.inputs | start.parameters | start.buffers
    values |= drawn_once(derivation.network, values, options.seed)
    return _shown(sb.diagnose(derivation, values, update=options.update), options)


def cost(options: Namespace) -> int:
    """Print what a loss and its gradients cost, or write it to the files of --to."""
    sizes = read_choices(options.sizes, "--sizes", "N=32 K=10")
    counts = {name: _count(name, size) for name, size in sizes.items()}
    return _shown(sb.cost(derivation_of(options), sizes=counts), options)


def _count(name: str, size: str) -> int:
    """Return a size; raises ValuesError."""
    if not (size.isdecimal() and 0 < len(size) < 19 and int(size)):
        raise ValuesError(f"--sizes {name[:40]}", repr(size[:40]), "write a whole number: N=32")
    return int(size)


def _learned(network: sb.Network) -> list[str]:
    return [t.name for t in (*network.parameters, *network.buffers)]


def _shown(found: object, options: Namespace) -> int:
    if not options.to:
        print(found)
    for path in options.to:
        note(f"wrote {found.save(path)}")
    return 0
