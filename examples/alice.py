"""Alice's Adventures in Wonderland, character by character: an LSTM reads, and then writes."""

import sys
import time
from pathlib import Path

import numpy as np

import symback as sb
from symback.charts import line_chart
from symback.zoo import character_lstm, continued, counted_bits, load_alice, windows

QUICK = "--quick" in sys.argv
STEPS, EPOCHS, PART = (32, 1, 20) if QUICK else (32, 4, 1)
START = "alice was beginning to get very "

text = load_alice()


def data(numbers, every=STEPS):
    """Return windows of the text, and the character that follows each of their characters."""
    rows = windows(numbers, STEPS + 1, every)
    return {"ids": rows[:, :-1], "y": rows[:, 1:]}


net = character_lstm(len(text.characters))
derivation = sb.derive(net)
print(net)
print("What a step hears of its error through the cell, from the step behind it:",
      derivation["c1"], sep="\n")  # fmt: skip
report = sb.verify(sb.derive(character_lstm(3, 2, 2)), steps=not QUICK)
print(f"\n{str(report).splitlines()[-1]}\n")

# Why do the windows overlap? Each character stands at several places of one.
train = data(text.train[: len(text.train) // PART], every=STEPS // 4)
held_back = data(text.held_back)
start = time.perf_counter()
run = sb.train(derivation, train, optimizer=sb.Adam(0.01), schedule=sb.OneCycle(), epochs=EPOCHS,
               batch_size=32, clip=sb.ClipNorm(1.0), validation=held_back)  # fmt: skip
print(run)
print(f"trained in {time.perf_counter() - start:.1f} s\n")


def probabilities(numbers):
    return run.predict({"ids": numbers[None, -4 * STEPS :]}, "P")[-1, 0]


written = text.decode(continued(probabilities, text.encode(START), 60 if QUICK else 300))
print(written, "\n")
bits = {f"counts, {before} before": counted_bits(text, before) for before in range(4)}
bits["the LSTM"] = run.measure(held_back)["loss"] / np.log(2)
print("Bits for each character of the last fifth of the book:")
for name, value in bits.items():
    print(f"{name:16} {value:.2f}")
losses = {"training": run.history["loss"], "held back": run.history["validation_loss"]}
losses = {name: np.divide(loss, np.log(2)) for name, loss in losses.items()}
chart = line_chart("Reading", losses, x_label="epoch", y_label="bits for each character")
Path("out").mkdir(exist_ok=True)
print("wrote", chart.save("out/alice.svg"))
print("wrote", sb.draw(derivation, level="layers").save("out/alice_network.svg"))
if not report.passed or bits["the LSTM"] > bits[f"counts, {0 if QUICK else 3} before"]:
    sys.exit("a gradient is wrong, or the LSTM says less than counting does")
