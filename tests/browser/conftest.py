"""A headless Chromium that opens pages from disk and writes down what they ask for and complain of.

    make test-browser

Without Playwright or Chromium these tests are skipped, and say so.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import symback as sb
from symback.render.html import html
from tests.browser.pages import digits, mazur, short, switches
from tests.render.documents import hostile

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def browser():
    library = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install 'symback[browser]'"
    )
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium on the PATH")
    with library.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> dict[str, Path]:
    """Write each page once; return where it is."""
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "mazur": mazur(sb).html(), "digits": digits(sb).html(), "hostile": html(hostile()),
        "switches": html(switches()), "short": html(short()),
    }  # fmt: skip
    paths = {name: folder / f"{name}.html" for name in made}
    for name, path in paths.items():
        path.write_text(made[name], encoding="utf-8")
    return paths


@dataclass
class Visit:
    """An open page, the addresses that it asked for, and what it complained of."""

    page: Any
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def one(self, selector: str) -> Any:
        return self.page.locator(selector).first

    def count(self, selector: str) -> int:
        return self.page.locator(selector).count()

    def classes(self, selector: str) -> list[str]:
        return (self.one(selector).get_attribute("class") or "").split()

    def point(self, selector: str, tap: bool = False) -> None:
        """Move the pointer to the middle of an element, be it as thin as a line."""
        self.one(selector).scroll_into_view_if_needed()
        box = self.one(selector).bounding_box()
        place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(*place)
        if tap:
            self.page.mouse.click(*place)

    def value(self, script: str) -> Any:
        return self.page.evaluate(script)


@pytest.fixture
def visit(browser, files):
    """Return a function that opens a page; afterwards none may have asked or complained."""
    open_pages: list[tuple[Visit, str]] = []

    def opened(name: str, query: str = "", **options: Any) -> Visit:
        page = browser.new_context(**{"viewport": WIDE, **options}).new_page()
        page.set_default_timeout(20_000)
        made = Visit(page)
        page.on("request", lambda request: made.asked.append(request.url))
        page.on("pageerror", lambda error: made.complaints.append(str(error)))
        page.on("console", lambda line: made.complaints.append(line.text))
        address = files[name].as_uri()
        open_pages.append((made, address))
        page.goto(address + query)
        return made

    yield opened
    for made, address in open_pages:
        assert {url.partition("?")[0].partition("#")[0] for url in made.asked} == {address}
        assert made.complaints == []
        made.page.context.close()
