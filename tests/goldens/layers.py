"""Derivation cases of layers and networks, their known gradients written independently in NumPy."""

from __future__ import annotations

import numpy as np

from tests.goldens.cases import Case, row_sums, s, softmax

DENSE = "index n:N i:I h:H\nparameter X[n,i] W[i,h] b[h]\n"


def three_layers(v):
    """BP1 … BP4 for column vectors, after Nielsen."""
    z1 = v.W1 @ v.x + v.b1
    z2 = v.W2 @ s(z1) + v.b2
    z3 = v.W3 @ s(z2) + v.b3
    slope = lambda z: s(z) * (1 - s(z))  # noqa: E731
    d3 = (s(z3) - v.y) * slope(z3)
    d2 = (v.W3.T @ d3) * slope(z2)
    d1 = (v.W2.T @ d2) * slope(z1)
    return {
        "W3": np.outer(d3, s(z2)), "b3": d3, "W2": np.outer(d2, s(z1)), "b2": d2,
        "W1": np.outer(d1, v.x), "b1": d1,
    }  # fmt: skip


def two_two_one(v):
    h = [s(v.w11 * v.x1 + v.w12 * v.x2 + v.b1), s(v.w21 * v.x1 + v.w22 * v.x2 + v.b2)]
    a = s(v.v1 * h[0] + v.v2 * h[1] + v.c)
    d = (a - v.t) * a * (1 - a)
    found = {"v1": d * h[0], "v2": d * h[1], "c": d}
    for j, weight in ((0, v.v1), (1, v.v2)):
        own = d * weight * h[j] * (1 - h[j])
        found |= {f"w{j + 1}1": own * v.x1, f"w{j + 1}2": own * v.x2, f"b{j + 1}": own}
    return found


def deep_linear(v):
    E = v.W2 @ v.W1 @ v.X - v.Y
    return {"W1": v.W2.T @ E @ v.X.T, "W2": E @ (v.W1 @ v.X).T}


def relu_classifier(v):
    Z1 = v.X @ v.W1 + v.b1
    H = np.maximum(Z1, 0)
    D2 = softmax(H @ v.W2 + v.b2) - v.Y
    D1 = (D2 @ v.W2.T) * (Z1 > 0)
    return {"W2": H.T @ D2, "b2": D2.sum(axis=0), "W1": v.X.T @ D1, "b1": D1.sum(axis=0)}


def tied_autoencoder(v):
    h = s(v.W @ v.x)
    e = v.W.T @ h - v.x
    return {"W": np.outer(h, e) + np.outer((v.W @ e) * h * (1 - h), v.x)}


def residual(v):
    t = np.tanh(v.W @ v.x)
    return {"x": v.G + v.W.T @ ((1 - t**2) * v.G), "W": np.outer((1 - t**2) * v.G, v.x)}


def batch_norm(v):
    rows = len(v.X)
    deviation = np.sqrt(v.X.var(axis=0) + 1e-5)
    Z, D = (v.X - v.X.mean(axis=0)) / deviation, v.gamma * v.G
    X = (rows * D - D.sum(axis=0) - Z * (D * Z).sum(axis=0)) / (rows * deviation)
    return {"beta": v.G.sum(axis=0), "gamma": (v.G * Z).sum(axis=0), "X": X}


def batch_norm_unbiased(v):
    rows = len(v.X)
    deviation = np.sqrt(v.X.var(axis=0, ddof=1) + 1e-5)
    Z = (v.X - v.X.mean(axis=0)) / deviation
    last = rows / (rows - 1) * Z * (v.G * Z).sum(axis=0)
    return {"X": v.gamma / (rows * deviation) * (rows * v.G - v.G.sum(axis=0) - last)}


def layer_norm(v):
    deviation = np.sqrt(v.X.var(axis=1, keepdims=True) + 1e-5)
    Z, u = (v.X - v.X.mean(axis=1, keepdims=True)) / deviation, v.gamma * v.G
    mean = lambda x: x.mean(axis=1, keepdims=True)  # noqa: E731
    return {"X": (u - mean(u) - Z * mean(u * Z)) / deviation, "gamma": (v.G * Z).sum(axis=0)}


