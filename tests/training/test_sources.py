"""Data that is not in memory: arrays in mapped files, and functions that yield batches."""

import mmap
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from symback.errors import SymbackError, TrainingError, ValuesError
from symback.network.text_reader import parse
from symback.training import sources
from symback.training.callbacks import EveryStep
from symback.training.checkpoint import Checkpoint
from symback.training.loop import train
from symback.training.optimisers import SGD
from symback.training.schedules import Cosine
from symback.training.sources import is_mapped
from tests.training.networks import CLASSED, LABELS, X, classes, line, same_bits

HOT = np.eye(3)[LABELS]


def mapped(folder, **arrays):
    """Return the arrays as files that are read as they are used."""
    found = {}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
        found[name] = np.load(folder / f"{name}.npy", mmap_mode="r")
    return found


# Mapped files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options", [{}, {"shuffle": False}, {"validation": 0.2}, {"batch_size": 1}]
)
@pytest.mark.parametrize("target", [LABELS, HOT, HOT.astype(bool)])
def test_a_mapped_array_trains_to_the_bits_of_one_in_memory(tmp_path, options, target):
    data = mapped(tmp_path, X=X, Y=target)
    assert all(map(is_mapped, data.values()))
    assert same_bits(classes(data=data, **options).parameters, classes(**options).parameters)


def test_one_array_may_be_mapped_and_the_other_in_memory(tmp_path):
    data = mapped(tmp_path, X=X)
    run = classes(data=data | {"Y": LABELS})
    assert same_bits(run.parameters, classes().parameters)


def test_another_type_of_numbers_is_converted_batch_by_batch(tmp_path):
    data = mapped(tmp_path, X=X.astype("float32"), Y=LABELS.astype("uint8"))
    whole = classes(data={"X": X.astype("float32"), "Y": LABELS})
    assert same_bits(classes(data=data).parameters, whole.parameters)


def test_all_samples_at_once_are_read_into_memory(tmp_path):
    data = mapped(tmp_path, X=X, Y=LABELS)
    options = {"batch_size": None}
    assert same_bits(classes(data=data, **options).parameters, classes(**options).parameters)


def test_a_number_that_is_not_finite_is_found_in_its_batch_and_told_with_its_place(tmp_path):
    wrong = X.copy()
    wrong[37, 1] = np.nan
    with pytest.raises(ValuesError, match=r"X has nan at \[37, 1\]") as error:
        classes(data=mapped(tmp_path, X=wrong, Y=LABELS))
    assert "train: epoch 1, batch" in str(error.value)
    assert error.value.run.steps < 4


def test_a_class_that_is_none_is_told_with_the_samples_of_its_batch(tmp_path):
    wrong = LABELS.copy()
    wrong[37] = 9
    with pytest.raises(ValuesError, match="classes 0 … 2, its value has 9") as error:
        classes(data=mapped(tmp_path, X=X, Y=wrong), shuffle=False)
    assert "the samples of this batch are 32, 33, 34" in str(error.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"Y": LABELS[:-1]}, "size N is 50 in X[n,i], 49 in Y[n,k]"),
        ({"X": X[:, :1]}, "X[n,i] has 2 along i, its value has 1"),
        ({"X": X[:, 0]}, "X[n,i] has rank 2"),
        ({"Q": X}, "'Q' is no tensor of the network"),
        ({"Y": LABELS + 9}, "classes 0 … 2"),
        ({"Y": None}, "no value for Y"),
    ],
)
def test_wrong_mapped_arrays_are_errors_before_the_first_step(tmp_path, change, told):
    arrays = {"X": X, "Y": LABELS} | change
    data = mapped(tmp_path, **{n: a for n, a in arrays.items() if a is not None})
    with pytest.raises(SymbackError) as error:
        classes(data=data)
    assert told in str(error.value)
    assert not hasattr(error.value, "run")


def test_a_ragged_list_beside_a_mapped_array_is_an_error(tmp_path):
    with pytest.raises(ValuesError, match="rows differ in length"):
        classes(data=mapped(tmp_path, X=X) | {"Y": [[1, 0, 0], [1, 0]]})


