"""Layers and losses whose gradients every book has: reached as they are printed there."""

from __future__ import annotations

from functools import cache

import pytest

from symback.derivation.derive import Derivation, derive
from symback.network.text_reader import parse
from symback.verification.referee import verify

ATTENTION = """
index q:Q k:Q d:D e:E
parameter Qm[q,d] Km[k,d] V[k,e]
{scores}
P[q,k] = softmax(S[q,k], k)
O[q,e] = sum(P[q,k]*V[k,e], k)
"""
SCORES = "sum(Qm[q,d]*Km[k,d], d)/sqrt(D)"
LSTM = """
index t:T n:1 i:2 h:2 k:2
input X[t,n,i]
parameter Rz[k,h] Ri[k,h] Rf[k,h] Ro[k,h] bi[h] {peepholes}
state y[t,n,h]
state c[t,n,h]
az[t,n,h] = X[t,n,h] + sum(y[t-1,n,k]*Rz[k,h], k)
ai[t,n,h] = sum(y[t-1,n,k]*Ri[k,h], k) + bi[h]{i}
af[t,n,h] = sum(y[t-1,n,k]*Rf[k,h], k){f}
z[t,n,h] = tanh(az[t,n,h])
i_[t,n,h] = sigmoid(ai[t,n,h])
f[t,n,h] = sigmoid(af[t,n,h])
c[t,n,h] = z[t,n,h]*i_[t,n,h] + c[t-1,n,h]*f[t,n,h]
ao[t,n,h] = sum(y[t-1,n,k]*Ro[k,h], k){o}
o[t,n,h] = sigmoid(ao[t,n,h])
y[t,n,h] = tanh(c[t,n,h])*o[t,n,h]
loss L = sum(y[t,n,h]**2, t, n, h)/2
"""
TEXTS = {
    "attention": ATTENTION.format(scores=f"S[q,k] = {SCORES}"),
    "causal attention": ATTENTION.format(scores=f"S[q,k] = where(k <= q, {SCORES}, -oo)"),
    "huber": "index n:N\ninput t[n] d\nparameter o[n]\ne[n] = o[n] - t[n]\n"
    "loss L = sum(where(abs(e[n]) <= d, e[n]**2/2, d*(abs(e[n]) - d/2)), n)",
    "hinge": "index n:N i:I\ninput X[n,i] y[n]\nparameter w[i]\nf[n] = sum(X[n,i]*w[i], i)\n"
    "loss L = sum(relu(1 - y[n]*f[n]), n)",
    "hinge over classes": "index n:N k:K\ninput y[n] integer\nparameter s[n,k]\n"
    "loss L = sum(iverson(k != y[n])*relu(1 + s[n,k] - s[n,y[n]]), n, k)",
    "divergence": "index n:N k:K\ninput t[n,k]\nparameter Z[n,k]\nP[n,k] = softmax(Z[n,k], k)\n"
    "loss L = sum(t[n,k]*(log(t[n,k]) - log(P[n,k])), n, k)/N",
    "activations": "index n:N\nparameter x[n] g[n] b\n"
    "u[n] = gelu(x[n])\nv[n] = silu(x[n])\nw[n] = x[n]*sigmoid(g[n])",
    "log-softmax": "index n:N k:K\nparameter Z[n,k]\nY[n,k] = log(softmax(Z[n,k], k))",
    "recurrence": "index t:T n:1 k:2 j:2\ninput X[t,n,k]\nparameter U[j,k] h0[n,k]\n"
    "state h[t,n,k] initial h0[n,k]\nz[t,n,k] = X[t,n,k] + sum(h[t-1,n,j]*U[j,k], j)\n"
    "h[t,n,k] = tanh(z[t,n,k])\nloss L = sum(h[T-1,n,k]**2, n, k)",
    "lstm": LSTM.format(peepholes="", i="", f="", o=""),
    "peepholes": LSTM.format(
        peepholes="wi[h] wf[h] wo[h]", i=" + wi[h]*c[t-1,n,h]", f=" + wf[h]*c[t-1,n,h]",
        o=" + wo[h]*c[t,n,h]",
    ),
    "gru": """
index t:T n:1 h:2 k:2
input X[t,n,h]
parameter Rr[k,h] Rz[k,h] Rn[k,h]
state s[t,n,h]
ar[t,n,h] = X[t,n,h] + sum(s[t-1,n,k]*Rr[k,h], k)
az[t,n,h] = X[t,n,h] + sum(s[t-1,n,k]*Rz[k,h], k)
r[t,n,h] = sigmoid(ar[t,n,h])
z[t,n,h] = sigmoid(az[t,n,h])
u[t,n,h] = sum(s[t-1,n,k]*Rn[k,h], k)
m[t,n,h] = tanh(X[t,n,h] + r[t,n,h]*u[t,n,h])
s[t,n,h] = (1 - z[t,n,h])*m[t,n,h] + z[t,n,h]*s[t-1,n,h]
loss L = sum(s[t,n,h]**2, t, n, h)/2
""",
}  # fmt: skip
GATES = (
    "sum(az_bar[t + 1,n,h_1]*Rz[h,h_1], h_1) + sum(ai_bar[t + 1,n,h_1]*Ri[h,h_1], h_1)"
    " + sum(af_bar[t + 1,n,h_1]*Rf[h,h_1], h_1) + sum(ao_bar[t + 1,n,h_1]*Ro[h,h_1], h_1)"
)
NEXT = "iverson(0 <= t + 1 < T)"

