"""Federated averaging: clients keep their images, and the mean of their steps trains one network.

McMahan and others, Communication-Efficient Learning of Deep Networks from Decentralized Data
(2017), algorithm 1: each client makes some steps of its own, a server takes the weighted mean.
"""

import sys

import numpy as np

import symback as sb
from symback.zoo import load_digits

ROUNDS, RATE = 5 if "--quick" in sys.argv else 20, 0.5

net = sb.parse("""
network digits
index n:N i:64 h:32 k:10
input X[n,i] Y[n,k] one_hot
parameter W1[i,h] b1[h] W2[h,k] b2[k]
A[n,h] = tanh(sum(X[n,i]*W1[i,h], i) + b1[h])
Z[n,k] = sum(A[n,h]*W2[h,k], h) + b2[k]
P[n,k] = softmax(Z[n,k], k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N
""")
derivation = sb.derive(net)
gradient, predict = sb.lambdify(derivation), sb.lambdify(net, ["P"])
print("derived:", derivation["W2"])
# The same sum, client by client: whose[n,c] is 1 where image n belongs to client c.
parted = sb.parse(f"""{derivation.network}
index c:5
input whose[n,c] one_hot
images[c] = sum(whose[n,c], n)
own[c,h,k] = sum(whose[n,c]*Z_bar[n,k]*A[n,h], n)*N/images[c]
mean_of_clients[h,k] = sum(images[c]*own[c,h,k], c)/N
""")
print("parted: ", *map(parted.equation, ("own", "mean_of_clients")), sep="\n  ")

digits = load_digits()
random = np.random.default_rng(0)
owner = digits.train.labels // 2  # five clients, each of which has seen two kinds of digits only
owner = np.where(random.random(len(owner)) < 0.3, random.integers(0, 5, len(owner)), owner)
data = {"X": digits.train.X, "Y": digits.train.Y}
start = sb.train(net, data, optimizer=sb.SGD(0), epochs=1).parameters
found = sb.lambdify(parted, ["mean_of_clients"])(data | start | {"whose": owner})
difference = abs(found["mean_of_clients"] - gradient(data | start)[1]["W2"]).max()
print(f"mean of the clients' gradients - gradient of all images: at most {difference:.0e}\n")

clients = [{key: array[owner == c] for key, array in data.items()} for c in range(5)]
accuracy = {}
for steps in (1, 10):
    values = start
    for _ in range(ROUNDS):
        sent = []
        for own in clients:
            local = dict(values)
            for _ in range(steps):
                _, slopes = gradient(own | local)
                local = {name: array - RATE * slopes[name] for name, array in local.items()}
            sent.append(local)
        share = [len(own["X"]) / len(owner) for own in clients]
        parts = list(zip(share, sent, strict=True))
        values = {name: sum(part * own[name] for part, own in parts) for name in values}
    chosen = predict(values | {"X": digits.held_back.X})["P"].argmax(axis=1)
    accuracy[steps] = 100 * (chosen == digits.held_back.labels).mean()
    print(f"{ROUNDS} rounds of {steps:2} steps by each client: {accuracy[steps]:.1f} % held back")
if difference > 1e-14 or accuracy[10] < accuracy[1]:
    sys.exit("the mean of the clients does not train the network")