def test_a_mapped_array_of_many_gigabytes_trains_in_little_memory(tmp_path):
    path, samples, width = tmp_path / "X.npy", 2_000_000, 1024
    # A sparse file: 8 GB of zeros that take no room on the disk.
    array = np.lib.format.open_memmap(path, "w+", "float32", (samples, width))
    del array
    net = parse(
        "index n:N i:1024\ninput X[n,i] y[n]\nparameter w[i] b\n"
        "p[n] = sum(X[n,i]*w[i], i) + b\nloss L = mean((p[n] - y[n])**2, n)"
    )
    data = {"X": np.load(path, mmap_mode="r"), "y": np.zeros(samples, "uint8").astype(float)}
    tracemalloc.start()
    run = train(
        net, data, optimizer=SGD(0.1), epochs=1, batch_size=64, validation=1e-4,
        callbacks=EveryStep(lambda moment: moment.step == 20),
    )  # fmt: skip
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert run.steps == 20
    # Positions of the samples take 16 MB each time they are ordered; the data is 8,000 MB.
    assert peak < 120e6


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks Linux for its memory")
def test_what_was_read_of_a_mapped_file_does_not_stay_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MOST_MAPPED", 2**22)
    shape = (100_000, 400)
    with open(tmp_path / "X.bin", "wb") as file:
        file.truncate(8 * shape[0] * shape[1])
    X = np.memmap(tmp_path / "X.bin", dtype=float, mode="r", shape=shape)
    data = {"X": X, "y": np.zeros(shape[0])}
    net = parse(
        "index n:N i:400\ninput X[n,i] y[n]\nparameter w[i]\n"
        "loss L = mean((sum(X[n,i]*w[i], i) - y[n])**2, n)"
    )
    held = []

    def look(moment):
        # The third number is that of pages that belong to files.
        held.append(int(Path("/proc/self/statm").read_text().split()[2]) * mmap.PAGESIZE)
        return moment.step == 150

    train(net, data, optimizer=SGD(0.1), epochs=1, batch_size=64, callbacks=EveryStep(look))
    # 150 batches of 64 samples touch 9,600 pages or more, 39 MB.
    assert max(held) - held[0] < 2e7


@pytest.mark.parametrize("mode", ["c", "r+"])
def test_what_was_changed_in_a_mapped_array_is_kept(tmp_path, mode):
    np.save(tmp_path / "X.npy", np.zeros(3))
    array = np.load(tmp_path / "X.npy", mmap_mode=mode)
    array[:] = 1
    sources.release([array])
    assert (array == 1).all()


# Functions that yield batches --------------------------------------------------------------------


def batches(epoch):
    order = np.random.default_rng(epoch).permutation(50)
    for start in range(0, 50, 16):
        part = order[start : start + 16]
        yield {"X": X[part], "Y": LABELS[part]}


def streamed(data=batches, **options):
    return classes(data=data, batch_size=None, **options)


def test_a_function_yields_the_batches_of_each_epoch():
    seen = []

    def noted(epoch):
        seen.append(epoch)
        yield from batches(epoch)

    run = streamed(noted, epochs=3)
    assert seen == [1, 2, 3]
    assert run.steps == 12
    assert run.history[-1]["loss"] < run.history[0]["loss"]


def test_its_loss_is_the_mean_over_the_samples():
    still = streamed(optimizer=SGD(0), epochs=1)
    whole = classes(optimizer=SGD(0), epochs=1, batch_size=None)
    assert still.history["loss"][0] == pytest.approx(whole.history["loss"][0], rel=1e-12)


def test_the_same_batches_give_the_bits_of_arrays():
    def in_order(epoch):
        for start in range(0, 50, 16):
            yield {name: a[start : start + 16] for name, a in CLASSED.items()}

    assert same_bits(streamed(in_order).parameters, classes(shuffle=False).parameters)


def test_a_function_may_fill_the_same_arrays_again():
    room = {"X": np.empty((10, 2)), "Y": np.empty(10, int)}

    def refilled(epoch):
        for start in range(0, 50, 10):
            for name, array in room.items():
                array[...] = CLASSED[name][start : start + 10]
            yield room

    expected = classes(shuffle=False, batch_size=10)
    assert same_bits(streamed(refilled).parameters, expected.parameters)


def test_a_stream_goes_on_from_a_checkpoint_in_mid_epoch(tmp_path):
    kept = Checkpoint(tmp_path / "run.npz", every=1)
    stop = EveryStep(lambda moment: moment.step == 6)
    assert streamed(checkpoint=kept, callbacks=stop).steps == 6
    assert same_bits(streamed(checkpoint=kept).parameters, streamed().parameters)