def rms_norm(v):
    size = v.x.size
    r = np.sqrt((v.x**2).mean() + 1e-5)
    u = v.gamma * v.G
    return {"x": (u - v.x * (v.x @ u) / (size * r**2)) / r}


def convolution(v):
    outputs = len(v.x) - len(v.w) + 1
    w = [sum(v.G[i] * v.x[i + k] for i in range(outputs)) for k in range(len(v.w))]
    return {"w": np.array(w), "x": np.convolve(v.G, v.w)}


def convolution_2d(v):
    W, X = np.zeros(v.W.shape), np.zeros(v.X.shape)
    for n, o, i, j in np.ndindex(v.G.shape):
        for c, a, b in np.ndindex(v.W.shape[1:]):
            W[o, c, a, b] += v.G[n, o, i, j] * v.X[n, c, i + a, j + b]
            X[n, c, i + a, j + b] += v.G[n, o, i, j] * v.W[o, c, a, b]
    return {"W": W, "X": X}


def attention(v):
    scale = np.sqrt(v.Q.shape[1])
    P = softmax(v.Q @ v.K.T / scale)
    dP = v.G @ v.V.T
    dS = P * (dP - row_sums(dP * P))
    np.testing.assert_allclose(row_sums(dP * P), row_sums(v.G * (P @ v.V)))
    return {"V": P.T @ v.G, "Q": dS @ v.K / scale, "K": dS.T @ v.Q / scale}


def rnn(v):
    h = [v.h0]
    for t in range(3):
        h.append(np.tanh(v.W @ getattr(v, f"x{t + 1}") + v.U @ h[-1] + v.b))
    d, found = np.zeros_like(v.b), {"W": 0, "U": 0, "b": 0}
    for t in (3, 2, 1):
        d = (getattr(v, f"g{t}") + v.U.T @ d) * (1 - h[t] ** 2)
        found["W"] = found["W"] + np.outer(d, getattr(v, f"x{t}"))
        found["U"] = found["U"] + np.outer(d, h[t - 1])
        found["b"] = found["b"] + d
    return found


def lstm(v):
    i, f, o, g = s(v.i_), s(v.f_), s(v.o_), np.tanh(v.g_)
    c = f * v.c_prev + i * g
    dc = v.dc_next + v.dh * o * (1 - np.tanh(c) ** 2)
    return {
        "i_": dc * g * i * (1 - i), "f_": dc * v.c_prev * f * (1 - f),
        "o_": v.dh * np.tanh(c) * o * (1 - o), "g_": dc * i * (1 - g**2), "c_prev": dc * f,
    }  # fmt: skip


def gru(v):
    z, r = s(v.z_), s(v.r_)
    n = np.tanh(v.xn + r * v.un)
    dn = v.G * (1 - z) * (1 - n**2)
    return {
        "z_": v.G * (v.h_prev - n) * z * (1 - z), "r_": dn * v.un * r * (1 - r),
        "un": dn * r, "h_prev": v.G * z,
    }  # fmt: skip


