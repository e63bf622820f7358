"""History: columns, rows, and the table that prints."""

import json
import math

import pytest

from symback.errors import DefinitionError, FileError
from symback.training.history import History


def history(epochs):
    made = History()
    for number in range(epochs):
        made.add({"loss": 1 / (number + 1), "validation_loss": 0.123456, "accuracy": 0.975})
    return made


def test_columns_and_rows_are_read_by_name_and_by_number():
    made = history(4)
    assert made.columns == ("epoch", "loss", "validation_loss", "accuracy")
    assert made["epoch"] == [1, 2, 3, 4]
    assert made["loss"][-1] == made[-1]["loss"] == 0.25
    assert len(made) == 4
    assert [row["epoch"] for row in made] == [1, 2, 3, 4]


def test_a_row_that_was_read_can_be_changed_without_changing_history():
    made = history(1)
    made[0]["loss"] = 7
    assert made == history(1)


def test_it_prints_as_an_aligned_table():
    assert str(history(3)) == (
        "epoch     loss  validation loss  accuracy\n"
        "    1        1          0.12346    97.5 %\n"
        "    2      0.5          0.12346    97.5 %\n"
        "    3  0.33333          0.12346    97.5 %"
    )


def test_a_long_table_shows_the_first_the_last_and_some_between():
    epochs = [line.split()[0] for line in str(history(100)).splitlines()[1:]]
    assert epochs == ["1", "10", "19", "28", "37", "46", "55", "64", "73", "82", "91", "100"]


def test_nothing_yet_prints_too():
    assert str(History()) == "no epoch was finished"
    assert repr(history(2)) == "History(2 epochs: epoch, loss, validation_loss, accuracy)"


# Files and charts ---------------------------------------------------------------------------------


def test_what_is_saved_as_json_is_read_back_to_the_bit(tmp_path):
    made = History()
    for number in (1 / 3, 1e-300, math.inf, math.nan, -0.0):
        made.add({"loss": 0.1 + number if math.isfinite(number) else 1.0, "r2": number})
    again = History.load(made.save(tmp_path / "h.json"))
    assert repr(list(again)) == repr(list(made))
    assert again.columns == made.columns
    assert made.save(tmp_path / "g.json").read_bytes() == (tmp_path / "h.json").read_bytes()


def test_json_is_plain_for_other_programs(tmp_path):
    read = json.loads(history(2).save(tmp_path / "h.json").read_text("utf-8"))
    assert read["columns"]["loss"] == [1.0, 0.5]
    assert json.loads(json.dumps(read, allow_nan=False)) == read


def test_an_empty_history_is_saved_and_read_too(tmp_path):
    assert len(History.load(History().save(tmp_path / "h.json"))) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        "{}",
        '{"kind": "symback history", "version": 2, "columns": {}}',
        '{"kind": "symback history", "version": 1, "columns": {"epoch": [1], "loss": [true]}}',
        '{"kind": "symback history", "version": 1, "columns": {"epoch": [1], "loss": ["x"]}}',
        '{"kind": "symback history", "version": 1, "columns": {"epoch": [1, 2], "loss": [1]}}',
        '{"kind": "symback history", "version": 1, "columns": {"epoch": [2], "loss": [1]}}',
        '{"kind": "symback history", "version": 1, "columns": {"epoch": [1]}}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_history_is_an_error(tmp_path, text):
    path = tmp_path / "h.json"
    path.write_text(text)
    with pytest.raises(FileError, match="no history"):
        History.load(path)


def test_a_table_for_spreadsheets(tmp_path):
    lines = history(2).save(tmp_path / "h.csv").read_text("utf-8").splitlines()
    assert lines == [
        "epoch,loss,validation_loss,accuracy",
        "1,1.0,0.123456,0.975",
        "2,0.5,0.123456,0.975",
    ]


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"use \.json, \.csv, \.svg or \.png"):
        history(2).save(tmp_path / "h.txt")


def test_the_chart_has_the_losses_together_and_each_metric_beside_them(tmp_path):
    sheet = history(5).chart()
    assert [chart.title for chart in sheet.charts] == ["Loss", "Accuracy"]
    assert [line.name for line in sheet.charts[0].series] == ["training", "validation"]
    assert sheet.charts[0].series[0].y == (1.0, 0.5, 1 / 3, 0.25, 0.2)
    assert history(5).save(tmp_path / "h.svg").read_text("utf-8").startswith("<svg")


def test_a_loss_that_falls_far_is_drawn_on_a_logarithmic_axis():
    assert history(100).chart().charts[0].y_scale == "log"
    assert history(5).chart().charts[0].y_scale == "linear"


def test_a_history_without_validation_is_one_chart():
    made = History([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": -0.5}])
    assert [line.name for line in made.chart().series] == ["loss"]


def test_what_is_not_there_is_an_error_that_lists_what_is():
    with pytest.raises(DefinitionError, match="epoch, loss, validation_loss, accuracy"):
        history(1)["r2"]
    with pytest.raises(DefinitionError, match="no epoch was finished"):
        History().chart()


def test_names_of_columns_are_words_and_not_markup():
    made = History()
    made.add({"loss": 1.0, "<b>": 2.0})
    assert "&lt;b&gt;" in made._repr_html_()
    assert "<b>" not in made.chart().svg()
    assert "no epoch" in History()._repr_html_()
