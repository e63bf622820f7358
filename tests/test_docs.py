"""The pages of docs/: their outputs, pictures, tables and links are what they claim to be."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

import symback as sb

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"

sys.path.insert(0, str(DOCS))
try:
    import refresh
finally:
    sys.path.remove(str(DOCS))

PAGES = refresh.pages()
LINKED = [*sorted(DOCS.glob("*.md")), *ROOT.glob("README.md")]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PUBLIC = re.compile(r"\bsb\.([A-Za-z_]\w*)")


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_shows_what_its_code_says(page: Path):
    found = refresh.difference(page, refresh.refreshed(page))
    assert not found, f"run: python docs/refresh.py {page.name}\n{found}"


def test_every_question_of_the_index_is_a_page_and_every_page_is_in_the_index():
    index = LINK.findall((DOCS / "README.md").read_text("utf-8"))
    assert {target.partition("#")[0] for target in index} == {
        page.name for page in DOCS.glob("*.md") if page.name != "README.md"
    }


def test_every_picture_is_shown_and_every_shown_picture_is_there():
    shown = {t for page in LINKED for t in LINK.findall(page.read_text("utf-8")) if "pictures" in t}
    there = {p.relative_to(DOCS).as_posix() for p in (DOCS / "pictures").iterdir()}
    assert {t.removeprefix("docs/") for t in shown} == there


@pytest.mark.parametrize("page", LINKED, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path):
    for target in LINK.findall(FENCED.sub("", page.read_text("utf-8"))):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        linked = page.parent / file if file else page
        assert linked.exists(), f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(linked), f"{page.name}: {target}"


def anchors(page: Path) -> set[str]:
    """The names under which GitHub can be sent to the headings of a page."""
    lines = FENCED.sub("", page.read_text("utf-8")).splitlines()
    headings = [line.lstrip("#").strip() for line in lines if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", LINKED, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_public_names_on_a_page_are_there(page: Path):
    used = dict.fromkeys(PUBLIC.findall(page.read_text("utf-8")))
    assert [n for n in used if not hasattr(sb, n)] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_code_of_a_page_is_python_that_fits_its_width(page: Path):
    for part in refresh.parts(page):
        if isinstance(part, refresh.Block) and part.language in ("python", "symback"):
            assert max(map(len, part.lines)) <= 100, f"{page.name}, line {part.number}"
            if part.language == "python":
                ast.parse("\n".join(part.lines))


# The script itself -------------------------------------------------------------------------------

PAGE = """\
# A page

```symback line.symback
input x
y = 2*x
```

```python
import symback as sb

print(sb.derive(sb.read("line.symback"), wrt="x", of="y"))
```

```text
{output}
```

Text.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "page.md"


def stale(page: Path) -> str:
    return refresh.difference(page, refresh.refreshed(page))


def test_a_right_output_is_no_difference(page: Path):
    page.write_text(PAGE.format(output="x_bar = 2"), "utf-8")
    assert stale(page) == ""


def test_a_wrong_output_is_shown_and_rewritten(page: Path):
    page.write_text(PAGE.format(output="x_bar = 3"), "utf-8")
    assert "-x_bar = 3\n+x_bar = 2" in stale(page)
    refresh.write(page, refresh.refreshed(page))
    assert page.read_text("utf-8") == PAGE.format(output="x_bar = 2")


def test_a_missing_output_is_put_in(page: Path):
    page.write_text('```python\nprint("one")\n```\nText.\n', "utf-8")
    assert refresh.refreshed(page).text == (
        '```python\nprint("one")\n```\n\n```text\none\n```\nText.\n'
    )


def test_rounding_may_differ(page: Path):
    block = '```python\nprint("worst {}")\n```\n\n```text\nworst {}\n```\n'
    page.write_text(block.format("1.3e-16", "0.0e+00"), "utf-8")
    assert stale(page) == ""
    page.write_text(block.format("1.3e-06", "0.0e+00"), "utf-8")
    assert stale(page) != ""


