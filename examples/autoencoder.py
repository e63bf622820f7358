"""Autoencoders with tied weights: 64 pixels through 16 numbers and back, and what PCA can do."""

import sys
from pathlib import Path

import numpy as np

import symback as sb
from symback.charts import line_chart
from symback.zoo import linear_autoencoder, load_digits, tied_autoencoder

CODE, EPOCHS = 16, 80 if "--quick" in sys.argv else 200
INK = " .:-=+*#%@"

digits = load_digits()
X, new = digits.train.X, digits.held_back.X
networks = {"linear": linear_autoencoder(code=CODE), "with tanh": tied_autoencoder(code=CODE)}
derivation = sb.derive(networks["linear"])
print(networks["linear"])
print("W is read twice, on the way in and on the way out; its gradient is a sum of two:",
      derivation["W"], "", sep="\n")  # fmt: skip
small = linear_autoencoder(5, 2), tied_autoencoder(5, 4, 2)
reports = [sb.verify(sb.derive(network)) for network in small]
print(*(str(report).splitlines()[-1] for report in reports), "", sep="\n")

# The best that any plane through CODE dimensions can do: the principal components.
centre = X.mean(axis=0)
components = np.linalg.svd(X - centre, full_matrices=False)[2][:CODE]


def error(images, back):
    return ((back - images) ** 2).sum() / len(images)


def projected(images):
    return (images - centre) @ components.T @ components + centre


errors = {"principal components": (error(X, projected(X)), error(new, projected(new)))}
shown, losses = {"the image": new, "components": projected(new)}, {}
for name, network in networks.items():
    run = sb.train(network, {"X": X}, optimizer=sb.Adam(0.003), schedule=sb.Cosine(),
                   epochs=EPOCHS, batch_size=32)  # fmt: skip
    losses[name], shown[name] = run.history["loss"], run.predict({"X": new}, "R")
    errors[name] = error(X, run.predict({"X": X}, "R")), error(new, shown[name])
for name, (learned, unseen) in errors.items():
    print(f"{name:21} squared error {learned:.3f} of the images learned, {unseen:.3f} of others")


def drawn(image):
    """Return the rows of an image, dark where there is ink."""
    places = np.clip(np.rint(image.reshape(8, 8) * 9), 0, 9).astype(int)
    return ["".join(2 * INK[place] for place in row) for row in places]


print("\nAn image held back, and what comes back:\n")
print("   ".join(f"{name:16}" for name in shown))
for row in zip(*(drawn(images[3]) for images in shown.values()), strict=True):
    print("   ".join(row))
chart = line_chart("64 pixels through 16 numbers", losses, x_label="epoch", y_label="squared error",
                   y_scale="log")  # fmt: skip
Path("out").mkdir(exist_ok=True)
print("\nwrote", chart.save("out/autoencoder.svg"))
print("wrote", sb.draw(derivation, level="layers").save("out/autoencoder_network.svg"))
best = errors["principal components"][0]
if not all(report.passed for report in reports) or not 1 <= errors["linear"][0] / best < 1.05:
    sys.exit("a gradient is wrong, or the linear autoencoder does not find the components' plane")
if errors["with tanh"][1] > 0.9 * errors["principal components"][1]:
    sys.exit("tanh does not help")
