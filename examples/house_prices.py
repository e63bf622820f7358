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

run = sb.train(net, data, optimizer=RATE, epochs=EPOCHS)
w, b = run.parameters["w"], run.parameters["b"]
design = np.column_stack([data["X"], np.ones(len(data["X"]))])
exact = np.linalg.lstsq(design, data["y"], rcond=None)[0]
print(f"\n{'feature':>14} {'one unit more costs':>20}   {'w':>9} {'least squares':>14}")
for row in zip(houses.columns, UNIT * w / houses.deviation, w, exact[:-1], strict=True):
    print("{:>14} {:>12,.2f} dollars   {:9.6f} {:14.6f}".format(*row))

price = scaled.held_back.y / UNIT
answer = run.predict({"X": scaled.held_back.X}, "p")
share = 1 - ((answer - price) ** 2).sum() / ((price - price.mean()) ** 2).sum()
error = UNIT * np.abs(answer - price).mean()
print(f"\nOf {len(price)} houses held back the features explain {share:.1%} of the variance (R²);")
print(f"the answer is off by {error:,.0f} dollars on average.")

Path("out").mkdir(exist_ok=True)
fall = line_chart("Learning", {"loss": run.history["loss"]}, x_label="step", y_label="loss",
                  x_scale="log")  # fmt: skip
ends = [price.min(), price.max()]
hits = line_chart("Houses not seen", {"a house": (price, answer), "answer = price": (ends, ends)},
                  x_label="price / 100,000 dollars", y_label="answer")  # fmt: skip
Sheet((fall, restyled(hits, {"a house": "points"}))).save("out/house_prices.svg")
if np.abs(np.append(w, b) - exact).max() > 0.02 or share < 0.8:
    sys.exit("it is not the least-squares solution, or explains less than 80 %")
