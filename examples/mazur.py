"""Mazur's 2-2-2 network: the gradient of every weight, by formula and by number, as published."""

import sys

import symback as sb

NETWORK = """
network mazur
input i1 i2 t1 t2 b1 b2
parameter w1 w2 w3 w4 w5 w6 w7 w8
net_h1 = w1*i1 + w2*i2 + b1
net_h2 = w3*i1 + w4*i2 + b1
h1 = sigmoid(net_h1)
h2 = sigmoid(net_h2)
net_o1 = w5*h1 + w6*h2 + b2
net_o2 = w7*h1 + w8*h2 + b2
o1 = sigmoid(net_o1)
o2 = sigmoid(net_o2)
loss E = (t1 - o1)**2/2 + (t2 - o2)**2/2
"""
DATA = {"i1": 0.05, "i2": 0.10, "t1": 0.01, "t2": 0.99, "b1": 0.35, "b2": 0.60}
# Matt Mazur, A Step by Step Backpropagation Example (2015): old weight, gradient, new weight,
# recomputed to 12 digits.
PUBLISHED = {
    "w1": (0.15, 0.000438567734, 0.149780716133),
    "w2": (0.20, 0.000877135469, 0.199561432266),
    "w3": (0.25, 0.000497712735, 0.249751143632),
    "w4": (0.30, 0.000995425471, 0.299502287265),
    "w5": (0.40, 0.082167040564, 0.358916479718),
    "w6": (0.45, 0.082667627848, 0.408666186076),
    "w7": (0.50, -0.022602540477, 0.511301270239),
    "w8": (0.55, -0.022740242216, 0.561370121108),
}
START = {name: row[0] for name, row in PUBLISHED.items()}
BEFORE, AFTER = 0.298371108760, 0.2910277737  # the loss before and after the step

net = sb.parse(NETWORK)
derivation = sb.derive(net)
print(sb.explain(derivation, at=DATA | START, update=sb.SGD(0.5)).text())

loss = sb.lambdify(derivation)
before, gradients = loss(DATA | START)
new = sb.train(net, DATA, optimizer=sb.SGD(0.5), epochs=1, parameters=START).parameters
after, _ = loss(DATA | new)

print("\nweight       ∂E/∂w       published      new w   published")
for name, (_, gradient, moved) in PUBLISHED.items():
    print(f"{name} {gradients[name]:18.12f} {gradient:15.12f} {new[name]:10.6f} {moved:11.6f}")
print(f"E before {before:.12f}, after {after:.10f}")
pairs = [(before, BEFORE), (after, AFTER)]
for name, (_, gradient, moved) in PUBLISHED.items():
    pairs += [(gradients[name], gradient), (new[name], moved)]
if any(abs(found - expected) > 1e-9 for found, expected in pairs):
    sys.exit("a number differs from the published table")
