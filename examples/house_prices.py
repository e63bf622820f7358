"""House prices: six features on one scale, and the update of one weight with all its numbers."""

import sys
from pathlib import Path

import numpy as np

import symback as sb
from symback.charts import Sheet, line_chart, restyled
from symback.zoo import load_houses

NETWORK = """
network house_prices
index n:N i:I                          # house, feature
input X[n,i] y[n]                      # standardised features; price in 100,000 dollars
parameter w[i] b
p[n] = sum(X[n,i]*w[i], i) + b
loss L = mean((p[n] - y[n])**2, n)
"""
UNIT, RATE = 1e5, sb.SGD(0.1)
EPOCHS = 100 if "--quick" in sys.argv else 400

houses = load_houses()
scaled = houses.standardised()
data = {"X": scaled.train.X, "y": scaled.train.y / UNIT}
net = sb.parse(NETWORK)
derivation = sb.derive(net)

# One step with all numbers: the first three houses, from weights that are zero.
three = {"X": data["X"][:3].round(2), "y": data["y"][:3], "w": np.zeros(6), "b": 0}
print(sb.explain(derivation, "w", weight=0, at=three, update=RATE))
print(f"Here w[0] is the weight of the living area, in units of {houses.deviation[0]:.0f} square "
      f"feet from\nthe mean of {houses.mean[0]:,.0f}; prices are in 100,000 dollars.")  # fmt: skip

run = sb.train(net, data, optimizer=RATE, epochs=EPOCHS)
w, b = run.parameters["w"], run.parameters["b"]
design = np.column_stack([data["X"], np.ones(len(data["X"]))])
exact = np.linalg.lstsq(design, data["y"], rcond=None)[0]
print(f"\n{'feature':>14} {'one unit more costs':>20}   {'w':>9} {'least squares':>14}")
for row in zip(houses.columns, UNIT * w / houses.deviation, w, exact[:-1], strict=True):
    print("{:>14} {:>12,.2f} dollars   {:9.6f} {:14.6f}".format(*row))

new = {"X": scaled.held_back.X, "y": scaled.held_back.y / UNIT}
found = run.measure(new, metrics=("r2", "mae"))
print(f"\nOf {len(new['y'])} houses held back the features explain {found['r2']:.1%} of the "
      "variance (R²);\n"
      f"the answer is off by {UNIT * found['mae']:,.0f} dollars on average.")  # fmt: skip

Path("out").mkdir(exist_ok=True)
fall = line_chart("Learning", {"loss": run.history["loss"]}, x_label="step", y_label="loss",
                  x_scale="log")  # fmt: skip
price, ends = new["y"], [new["y"].min(), new["y"].max()]
points = {"a house": (price, run.predict(new, "p")), "answer = price": (ends, ends)}
hits = line_chart("Houses not seen", points, x_label="price / 100,000 dollars", y_label="answer")
print("wrote", Sheet((fall, restyled(hits, {"a house": "points"}))).save("out/house_prices.svg"))
if np.abs(np.append(w, b) - exact).max() > 0.02 or found["r2"] < 0.8:
    sys.exit("it is not the least-squares solution, or explains less than 80 %")
