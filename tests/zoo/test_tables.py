"""The tables are the published ones, split the same way always, and scaled without a look ahead."""

from importlib.resources import files

import numpy as np
import pytest

from symback.zoo import Rows, load_breast_cancer, load_houses

LOADERS = {"houses": load_houses, "breast_cancer": load_breast_cancer}


@pytest.mark.parametrize("load", LOADERS.values(), ids=LOADERS)
def test_every_fifth_row_is_held_back(load):
    table = load()
    rows = len(table.train) + len(table.held_back)
    assert len(table.held_back) == -(-rows // 5)
    assert table.train.X.shape == (len(table.train), len(table.columns))
    assert table.held_back.X.shape == (len(table.held_back), len(table.columns))


def test_the_houses_are_those_of_ames():
    table = load_houses()
    assert table.columns[0] == "living_area"
    # The first four houses of De Cock's list: area above ground and price.
    assert (table.held_back.X[0, 0], table.held_back.y[0]) == (1656, 215000)
    areas, prices = table.train.X[:3, 0].tolist(), table.train.y[:3].tolist()
    assert (areas, prices) == ([896, 1329, 2110], [105000, 172000, 244000])
    assert max(table.train.X[:, 0].max(), table.held_back.X[:, 0].max()) <= 4000
    assert len(table.train) + len(table.held_back) == 2925


def test_the_masses_are_those_of_wisconsin():
    table = load_breast_cancer()
    malignant = table.train.y.sum() + table.held_back.y.sum()
    assert (malignant, len(table.train), len(table.held_back)) == (212, 455, 114)
    # Published means over all rows: radius 14.127, worst area 880.583.
    everything = np.concatenate([table.train.X, table.held_back.X])
    assert everything[:, table.columns.index("radius_mean")].mean() == pytest.approx(14.127292)
    assert everything[:, table.columns.index("area_worst")].mean() == pytest.approx(880.583128)


@pytest.mark.parametrize("load", LOADERS.values(), ids=LOADERS)
def test_scaling_uses_the_training_rows_alone(load):
    table = load()
    scaled = table.standardised()
    assert np.allclose(scaled.train.X.mean(axis=0), 0, atol=1e-10)
    assert np.allclose(scaled.train.X.std(axis=0), 1)
    assert np.allclose(scaled.held_back.X * table.deviation + table.mean, table.held_back.X)
    assert abs(scaled.held_back.X.mean()) > 1e-6
    assert scaled.train.y is not table.train.y


@pytest.mark.parametrize("load", LOADERS.values(), ids=LOADERS)
def test_arrays_are_new_on_every_call(load):
    load().train.X[0, 0] = -1
    assert load().train.X[0, 0] != -1


@pytest.mark.parametrize("name", LOADERS)
def test_source_and_licence_are_stated(name):
    text = (files("symback.zoo") / "data" / f"{name}.txt").read_text("utf-8")
    assert all(word in text for word in ("Source", "Licence", "Taken as", "Changed"))


def test_tables_print_their_shapes():
    assert repr(Rows(np.zeros((3, 2)), np.zeros(3))) == "Rows(X(3, 2), y(3,))"
    assert "6 columns" in repr(load_houses())
