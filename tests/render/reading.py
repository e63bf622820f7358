"""A page as a browser reads it."""

from html.parser import HTMLParser

from symback.render.html import html

VOID = {"meta", "wbr", "br", "img", "link", "input"}


class Reader(HTMLParser):
    """Reads a page as a browser does: tags that are nested, attributes, and the words between."""

    def __init__(self, markup):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, words):
        if not self.open or self.open[-1] not in ("style", "script", "annotation"):
            self.words.append(words)

    @property
    def text(self):
        return "".join(self.words)

    def all(self, tag, **wanted):
        return [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]

    def having(self, attribute):
        return [a[attribute] for _, a in self.tags if attribute in a]


def read(made, **options):
    reader = Reader(html(made, **options))
    assert not reader.open
    return reader