def peephole_lstm(v):
    """Greff et al.'s vanilla LSTM over two steps, its backward equations as printed."""
    y, c, z, i, f, o = {0: v.y0}, {0: v.c0}, {}, {}, {}, {}
    x = {1: v.x1, 2: v.x2}
    for t in (1, 2):
        z[t] = np.tanh(v.Wz @ x[t] + v.Rz @ y[t - 1] + v.bz)
        i[t] = s(v.Wi @ x[t] + v.Ri @ y[t - 1] + v.pI * c[t - 1] + v.bi)
        f[t] = s(v.Wf @ x[t] + v.Rf @ y[t - 1] + v.pF * c[t - 1] + v.bf)
        c[t] = z[t] * i[t] + c[t - 1] * f[t]
        o[t] = s(v.Wo @ x[t] + v.Ro @ y[t - 1] + v.pO * c[t] + v.bo)
        y[t] = np.tanh(c[t]) * o[t]
    zero = np.zeros_like(v.c0)
    dz, di, df, do, dc = ({3: zero} for _ in range(5))
    f[3] = zero
    for t in (2, 1):
        dy = {1: v.d1, 2: v.d2}[t] + (
            v.Rz.T @ dz[t + 1] + v.Ri.T @ di[t + 1] + v.Rf.T @ df[t + 1] + v.Ro.T @ do[t + 1]
        )
        do[t] = dy * np.tanh(c[t]) * o[t] * (1 - o[t])
        dc[t] = dy * o[t] * (1 - np.tanh(c[t]) ** 2) + v.pO * do[t]
        dc[t] += v.pI * di[t + 1] + v.pF * df[t + 1] + dc[t + 1] * f[t + 1]
        df[t] = dc[t] * c[t - 1] * f[t] * (1 - f[t])
        di[t] = dc[t] * z[t] * i[t] * (1 - i[t])
        dz[t] = dc[t] * i[t] * (1 - z[t] ** 2)
    found = {}
    for gate, d in (("z", dz), ("i", di), ("f", df), ("o", do)):
        found[f"W{gate}"] = sum(np.outer(d[t], x[t]) for t in (1, 2))
        found[f"R{gate}"] = sum(np.outer(d[t], y[t - 1]) for t in (1, 2))
        found[f"b{gate}"] = d[1] + d[2]
    return found | {
        "pI": sum(c[t - 1] * di[t] for t in (1, 2)), "pF": sum(c[t - 1] * df[t] for t in (1, 2)),
        "pO": sum(c[t] * do[t] for t in (1, 2)),
    }  # fmt: skip


GATE = "{g}{t}[h] = {f}(sum(W{g}[h,i]*x{t}[i], i) + sum(R{g}[h,k]*y{p}[k], k){peep} + b{g}[h])\n"


def peephole_text() -> str:
    text = "index i:3 h:2 k:2\ninput y0[h] c0[h] x1[i] x2[i] d1[h] d2[h]\n"
    text += "parameter " + " ".join(f"W{g}[h,i] R{g}[h,k] b{g}[h]" for g in "zifo")
    text += " pI[h] pF[h] pO[h]\n"
    for t in (1, 2):
        p = t - 1
        text += GATE.format(g="z", f="tanh", t=t, p=p, peep="")
        text += GATE.format(g="i", f="sigmoid", t=t, p=p, peep=f" + pI[h]*c{p}[h]")
        text += GATE.format(g="f", f="sigmoid", t=t, p=p, peep=f" + pF[h]*c{p}[h]")
        text += f"c{t}[h] = z{t}[h]*i{t}[h] + c{p}[h]*f{t}[h]\n"
        text += GATE.format(g="o", f="sigmoid", t=t, p=p, peep=f" + pO[h]*c{t}[h]")
        text += f"y{t}[h] = tanh(c{t}[h])*o{t}[h]\n"
    return text + "loss L = sum(d1[h]*y1[h] + d2[h]*y2[h], h)"


