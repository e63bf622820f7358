"""Vanishing gradients: eight sigmoid layers, and what ReLU, the start and scaled inputs change."""

import sys
from pathlib import Path
from textwrap import fill

import symback as sb
from symback.charts import Sheet, line_chart
from symback.zoo import load_digits

LAYERS, EPOCHS = 8, 3 if "--quick" in sys.argv else 15


def deep(function, init):
    """Return a network of equal layers: A = f(Z), where Z = A W + b reads the layer before."""
    net = sb.Network("deep")
    n, k, i = sb.indices("n:N k:10 i:64")
    A, Y = net.input("X", n, i), net.input("Y", n, k, one_hot=True)
    for layer in range(1, LAYERS + 1):
        h = sb.indices(f"h{layer}:32")
        W, b = net.parameter(f"W{layer}", i, h, init=init), net.parameter(f"b{layer}", h)
        Z = net.define(f"Z{layer}", (n, h), sb.sum(A[n, i] * W[i, h], i) + b[h])
        A, i = net.define(f"A{layer}", (n, h), function(Z[n, h])), h
    U, c = net.parameter("U", i, k), net.parameter("c", k)
    P = net.define("P", (n, k), sb.softmax(sb.sum(A[n, i] * U[i, k], i) + c[k], k))
    net.loss("L", -sb.sum(Y[n, k] * sb.log(P[n, k]), n, k) / n.size)
    return sb.derive(net)


digits = load_digits().train
scaled = (digits.X - digits.X.mean()) / digits.X.std()
cases = {
    "sigmoid": (sb.sigmoid, "glorot", digits.X),
    "tanh": (sb.tanh, "glorot", digits.X),
    "ReLU": (sb.relu, "glorot", digits.X),
    "ReLU, He's start": (sb.relu, "he", digits.X),
    "and scaled inputs": (sb.relu, "he", scaled),
}
sizes, losses, verdicts = {}, {}, {}
for name, (function, init, X) in cases.items():
    derivation, data = deep(function, init), {"X": X, "Y": digits.Y}
    start = sb.train(derivation, data, optimizer=sb.SGD(0), epochs=1).parameters
    found = sb.diagnose(derivation, data | start)
    sizes[name] = size = [row.gradient for row in found.rows if row.name[0] == "W"]
    verdicts[name] = [verdict for verdict in found.verdicts if verdict.kind == "vanishing"]
    dead = sum(row.dead for row in found.rows)
    run = sb.train(derivation, data, optimizer=sb.SGD(0.03), epochs=EPOCHS, batch_size=32)
    losses[name] = run.history["loss"]
    print(f"{name:17} gradient of W8 {size[-1]:.0e}, of W1 {size[-1] / size[0]:8,.1f} times less; "
          f"{dead:2} dead units; loss at last {losses[name][-1]:.3f}")  # fmt: skip
print(*(f"\n{name}: {fill(str(one), 98)}" for name in cases for one in verdicts[name]), sep="\n")

words = {"x_label": "layer", "y_label": "gradient of its weights (root mean square)"}
flow = line_chart("At the start", sizes, y_scale="log", **words)
fall = line_chart("Learning", losses, x_label="epoch", y_label="loss", y_scale="log")
Path("out").mkdir(exist_ok=True)
print("wrote", Sheet((flow, fall)).save("out/vanishing.svg"))
if [name for name in cases if verdicts[name]] != ["sigmoid"] or losses["sigmoid"][-1] < 2.2:
    sys.exit("the gradient does not vanish with sigmoid alone")
