"""One neuron, p = w·x: prediction, loss, gradient and one step, by formula and by number."""

import sys

import symback as sb

NETWORK = """
network one_neuron
input x y
parameter w
p = w*x
loss L = (p - y)**2
"""
VALUES = {"x": 2, "w": 0.5, "y": 4}
RATE = sb.SGD(0.1)

net = sb.parse(NETWORK)
derivation = sb.derive(net)
print(sb.explain(derivation, "w", at=VALUES, update=RATE).text())

prediction = sb.lambdify(net, outputs=["p"])(VALUES)["p"]
loss, gradients = sb.lambdify(derivation)(VALUES)
run = sb.train(net, {"x": 2, "y": 4}, optimizer=RATE, epochs=1, parameters={"w": 0.5})

found = {
    "prediction": (prediction, 1),
    "loss": (loss, 9),
    "gradient": (gradients["w"], -12),
    "new w": (run.parameters["w"], 1.7),
}
print()
for name, (value, expected) in found.items():
    print(f"{name:10} {float(value):6.2f}   expected {expected}")
if any(abs(value - expected) > 1e-12 for value, expected in found.values()):
    sys.exit("one of them is wrong")
