"""Handwritten digits: read, derive, draw, train and verify; at least 97 % on images not seen."""

import sys
import time
from pathlib import Path

import symback as sb
from symback.zoo import load_digits

QUICK = "--quick" in sys.argv
EPOCHS, ENOUGH = (3, 0.85) if QUICK else (60, 0.97)
OUT = Path("out")

print("Reading the network and deriving every gradient ...")
net = sb.read(Path(__file__).with_name("digits.symback"))
derivation = sb.derive(net)

digits = load_digits()
train, held_back = ({"X": part.X, "Y": part.Y} for part in (digits.train, digits.held_back))
print(f"Training on {len(digits.train)} images, {EPOCHS} epochs ...")
start = time.perf_counter()
run = sb.train(
    derivation,
    train,
    optimizer=sb.Adam(0.003),
    epochs=EPOCHS,
    batch_size=32,
    validation=held_back,
)
seconds = time.perf_counter() - start

print("Explaining, drawing and verifying ...")
OUT.mkdir(exist_ok=True)
page = sb.explain(derivation, "W1")
some = {name: array[:8] for name, array in train.items()}
whole = sb.explain(derivation, at=some | run.parameters, update=sb.SGD(0.1))
report = sb.verify(derivation)
written = [
    page.save(OUT / "digits_W1.txt"),
    whole.save(OUT / "digits.html"),
    whole.save(OUT / "digits.tex"),
    sb.draw(derivation).save(OUT / "digits.svg"),
    sb.lambdify(derivation).save(OUT / "digits_gradients.py"),
    run.save(OUT / "digits.npz"),
    run.history.save(OUT / "digits_history.svg"),
]
labels = run.predict({"X": held_back["X"]}, "P").argmax(axis=1)
accuracy = (labels == digits.held_back.labels).mean()

for part in (net, page, report, run):
    print(f"\n{str(part).strip()}")
print(f"\naccuracy on {len(digits.held_back)} images held back: {100 * accuracy:.1f} %")
print(f"trained in {seconds:.1f} s; wrote {', '.join(map(str, written))}")
if not report.passed:
    sys.exit("a gradient is wrong")
if accuracy < ENOUGH:
    sys.exit(f"less than {100 * ENOUGH:.0f} %")
