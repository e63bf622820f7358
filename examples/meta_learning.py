"""Meta-learning: the derivative through a gradient step finds a start from which one step helps.

Each task is a sine wave of its own amplitude and phase, of which ten points are known: the
experiment of Finn, Abbeel and Levine, Model-Agnostic Meta-Learning (2017), section 5.1.
"""

import sys

import numpy as np

import symback as sb

EPOCHS, TASKS = (300, 500) if "--quick" in sys.argv else (1000, 1000)

inner = sb.parse("""
network meta
index m:M n:N h:32 q:Q
input x[m,n] y[m,n] x_new[m,q] y_new[m,q]
parameter w[h] init normal(1) c[h] init normal(1) v[h] init normal(0.3) e
W[m,h] = w[h]                                # every task begins with the same weights
C[m,h] = c[h]
V[m,h] = v[h]
E[m] = e
A[m,n,h] = tanh(x[m,n]*W[m,h] + C[m,h])
p[m,n] = sum(A[m,n,h]*V[m,h], h) + E[m]
L = sum((p[m,n] - y[m,n])**2, m, n)/N
""")
task = sb.derive(inner, of="L", wrt=["W", "C", "V", "E"])
print("the gradient of a task, derived: ", task["V"])

# The derived network is a network: the step is four more equations, and the loss comes after it.
step = """
constant rate = 0.05
W_new[m,h] = W[m,h] - rate*W_bar[m,h]
C_new[m,h] = C[m,h] - rate*C_bar[m,h]
V_new[m,h] = V[m,h] - rate*V_bar[m,h]
E_new[m] = E[m] - rate*E_bar[m]
A_new[m,q,h] = tanh(x_new[m,q]*W_new[m,h] + C_new[m,h])
p_new[m,q] = sum(A_new[m,q,h]*V_new[m,h], h) + E_new[m]
loss J = mean((p_new[m,q] - y_new[m,q])**2, m, q)
"""
meta = sb.derive(sb.parse(f"{task.network}\n{step}"))
print("and the gradient through the step:", meta["V_bar"], "\n")
report = sb.verify(meta)


def waves(count, seed):
    random = np.random.default_rng(seed)
    height, phase = random.uniform(0.1, 5, (count, 1)), random.uniform(0, np.pi, (count, 1))
    x = random.uniform(-5, 5, (count, 20))
    y = height * np.sin(x - phase)
    return {"x": x[:, :10], "y": y[:, :10], "x_new": x[:, 10:], "y_new": y[:, 10:]}


data, others = waves(TASKS, 0), waves(1000, 1)
names = {"optimizer": sb.Adam(0.003), "epochs": EPOCHS, "batch_size": 50, "batch": "m"}
learned = sb.train(meta, data, **names).parameters
pooled = sb.train(sb.derive(inner, of="L"), {k: data[k] for k in "xy"}, **names).parameters
error = sb.lambdify(meta.forward, ["p", "J"])
after = {}
print("mean squared error on 1000 new tasks", "before", "after one step", sep="\t")
starts = {"learned on all tasks at once": pooled, "learned through the step": learned}
for name, start in starts.items():
    found = error(others | start)
    before, after[name] = np.mean((found["p"] - others["y"]) ** 2), float(found["J"])
    print(f"{name:36}\t{before:.2f}\t{after[name]:.2f}")
if not report.passed:
    sys.exit("a gradient is wrong")
if after["learned through the step"] > 0.9 * after["learned on all tasks at once"]:
    sys.exit("one step does not help more than before")
