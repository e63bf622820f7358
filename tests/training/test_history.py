"""History: columns, rows, and the table that prints."""

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
