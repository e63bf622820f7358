"""The progress bar: on a terminal only, within its width, and never in the way."""

import io

import pytest

from symback.training import progress
from symback.training.progress import Progress


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def every_call_draws(monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN", 0)
    monkeypatch.setenv("COLUMNS", "80")


def drawn(stream, wanted=None, steps=((0.5, 1.0), (2, 0.25))):
    with Progress(2, wanted, stream) as bar:
        for done, loss in steps:
            bar.show(done, {"loss": loss, "accuracy": 0.5})
    return stream.getvalue()


def test_a_terminal_gets_one_line_that_is_drawn_over():
    text = drawn(Terminal())
    assert text.count("\n") == 1
    assert text.endswith("\n")
    first, last = text.rstrip("\n").split("\r")[1:]
    assert first.rstrip() == "epoch 1/2 ▕██████                  ▏  loss 1  accuracy 50.0 %"
    assert last.rstrip() == "epoch 2/2 ▕████████████████████████▏  loss 0.25  accuracy 50.0 %"


def test_a_pipe_gets_nothing():
    assert drawn(io.StringIO()) == ""


def test_it_can_be_asked_for_and_refused():
    assert drawn(io.StringIO(), wanted=True)
    assert drawn(Terminal(), wanted=False) == ""


def test_an_ascii_terminal_gets_ascii():
    stream = Terminal()
    stream.encoding = "ascii"
    assert "[######" in drawn(stream)
    assert drawn(stream).isascii()


@pytest.mark.parametrize("width", [10, 30, 45, 200])
def test_no_line_is_wider_than_the_terminal(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    assert all(len(line) < width for line in drawn(Terminal()).rstrip("\n").split("\r"))


def test_a_shorter_line_covers_a_longer_one():
    text = drawn(Terminal(), steps=((0, 1.23456789), (2, 0.5)))
    first, last = text.rstrip("\n").split("\r")[1:]
    assert len(last) == len(first)


def test_it_draws_at_most_ten_times_a_second(monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN", 0.1)
    steps = [(number / 1000, 1.0) for number in range(1000)]
    assert drawn(Terminal(), steps=steps).count("\r") < 20


def test_a_terminal_that_goes_away_ends_the_bar_and_nothing_else():
    class Gone(Terminal):
        def write(self, text):
            raise BrokenPipeError

    assert drawn(Gone()) == ""