LAYERS = (
    Case(
        "25 Z = XW + b, against G", DENSE + "Z[n,h] = sum(X[n,i]*W[i,h], i) + b[h]",
        lambda v: {"X": v.G @ v.W.T, "W": v.X.T @ v.G, "b": v.G.sum(axis=0)}, of="Z",
    ),
    Case(
        "25 D = WX, against G",
        "index i:I h:H n:N\nparameter X[i,n] W[h,i]\nD[h,n] = sum(W[h,i]*X[i,n], i)",
        lambda v: {"W": v.G @ v.X.T, "X": v.W.T @ v.G}, of="D",
    ),
    Case(
        "26 BP1 to BP4",
        "index i:I j:J k:K m:M\ninput x[i] y[m]\n"
        "parameter W1[j,i] b1[j] W2[k,j] b2[k] W3[m,k] b3[m]\n"
        "a1[j] = sigmoid(sum(W1[j,i]*x[i], i) + b1[j])\n"
        "a2[k] = sigmoid(sum(W2[k,j]*a1[j], j) + b2[k])\n"
        "a3[m] = sigmoid(sum(W3[m,k]*a2[k], k) + b3[m])\nloss C = sum((y[m] - a3[m])**2, m)/2",
        three_layers,
    ),
    Case(
        "26 BP1 with cross-entropy: δ = a - y",
        "index j:J\ninput y[j]\nparameter z[j]\na[j] = sigmoid(z[j])\n"
        "loss C = -sum(y[j]*log(a[j]) + (1 - y[j])*log(1 - a[j]), j)",
        lambda v: {"z": s(v.z) - v.y},
    ),
    Case(
        "27 2-2-1, weight by weight",
        "input x1 x2 t\nparameter w11 w12 w21 w22 b1 b2 v1 v2 c\n"
        "h1 = sigmoid(w11*x1 + w12*x2 + b1)\nh2 = sigmoid(w21*x1 + w22*x2 + b2)\n"
        "a = sigmoid(v1*h1 + v2*h2 + c)\nloss L = (a - t)**2/2",
        two_two_one,
    ),
    Case(
        "28 deep linear",
        "index i:I j:J k:K n:N\ninput X[i,n] Y[k,n]\nparameter W1[j,i] W2[k,j]\n"
        "A[j,n] = sum(W1[j,i]*X[i,n], i)\n"
        "loss L = sum((sum(W2[k,j]*A[j,n], j) - Y[k,n])**2, k, n)/2",
        deep_linear,
    ),
    Case(
        "29 ReLU classifier",
        "index n:N i:I h:H k:K\ninput X[n,i] Y[n,k] one_hot\n"
        "parameter W1[i,h] b1[h] W2[h,k] b2[k]\n"
        "A[n,h] = relu(sum(X[n,i]*W1[i,h], i) + b1[h])\n"
        "P[n,k] = softmax(sum(A[n,h]*W2[h,k], h) + b2[k], k)\n"
        "loss L = -sum(Y[n,k]*log(P[n,k]), n, k)",
        relu_classifier,
    ),
    Case(
        "30 tied autoencoder",
        "index h:H i:I\ninput x[i]\nparameter W[h,i]\na[h] = sigmoid(sum(W[h,i]*x[i], i))\n"
        "e[i] = sum(W[h,i]*a[h], h) - x[i]\nloss L = sum(e[i]**2, i)/2",
        tied_autoencoder,
    ),
    Case(
        "31 residual, against G",
        "index i:I j:I\nparameter x[i] W[i,j]\ny[i] = x[i] + tanh(sum(W[i,j]*x[j], j))",
        residual, of="y",
    ),
    Case(
        "31 three diamonds, against G",
        "index i:I\nparameter x[i]\na[i] = x[i] + x[i]\nb[i] = a[i] + a[i]\ny[i] = b[i] + b[i]",
        lambda v: {"x": 8 * v.G}, of="y",
    ),
    Case(
        "31 (x²)² + x²", "parameter x\na = x**2\nloss L = a**2 + a",
        lambda v: {"x": 4 * v.x**3 + 2 * v.x},
    ),
    Case(
        "32 batch norm, against G",
        "index n:N m:N h:H\nparameter X[n,h] gamma[h] beta[h]\nmu[h] = mean(X[n,h], n)\n"
        "var[h] = mean((X[n,h] - mu[h])**2, n)\nZ[n,h] = (X[n,h] - mu[h])/sqrt(var[h] + 0.00001)\n"
        "Y[n,h] = gamma[h]*Z[n,h] + beta[h]",
        batch_norm, of="Y",
    ),
    Case(
        "32 batch norm with the unbiased variance, against G",
        "index n:N h:H\ninput gamma[h]\nparameter X[n,h]\nmu[h] = mean(X[n,h], n)\n"
        "var[h] = sum((X[n,h] - mu[h])**2, n)/(N - 1)\n"
        "Y[n,h] = gamma[h]*(X[n,h] - mu[h])/sqrt(var[h] + 0.00001)",
        batch_norm_unbiased, of="Y",
    ),
    Case(
        "33 layer norm, against G",
        "index n:N h:H\nparameter X[n,h] gamma[h]\nmu[n] = mean(X[n,h], h)\n"
        "var[n] = mean((X[n,h] - mu[n])**2, h)\n"
        "Y[n,h] = gamma[h]*(X[n,h] - mu[n])/sqrt(var[n] + 0.00001)",
        layer_norm, of="Y",
    ),
    Case(
        "34 RMS norm, against G",
        "index i:I j:I\nparameter x[i]\ninput gamma[i]\nr = sqrt(mean(x[j]**2, j) + 0.00001)\n"
        "y[i] = gamma[i]*x[i]/r",
        rms_norm, of="y",
    ),
    Case(
        "35 convolution, against G",
        "index a:H k:R p:H-R+1\nparameter x[a] w[k]\nz[p] = sum(x[p+k]*w[k], k)",
        convolution, of="z",
    ),
    Case(
        "36 convolution in two dimensions, against G",
        "index n:2 c:2 o:2 a:4 b:3 u:2 v:2 p:3 q:2\nparameter X[n,c,a,b] W[o,c,u,v]\n"
        "Z[n,o,p,q] = sum(X[n,c,p+u,q+v]*W[o,c,u,v], c, u, v)",
        convolution_2d, of="Z",
    ),
    Case(
        "38 attention, against G",
        "index q:M k:N d:D e:E\nparameter Q[q,d] K[k,d] V[k,e]\n"
        "P[q,k] = softmax(sum(Q[q,d]*K[k,d], d)/sqrt(D), k)\nO[q,e] = sum(P[q,k]*V[k,e], k)",
        attention, of="O",
    ),
    Case(
        "38 a bias added to all keys has gradient 0, against G",
        "index q:M k:N d:D e:E\ninput Q[q,d] K[k,d] V[k,e]\nparameter b[d]\n"
        "P[q,k] = softmax(sum(Q[q,d]*(K[k,d] + b[d]), d), k)\nO[q,e] = sum(P[q,k]*V[k,e], k)",
        lambda v: {"b": 0 * v.b}, of="O",
    ),
    Case(
        "39 RNN, three steps",
        "index i:I h:H k:H\ninput x1[i] x2[i] x3[i] h0[h] g1[h] g2[h] g3[h]\n"
        "parameter W[h,i] U[h,k] b[h]\n"
        "h1[h] = tanh(sum(W[h,i]*x1[i], i) + sum(U[h,k]*h0[k], k) + b[h])\n"
        "h2[h] = tanh(sum(W[h,i]*x2[i], i) + sum(U[h,k]*h1[k], k) + b[h])\n"
        "h3[h] = tanh(sum(W[h,i]*x3[i], i) + sum(U[h,k]*h2[k], k) + b[h])\n"
        "loss L = sum(g1[h]*h1[h] + g2[h]*h2[h] + g3[h]*h3[h], h)",
        rnn,
    ),
    Case(
        "40 LSTM cell",
        "index h:H\ninput dh[h] dc_next[h]\nparameter i_[h] f_[h] o_[h] g_[h] c_prev[h]\n"
        "c[h] = sigmoid(f_[h])*c_prev[h] + sigmoid(i_[h])*tanh(g_[h])\n"
        "y[h] = sigmoid(o_[h])*tanh(c[h])\nloss L = sum(dh[h]*y[h] + dc_next[h]*c[h], h)",
        lstm,
    ),
    Case("40 LSTM with peepholes, two steps", peephole_text(), peephole_lstm),
    Case(
        "41 GRU cell, against G",
        "index k:H\ninput xn[k]\nparameter z_[k] r_[k] un[k] h_prev[k]\nz[k] = sigmoid(z_[k])\n"
        "n[k] = tanh(xn[k] + sigmoid(r_[k])*un[k])\nh[k] = (1 - z[k])*n[k] + z[k]*h_prev[k]",
        gru, of="h",
    ),
)  # fmt: skip
