"""The sentences above the code cells of a notebook."""

from __future__ import annotations

NOTEBOOK: dict[str, str] = {
    "network": (
        "## The same in Python\n\n"
        "What stands above is prose; from here on it runs. The network in its text form:"
    ),
    "derivation": "Its derivation. `d[{name}].steps` holds the lines of above as data.",
    "values": "The values of above.",
    "packed": "Arrays too long to be read are packed: `unpacked` gives them back.",
    "program": (
        "The NumPy program is made from the very formulas that are printed; `print(f.source)` "
        "shows it."
    ),
    "differences": (
        "By central differences, without any derivation: each entry is moved a little to both "
        "sides, and only the forward pass runs. Both columns have to agree."
    ),
    "check": (
        "And the whole check: the gradients, the program, and every line of the derivation on "
        "both sides."
    ),
    "check random": (
        "The check at random sizes and values: the gradients, the program, and every line of the "
        "derivation on both sides."
    ),
}
