"""Digits by convolution: a network like LeNet, at least 98.5 % on images not seen."""

import sys
import time
from pathlib import Path

import symback as sb
from symback.zoo import lenet, load_digits

QUICK = "--quick" in sys.argv
EPOCHS, ENOUGH = (3, 0.9) if QUICK else (20, 0.985)

net = lenet()
derivation = sb.derive(net)
print(net)
print("Its adjoints:", derivation, sep="\n")
# The equations are the same for every size, so a small network shows that they are right.
report = sb.verify(sb.derive(lenet(side=4, channels=(2, 2), classes=3)))
print(f"\n{str(report).splitlines()[-1]}\n")

digits = load_digits()
train, held_back = (
    {"X": part.X.reshape(-1, 1, 8, 8), "Y": part.Y} for part in (digits.train, digits.held_back)
)
start = time.perf_counter()
run = sb.train(derivation, train, optimizer=sb.Adam(0.01), schedule=sb.OneCycle(), epochs=EPOCHS,
               batch_size=32, validation=held_back)  # fmt: skip
print(run)
seconds = time.perf_counter() - start
accuracy = run.measure(held_back)["accuracy"]
numbers = sum(parameter.size for parameter in run.parameters.values())
print(f"\n{accuracy:.1%} of {len(digits.held_back)} images held back; {numbers:,} weights, "
      f"{seconds:.1f} s")  # fmt: skip
Path("out").mkdir(exist_ok=True)
print("wrote", sb.draw(derivation, level="layers").save("out/lenet_network.svg"))
if not QUICK:
    print("wrote", sb.explain(derivation, "W1").save("out/lenet_W1.html"))
if not report.passed or accuracy < ENOUGH:
    sys.exit(f"a gradient is wrong, or less than {ENOUGH:.1%}")
