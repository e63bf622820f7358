"""A loss surface and the way down: two weights, house prices, and why inputs are scaled."""

import sys
from pathlib import Path

import numpy as np

import symback as sb
from symback.charts import Sheet, surface_chart
from symback.zoo import load_houses

NETWORK = """
network line
index n:N
input x[n] y[n]                        # living area, price in 100,000 dollars
parameter w b
p[n] = w*x[n] + b
loss L = mean((p[n] - y[n])**2, n)
"""
STEPS, SHARE = 40, 0.75  # of the rate at which descent breaks
START = {"w": 0.0, "b": 0.0}

houses = load_houses().train
area, price = houses.X[:, 0], houses.y / 1e5
net = sb.parse(NETWORK)
derivation = sb.derive(net)
print(derivation)
bends = sb.lambdify(sb.hessian(net))
loss = sb.lambdify(net, outputs=["L"])


def drawn(title, x, unit):
    """Return the level lines with a path of descent, and how far from the lowest point it ends."""
    data = {"x": x, "y": price}
    # The four second derivatives come as w_w, w_b, b_w, b_b.
    along, across = np.linalg.eigvalsh(np.reshape([*bends(data | START).values()], (2, 2)))
    path = [START]
    sb.train(derivation, data, optimizer=sb.SGD(SHARE * 2 / across), epochs=STEPS, parameters=START,
             callbacks=lambda moment: path.append(moment.parameters))  # fmt: skip
    steps, lowest = np.array([(p["w"], p["b"]) for p in path]), np.polyfit(x, price, 1)
    left = np.linalg.norm(steps[-1] - lowest)
    print(f"\n{title}: the steepest bend is {across / along:.1f} times the flattest;\n"
          f"{STEPS} steps end {left:.0e} from the lowest point, {lowest.round(3)}.")  # fmt: skip
    reach = 1.2 * np.abs(steps - lowest).max()
    w, b = (np.linspace(at - reach, at + reach, 61) for at in lowest)
    heights = [[loss(data | {"w": i, "b": j})["L"] for i in w] for j in b]
    levels = np.min(heights) + np.geomspace(0.02, 0.9 * np.ptp(heights), 12)
    paths = {"steps": tuple(steps.T), "lowest point": (lowest[:1], lowest[1:])}
    words = {"x_label": f"w, per {unit}", "y_label": "b"}
    return surface_chart(title, w, b, heights, paths, levels=levels, **words), left


raw, away = drawn("Area in 1,000 square feet", area / 1000, "1,000 square feet")
scaled, near = drawn("Area standardised", (area - area.mean()) / area.std(), "standard deviation")
Path("out").mkdir(exist_ok=True)
print("wrote", Sheet((raw, scaled)).save("out/surface.svg"))
if not near < 1e-6 < 1e-2 < away:
    sys.exit("scaling does not shorten the way")
