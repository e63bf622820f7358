import json
from dataclasses import replace

import pytest

from symback.diagrams.layout import lay_out
from symback.diagrams.model import DiagramGraph, DiagramNode
from symback.diagrams.richtext import plain
from symback.errors import FileError
from symback.render.latex import latex
from symback.render.parts import document, figure
from symback.render.stored import KINDS, from_json, to_json
from symback.render.text import text
from tests.render.documents import hostile, one_weight, tensors


@pytest.mark.parametrize("made", [one_weight(), tensors(), hostile()])
def test_a_document_survives_being_stored(made):
    again = from_json(to_json(made))
    assert again == made
    assert text(again) == text(made)
    assert latex(again) == latex(made)


def test_every_kind_of_block_is_stored():
    stored = to_json(one_weight())
    blocks = "Heading Paragraph Items Equation Table Figure Box Check Details Code".split()
    assert all(f'"kind": "{name}"' in stored and name in KINDS for name in blocks)


@pytest.mark.parametrize(
    "text_",
    [
        "", "{", "[]", "3", '{"schema": 2}', '{"schema": 1}', "[" * 100000,
        '{"schema": 1, "document": {"kind": "Text", "text": "x"}}',
        '{"schema": 1, "document": {"kind": "Document", "title": []}}',
        '{"schema": 1, "document": {"kind": "Document", "title": "x", "blocks": []}}',
        '{"schema": 1, "document": {"kind": "Document", "title": [], "blocks": [], "x": 1}}',
    ],
)  # fmt: skip
def test_any_other_text_is_refused(text_):
    with pytest.raises(FileError):
        from_json(text_)


def altered(kind, /, **fields):
    """Return the stored document with the fields of every part of this kind replaced."""

    def change(part):
        if isinstance(part, list):
            return [change(item) for item in part]
        if not isinstance(part, dict):
            return part
        changed = {name: change(item) for name, item in part.items()}
        return changed | fields if part.get("kind") == kind else changed

    return json.dumps(change(json.loads(to_json(one_weight()))))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("Number", {"mantissa": "\\input{x}"}),
        ("Number", {"exponent": "5"}),
        ("Symbol", {"base": "\\input"}),
        ("Symbol", {"latex": "\\input{x}"}),
        ("Symbol", {"layer": "}"}),
        ("Symbol", {"accents": ["hat"]}),
        ("Symbol", {"primes": 9}),
        ("Sum", {"terms": []}),
        ("Sum", {"terms": [["%", {"kind": "Number", "mantissa": "1"}]]}),
        ("Product", {"sign": "\\x"}),
        ("Derivative", {"sign": "\\x"}),
        ("Call", {"latex": "\\input"}),
        ("Line", {"relation": "\\input{x}"}),
        ("Heading", {"level": 7}),
        ("Heading", {"label": "chain"}),
        ("Table", {"align": "l@{\\input{x}}"}),
        ("Equation", {"lines": []}),
        ("Text", {"weight": "loud"}),
        ("Check", {"passed": 1}),
        ("Brace", {"kind": "Glyph"}),
        ("Reference", {"label": "nothing"}),
    ],
)
def test_parts_that_cannot_be_made_cannot_be_read_back(kind, fields):
    assert from_json(altered(kind)) == one_weight()
    with pytest.raises(FileError):
        from_json(altered(kind, **fields))


def test_a_picture_as_data_is_neither_stored_nor_read():
    graph = DiagramGraph("t", (DiagramNode("x", "input", plain("x")),))
    made = document("t", figure("<svg/>", "c", "words", drawing=lay_out(graph)))
    again = from_json(to_json(made))
    assert again.blocks == (replace(made.blocks[0], drawing=None),)
    with pytest.raises(FileError, match="drawing"):
        from_json(to_json(again).replace('"svg"', '"drawing": null, "svg"'))
