"""Relaxed architecture search: the gradient chooses the function of a layer, and finds the sine.

The choice among four functions becomes a weighted sum whose weights are a softmax of parameters
that have a gradient like all others: Liu, Simonyan and Yang, DARTS (2019), equations 2 and 5. The
weights of the choice learn on half of the data, through a step that all others make on the rest.
"""

import sys

import numpy as np

import symback as sb

EPOCHS = 60 if "--quick" in sys.argv else 400
CHOICES = ("the identity", "tanh", "ReLU", "the sine")

inner = sb.parse("""
network search
index n:N m:M h:12 o:4
input x[n] y[n] x_new[m] y_new[m]
parameter w[h] init normal(1) c[h] init normal(1) v[h] init normal(0.3) choice[o]
share[o] = softmax(choice[o], o)
Z[n,h] = x[n]*w[h] + c[h]
A[n,h] = share[0]*Z[n,h] + share[1]*tanh(Z[n,h]) + share[2]*relu(Z[n,h]) + share[3]*sin(Z[n,h])
p[n] = sum(A[n,h]*v[h], h)
L = mean((p[n] - y[n])**2, n)
""")
weights = sb.derive(inner, of="L", wrt=["w", "c", "v"])
# One step of the weights is part of the network in which the choice is judged.
search = sb.parse(f"""{weights.network}
constant rate = 0.01
w_new[h] = w[h] - rate*w_bar[h]
c_new[h] = c[h] - rate*c_bar[h]
v_new[h] = v[h] - rate*v_bar[h]
Z_new[m,h] = x_new[m]*w_new[h] + c_new[h]
A_new[m,h] = (share[0]*Z_new[m,h] + share[1]*tanh(Z_new[m,h]) + share[2]*relu(Z_new[m,h])
    + share[3]*sin(Z_new[m,h]))
p_new[m] = sum(A_new[m,h]*v_new[h], h)
loss J = mean((p_new[m] - y_new[m])**2, m)
""")
choice = sb.derive(search, wrt=["choice"])
print("through the step:", choice["w_bar"])
report = sb.verify(choice)

random = np.random.default_rng(0)
x = random.uniform(-4, 4, 400)
y = np.sin(2 * x) + 0.5 * np.sin(3 * x + 1) + 0.05 * random.normal(size=400)
data = {"x": x[::2], "y": y[::2], "x_new": x[1::2], "y_new": y[1::2]}
run = sb.train(sb.derive(inner, of="L"), {k: data[k] for k in "xy"}, optimizer=sb.SGD(0), epochs=1)
values = dict(run.parameters)
inner_step, outer_step = sb.lambdify(weights), sb.lambdify(choice)
print("\nstep", *CHOICES, "error on the other half", sep="\t")
for step in range(EPOCHS * 10 + 1):
    error, by_choice = outer_step(values | data)
    values["choice"] = values["choice"] - 0.3 * by_choice["choice"]
    _, gradients = inner_step(values | {k: data[k] for k in "xy"})
    for name, gradient in gradients.items():
        values[name] = values[name] - 0.03 * gradient
    if step % (EPOCHS * 2) == 0:
        share = np.exp(values["choice"]) / np.exp(values["choice"]).sum()
        print(step, *(f"{100 * part:9.0f} %" for part in share), f"{error:.4f}", sep="\t")
if not report.passed or CHOICES[share.argmax()] != "the sine":
    sys.exit("the gradient has not chosen the sine")
