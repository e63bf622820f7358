"""A recommender: what will a member of the House vote? Two numbers of each, learned from votes."""

import sys
from pathlib import Path

import numpy as np

import symback as sb
from symback.charts import line_chart
from symback.zoo import load_votes, recommender

EPOCHS = 100 if "--quick" in sys.argv else 300


def data(ballots):
    return {"member": ballots.members, "question": ballots.questions, "yea": ballots.yea}


votes = load_votes()
known, unseen = data(votes.train), data(votes.held_back)
net = recommender()
derivation = sb.derive(net)
report = sb.verify(derivation)
print(net)
print("Rows are read by number, so the gradient of a row adds up all votes that read it:")
print(derivation, report, sep="\n\n")

# The penalty is chosen by a sixth of the known votes: those held back have no say in it.
chosen = np.arange(len(votes.train)) % 6 == 0
learned, others = (
    {name: array[part] for name, array in known.items()} for part in (~chosen, chosen)
)


def trained(l2, votes):
    return sb.train(sb.penalize(net, l2=l2), votes, optimizer=sb.Adam(0.05), epochs=EPOCHS)


def right(run, votes):
    asked = {name: votes[name] for name in ("member", "question")}
    return ((run.predict(asked, "p") > 0.5) == votes["yea"]).mean()


share = {l2: right(trained(l2, learned), others) for l2 in (0.0001, 0.0003, 0.001, 0.003)}
l2 = max(share, key=share.get)
run = trained(l2, known)

# Two simple guesses: what most say to a question, and what most of the member's party say.
party = votes.republican.astype(int)
yeas, asked = np.zeros((2, 2, 16))
np.add.at(yeas, (party[known["member"]], known["question"]), known["yea"])
np.add.at(asked, (party[known["member"]], known["question"]), 1)
most = (yeas.sum(axis=0) / asked.sum(axis=0))[unseen["question"]]
partys = (yeas / asked)[party[unseen["member"]], unseen["question"]]
scores = {"the majority": ((most > 0.5) == unseen["yea"]).mean(),
          "the majority of the member's party": ((partys > 0.5) == unseen["yea"]).mean(),
          f"the recommender, l2 = {l2}": right(run, unseen)}  # fmt: skip
print(f"\n{len(votes.held_back)} votes held back, called right:")
for name, score in scores.items():
    print(f"{name:35} {score:.1%}")

U = run.parameters["U"]
members = {"Democrats": tuple(U[~votes.republican].T), "Republicans": tuple(U[votes.republican].T)}
chart = line_chart("435 members, whose party it was never told", members, mark="points",
                   x_label="U[u,0]", y_label="U[u,1]")  # fmt: skip
Path("out").mkdir(exist_ok=True)
print("\nwrote", chart.save("out/recommender.svg"))
print("wrote", sb.draw(derivation, level="layers").save("out/recommender_network.svg"))
first, second, third = scores.values()
if not report.passed or not first < second < third:
    sys.exit("a gradient is wrong, or two numbers say less than the party")
