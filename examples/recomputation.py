"""Recomputation instead of storage: a deep network computes its parts twice and saves memory.

Chen, Xu, Zhang and Guestrin, Training Deep Nets with Sublinear Memory Cost (2016), section 4: keep
only what enters each part; on the way back run a part again and derive through it alone.
"""

import sys
import timeit
import tracemalloc

import numpy as np

import symback as sb

LAYERS, BLOCK = 36, 6
SAMPLES = 500 if "--quick" in sys.argv else 4000
LOSS = "input Y[n,h]\nloss L = sum((A{}[n,h] - Y[n,h])**2, n, h)/N"


def layers(count, rest=""):
    """Return the network of some layers, from A0 on."""
    lines = ["index n:N h:64 i:64", "input A0[n,h]"]
    for k, (a, b) in zip(range(count), ["hi", "ih"] * count, strict=False):
        lines.append(f"parameter W{k}[{a},{b}]")
        lines.append(f"A{k + 1}[n,{b}] = tanh(sum(A{k}[n,{a}]*W{k}[{a},{b}], {a}))")
    return sb.parse("\n".join([*lines, rest.format(count)]))


# A part alone is derived like a layer: what comes back to its end is an input, A6_bar.
part = sb.derive(layers(BLOCK), of=f"A{BLOCK}", wrt=["A0", *(f"W{k}" for k in range(BLOCK))])
last = sb.derive(layers(BLOCK, LOSS), wrt=part.wrt)
print("a part:", part["W5"], part["A0"], sep="\n  ")

random = np.random.default_rng(0)
W = [random.normal(0, 1 / 8, (64, 64)) for _ in range(LAYERS)]
X, Y = random.normal(size=(2, SAMPLES, 64))


def stored():
    """Return the gradients of all weights by one program, which keeps all that is read again."""
    gradient = sb.lambdify(sb.derive(layers(LAYERS, LOSS)))
    values = {"A0": X, "Y": Y} | {f"W{k}": w for k, w in enumerate(W)}
    return lambda: list(gradient(values)[1].values())


def recomputed():
    """Return them by programs of one part each, which keep only what enters the parts."""
    forward = sb.lambdify(layers(BLOCK), [f"A{BLOCK}"])
    backward, end = sb.lambdify(part), sb.lambdify(last)

    def own(k):
        return {f"W{j}": W[k + j] for j in range(BLOCK)}

    def run():
        kept = [X]
        for k in range(0, LAYERS - BLOCK, BLOCK):
            kept.append(forward({"A0": kept[-1]} | own(k))[f"A{BLOCK}"])
        gradients = [end({"A0": kept.pop(), "Y": Y} | own(LAYERS - BLOCK))[1]]
        for k in range(LAYERS - 2 * BLOCK, -1, -BLOCK):
            values = {"A0": kept.pop(), f"A{BLOCK}_bar": gradients[-1].pop("A0")}
            gradients.append(backward(values | own(k))[1])
        return [g[f"W{j}"] for g in reversed(gradients) for j in range(BLOCK)]

    return run


found, peak, seconds = [], [], []
for way in (stored, recomputed):
    tracemalloc.start()
    run = way()
    found.append(run())
    peak.append(tracemalloc.get_traced_memory()[1] / 1e6)
    tracemalloc.stop()
    seconds.append(min(timeit.repeat(run, number=1, repeat=7)))
    print(f"{way.__name__:10}  at most {peak[-1]:6.1f} MB  {1000 * seconds[-1]:6.1f} ms")
gap = max(abs(a - b).max() for a, b in zip(*found, strict=True))
print(f"recomputed: memory {peak[1] / peak[0]:.2f} times, time {seconds[1] / seconds[0]:.2f} times")
print(f"gradients at most {gap:.0e} apart")
if gap > 1e-12 or peak[1] > 0.7 * peak[0]:
    sys.exit("nothing was saved, or the gradients differ")
