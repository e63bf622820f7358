"""The pages that are reviewed as prose. ``python -m tests.explanation.pages`` writes them anew."""

from collections.abc import Callable
from pathlib import Path

from symback.explanation.result import Explanation
from symback.explanation.teacher import explanation
from symback.training.optimisers import SGD
from tests.explanation.networks import (
    DIGITS,
    MAZUR,
    MAZUR_AT,
    NEURON,
    NEURON_AT,
    RESIDUAL,
    XOR,
    XOR_AT,
    derived,
)

FOLDER = Path(__file__).parent / "goldens"
Page = Callable[[], Explanation]


def _mazur(**options) -> Explanation:
    return explanation(
        derived(MAZUR), at=MAZUR_AT, update=SGD(0.5), checks=False, **options
    )


# Without checks: how many entries are checked, and to how many digits, is no matter of prose.
PAGES: dict[str, Page] = {
    "neuron.txt": lambda: explanation(
        derived(NEURON), "w", at=NEURON_AT, update=SGD(0.1), checks=False
    ),
    "neuron.tex": lambda: explanation(
        derived(NEURON), "w", at=NEURON_AT, update=SGD(0.1), checks=False
    ),
    "mazur.txt": _mazur,
    "mazur_plain.txt": lambda: _mazur(detail=0),
    "mazur_outline.txt": lambda: _mazur(detail=1),
    "mazur_w1.txt": lambda: explanation(
        derived(MAZUR), "w1", at=MAZUR_AT, update=SGD(0.5), checks=False
    ),
    "digits.txt": lambda: explanation(derived(DIGITS), checks=False),
    "digits_plain.txt": lambda: explanation(derived(DIGITS), detail=0),
    "xor_entry.txt": lambda: explanation(
        derived(XOR), "W1", weight=(0, 1), at=XOR_AT, update=SGD(0.5), checks=False
    ),
    "residual_algebra.txt": lambda: explanation(derived(RESIDUAL), "W", detail=3, checks=False),
}  # fmt: skip


def written(name: str) -> str:
    """Return a page as it is written now."""
    page = PAGES[name]()
    return page.latex() if name.endswith(".tex") else page.text()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for page_name in PAGES:
        (FOLDER / page_name).write_text(written(page_name), encoding="utf-8")
