"""A small causal transformer learns to write as Lewis Carroll did, and shows where it looks."""

import sys
import time
from pathlib import Path

import numpy as np

import symback as sb
from symback.charts import line_chart
from symback.zoo import character_transformer, continued, counted_bits, load_alice, windows

QUICK = "--quick" in sys.argv
STEPS, EPOCHS, PART = (32, 1, 20) if QUICK else (32, 3, 1)
START = "alice was beginning to get very tired"

text = load_alice()


def data(numbers, every=STEPS):
    """Return windows of the text, and the character that follows each of their characters."""
    rows = windows(numbers, STEPS + 1, every)
    return {"ids": rows[:, :-1], "y": rows[:, 1:]}


net = character_transformer(len(text.characters), STEPS)
derivation = sb.derive(net)
print(net)
print("What the weights of attention hear, and through softmax the scores:",
      derivation["P4"], derivation["S4"], sep="\n")  # fmt: skip
report = sb.verify(sb.derive(character_transformer(3, 2, 2, 1, 1)), steps=not QUICK)
print(f"\n{str(report).splitlines()[-1]}\n")

# Why do the windows overlap? Each character stands at several places of one.
train = data(text.train[: len(text.train) // PART], every=STEPS // 4)
held_back = data(text.held_back)
start = time.perf_counter()
run = sb.train(derivation, train, optimizer=sb.Adam(0.004), schedule=sb.OneCycle(), epochs=EPOCHS,
               batch_size=16, clip=sb.ClipNorm(1.0), validation=held_back)  # fmt: skip
print(run)
print(f"trained in {time.perf_counter() - start:.1f} s\n")


def following(numbers):
    return run.predict({"ids": numbers[None, -STEPS:]}, "P")[0, -1]


written = continued(following, text.encode(START), 60 if QUICK else 300)
print(text.decode(written), "\n")
bits = {f"counts, {before} before": counted_bits(text, before) for before in range(4)}
bits["the transformer"] = run.measure(held_back)["loss"] / np.log(2)
print("Bits for each character of the last fifth of the book:")
for name, value in bits.items():
    print(f"{name:16} {value:.2f}")

# How much each head looks at the character itself, at the one before it, and so on.
looks = run.predict({"ids": held_back["ids"][:200]}, "P4").mean(axis=0)
back = range(16)
shares = {f"head {a}": (back, [np.diagonal(head, -far).mean() for far in back])
          for a, head in enumerate(looks)}  # fmt: skip
chart = line_chart("Where the heads look", shares, x_label="characters back",
                   y_label="mean weight")  # fmt: skip
Path("out").mkdir(exist_ok=True)
print("wrote", chart.save("out/transformer.svg"))
print("wrote", sb.draw(derivation, level="layers").save("out/transformer_network.svg"))
if not report.passed or bits["the transformer"] > bits[f"counts, {0 if QUICK else 3} before"]:
    sys.exit("a gradient is wrong, or the transformer says less than counting does")
