"""The parameter-shift rule: a quantum circuit's derivative from two more runs of the circuit.

Mitarai, Negoro, Kitagawa and Fujii, Quantum circuit learning (2018), equation 13; Schuld and others
(2019): for a rotation by an angle, f'(θ) = (f(θ + π/2) - f(θ - π/2))/2, exactly and not nearly.
The circuit: one qubit, turned about y by x + θ[0], about x by θ[1], about y by θ[2]; z is measured.
"""

import sys

import numpy as np

import symback as sb

# The state of a qubit is a point of Bloch's sphere; a gate turns it; the expected z is its height.
net = sb.parse("""
network circuit
index n:N g:3
input x[n] y[n]
parameter theta[g] init normal(1)
x1[n] = sin(x[n] + theta[0])
z1[n] = cos(x[n] + theta[0])
z2[n] = z1[n]*cos(theta[1])
z3[n] = z2[n]*cos(theta[2]) - x1[n]*sin(theta[2])
loss E = mean((z3[n] - y[n])**2, n)
""")
derivation = sb.derive(net)
print(derivation, "\n")

# The rule: the same circuit once more for every angle g and both signs s, that angle shifted.
shift = """
index j:3 s:2
angle[j,g,s] = theta[j] + pi/2*delta(j, g)*(1 - 2*s)
X1[n,g,s] = sin(x[n] + angle[0,g,s])
Z1[n,g,s] = cos(x[n] + angle[0,g,s])
Z2[n,g,s] = Z1[n,g,s]*cos(angle[1,g,s])
Z3[n,g,s] = Z2[n,g,s]*cos(angle[2,g,s]) - X1[n,g,s]*sin(angle[2,g,s])
slope[n,g] = (Z3[n,g,0] - Z3[n,g,1])/2
by_runs[g] = sum(2*(z3[n] - y[n])*slope[n,g], n)/N
"""
by_runs = sb.parse(f"{net}\n{shift}")
print("the rule:", by_runs.equation("slope"))

random = np.random.default_rng(0)
x = random.uniform(-3, 3, 50)
data = {"x": x, "y": 0.8 * np.cos(x - 1)}  # what the circuit can do: a cosine, flatter and moved
run = sb.train(derivation, data, optimizer=sb.Adam(0.05), epochs=300)
both = sb.lambdify(by_runs, ["by_runs"])
gradient = sb.lambdify(derivation)
gaps = []
for _ in range(100):
    theta = {"theta": random.uniform(-np.pi, np.pi, 3)}
    gaps.append(abs(both(data | theta)["by_runs"] - gradient(data | theta)[1]["theta"]).max())
print(f"derivative against shifted runs, at 100 places: at most {max(gaps):.0e} apart")
print(f"trained: loss {run.history['loss'][0]:.4f} -> {run.history['loss'][-1]:.1e}")
print("angles:", *(f"{angle:.3f}" for angle in run.parameters["theta"]))
if max(gaps) > 1e-14 or run.history["loss"][-1] > 1e-6:
    sys.exit("the rule is not the derivative")
