"""Elastic weight consolidation: a second task is learned and the first is not forgotten.

Kirkpatrick and others, Overcoming catastrophic forgetting in neural networks (2017), equation 3.
How much each weight mattered is the Fisher information: the mean square of its gradients over the
samples, which the derived equations give when the sum over samples becomes one of squares.
"""

import sys

import numpy as np

import symback as sb
from symback.zoo import load_digits

EPOCHS = 4 if "--quick" in sys.argv else 20

plain = sb.parse("""
network digits
index n:N i:64 h:32 k:10
input X[n,i] Y[n,k] one_hot
parameter W1[i,h] b1[h] W2[h,k] b2[k]
Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
A[n,h] = tanh(Z1[n,h])
Z2[n,k] = sum(A[n,h]*W2[h,k], h) + b2[k]
P[n,k] = softmax(Z2[n,k], k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N
""")
derivation = sb.derive(plain)
print("derived:    ", derivation["W1"])
# The gradient of one sample is N times its term of the sum, since L is a mean over N samples.
fisher = sb.parse(f"""{derivation.network}
F1[i,h] = sum((N*X[n,i]*Z1_bar[n,h])**2, n)/N
G1[h] = sum((N*Z1_bar[n,h])**2, n)/N
F2[h,k] = sum((N*A[n,h]*Z2_bar[n,k])**2, n)/N
G2[k] = sum((N*Z2_bar[n,k])**2, n)/N
""")
print("information:", fisher.equation("F1"), "\n")
elastic = sb.parse(f"""{str(plain).replace("loss L", "L")}
input F1[i,h] G1[h] F2[h,k] G2[k] W1_old[i,h] b1_old[h] W2_old[h,k] b2_old[k]
constant strength = 40
pull = (sum(F1[i,h]*(W1[i,h] - W1_old[i,h])**2, i, h) + sum(G1[h]*(b1[h] - b1_old[h])**2, h)
    + sum(F2[h,k]*(W2[h,k] - W2_old[h,k])**2, h, k) + sum(G2[k]*(b2[k] - b2_old[k])**2, k))
loss J = L + strength/2*pull
""")
report = sb.verify(sb.derive(elastic))

digits = load_digits()
shuffled = np.random.default_rng(0).permutation(64)  # the second task: the pixels in other places
tasks = {"first": (digits.train.X, digits.held_back.X)}
tasks["second"] = tuple(X[:, shuffled] for X in tasks["first"])
Y, labels = digits.train.Y, digits.held_back.labels
settings = {"optimizer": sb.Adam(0.003), "epochs": EPOCHS, "batch_size": 32, "batch": "n"}
first = sb.train(plain, {"X": tasks["first"][0], "Y": Y}, **settings).parameters
information = sb.lambdify(fisher, ["F1", "G1", "F2", "G2"])(
    {"X": tasks["first"][0], "Y": Y} | first
)
old = information | {f"{name}_old": array for name, array in first.items()}
second = {"X": tasks["second"][0], "Y": Y}
after = {
    "first alone": first,
    "then the second, freely": sb.train(plain, second, parameters=first, **settings).parameters,
    "then, consolidated": sb.train(elastic, second | old, parameters=first, **settings).parameters,
}
predict, accuracy = sb.lambdify(plain, ["P"]), {}
print("images held back, in %    ", *tasks, sep="\t")
for name, values in after.items():
    found = [predict(values | {"X": X})["P"].argmax(axis=1) for _, X in tasks.values()]
    accuracy[name] = [100 * (chosen == labels).mean() for chosen in found]
    print(f"{name:26}", *(f"{a:.1f}" for a in accuracy[name]), sep="\t")
if not report.passed:
    sys.exit("a gradient is wrong")
if accuracy["then, consolidated"][0] < accuracy["then the second, freely"][0] + 5:
    sys.exit("the first task is forgotten all the same")
