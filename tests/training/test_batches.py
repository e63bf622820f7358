"""Batches: which letter is sampled, and that every sample is seen once an epoch."""

import numpy as np
import pytest

from symback.algebra.letters import indices
from symback.errors import TrainingError
from symback.network.network import Network
from symback.training.batches import WHOLE, sampling

n, m, i, k, r = indices("n:N m:M i:3 k:2 r:N")


def network():
    net = Network("net")
    net.input("X", n, i)
    net.input("Y", n, k)
    net.input("E", m, i)
    net.input("D", i, n)
    net.input("A", n, r)
    net.input("x")
    net.parameter("W", i, k)
    return net


def sampled(names, batch_size=4, batch=None, net=None):
    lengths = {n: 10, m: 7, r: 10, i: 3, k: 2}
    net = net or network()
    arrays = {name: np.zeros([lengths[letter] for letter in net[name].letters]) for name in names}
    return sampling(net, arrays, batch_size, batch)


def test_the_one_letter_that_leads_all_data_is_sampled():
    found = sampled(["X", "Y", "x"])
    assert (found.letter, found.axes, found.count, found.length) == (n, {"X": 0, "Y": 0}, 10, 4)


def test_a_letter_that_is_named_may_stand_anywhere_and_leave_other_data_whole():
    found = sampled(["X", "D", "E"], batch="n")
    assert found.axes == {"X": 0, "D": 1}
    assert sampled(["X", "E"], batch=m).count == 7


def test_without_a_batch_size_all_data_is_one_batch():
    assert sampled(["X", "E"], batch_size=None) is WHOLE


def test_fewer_samples_than_a_batch_make_one_batch():
    assert sampled(["X"], batch_size=1000).length == 10


@pytest.mark.parametrize(
    ("names", "options", "told"),
    [
        (["X", "E"], {}, "batch='n' or batch='m'"),
        (["X", "D"], {}, "name the letter of the samples: batch='n'"),
        (["x"], {}, "only scalars"),
        (["X"], {"batch": "q"}, "q is no letter of the data"),
        (["X"], {"batch": "m"}, "m is no letter of the data"),
        (["X"], {"batch": "q", "batch_size": None}, "q is no letter of the data"),
        (["X"], {"batch": "i"}, "i has the size 3"),
        (["A"], {"batch": "n"}, "has the size N along r, which must not change"),
        (["X"], {"batch_size": 0}, "no whole number from 1"),
        (["X"], {"batch_size": 2.5}, "no whole number from 1"),
        (["X"], {"batch_size": True}, "no whole number from 1"),
        (["X"], {"batch_size": "all"}, "no whole number from 1"),
    ],
)
def test_what_cannot_be_sampled_is_an_error_that_helps(names, options, told):
    with pytest.raises(TrainingError) as error:
        sampled(names, **options)
    assert told in str(error.value)


def test_a_parameter_of_the_size_of_the_batch_is_refused():
    net = network()
    net.parameter("U", r)
    with pytest.raises(TrainingError, match=r"U\[r\] has the size N"):
        sampled(["X"], net=net)


def test_every_sample_is_in_one_batch_of_an_epoch_and_the_last_batch_is_short():
    found = sampled(["X"])
    batches = list(found.cut(found.order(seed=0, epoch=1)))
    assert [len(batch) for batch in batches] == [4, 4, 2]
    assert sorted(np.concatenate(batches)) == list(range(10))


def test_epochs_differ_and_one_seed_gives_the_same_orders():
    found = sampled(["X"])
    one, same, other = ([found.order(s, epoch) for epoch in (1, 2, 3)] for s in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert (one[0] != one[1]).any()
    assert (one[0] != other[0]).any()


def test_samples_that_are_not_shuffled_come_as_they_stand():
    assert sampled(["X"]).order(0, 1, shuffled=False).tolist() == list(range(10))


def test_a_share_is_held_back_and_never_in_a_batch():
    rest, held = sampled(["X"]).split(seed=5, share=0.3)
    assert len(held) == 3
    assert (np.diff(held) > 0).all()
    assert sorted([*held, *rest.order(0, 1)]) == list(range(10))
    assert [len(b) for b in rest.cut(rest.order(0, 1))] == [4, 3]
    assert rest.order(0, 1, shuffled=False).tolist() == rest.among.tolist()
    assert sampled(["X"]).split(5, 0.3)[1].tolist() == held.tolist()
    assert sampled(["X"]).split(6, 0.3)[1].tolist() != held.tolist()


@pytest.mark.parametrize("share", [0.04, 0.96])
def test_a_share_that_leaves_nothing_is_refused(share):
    with pytest.raises(TrainingError, match="10 samples, of which"):
        sampled(["X"]).split(0, share)


def test_the_steps_of_a_state_are_no_samples():
    net = Network("steps")
    net.input("S", n, m, i)
    state = net.state("h", n, m, i)
    net.define("h", (n, m, i), net["S"][n, m, i] + state[n - 1, m, i] / 2)
    with pytest.raises(TrainingError, match="n is the time of the state h"):
        sampled(["S"], batch="n", net=net)
    assert sampled(["S"], net=net).letter == m
