"""Checkpoints: whole at every moment, and a training that goes on as if nothing had happened."""

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import numpy as np
import pytest

from symback import files
from symback.errors import FileError, SymbackError, TrainingError
from symback.training.callbacks import EarlyStopping, EveryStep
from symback.training.checkpoint import Checkpoint, read
from symback.training.clipping import ClipNorm
from symback.training.optimisers import SGD, Adam, AdamW
from symback.training.schedules import Cosine
from symback.training.storage import load_arrays, save_arrays
from tests.training.networks import CLASSED, LABELS, X, classes, line, same_bits


class KilledError(BaseException):
    """Stands for a kill: nothing in training catches it."""


def killed_after(steps, **options):
    """Train until so many steps are made, then end as a kill does."""

    def kill(moment):
        if moment.step == steps:
            raise KilledError

    with pytest.raises(KilledError):
        classes(callbacks=EveryStep(kill), **options)


# Going on ----------------------------------------------------------------------------------------

RICH = {
    "validation": CLASSED,
    "schedule": Cosine(),
    "clip": ClipNorm(0.5),
    "optimizer": AdamW(0.05),
    "epochs": 6,
}


@pytest.mark.parametrize("steps", [1, 4, 9, 23])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_training_that_goes_on_has_the_bits_of_one_that_was_never_interrupted(
    tmp_path, steps, dtype
):
    whole = classes(**RICH, dtype=dtype)
    kept = Checkpoint(tmp_path / "run.npz", every=1)
    killed_after(steps, checkpoint=kept, **RICH, dtype=dtype)
    # The step whose callback was killed is not in the file: the one before it is.
    assert read(kept.path).steps == steps - 1
    again = classes(checkpoint=kept, **RICH, dtype=dtype)
    assert same_bits(again.parameters, whole.parameters)
    assert same_bits(again.best.parameters, whole.best.parameters)
    assert again.history == whole.history
    assert again.steps == whole.steps == 24
    assert again.best.steps == whole.best.steps


@pytest.mark.parametrize("options", [{"batch_size": None}, {"batch_size": 1}, {"shuffle": False}])
def test_it_goes_on_so_with_all_samples_at_once_one_by_one_and_in_order(tmp_path, options):
    kept = Checkpoint(tmp_path / "run.npz", every=1)
    killed_after(3, checkpoint=kept, **options)
    kept = replace(kept, every=None)
    whole, again = classes(**options), classes(checkpoint=kept, **options)
    assert same_bits(again.parameters, whole.parameters)
    assert again.history == whole.history


def test_more_epochs_go_on_from_a_training_that_is_done(tmp_path):
    path = tmp_path / "run.npz"
    classes(checkpoint=path, epochs=2)
    again, whole = classes(checkpoint=path, epochs=5), classes(epochs=5)
    assert same_bits(again.parameters, whole.parameters)
    assert again.history == whole.history


def test_a_training_that_is_done_is_read_and_not_trained_again(tmp_path):
    path = tmp_path / "run.npz"
    run, seen = classes(checkpoint=path), []
    again = classes(checkpoint=path, callbacks=EveryStep(seen.append))
    assert seen == []
    assert same_bits(again.parameters, run.parameters)
    assert again.history == run.history


def test_early_stopping_holds_after_it_and_more_patience_goes_on(tmp_path):
    path, options = tmp_path / "run.npz", {"validation": CLASSED, "epochs": 60}
    stop = EarlyStopping(2, by="validation_loss", least=0.05)
    run = classes(checkpoint=path, callbacks=stop, **options)
    assert "stopped early" in run.stopped
    again = classes(checkpoint=path, callbacks=stop, **options)
    assert again.stopped == run.stopped
    assert again.history == run.history
    longer = classes(
        checkpoint=path, callbacks=EarlyStopping(4, "validation_loss", 0.05), **options
    )
    assert len(longer.history) > len(run.history)


def test_an_interrupted_training_is_kept_in_mid_epoch(tmp_path):
    path = tmp_path / "run.npz"
    run = classes(checkpoint=path, callbacks=EveryStep(lambda moment: moment.step == 6))
    assert run.stopped == "stopped by a callback"
    assert read(path).position == 2
    assert same_bits(classes(checkpoint=path).parameters, classes().parameters)