def test_a_picture_belongs_to_its_page(page: Path):
    code = 'import symback as sb\nsb.draw(sb.parse("input x\\ny = 2*x")).save("y.svg")'
    page.write_text(f"```python\n{code}\n```\n", "utf-8")
    assert "y.svg is not what its code draws" in stale(page)
    refresh.write(page, refresh.refreshed(page))
    assert stale(page) == ""
    assert (page.parent / "pictures" / "y.svg").read_text("utf-8").startswith("<")


def test_an_error_names_page_and_line(page: Path):
    page.write_text("Text.\n\n```python\n1/0\n```\n", "utf-8")
    with pytest.raises(refresh.PageError, match=r"page\.md, line 3: ZeroDivisionError"):
        refresh.refreshed(page)


def test_an_error_that_is_meant_is_printed(page: Path):
    code = 'import symback as sb\nsb.parse("y = x")'
    page.write_text(f"```python raises\n{code}\n```\n", "utf-8")
    assert "symback.errors.TextError: <text>, line 1" in refresh.refreshed(page).text


def test_commands_run_on_files_that_the_page_holds(page: Path):
    net = "```symback net.symback\ninput x y\nparameter w\nloss E = (w*x - y)**2\n```\n"
    own = "```python mine.py\ndw = 2*(w*x - y)*x\nraise SystemExit\n```\n"
    page.write_text(net + own + "```console\n$ symback check net.symback mine.py\n```\n", "utf-8")
    with pytest.raises(refresh.PageError, match="status 2 of"):
        refresh.refreshed(page)
    page.write_text(page.read_text("utf-8").replace("raise SystemExit\n", ""), "utf-8")
    text = refresh.refreshed(page).text
    assert "\nright\n```" in text
    page.write_text("```console\n$ ls\n```\n", "utf-8")
    with pytest.raises(refresh.PageError, match="was asked for"):
        refresh.refreshed(page)


def test_of_a_long_output_the_last_lines_can_be_shown(page: Path):
    net = "```symback net.symback\ninput x\nparameter w\nloss E = w*x\n```\n"
    page.write_text(net + "```console\n$ symback derive net.symback | tail -1\n```\n", "utf-8")
    assert "\n```text\nw_bar = x\n```\n" in refresh.refreshed(page).text


def test_a_command_may_have_several_lines_and_tables_beside_it(page: Path):
    table = "```csv d.csv\nx,y\n1,2\n2,4\n```\n"
    net = "```symback net.symback\nindex n:N\ninput x[n] y[n]\nparameter w\n"
    net += "loss E = mean((w*x[n] - y[n])**2, n)\n```\n"
    command = "$ symback train net.symback \\\n    --data d.csv --epochs 1 | tail -1"
    page.write_text(f"{table}{net}```console\n{command}\n```\n", "utf-8")
    assert refresh.refreshed(page).text.endswith("```text\n    1    10\n```\n")


def test_a_command_that_is_meant_to_fail_shows_what_it_says(page: Path):
    page.write_text("```console raises\n$ symback derive none.symback\n```\n", "utf-8")
    assert "error: the network in 'none.symback'" in refresh.refreshed(page).text
    page.write_text('```console raises\n$ symback derive "y = x"\n```\n', "utf-8")
    with pytest.raises(refresh.PageError, match="status 0 of"):
        refresh.refreshed(page)


def test_a_page_of_commands_alone_is_run(tmp_path: Path):
    (tmp_path / "told.md").write_text("Text.\n", "utf-8")
    (tmp_path / "run.md").write_text("```console\n$ symback example\n```\n", "utf-8")
    assert [page.name for page in refresh.pages(tmp_path)] == ["run.md"]


def test_a_meant_error_must_come(page: Path):
    page.write_text("```python raises\n1\n```\n", "utf-8")
    with pytest.raises(refresh.PageError, match="should end with an error"):
        refresh.refreshed(page)


def test_a_block_must_end(page: Path):
    page.write_text("```python\n1\n", "utf-8")
    with pytest.raises(refresh.PageError, match="never ends"):
        refresh.refreshed(page)
