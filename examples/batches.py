"""All samples, 32, or one at a time: what a step costs, and what it brings."""

import sys
from pathlib import Path

import symback as sb
from symback.charts import Sheet, line_chart
from symback.zoo import load_breast_cancer

NETWORK = """
network breast_cancer
index n:N i:I
input X[n,i] y[n]
parameter w[i] b
z[n] = sum(X[n,i]*w[i], i) + b
p[n] = sigmoid(z[n])
loss L = -mean(y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]), n)
"""
RATE = 0.1  # the same for all three
SHOWN = 20  # epochs that all three are compared at
MORE = 1 if "--quick" in sys.argv else 10  # that the quicker ones go on

masses = load_breast_cancer().standardised()
data = {"X": masses.train.X, "y": masses.train.y}
samples = len(masses.train)
net = sb.parse(NETWORK)

losses, steps = {}, {}
for name, length, epochs in (
    ("all at once", samples, 300 * MORE), ("batches of 32", 32, SHOWN * MORE),
    ("one at a time", 1, SHOWN),
):  # fmt: skip
    # Why validation=data? The loss is to be that of all samples, measured after the epoch.
    run = sb.train(net, data, optimizer=sb.SGD(RATE), epochs=epochs, batch_size=length,
                   validation=data)  # fmt: skip
    losses[name] = loss = run.history["validation_loss"]
    steps[name] = [epoch * -(-samples // length) for epoch in run.history["epoch"]]
    print(f"{name:14} {steps[name][0]:4} steps an epoch; the loss is {loss[0]:.3f} after 1 epoch, "
          f"{loss[SHOWN - 1]:.3f} after {SHOWN}")  # fmt: skip

print(f"""
An epoch is {samples} gradients of one sample, however they are shared out. The more steps are made
of them, the further it leads: step for step the three fall alike, although the gradient of one
sample only points somewhere near the exact one. It shows late: the last line trembles.""")

first = {name: loss[:SHOWN] for name, loss in losses.items()}
same_work = line_chart("For the same work", first, x_label="epoch", y_label="loss of all samples",
                       y_scale="log")  # fmt: skip
pairs = {name: (steps[name], losses[name]) for name in losses}
same_steps = line_chart("For the same number of steps", pairs, x_label="step", x_scale="log",
                        y_label="loss of all samples", y_scale="log")  # fmt: skip
Path("out").mkdir(exist_ok=True)
print("wrote", Sheet((same_work, same_steps)).save("out/batches.svg"))
whole, batches, single = (loss[0] for loss in losses.values())
alike = losses["all at once"][15 * SHOWN - 1] / losses["batches of 32"][SHOWN - 1]
if not single < batches < whole or abs(alike - 1) > 0.1:
    sys.exit("more steps for the same work do not lead further, or steps are not alike")