def test_ctrl_c_keeps_the_last_whole_step_in_the_file(tmp_path):
    path = tmp_path / "run.npz"
    interrupt = EveryStep(lambda m: signal.raise_signal(signal.SIGINT) if m.step == 7 else None)
    run = classes(checkpoint=path, callbacks=interrupt)
    assert "Ctrl-C" in run.stopped
    assert run.steps == read(path).steps == 7
    assert same_bits(classes(checkpoint=path).parameters, classes().parameters)


def test_a_nan_leaves_a_file_that_goes_on_to_the_same_nan(tmp_path):
    path, wild = tmp_path / "run.npz", {"optimizer": SGD(1e160), "batch_size": 50}
    steps = []
    for _ in range(2):
        with pytest.raises(TrainingError, match="made by") as error:
            line(checkpoint=path, epochs=99, **wild)
        steps.append(error.value.run.steps)
        assert read(path).steps == steps[0]
    assert steps[0] == steps[1] > 0


def test_the_file_holds_the_parameters_by_name_and_bytes_do_not_depend_on_the_way(tmp_path):
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    run = classes(checkpoint=Checkpoint(one, every=1))
    classes(checkpoint=two)
    assert one.read_bytes() == two.read_bytes()
    arrays = load_arrays(one)
    assert (arrays["parameters/W"] == run.parameters["W"]).all()


def test_it_is_written_by_steps_or_by_seconds(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(
        "symback.training.checkpoint.write", lambda path, record: written.append(record.steps)
    )
    classes(checkpoint=Checkpoint(tmp_path / "a.npz", every=8))
    assert written == [0, 8, 16, 20]
    written.clear()
    classes(checkpoint=Checkpoint(tmp_path / "a.npz", seconds=1e9))
    assert written == [0, 20]


# Another training --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"optimizer": Adam(0.06)}, "optimizer: Adam(rate=0.05"),
        ({"optimizer": SGD(0.05)}, "now"),
        ({"seed": 4}, "seed: 3 in the file, 4 now"),
        ({"batch_size": 8}, "batches: 16 of 50 along n, shuffled in the file, 8 of 50 along n"),
        ({"shuffle": False}, "batches: 16 of 50"),
        ({"data": {"X": X + 1, "Y": LABELS}}, "data: "),
        ({"parameters": {"b": np.ones(5)}}, "start: "),
        ({"dtype": "float32"}, "dtype: float64 in the file, float32 now"),
        ({"clip": ClipNorm(1)}, "clip: None in the file, ClipNorm(limit=1) now"),
        ({"schedule": Cosine()}, "schedule: None"),
        ({"validation": CLASSED}, "validation: none"),
    ],
)
def test_another_training_does_not_go_on_from_it_and_the_file_stays(tmp_path, other, told):
    path = tmp_path / "run.npz"
    classes(checkpoint=path, epochs=1)
    before = path.read_bytes()
    with pytest.raises(TrainingError) as error:
        classes(checkpoint=path, **other)
    assert told in str(error.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["parameters", "text", "cut short", "other JSON"])
def test_a_file_that_is_no_checkpoint_is_an_error_and_stays(tmp_path, kind):
    path = tmp_path / "run.npz"
    run = classes(checkpoint=path, epochs=1)
    if kind == "parameters":
        run.save(path)
    elif kind == "text":
        path.write_text("notes that matter")
    elif kind == "cut short":
        path.write_bytes(path.read_bytes()[:-100])
    else:
        save_arrays(path, {"checkpoint": np.frombuffer(b'{"version": 1}', np.uint8)})
    before = path.read_bytes()
    with pytest.raises(FileError):
        classes(checkpoint=path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("checkpoint", "told"),
    [
        ("run.txt", "use .npz"),
        (7, "name a file"),
        (("run.npz", 0), "every=0"),
        (("run.npz", 2.5), "every=2.5"),
        (("run.npz", None, -1), "seconds=-1"),
    ],
)
def test_a_wrong_checkpoint_is_an_error(checkpoint, told):
    with pytest.raises(SymbackError) as error:
        classes(checkpoint=Checkpoint(*checkpoint) if isinstance(checkpoint, tuple) else checkpoint)
    assert told in str(error.value)


def test_fewer_epochs_than_are_behind_are_an_error(tmp_path):
    path = tmp_path / "run.npz"
    classes(checkpoint=path, epochs=3)
    with pytest.raises(TrainingError, match="3 epochs behind it already"):
        classes(checkpoint=path, epochs=2)


