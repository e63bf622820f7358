"""Networks and tables that several tests of the command line share."""

HOUSE = """network house
index n:N i:2
input X[n,i] Y[n]
parameter w[i] b
P[n] = sum(X[n,i]*w[i], i) + b
loss L = mean((P[n] - Y[n])**2, n)
"""
IRIS = """network iris
index n:N i:2 k:3
input X[n,i]  Y[n,k] one_hot
parameter W[i,k] b[k]
Z[n,k] = sum(X[n,i]*W[i,k], i) + b[k]
P[n,k] = softmax(Z[n,k], k)
loss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N
"""
BINARY = """network binary
index n:N
input x[n] y[n]
parameter w b
p[n] = sigmoid(w*x[n] + b)
loss L = mean((p[n] - y[n])**2, n)
"""
ROWS = "sqft,rooms,price\n" + "".join(
    f"{a},{b},{10 * a + 2 * b + 5}\n" for a in (1, 1.5, 2, 3) for b in (1, 2, 4)
)
FLOWERS = "length;width;species\r\n" + "".join(
    f"{a + shift};{b - shift};{kind}\r\n"
    for shift, kind in ((0, "setosa"), (4, "virginica"), (8, "versicolor"))
    for a, b in ((1.0, 2), (1.5, 1.5), (0.5, 2.5), (1, 1.5))
)
