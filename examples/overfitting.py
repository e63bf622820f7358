"""Overfitting: a hundred digits learned by heart; what an L2 penalty and early stopping change."""

import sys
from pathlib import Path

import symback as sb
from symback.charts import Sheet, bar_chart, line_chart
from symback.zoo import load_digits

NETWORK = """
network few_digits
index n:N i:64 h:64 k:10
input X[n,i] Y[n,k] one_hot strength
parameter W1[i,h] b1[h] W2[h,k] b2[k]
A1[n,h] = tanh(sum(X[n,i]*W1[i,h], i) + b1[h])
P[n,k] = softmax(sum(A1[n,h]*W2[h,k], h) + b2[k], k)
E = -sum(Y[n,k]*log(P[n,k]), n, k)/N
loss L = E + strength*(sum(W1[i,h]**2, i, h) + sum(W2[h,k]**2, h, k))
"""
EPOCHS = 150 if "--quick" in sys.argv else 400
METRICS = {"E": lambda values: values["E"], "accuracy": "accuracy"}

digits = load_digits()
X, Y = digits.train.X, digits.train.Y
learned, others = {"X": X[:100], "Y": Y[:100]}, {"X": X[100::6], "Y": Y[100::6]}
held_back = {"X": digits.held_back.X, "Y": digits.held_back.Y}
derivation = sb.derive(sb.parse(NETWORK))
print("The penalty pulls at each weight:", derivation["W1"], sep="\n")


def trained(strength=0.0, patience=None):
    penalty = {"strength": strength}
    return sb.train(derivation, learned | penalty, optimizer=sb.Adam(0.01), epochs=EPOCHS,
                    validation=others | penalty, metrics=METRICS, patience=patience)  # fmt: skip


plain, stopped = trained(), trained(patience=30)
tried = {strength: trained(strength) for strength in (1e-4, 3e-4, 1e-3, 3e-3)}
strength = min(tried, key=lambda each: tried[each].history["E"][-1])
print(f"\n100 digits are learned; {len(others['X'])} others choose the penalty's strength, from "
      f"four, and the end:\n{stopped.stopped}.\n")  # fmt: skip
final = {"neither": plain, f"L2, {strength}": tried[strength], "early stopping": stopped.best}
judged = {}
for name, run in final.items():
    seen, new = (run.measure(data | {"strength": 0}) for data in (learned, held_back))
    judged[name] = new["E"]
    print(f"{name:15} cross-entropy E of the digits learned {seen['E']:.4f}, of 360 held back "
          f"{new['E']:.3f}; {new['accuracy']:.1%} right")  # fmt: skip

best = len(stopped.best.history)
lines = {"learned": plain.history["loss"], "others": plain.history["E"],
         "others, with L2": tried[strength].history["E"],
         "stopped here": ([best], [plain.history["E"][best - 1]])}  # fmt: skip
curves = line_chart("While learning", lines, x_label="epoch", y_label="cross-entropy E")
bars = bar_chart("Digits held back", {"E": judged.values()}, judged, y_label="cross-entropy E")
Path("out").mkdir(exist_ok=True)
print("wrote", Sheet((curves, bars)).save("out/overfitting.svg"))
if judged["neither"] < 1.1 * max(judged[name] for name in list(judged)[1:]):
    sys.exit("neither of the two helps")
