"""What a page says of positions: windows, steps of time, gathers, first places."""

from __future__ import annotations

POSITIONS: dict[str, str] = {
    "means window letter": "numbers the places of the window that reads {entries}",
    "means tap letter": "runs over the window that reads {entries}",
    "means table": "parameter: table, of which {rows} is read",
    "means time letter": "numbers the steps of time: axis of {axes}",
    "padding": (
        "Padding: where {entry} lies outside of {tensor}, equation {equation} reads 0, and so do"
        " all formulas that are derived from it."
    ),
    "window": (
        "{tensor} lies in the window of {reader} wherever {condition}. The delta is solved for"
        " {letters}, and the bracket keeps the places that exist."
    ),
    "window full": (
        "Forward the position grows with {letters}, backward it falls: the filter {filter} is"
        " turned round. This is the full convolution of {adjoint} with {filter}."
    ),
    "window shared": (
        "The window uses the same {tensor} at every place {letters} (shared weights), so what"
        " the places contribute adds up."
    ),
    "gather": (
        "{tensor} is read only where {condition}, whatever the data say. What every such {letters}"
        " sends back is added there (scatter); an entry that nobody reads gets 0."
    ),
    "maximum": (
        "{reader} is one of the entries that it looks at: all that comes back goes to that one,"
        " the first if several are as large, and nothing to the others."
    ),
    # Time
    "time": (
        "Forward, {readers} at step {letter} {read} {states} of the step before. Backward,"
        " therefore, step {letter} needs the adjoints of step {next}: they are a recurrence too,"
        " which runs from the last step {last} to the first, {first}. Nothing comes from behind the"
        " last step."
    ),
    "time paths": (
        "A path may also go on from step to step: {states} at one step {are} read at another."
    ),
    "time is": "is",
    "time are": "are",
    "time back": (
        "Backward, {readers} at step {letter} {read} {states}, so the adjoints run from the"
        " first step, {first}, to the last, {last}."
    ),
    "time reads one": "reads",
    "time reads many": "read",
    "time one step short": (
        "One step back in one line, {adjoint} put into {whole}: {whole} at step {letter} from that"
        " of step {next}."
    ),
    "because put into": "{inner} put into {outer}",
    "time initial": (
        "For {letter} = {first} this reads {state}, the value before the first step: {initial}."
    ),
    "time initial far": (
        "At the first steps this reads {state} before step {first}: there it is {initial}."
    ),
    "time forward": (
        "Equations {equations} are computed together, step by step: {letter} = {first}, {second},"
        " …, {last}."
    ),
    "reader later": "{reader} one step later, in equation {equation}",
    "reader far": "{reader} {number} steps later, in equation {equation}",
    "reader earlier": "{reader} one step earlier, in equation {equation}",
    "reader both": "{reader} at several steps, in equation {equation}",
    "steps shared": (
        "Every step {letter} uses the same {tensor} (shared weights), so what the steps contribute"
        " adds up: the sum over {letter} stays."
    ),
    # Adjoints put together
    "put together": (
        "Put together: {adjoints} are put into {gradient}, and what is known of whole sums is used."
    ),
    "put together end": (
        "So one pass over the data serves: this is the form in which programs and books have it."
    ),
    "because deviations add up to zero": "{sum} = 0: deviations from a mean add up to 0",
    "because parts of a whole": "{sum} = 1: parts of a whole",
    "because common denominator": "one denominator, common factors taken out",
    "because local derivatives": "local derivatives, from {equations}",
    # Reasons of lines, short
    "because equality is a delta": "{bracket} is {delta}",
    "because bracket always holds": "{bracket} always holds here",
    "because bracket never holds": "{bracket} never holds here",
    "because disjoint windows": "the windows do not overlap: {picks}",
    "because join the branches": "one of the two branches is taken: {condition} decides",
    "because truncation": "the window ends: what flows back over its edge is left out",
    "because initial value": "the state before step 0 is its initial value",
}