def test_a_stream_can_be_validated_and_its_best_is_kept():
    run = streamed(validation=CLASSED, epochs=4)
    assert run.history.columns == ("epoch", "loss", "validation_loss", "accuracy")


class Loader:
    """Batches that know how many they are."""

    def __len__(self):
        return 4

    def __call__(self, epoch):
        return batches(epoch)


def test_a_schedule_needs_the_number_of_batches():
    run = streamed(Loader(), schedule=Cosine(), epochs=2)
    assert run.history["rate"][0] > run.history["rate"][1]
    with pytest.raises(TrainingError, match="__len__"):
        streamed(schedule=Cosine())


@pytest.mark.parametrize(
    ("data", "options", "told"),
    [
        (batches(1), {}, "an iterator, which ends with the first epoch"),
        ([CLASSED], {}, "a list"),
        (lambda: [CLASSED], {}, "give a function of the epoch's number"),
        (lambda epoch: 7, {}, "give a function of the epoch's number"),
        (lambda epoch: [], {}, "the function yields none"),
        (lambda epoch: [CLASSED] if epoch == 1 else [], {}, "batches of epoch 2"),
        (lambda epoch: [X], {}, "a ndarray"),
        (lambda epoch: [{"X": X}], {}, "no value for Y"),
        (lambda epoch: [CLASSED, {"X": X}], {}, "epoch 1, batch 2"),
        (lambda epoch: [{"X": X * np.nan, "Y": LABELS}], {}, "not finite"),
        (batches, {"batch_size": 8}, "leave batch_size out"),
        (batches, {"validation": 0.2}, "a share of the samples"),
    ],
)
def test_what_yields_no_batches_is_an_error(data, options, told):
    with pytest.raises(SymbackError) as error:
        classes(**({"data": data, "batch_size": None} | options))
    assert told in str(error.value)


def test_what_the_function_raises_is_told_and_the_run_is_kept():
    def torn(epoch):
        yield from batches(epoch)
        if epoch == 3:
            raise OSError("the disk is gone")

    with pytest.raises(TrainingError, match="epoch 3 were asked for") as error:
        streamed(torn)
    assert "OSError: the disk is gone" in str(error.value)
    assert error.value.run.steps == 12
    assert len(error.value.run.history) == 2


# Odd data ----------------------------------------------------------------------------------------


def test_fewer_samples_than_a_batch_are_one_short_batch():
    run = classes(batch_size=1000, epochs=3)
    assert run.steps == 3


def test_data_of_one_class_is_learned():
    run = classes(data={"X": X, "Y": np.zeros(50, int)}, validation=CLASSED, epochs=30)
    assert run.history[-1]["loss"] < 0.1
    table = run.confusion(CLASSED)
    assert table.counts[:, 0].sum() == 50
    assert np.isnan(table.precision[1])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"X": [[1, 2], [3]], "Y": [0, 1]}, "rows differ in length"),
        ({"X": [["1", "two"], ["3", "4"]], "Y": [0, 1]}, "was given text"),
        ({"X": [[1, None], [3, 4]], "Y": [0, 1]}, "not numbers"),
        ({"X": [[1, np.nan], [3, 4]], "Y": [0, 1]}, "X has nan at [0, 1]"),
        ({"X": [[1, np.inf], [3, 4]], "Y": [0, 1]}, "X has inf at [0, 1]"),
        ({"X": [[1, 2, 3], [3, 4, 5]], "Y": [0, 1]}, "X[n,i] has 2 along i, its value has 3"),
        ({"X": [[1, 2], [3, 4]], "Y": [0.5, 1]}, "integers"),
        ({"X": [[1, 2], [3, 4]], "Y": [[1, 0, 0], [1, 1, 0]]}, "one_hot"),
    ],
)
def test_data_that_is_none_is_told_with_its_place(data, told):
    with pytest.raises(ValuesError) as error:
        classes(data=data)
    assert told in str(error.value)


def test_a_share_for_validation_is_the_same_with_one_seed_and_is_told():
    one, two = line(validation=0.2), line(validation=0.2, batch_size=10)
    assert len(one.held_back) == 10
    np.testing.assert_array_equal(one.held_back, two.held_back)
    held = {n: a[one.held_back] for n, a in {"X": X, "y": X @ [2.0, -3.0] + 0.5}.items()}
    assert one.measure(held)["loss"] == pytest.approx(one.history[-1]["validation_loss"])
