"""The lines of a program beside each formula: those of a recurrence stand in functions of steps."""

import symback as sb

RNN = """network r
index t:T n:N k:4 j:4
input X[t,n,k] Y[n,k]
parameter U[j,k]
state h[t,n,k]
Z[t,n,k] = X[t,n,k] + sum(h[t-1,n,j]*U[j,k], j)
h[t,n,k] = tanh(Z[t,n,k])
loss L = sum((h[T-1,n,k] - Y[n,k])**2, n, k)/N
"""


def test_the_lines_of_a_step_stand_with_what_they_compute():
    page = sb.explain(sb.derive(sb.parse(RNN)), "U", form="numpy").text()
    step = page.index("One of the T steps of the recurrence of Z, h: t runs up from 0.")
    assert "h_t = tanh(Z_t, h_t)" in page[step:]
    assert "One of the T - 1 steps of the recurrence of h_bar, Z_bar: t runs down to 0." in page
    assert "The step at t = T - 1 of the recurrence" in page