# Which network, of what, by what (and put together up to where), the gradient.
FORMS = (
    ("attention", "O", "V", "sum(O_bar[q,e]*P[q,k], q)"),
    ("attention", "O", "P", "sum(O_bar[q,e]*V[k,e], e)"),
    ("attention", "O", "S", "P[q,k]*(P_bar[q,k] - sum(P_bar[q,k_1]*P[q,k_1], k_1))"),
    ("attention", "O", "Qm", "sum(S_bar[q,k]*Km[k,d], k)/sqrt(D)"),
    ("attention", "O", "Km", "sum(S_bar[q,k]*Qm[q,d], q)/sqrt(D)"),
    ("causal attention", "O", "S", "P[q,k]*(P_bar[q,k] - sum(P_bar[q,k_1]*P[q,k_1], k_1))"),
    ("causal attention", "O", "Qm", "sum(S_bar[q,k]*iverson(k <= q)*Km[k,d], k)/sqrt(D)"),
    ("huber", "L", "e", "where(abs(e[n]) <= d, e[n], d*sign(e[n]))"),
    ("hinge", "L", "f", "-iverson(1 - y[n]*f[n] > 0)*y[n]"),
    ("hinge", "L", "w", "sum(f_bar[n]*X[n,i], n)"),
    ("hinge over classes", "L", "s",
     "iverson(k != y[n])*iverson(1 + s[n,k] - s[n,y[n]] > 0)"
     " - delta(y[n], k)*sum(iverson(k_1 != y[n])*iverson(1 + s[n,k_1] - s[n,y[n]] > 0), k_1)"),
    ("divergence", "L", "Z", "(P[n,k]*sum(t[n,k_1], k_1) - t[n,k])/N"),
    ("activations", "u", "x",
     "u_bar[n]*((1 + erf(x[n]/sqrt(2)))/2 + x[n]*exp(-x[n]**2/2)/sqrt(2*pi))"),
    ("activations", "v", "x", "v_bar[n]*(sigmoid(x[n]) + v[n]*(1 - sigmoid(x[n])))"),
    ("activations", "w", "x", "w_bar[n]*sigmoid(g[n])"),
    ("activations", "w", "g", "w_bar[n]*x[n]*sigmoid(g[n])*(1 - sigmoid(g[n]))"),
    ("log-softmax", "Y", "Z", "Y_bar[n,k] - softmax(Z[n,k], k)*sum(Y_bar[n,k_1], k_1)"),
    ("recurrence", "L", "h",
     f"2*h[T - 1,n,k]*delta(T - 1, t) + {NEXT}*sum(z_bar[t + 1,n,k_1]*U[k,k_1], k_1)"),
    ("recurrence", "L", "z", "h_bar[t,n,k]*(1 - h[t,n,k]**2)"),
    ("recurrence", "L", "U", "sum(z_bar[t,n,k]*h[t - 1,n,j], t, n)"),
    ("recurrence", "L", "h0", "sum(z_bar[0,n,k_1]*U[k,k_1], k_1)"),
    ("lstm", "L", "y", f"y[t,n,h] + {NEXT}*({GATES})"),
    ("lstm", "L", "c", "y_bar[t,n,h]*(1 - tanh(c[t,n,h])**2)*o[t,n,h]"
     f" + c_bar[t + 1,n,h]*f[t + 1,n,h]*{NEXT}"),
    ("lstm", "L", "az to c", "c_bar[t,n,h]*i_[t,n,h]*(1 - z[t,n,h]**2)"),
    ("lstm", "L", "ai to c", "c_bar[t,n,h]*z[t,n,h]*i_[t,n,h]*(1 - i_[t,n,h])"),
    ("lstm", "L", "af to c", "c_bar[t,n,h]*c[t - 1,n,h]*f[t,n,h]*(1 - f[t,n,h])"),
    ("lstm", "L", "ao to y", "y_bar[t,n,h]*tanh(c[t,n,h])*o[t,n,h]*(1 - o[t,n,h])"),
    ("lstm", "L", "Rz", "sum(az_bar[t,n,h]*y[t - 1,n,k], t, n)"),
    ("lstm", "L", "bi", "sum(ai_bar[t,n,h], t, n)"),
    ("peepholes", "L", "y", f"y[t,n,h] + {NEXT}*({GATES})"),
    ("peepholes", "L", "c",
     "ao_bar[t,n,h]*wo[h] + y_bar[t,n,h]*(1 - tanh(c[t,n,h])**2)*o[t,n,h]"
     f" + {NEXT}*(ai_bar[t + 1,n,h]*wi[h] + af_bar[t + 1,n,h]*wf[h]"
     " + c_bar[t + 1,n,h]*f[t + 1,n,h])"),
    ("peepholes", "L", "wi", "sum(ai_bar[t,n,h]*c[t - 1,n,h], t, n)"),
    ("peepholes", "L", "wo", "sum(ao_bar[t,n,h]*c[t,n,h], t, n)"),
    ("gru", "L", "s",
     f"s[t,n,h] + {NEXT}*(sum(ar_bar[t + 1,n,h_1]*Rr[h,h_1], h_1)"
     " + sum(az_bar[t + 1,n,h_1]*Rz[h,h_1], h_1) + sum(u_bar[t + 1,n,h_1]*Rn[h,h_1], h_1)"
     " + s_bar[t + 1,n,h]*z[t + 1,n,h])"),
    ("gru", "L", "az to s", "s_bar[t,n,h]*(s[t - 1,n,h] - m[t,n,h])*z[t,n,h]*(1 - z[t,n,h])"),
    ("gru", "L", "u to s", "s_bar[t,n,h]*(1 - z[t,n,h])*(1 - m[t,n,h]**2)*r[t,n,h]"),
    ("gru", "L", "ar to s",
     "s_bar[t,n,h]*(1 - z[t,n,h])*(1 - m[t,n,h]**2)*u[t,n,h]*r[t,n,h]*(1 - r[t,n,h])"),
)  # fmt: skip


