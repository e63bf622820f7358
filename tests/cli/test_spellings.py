"""Rules in one word: which optimiser, schedule and clipping a text spells."""

import pytest

import symback as sb
from symback.cli.spellings import CLIPPINGS, SCHEDULES, clipping, optimizer, schedule
from symback.errors import SymbackError
from symback.training.clipping import Clipping
from symback.training.optimisers import OPTIMISERS
from symback.training.schedules import Schedule


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("sgd:0.5", sb.SGD(0.5)),
        ("adam", sb.Adam()),
        (" ADAM : 1/8 , beta1 = 0.8", sb.Adam(0.125, beta1=0.8)),
        ("momentum:0.1,mu=0.5", sb.Momentum(0.1, 0.5)),
        ("adamw:rate=1e-2,decay=0", sb.AdamW(0.01, decay=0)),
    ],
)
def test_an_optimiser_is_its_name_and_its_settings(text, made):
    assert optimizer(text) == made


def test_every_optimiser_schedule_and_clipping_has_a_name():
    assert all(type(optimizer(f"{name}:0.1")) is kind for name, kind in OPTIMISERS.items())
    for table, base in ((SCHEDULES, Schedule), (CLIPPINGS, Clipping)):
        named = {kind.__name__ for kind in table.values()}
        assert named == {kind.__name__ for kind in base.__subclasses__()}


def test_schedules_follow_a_warm_up():
    assert schedule("cosine") == sb.Cosine()
    assert schedule("step:10,factor=0.5") == sb.StepDecay(10, 0.5)
    assert schedule("warmup:5+exponential:0.9") == sb.WarmUp(5, then=sb.Exponential(0.9))
    assert clipping("norm:2") == sb.ClipNorm(2)


@pytest.mark.parametrize(
    ("read", "text", "told"),
    [
        (optimizer, "adma:1", "did you mean adam?"),
        (optimizer, "", "such as adam:0.001"),
        (optimizer, "sgd", "sgd:rate=0.1"),
        (optimizer, "sgd:fast", "'fast'"),
        (optimizer, "sgd:-1", "no finite number from 0"),
        (optimizer, "sgd:nan", "finite"),
        (optimizer, "sgd:0.1,0.2", "the settings of sgd: rate"),
        (optimizer, "adam:0.1,rate=0.2", "the settings of adam"),
        (optimizer, "adam:__class__=1", "the settings of adam"),
        (schedule, "cosine+warmup", "warmup:5+cosine"),
        (schedule, "warmup+", "a schedule was asked for"),
        (schedule, "step", "StepDecay"),
        (clipping, "norm", "norm:limit=0.1"),
        (clipping, "norm:0", "above 0"),
    ],
)
def test_what_spells_nothing_says_what_would(read, text, told):
    with pytest.raises(SymbackError) as error:
        read(text)
    assert told in str(error.value)
