"""Breast cancer: one neuron, cross-entropy, its derivation, and where to put the threshold."""

import sys
from pathlib import Path

import numpy as np

import symback as sb
from symback.charts import Sheet, line_chart
from symback.zoo import load_breast_cancer

NETWORK = """
network breast_cancer
index n:N i:I                          # mass, measure of its cells' nuclei
input X[n,i] y[n]                      # standardised measures; 1 is malignant
parameter w[i] b
z[n] = sum(X[n,i]*w[i], i) + b
p[n] = sigmoid(z[n])                   # the probability of malignant
loss L = -mean(y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]), n)
"""
STEPS = 300

masses = load_breast_cancer().standardised()
train, held_back = ({"X": part.X, "y": part.y} for part in (masses.train, masses.held_back))
net = sb.parse(NETWORK)
derivation = sb.derive(net)
report = sb.verify(derivation)
print(sb.explain(derivation, "w"))
print(report)

run = sb.train(net, train, optimizer=sb.SGD(0.5), epochs=STEPS, validation=held_back)
print(f"\n{run.confusion(held_back, names=('benign', 'malignant'))}")
p, malignant = run.predict({"X": held_back["X"]}, "p"), held_back["y"] == 1


def mistakes(threshold):
    called = p >= threshold
    return (~called & malignant).sum(), (called & ~malignant).sum()


missed, alarms = mistakes(0.2)
print(f"\nCalled malignant from p = 0.2 on instead of 0.5, {missed} malignant masses are missed,\n"
      f"{alarms} benign ones are called malignant.")  # fmt: skip

thresholds = np.linspace(0.01, 0.99, 99)
missed, alarms = zip(*map(mistakes, thresholds), strict=True)
losses = {"training": run.history["loss"], "held back": run.history["validation_loss"]}
learning = line_chart("Cross-entropy", losses, x_label="step", y_label="loss", y_scale="log")
counts = {"cancer missed": (thresholds, missed), "false alarm": (thresholds, alarms)}
choice = line_chart("Mistakes on masses not seen", counts, y_label="masses",
                    x_label="called malignant from this probability on")  # fmt: skip
Path("out").mkdir(exist_ok=True)
print("wrote", Sheet((learning, choice)).save("out/breast_cancer.svg"))
if not report.passed or sum(mistakes(0.5)) > 6:
    sys.exit("a gradient is wrong, or more than 6 of 114 answers")
