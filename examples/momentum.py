"""Momentum, Nesterov and Adam against plain descent: a narrow valley, and handwritten digits."""

import sys
from pathlib import Path

import numpy as np

import symback as sb
from symback.charts import Sheet, line_chart
from symback.zoo import load_digits, load_houses

LINE = """
network house_prices                   # the price from three areas in 1,000 square feet
index n:N i:I
input X[n,i] y[n]
parameter w[i]
p[n] = sum(X[n,i]*w[i], i)
loss L = mean((p[n] - y[n])**2, n)
"""
STEPS, EPOCHS = 400, 3 if "--quick" in sys.argv else 10
DIGITS = {
    "descent": [sb.SGD(rate) for rate in (0.1, 0.3, 1.0, 3.0)],
    "momentum": [sb.Momentum(rate) for rate in (0.03, 0.1, 0.3, 1.0)],
    "Nesterov": [sb.Nesterov(rate) for rate in (0.03, 0.1, 0.3, 1.0)],
    "Adam": [sb.Adam(rate) for rate in (0.003, 0.01, 0.03, 0.1)],
}
houses = load_houses().train
net, data = sb.parse(LINE), {"X": houses.X[:, :3] / 1000, "y": houses.y / 1e5}
(hessian,) = sb.lambdify(sb.hessian(net, wrt="w"))(data | {"w": np.zeros(3)}).values()
flat, *_, steep = np.linalg.eigvalsh(hessian)
ratio = np.sqrt(steep / flat)
# The best settings on a quadratic loss with these curvatures (Polyak 1964).
plain = sb.SGD(2 / (steep + flat))
heavy = sb.Momentum(4 / (np.sqrt(steep) + np.sqrt(flat)) ** 2, ((ratio - 1) / (ratio + 1)) ** 2)
print(f"House prices: the loss bends {ratio**2:.0f} times more across the valley than along it.")
lowest = np.linalg.lstsq(data["X"], data["y"], rcond=None)[1][0] / len(houses)
valley = {}
for name, rule in {"descent": plain, "momentum": heavy, "Adam": sb.Adam(0.1)}.items():
    run = sb.train(net, data, optimizer=rule, epochs=STEPS, parameters={"w": np.zeros(3)})
    above = np.subtract(run.history["loss"], lowest)
    valley[name] = np.where(above > 1e-8, above, np.nan)  # far below, it is rounding
    arrived = np.argmax(above < 1e-4) or f"more than {STEPS}"
    print(f"  {name:8} at rate {rule.rate:.3f} needs {arrived} steps to the lowest loss + 0.0001")

print(f"Digits, batches of 32, {EPOCHS} epochs, each with the best of four rates:")
digits, images = load_digits().train, {}
data, net = {"X": digits.X, "Y": digits.Y}, sb.read(Path(__file__).with_name("digits.symback"))
for name, rules in DIGITS.items():
    runs = [sb.train(net, data, optimizer=rule, epochs=EPOCHS, batch_size=32) for rule in rules]
    best = min(runs, key=lambda run: run.history["loss"][-1])
    images[name] = best.history["loss"]
    print(f"  {name:8} at rate {best.optimizer.rate:<5} ends at the loss {images[name][-1]:.4f}")
left = line_chart("A narrow valley: house prices", valley, x_label="step", y_scale="log",
                  y_label="loss above the lowest")  # fmt: skip
right = line_chart("Handwritten digits", images, x_label="epoch", y_label="loss", y_scale="log")
Path("out").mkdir(exist_ok=True)
print("wrote", Sheet((left, right)).save("out/momentum.svg"))
if not np.nanmin(valley["momentum"]) < 1e-6 < valley["descent"][-1]:
    sys.exit("momentum is not faster in the valley")