@cache
def derivation(network: str, of: str) -> Derivation:
    wrt = [name.split()[0] for text, goal, name, _ in FORMS if (text, goal) == (network, of)]
    return derive(parse(f"network forms\n{TEXTS[network]}"), wrt, of=of)


@pytest.mark.parametrize(("network", "of", "name", "expected"), FORMS)
def test_the_gradient_is_the_one_in_books(network: str, of: str, name: str, expected: str) -> None:
    variable, _, join = name.partition(" to ")
    d = derivation(network, of)
    found = d.fused(variable, join) if join else d[variable]
    assert str(found.written) == expected


@pytest.mark.parametrize(("network", "of"), dict.fromkeys((n, g) for n, g, *_ in FORMS))
def test_all_of_it_is_right(network: str, of: str) -> None:
    report = verify(derivation(network, of))
    assert report.passed, report


MASKS = (
    "P[q,k] = softmax(where(k < q, S[q,k], -oo), k)",
    "M[q,k] = where(k < q, S[q,k], -oo)\nP[q,k] = softmax(M[q,k], k)",
)


@pytest.mark.parametrize("rows", MASKS)
def test_the_shares_of_a_row_that_is_masked_wholly_are_0(rows: str) -> None:
    """The first row has no k < q: its shares add up to 0, and no rule says they add up to 1."""
    text = f"network masked\nindex q:3 k:3\nparameter S[q,k] b[q]\n{rows}\n"
    d = derive(parse(text + "loss L = sum(P[q,k]*b[q], q, k)"))
    assert str(d["b"].written) == "sum(P[q,k], k)"
    assert verify(d).passed
