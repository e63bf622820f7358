"""``python -m tests.rubric``: the score of each page by point, as far as a program can see."""

from tests.rubric.pages import PAGES
from tests.rubric.points import POINTS


def main() -> None:
    """Print a table: a row for each point, a column for each page; - where a point is no matter."""
    pages = {name: make() for name, make in PAGES.items()}
    print(" " * 42 + "".join(f"{name[:11]:>12}" for name in pages))
    reached = dict.fromkeys(pages, (0, 0))
    for point in POINTS:
        cells = ""
        for name, page in pages.items():
            if not point.applies(page):
                cells += f"{'-':>12}"
                continue
            score = point.score(page)
            have, most = reached[name]
            reached[name] = (have + score, most + 2)
            cells += f"{score:12}"
        print(f"{point.number:3} {point.title:38}{cells}")
    shares = "".join(f"{100 * have / most:11.0f}%" for have, most in reached.values())
    print(f"{'of the points that apply':42}{shares}")


if __name__ == "__main__":
    main()
