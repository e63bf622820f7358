"""Too low, right, too high: the rate at which descent breaks, predicted by the derived Hessian."""

import sys
from pathlib import Path

import numpy as np

import symback as sb
from symback.charts import line_chart
from symback.zoo import load_houses

NETWORK = """
network house_prices
index n:N i:I
input X[n,i] y[n]
parameter w[i] b
p[n] = sum(X[n,i]*w[i], i) + b
loss L = mean((p[n] - y[n])**2, n)
"""
STEPS = 100

houses = load_houses().standardised()
data = {"X": houses.train.X, "y": houses.train.y / 1e5}
net = sb.parse(NETWORK)
start = {"w": np.zeros(6), "b": 0}

# On a quadratic loss each step multiplies the distance to the minimum along an eigenvector of the
# Hessian by 1 − rate·λ, which is below 1 in size where rate < 2/λ.
hessian = sb.hessian(net, wrt="w")
print("The second derivatives of the loss:", hessian, sep="\n")
(matrix,) = sb.lambdify(hessian)(data | start).values()
flat, *_, steep = np.linalg.eigvalsh(matrix)
limit = 2 / steep
print(f"\nIts eigenvalues go from {flat:.3f} to {steep:.3f}: descent breaks at {limit:.4f}.\n")

rates = {
    "0.005: too low": 0.005,
    f"{2 / (flat + steep):.3f}: the best": 2 / (flat + steep),
    f"{0.98 * limit:.3f}: just below": 0.98 * limit,
    f"{1.02 * limit:.3f}: just above": 1.02 * limit,
}
losses = {}
for name, rate in rates.items():
    run = sb.train(net, data, optimizer=sb.SGD(rate), epochs=STEPS, parameters=start)
    losses[name] = run.history["loss"]
for name, loss in losses.items():
    print(f"rate {name:17} loss {loss[0]:.3f} → {loss[-1]:9.3f} in {STEPS} steps")

chart = line_chart("Four rates on house prices", losses, x_label="step", y_label="loss",
                   y_scale="log", note=f"the Hessian says: broken from {limit:.4f} on")  # fmt: skip
Path("out").mkdir(exist_ok=True)
print("wrote", chart.save("out/learning_rate.svg"))
low, best, below, above = (loss[-1] for loss in losses.values())
if not best < min(low, below) or below > losses[f"{0.98 * limit:.3f}: just below"][0] or above < 10:
    sys.exit("the rates do not do what the Hessian says")
