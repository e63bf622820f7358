"""Pages that were read as prose stay as they were read; a difference is to be read, too."""

import pytest

from tests.explanation.pages import FOLDER, PAGES, written


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_as_it_was_reviewed(name):
    expected = (FOLDER / name).read_text(encoding="utf-8")
    assert written(name) == expected, (
        "the page changed; if it reads better: python -m tests.explanation.pages, read the diff"
    )


@pytest.mark.parametrize("name", [n for n in PAGES if n.endswith(".txt")])
def test_no_line_of_text_is_wider_than_the_page(name):
    assert max(map(len, written(name).splitlines())) <= 110  # combining accents take no column
