"""The command line as people type it: what it prints, what it writes, and its exit status."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symback.algebra.pointwise import POINTWISE
from symback.cli import commands
from symback.cli.main import main
from symback.training.history import History
from symback.training.storage import load_arrays, save_arrays

NEURON = ["E = (sigmoid(w*x+b) - y)**2/2", "--wrt", "w,b"]
AT = ["--at", "x=2,w=0.5,b=0,y=1"]
ROOT = Path(__file__).parents[2]
DIGITS = str(ROOT / "examples" / "digits.symback")
HOUSE = """network house
index n:N i:2
input X[n,i] Y[n]
parameter w[i] b
P[n] = sum(X[n,i]*w[i], i) + b
loss L = mean((P[n] - Y[n])**2, n)
"""
ROWS = "sqft,rooms,price\n" + "".join(
    f"{a},{b},{10 * a + 2 * b + 5}\n" for a in (1, 1.5, 2, 3) for b in (1, 2, 4)
)


@pytest.fixture
def there(tmp_path, monkeypatch):
    """A folder to work in, with a network and its data."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "house.symback").write_text(HOUSE, encoding="utf-8")
    (tmp_path / "house.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def train(*more):
    columns = ["--columns", "X=sqft,rooms", "Y=price"]
    return ["train", "house.symback", "--data", "house.csv", *columns, "--epochs", "5", *more]


def program(*arguments, **options):
    """Start the command line as a program of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "symback.cli.main", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        **options,
    )


# What the commands do ----------------------------------------------------------------------------


def test_without_a_command_six_examples_are_shown(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert sum(line.startswith("  symback ") for line in shown.splitlines()) == 6


def test_derive_prints_the_stages_and_then_the_adjoints(capsys):
    assert main(["derive", *NEURON]) == 0
    forward, backward = capsys.readouterr().out.split("\n\n")
    assert forward.splitlines() == ["z = w*x + b", "a = sigmoid(z)", "E = (a - y)**2/2"]
    assert "z_bar = a_bar*a*(1 - a)" in backward.splitlines()


def test_derive_prints_the_derived_network_in_its_text_form(capsys):
    assert main(["derive", DIGITS, "--network"]) == 0
    assert "adjoint Z1_bar[n,h] = " in capsys.readouterr().out


def test_a_network_without_a_loss_is_derived_of_what_is_named(there, capsys):
    (there / "layer.symback").write_text("index n:N\ninput x[n]\nparameter w\np[n] = w*x[n]\n")
    assert main(["derive", "layer.symback", "--of", "p"]) == 0
    assert capsys.readouterr().out.endswith("\n\nw_bar = sum(p_bar[n]*x[n], n)\n")
    assert main(["verify", "layer.symback", "--of", "p"]) == 0
    for command in ("derive", "verify", "explain", "cost", "diagnose", "export"):
        capsys.readouterr()
        assert main([command, "layer.symback"]) == 2
        assert "add a line such as: loss L" in capsys.readouterr().err
    assert main(["derive", "input x; loss E = x**2"]) == 2
    assert "--wrt x" in capsys.readouterr().err


def test_derive_writes_the_recorded_steps(there, capsys):
    assert main(["derive", *NEURON, "--to", "d.json"]) == 0
    assert capsys.readouterr().err == "wrote d.json\n"
    assert '"rule"' in (there / "d.json").read_text(encoding="utf-8")


def test_explain_prints_the_derivation_with_numbers(capsys):
    assert main(["explain", *NEURON, *AT]) == 0
    shown = capsys.readouterr().out
    assert "0.731058" in shown
    assert "-0.1057" in shown.replace("−", "-")


def test_explain_in_the_notation_of_a_book_and_in_matrices(there, capsys):
    (there / "layer.symback").write_text(
        "index n:N i:2\ninput X[n,i] y[n]\nparameter w1[i]\n"
        "z1[n] = sum(X[n,i]*w1[i], i)\nloss L = sum((z1[n] - y[n])**2, n)/N\n"
    )
    command = ["explain", "layer.symback", "--form", "matrix"]
    assert main([*command, "--notation", "cs231n"]) == 0
    assert "dw1 = Xᵀ · dz1" in capsys.readouterr().out
    assert main([*command, "--notation", "nielsen"]) == 0
    assert "= x · ∂L/∂z¹" in capsys.readouterr().out


def test_explain_writes_every_file_that_is_asked_for(there, capsys):
    assert main(["explain", *NEURON, *AT, "--to", "n.tex", "--to", "n.txt"]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "wrote n.tex\nwrote n.txt\n")
    assert (there / "n.tex").read_text(encoding="utf-8").startswith("\\documentclass")
    assert (there / "n.txt").stat().st_size > 500


def test_explain_of_one_weight_needs_to_know_whose(capsys):
    assert main(["explain", DIGITS, "--wrt", "W1", "--weight", "3,5"]) == 0
    assert "W" in capsys.readouterr().out
    assert main(["explain", DIGITS, "--weight", "3,5"]) == 2
    assert "--wrt W1 --weight 3,5" in capsys.readouterr().err


def test_draw_writes_a_picture_by_default_under_the_name_of_the_network(there, capsys):
    assert main(["draw", *NEURON, *AT]) == 0
    assert main(["draw", DIGITS, "--to", "a.svg", "--to", "a.dot"]) == 0
    assert capsys.readouterr().err == "wrote equation.svg\nwrote a.svg\nwrote a.dot\n"
    assert "<svg" in (there / "equation.svg").read_text(encoding="utf-8")
    assert "digraph" in (there / "a.dot").read_text(encoding="utf-8")


def test_draw_writes_the_backward_pass_as_numbered_pictures(there, capsys):
    steps = ["--steps", "--paths", "w", "--level", "operations", "--to", "b.svg"]
    assert main(["draw", *NEURON, *AT, *steps]) == 0
    written = sorted(path.name for path in there.glob("b-*.svg"))
    assert written[0] == "b-01.svg"
    assert capsys.readouterr().err == f"wrote b-01.svg to {written[-1]}, a figure for each step\n"
    assert 'data-paths="1"' in (there / written[-1]).read_text(encoding="utf-8")


def test_draw_highlights_the_paths_of_an_entry(there):
    text = "index i:3\ninput x[i]\nparameter w[i]\nloss E = sum(x[i]*w[i], i)**2"
    (there / "sum.symback").write_text(text, encoding="utf-8")
    assert main(["draw", "sum.symback", "--level", "scalars", "--paths", "w[2]"]) == 0
    assert 'data-paths="1"' in (there / "network.svg").read_text(encoding="utf-8")


def test_verify_prints_the_table_and_passes(capsys):
    assert main(["verify", *NEURON, *AT]) == 0
    assert "passed" in capsys.readouterr().out


def test_a_check_that_fails_is_status_1(monkeypatch, capsys):
    wrong = replace(POINTWISE["sigmoid"], derivatives=(lambda x, y: 2 * y * (1 - y),))
    monkeypatch.setitem(POINTWISE, "sigmoid", wrong)
    assert main(["verify", *NEURON, *AT]) == 1
    assert "WRONG" in capsys.readouterr().out


def test_the_examples_are_listed_and_run(there, capsys):
    assert main(["example"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == sorted(path.stem for path in (ROOT / "examples").glob("*.py"))
    assert main(["example", "one_neuron", "--quick"]) == 0
    assert "expected -12" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    "explain derive draw verify check train predict export diagnose cost example".split(),
)
def test_the_help_of_every_command_has_examples(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert f"examples:\n  symback {command}" in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == "symback 0.1.0\n"


# Wrong input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["derive", "none.symback"],
        ["derive", "."],
        ["derive", str(ROOT / "symback/zoo/data/digits.npz")],
        ["derive", "E = lambda*x"],
        ["derive", "x; import os"],
        ["derive", "</script>"],
        ["derive", "E = x*10**10**10"],
        ["derive", "E = " + "(" * 3000 + "x" + ")" * 3000],
        ["derive", "a = \\input{/etc/passwd}"],
        ["verify", "E = x**2", "--at", "x=nan"],
        ["verify", "E = x**2", "--at", "x=1,q=2"],
        ["verify", "E = x**2", "--at", "none.json"],
        ["explain", "E = x**2", "--at", "x=1", "--to", "no/such/folder/e.tex"],
        ["explain", "E = x**2", "--at", "x=1", "--to", "e.docx"],
        ["explain", "E = x**2", "--wrt", "x", "--weight", "1"],
        ["explain", "E = x**2", "--wrt", "x", "--update", "sgd:0.1"],
        ["draw", "E = x**2", "--to", "e.docx"],
        ["draw", "E = w*x**2", "--wrt", "w", "--paths", "q"],
        ["draw", "E = w*x**2", "--wrt", "w", "--level", "scalars", "--paths", "w[0]"],
        ["example", "../../setup"],
        train("--data", "none.csv"),
        train("--columns", "X=sqft"),
        train("--columns", "X=sqft,rooms", "Y=cost"),
        train("--save", "no/such/folder/w.npz"),
        train("--at", "w=1"),
    ],
)
def test_bad_input_is_status_2_and_three_parts_without_a_traceback(arguments, there, capsys):
    before = sorted(os.listdir(there))
    assert main(arguments) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("error: ")
    assert "\n  found: " in shown
    assert "Traceback" not in shown
    assert sorted(os.listdir(there)) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus"],
        ["derive"],
        ["explain", "E = x", "--detail", "9"],
        ["explain", "E = x", "--weight", "a"],
        ["explain", "E = x", "--update", "adam2:1"],
        ["explain", "E = x", "--update", "sgd"],
        ["explain", "E = x", "--update", "sgd:-1"],
        ["explain", "E = x", "--update", "sgd:nan"],
        ["train", "house.symback", "--data", "house.csv"],
        train("--epochs", "0"),
        train("--batch", "half"),
        train("--optimizer", "adam:fast"),
        train("--save", "w.txt"),
    ],
)
def test_options_that_are_none_are_status_2_and_say_what_helps(arguments, there, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    shown = capsys.readouterr().err
    assert shown.startswith("error: symback")
    assert "\n  try:   " in shown
    assert len(shown.splitlines()) <= 4


@pytest.mark.parametrize(
    "words", [["derive", "E", "=", "w*x"], ["explain", "E = w", "*", "x"], ["derive", "E", "=w"]]
)
def test_equations_that_the_shell_has_cut_get_advice_on_quotes(words, capsys):
    with pytest.raises(SystemExit):
        main(words)
    assert 'put equations in quotes: symback derive "E = w*x"' in capsys.readouterr().err


def test_an_option_that_a_command_does_not_have_is_taken_for_no_equation(capsys):
    with pytest.raises(SystemExit):
        main(["cost", *NEURON, *AT])
    shown = capsys.readouterr().err
    assert "--at" in shown
    assert "quotes" not in shown


def test_options_may_stand_in_a_file(there, capsys):
    text = "# how to train\n--columns X=sqft,rooms Y=price   # in US dollars\n--epochs 3\n"
    (there / "house.options").write_text(text)
    assert main(["train", "house.symback", "--data", "house.csv", "@house.options"]) == 0
    assert "3 epochs" in capsys.readouterr().out
    with pytest.raises(SystemExit) as end:
        main(["train", "house.symback", "@none.options"])
    assert end.value.code == 2
    assert "none.options" in capsys.readouterr().err


def test_no_input_is_replaced(there, capsys):
    save_arrays("start.npz", {"w": np.array([10.0, 2])})
    before = (there / "start.npz").read_bytes()
    assert main(train("--at", "start.npz", "--save", str(there / "start.npz"))) == 2
    assert main(["explain", "house.symback", "--to", "house.symback"]) == 2
    assert capsys.readouterr().err.count("this command reads that file") == 2
    assert (there / "start.npz").read_bytes() == before
    assert (there / "house.symback").read_text(encoding="utf-8") == HOUSE


def test_no_code_in_a_name_is_run(there, monkeypatch):
    for text in ("E = __import__('pathlib').Path('ran').touch()", "E = x.touch('ran')"):
        assert main(["derive", text]) == 2
    assert not (there / "ran").exists()


def test_a_binary_file_as_csv_and_as_json_is_status_2(there, capsys):
    (there / "house.csv").write_bytes(bytes(range(256)))
    (there / "v.json").write_bytes(bytes(range(256)))
    assert main(train()) == 2
    assert main(["verify", "E = x**2", "--at", "v.json"]) == 2


# The terminal ------------------------------------------------------------------------------------


def test_errors_are_in_colour_on_a_terminal_only_and_not_with_no_color(monkeypatch, capsys):
    def shown():
        main(["derive", "none.symback"])
        return capsys.readouterr().err

    assert "\x1b" not in shown()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;31merror:\x1b[0m" in shown()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shown()


def test_a_pipe_gets_no_progress_bar(there):
    done = program(*train("--epochs", "200"))
    out, err = done.communicate(timeout=60)
    assert done.returncode == 0
    assert out.startswith(b"house: 200 epochs")
    assert err == b""


def test_a_reader_that_goes_away_is_no_complaint():
    done = program("derive", DIGITS)
    done.stdout.close()
    assert done.stderr.read() == b""
    assert done.wait(timeout=60) == 141
    done.stderr.close()


def test_ctrl_c_saves_what_was_learned_and_is_status_130(there, capsys, monkeypatch):
    add = History.add

    def press(history, row):
        add(history, row)
        if len(history) == 3:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(History, "add", press)
    assert main(train("--epochs", "1000", "--save", "w.npz")) == 130
    assert "3 epochs" in capsys.readouterr().out
    assert load_arrays("w.npz")["w"].shape == (2,)


def test_ctrl_c_anywhere_else_is_status_130_too(capsys, monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "derivation_of", interrupt)
    assert main(["derive", *NEURON]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_terminal_without_unicode_gets_the_rest(there):
    done = subprocess.run(
        [sys.executable, "-m", "symback.cli.main", "explain", *NEURON, *AT],
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_without_room_is_an_error_in_three_lines():
    with open("/dev/full", "w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "symback", "derive", "E = x**2"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=ROOT, text=True)
    assert done.returncode == 2
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_picture_without_a_name_replaces_no_input(there, capsys):
    (there / "house.svg").write_text(HOUSE, encoding="utf-8")
    assert main(["draw", "house.svg"]) == 2
    assert (there / "house.svg").read_text(encoding="utf-8") == HOUSE
    assert "this command reads that file" in capsys.readouterr().err
