"""Where is my mistake? A backward pass with three of them, found line by line and mended."""

import sys

import symback as sb

NETWORK = """
network digits
index n:N i:64 h:32 k:10
input X[n,i]  Y[n,k] one_hot
parameter W1[i,h] b1[h] W2[h,k] b2[k]
Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
A1[n,h] = tanh(Z1[n,h])
Z2[n,k] = sum(A1[n,h]*W2[h,k], h) + b2[k]
P[n,k]  = softmax(Z2[n,k], k)
loss L  = -sum(Y[n,k]*log(P[n,k]), n, k)/N
"""
MINE = """
dZ2 = P - Y
dW2 = A1.T @ dZ2
db2 = dZ2.sum(axis=0)
dA1 = dZ2 @ W2.T
dZ1 = dA1 * (1 - Z1**2)
dW1 = X.T @ dZ1
db1 = dZ1.mean(axis=0)
"""
MENDED = (
    MINE.replace("P - Y", "(P - Y)/N")
    .replace("1 - Z1**2", "1 - A1**2")
    .replace("dZ1.mean", "dZ1.sum")
)
INDEXED = """
Z1_bar[n,h] = sum((P[n,k] - Y[n,k])/N*W2[h,k], k)*(1 - tanh(Z1[n,h])**2)
W1_bar[i,h] = sum(X[n,i]*Z1_bar[n,h], n)
"""

derivation = sb.derive(sb.parse(NETWORK))
print("Only where to look:\n")
print(sb.check(derivation, MINE, hints=1))
print("\nAll of it:\n")
report = sb.check(derivation, MINE)
print(report)

print("\nMended, in NumPy and in index notation:\n")
mended = [sb.check(derivation, lines) for lines in (MENDED, INDEXED)]
print(*mended, sep="\n\n")

wrong = {row.name for row in report if row.verdict == "wrong"}
if wrong != {"Z2", "Z1", "b1"} or report.first_wrong.name != "Z2":
    sys.exit(f"the wrong lines are those of Z2, Z1 and b1, not {', '.join(sorted(wrong))}")
if not all(mended):
    sys.exit("a mended line is called wrong")
