"""Sunspots: a GRU reads 24 years and says the next, beside three simpler forecasts."""

import sys
from pathlib import Path

import numpy as np

import symback as sb
from symback.charts import line_chart
from symback.zoo import forecaster, load_sunspots, windows

EPOCHS = 40 if "--quick" in sys.argv else 100
YEARS, UNIT = 24, 100  # read at once; so many spots are 1

series = load_sunspots()
spots = series.numbers
first = series.first_held_back


def data(part):
    """Return windows of years, each with the number of the year that follows."""
    rows = windows(spots, YEARS + 1, every=1)
    following = np.arange(YEARS, len(spots))
    rows = rows[part(following)] / UNIT
    return {"X": rows[:, :-1, None], "y": rows[:, -1]}


train, held_back = data(lambda year: year < first), data(lambda year: year >= first)
net = forecaster()
derivation = sb.derive(net)
print(net)
print("What flows back through time, from step t + 1 to step t:", derivation["h1"], sep="\n")
report = sb.verify(sb.derive(forecaster(units=2)), steps="--quick" not in sys.argv)
print(f"\n{str(report).splitlines()[-1]}\n")
run = sb.train(derivation, train, optimizer=sb.Adam(0.01), schedule=sb.Cosine(), epochs=EPOCHS,
               batch_size=32)  # fmt: skip
print(run)


def autoregression(lags):
    """Return the least-squares forecasts from the last years, fitted to the years to train with."""
    rows = windows(spots, lags + 1, every=1)
    known = np.column_stack([rows[:, :-1], np.ones(len(rows))])
    fitted = known[: first - lags], rows[: first - lags, -1]
    weights = np.linalg.lstsq(*fitted, rcond=None)[0]
    return known[first - lags :] @ weights


found = UNIT * run.predict({"X": held_back["X"]}, "p")
forecasts = {"as last year": spots[first - 1 : -1], "2 years, linear": autoregression(2),
             "9 years, linear": autoregression(9), "the GRU": found}  # fmt: skip
errors = {name: np.sqrt(np.mean((forecast - spots[first:]) ** 2))
          for name, forecast in forecasts.items()}  # fmt: skip
print(f"\n{len(found)} years from {series.years[first]} on, which no forecast was fitted to:")
for name, error in errors.items():
    print(f"{name:16} error {error:5.1f} sunspots (root mean square)")
century = series.years[first:] - 1900
shown = {"observed": (century, spots[first:]), "the GRU, from the years before": (century, found)}
chart = line_chart("Sunspots, a year ahead", shown, x_label="years after 1900",
                   y_label="number of sunspots")  # fmt: skip
Path("out").mkdir(exist_ok=True)
print("wrote", chart.save("out/sunspots.svg"))
print("wrote", sb.draw(derivation, level="layers").save("out/sunspots_network.svg"))
if not report.passed or errors["the GRU"] > 0.7 * errors["as last year"]:
    sys.exit("a gradient is wrong, or the GRU says little more than that all stays as it is")
