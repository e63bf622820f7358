"""Feedback alignment: errors go back through fixed random weights, and the network learns.

Lillicrap, Cownden, Tweed and Akerman, Random synaptic feedback weights support error
backpropagation for deep learning (2016): the forward weights turn until the feedback fits them.
"""

import sys
from pathlib import Path

import numpy as np

import symback as sb
from symback.charts import line_chart
from symback.zoo import load_digits

EPOCHS = 4 if "--quick" in sys.argv else 25

net = sb.parse("""
network digits
index n:N i:64 h:48 k:10
input X[n,i] Y[n,k] one_hot
parameter W1[i,h] b1[h] W2[h,k] b2[k]
A[n,h] = tanh(sum(X[n,i]*W1[i,h], i) + b1[h])
Z[n,k] = sum(A[n,h]*W2[h,k], h) + b2[k]
P[n,k] = softmax(Z[n,k], k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N
""")
derived = sb.derive(net).network.copy()
n, h, k = (derived.letters[name] for name in "nhk")
B = derived.input("B", h, k)
print("backpropagation     ", derived.equation("A_bar"))
# The one change: W2, by which the error of the output goes back, becomes the fixed matrix B.
aligned = sb.rewrite(derived, {"A_bar": sb.sum(derived["Z_bar"][n, k] * B[h, k], k)})
print("feedback alignment  ", aligned.equation("A_bar"), "\n")

digits = load_digits()
start = sb.train(net, {"X": digits.train.X, "Y": digits.train.Y}, optimizer=sb.SGD(0), epochs=1)
fixed = {"B": np.random.default_rng(1).normal(0, 0.3, (48, 10))}
names = list(start.parameters)
gradients = {
    "backpropagation": sb.lambdify(derived, [f"{name}_bar" for name in names]),
    "feedback alignment": sb.lambdify(aligned, [f"{name}_bar" for name in names]),
}
predict = sb.lambdify(net, ["P"])
accuracy = {name: [] for name in gradients}
angle = []
for name, gradient in gradients.items():
    values = {key: array.copy() for key, array in start.parameters.items()}
    order = np.random.default_rng(0)
    given = fixed if name == "feedback alignment" else {}
    for _ in range(EPOCHS):
        for batch in np.array_split(order.permutation(len(digits.train)), 45):
            data = {"X": digits.train.X[batch], "Y": digits.train.Y[batch]}
            for key, array in gradient(values | data | given).items():
                values[key.removesuffix("_bar")] -= 0.3 * array
        found = predict(values | {"X": digits.held_back.X})["P"].argmax(axis=1)
        accuracy[name].append(100 * (found == digits.held_back.labels).mean())
        if given:
            turned = np.vdot(values["W2"], fixed["B"])
            norms = np.linalg.norm(values["W2"]) * np.linalg.norm(fixed["B"])
            angle.append(float(np.degrees(np.arccos(turned / norms))))
for name, percent in accuracy.items():
    print(f"{name:20} {percent[-1]:.1f} % of the images held back")
print(
    f"angle of W2 and B: 90 degrees by chance, {angle[0]:.0f} after an epoch, last {angle[-1]:.0f}"
)
Path("out").mkdir(exist_ok=True)
labels = {"x_label": "epoch", "y_label": "accuracy in %"}
print(
    "wrote", line_chart("Digits held back", accuracy, **labels).save("out/feedback_alignment.svg")
)
if accuracy["feedback alignment"][-1] < 85 or angle[-1] > 80:
    sys.exit("the network has not learned to be taught by B")
