"""Overfitting: a hundred digits learned by heart; what an L2 penalty and early stopping change."""

import sys
from pathlib import Path

import symback as sb
from symback.charts import Sheet, bar_chart, line_chart
from symback.zoo import load_digits

NETWORK = """
network few_digits
index n:N i:64 h:64 k:10
input X[n,i] Y[n,k] one_hot
parameter W1[i,h] b1[h] W2[h,k] b2[k]
A1[n,h] = tanh(sum(X[n,i]*W1[i,h], i) + b1[h])
P[n,k] = softmax(sum(A1[n,h]*W2[h,k], h) + b2[k], k)
E = -sum(Y[n,k]*log(P[n,k]), n, k)/N
loss L = E
"""
EPOCHS = 150 if "--quick" in sys.argv else 400
METRICS = {"E": lambda values: values["E"], "accuracy": "accuracy"}

digits = load_digits()
X, Y = digits.train.X, digits.train.Y
learned, others = {"X": X[:100], "Y": Y[:100]}, {"X": X[100::6], "Y": Y[100::6]}
held_back = {"X": digits.held_back.X, "Y": digits.held_back.Y}
net = sb.parse(NETWORK)
penalized = sb.penalize(net, l2=0.001)
print("The penalty is a term of the loss, and pulls at each weight:")
print(penalized.equations[-1], sb.derive(penalized)["W1"], sep="\n")


def trained(network, patience=None):
    return sb.train(network, learned, optimizer=sb.Adam(0.01), epochs=EPOCHS, validation=others,
                    metrics=METRICS, patience=patience)  # fmt: skip


plain, stopped = trained(net), trained(net, patience=30)
tried = {l2: trained(sb.penalize(net, l2=l2)) for l2 in (0.0003, 0.001, 0.003, 0.01)}
l2 = min(tried, key=lambda strength: tried[strength].history["E"][-1])
print(f"\n100 digits are learned; {len(others['X'])} others choose the penalty's strength, from "
      f"four, and the end:\n{stopped.stopped}.\n")  # fmt: skip
final = {"neither": plain, f"L2, {l2}": tried[l2], "early stopping": stopped.best}
judged = {}
for name, run in final.items():
    seen, new = run.measure(learned), run.measure(held_back)
    judged[name] = new["E"]
    print(f"{name:15} cross-entropy E of the digits learned {seen['E']:.4f}, of 360 held back "
          f"{new['E']:.3f}; {new['accuracy']:.1%} right")  # fmt: skip

end = [len(stopped.best.history)], [stopped.best.history[-1]["E"]]
lines = {"learned": plain.history["loss"], "others": plain.history["E"],
         "others, with L2": tried[l2].history["E"], "stopped here": end}  # fmt: skip
curves = line_chart("While learning", lines, x_label="epoch", y_label="cross-entropy E")
bars = bar_chart("Digits held back", {"E": judged.values()}, judged, y_label="cross-entropy E")
Path("out").mkdir(exist_ok=True)
print("wrote", Sheet((curves, bars)).save("out/overfitting.svg"))
if judged["neither"] < 1.1 * max(judged[name] for name in list(judged)[1:]):
    sys.exit("neither of the two helps")
