"""Templates: each can be filled, each is used, each rule and function has its words."""

import re
from pathlib import Path
from string import Formatter

import pytest

import symback.explanation
from symback.algebra.pointwise import POINTWISE
from symback.derivation.rules import RULES
from symback.explanation.texts import TEXTS, capped, listed, say
from symback.explanation.texts_matrix import MATRICES
from symback.explanation.texts_numbers import NUMBERS
from symback.explanation.texts_page import PAGE
from symback.explanation.texts_positions import POSITIONS
from symback.explanation.texts_training import TRAINING
from symback.render.parts import inlines

SOURCES = [
    path.read_text(encoding="utf-8")
    for path in Path(symback.explanation.__file__).parent.glob("*.py")
    if not path.name.startswith("texts_")
]


def test_no_two_tables_have_the_same_key():
    tables = (PAGE, NUMBERS, MATRICES, POSITIONS, TRAINING)
    assert sum(map(len, tables)) == len(TEXTS)


def fields(template):
    return [field for _, field, _, _ in Formatter().parse(template) if field is not None]


@pytest.mark.parametrize("key", TEXTS)
def test_a_template_is_filled_by_named_fields(key):
    names = fields(TEXTS[key])
    assert all(name.isidentifier() for name in names)
    shown = "".join(part.text for part in say(key, **dict.fromkeys(names, "·")))
    assert "{" not in shown


@pytest.mark.parametrize("key", TEXTS)
def test_a_template_is_used(key):
    # Keys that are put together from a stem and a word: "kind " + kind.
    stems = [match for source in SOURCES for match in re.findall(r'f"([a-z ]+)\{', source)]
    stems += [m for source in SOURCES for m in re.findall(r'f"\{\w+\} ([a-z ]+)"', source)]
    named = any(f'"{key}"' in source for source in SOURCES)
    assert named or any(key.startswith(stem) for stem in stems) or key.endswith((" again", " one"))


def test_every_rule_that_a_chain_can_show_has_a_short_reason():
    chains = [row.name for row in RULES.values() if row.group in ("chain", "structure", "tidy")]
    missing = [name for name in chains if f"because {name}" not in TEXTS]
    # Lines of path sums are built, and not recorded, by an explanation.
    assert set(missing) <= {"sum over paths", "shared edges", "named adjoints"}


def test_every_function_has_a_reason_for_the_conventions():
    assert all(row.reason for row in POINTWISE.values())


def test_parts_are_listed_as_people_do():
    def text(found):
        return "".join(part.text for part in found)

    assert text(listed(["a"])) == "a"
    assert text(listed(["a", "b"])) == "a and b"
    assert text(listed(["a", "b", inlines("c")])) == "a, b and c"
    assert text(capped(["a", "b", "c"], 2)) == "a, b, …"