@pytest.mark.parametrize(
    "name", ["parameters/W", "carried/m_sum", "carried/step_count", "best/W", "unheard/of"]
)
@pytest.mark.parametrize("change", ["missing", "another shape"])
def test_a_checkpoint_whose_arrays_were_changed_is_an_error(tmp_path, name, change):
    path = tmp_path / "run.npz"
    classes(checkpoint=path, epochs=2, validation=CLASSED)
    arrays = load_arrays(path)
    if name == "unheard/of":
        arrays[name] = np.zeros(3)
    elif change == "missing":
        del arrays[name]
    else:
        arrays[name] = np.zeros((7, 7))
    save_arrays(path, arrays)
    with pytest.raises(FileError):
        classes(checkpoint=path, epochs=3, validation=CLASSED)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("steps", -1), ("steps", 1.5), ("steps", True), ("position", None), ("total", "1"),
        ("rows", [{"epoch": 1}]), ("rows", 7), ("rows", [{"epoch": 2, "loss": 1}]),
        ("identity", []), ("version", 3), ("unheard", 1),
    ],
)  # fmt: skip
def test_a_checkpoint_whose_record_was_changed_is_an_error(tmp_path, field, value):
    path = tmp_path / "run.npz"
    classes(checkpoint=path, epochs=1)
    arrays = load_arrays(path)
    record = json.loads(arrays["checkpoint"].tobytes()) | {field: value}
    arrays["checkpoint"] = np.frombuffer(json.dumps(record).encode(), np.uint8)
    save_arrays(path, arrays)
    with pytest.raises(SymbackError):
        classes(checkpoint=path, epochs=2)


# Disks -------------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_to_is_known_before_the_first_step(tmp_path):
    (tmp_path / "file").write_text("")
    seen = []
    for path in (tmp_path / "none" / "run.npz", tmp_path / "file" / "run.npz"):
        with pytest.raises(FileError, match="to be written"):
            classes(checkpoint=path, callbacks=EveryStep(seen.append))
    assert seen == []


def test_a_read_only_folder_is_an_error(tmp_path, monkeypatch):
    def refused(path, mode="r"):
        if "x" in mode:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return open(path, mode)

    # Why not chmod? Tests may run as root, whom no mode of a folder stops.
    monkeypatch.setattr(files, "open", refused, raising=False)
    with pytest.raises(FileError, match="Permission denied"):
        classes(checkpoint=tmp_path / "run.npz")


@pytest.mark.parametrize("after", [9, 20])
def test_a_disk_that_fills_up_is_an_error_that_keeps_the_run_and_the_older_file(
    tmp_path, monkeypatch, after
):
    path, sync = tmp_path / "run.npz", os.fsync

    def full(descriptor):
        if len(synced) > after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        synced.append(sync(descriptor))

    synced = []
    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(FileError, match="No space left on device") as error:
        classes(checkpoint=Checkpoint(path, every=1))
    monkeypatch.undo()
    assert "error.run has what was learned" in str(error.value)
    run = error.value.run
    assert run.steps == min(after + 1, 20)
    assert ("No space left" in run.stopped) == (after < 20)
    assert np.isfinite(run.parameters["W"]).all()
    assert os.listdir(tmp_path) == ["run.npz"]
    assert read(path).steps == after
    assert same_bits(classes(checkpoint=path).parameters, classes().parameters)


KILLED = textwrap.dedent(
    """
    import os, signal, sys
    from symback import files
    from symback.training.checkpoint import Checkpoint
    from tests.training.networks import classes

    path, place, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    calls = 0

    def counted(function):
        def call(*arguments, **options):
            global calls
            calls += 1
            if calls == number and place == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = function(*arguments, **options)
            if calls == number and place == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return result
        return call

    if place == "while":
        import numpy.lib.format as npy
        place, npy.write_array = "before", counted(npy.write_array)
    else:
        files.os.replace = counted(os.replace)
    classes(checkpoint=Checkpoint(path, every=1))
    """
)


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("place", "number", "steps"), [("before", 6, 4), ("after", 6, 5), ("while", 60, None)]
)
def test_kill_9_during_a_checkpoint_leaves_the_older_or_the_newer_one_whole(
    tmp_path, place, number, steps
):
    path = tmp_path / "run.npz"
    command = [sys.executable, "-c", KILLED, str(path), place, str(number)]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == -9
    found = read(path).steps
    assert found == steps if steps is not None else 0 < found < 20
    left = [name for name in os.listdir(tmp_path) if name.endswith(".part")]
    assert len(left) == (place != "after")
    again = classes(checkpoint=path)
    assert same_bits(again.parameters, classes().parameters)
    assert os.listdir(tmp_path) == ["run.npz"]
