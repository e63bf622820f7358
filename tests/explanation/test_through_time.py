"""What a page says of recurrences: steps forward and back, shared weights, one step in one line."""

import pytest

import symback as sb

NETWORK = """
network rnn
index t:T n:N i:2 j:3 k:3
input X[t,n,i] y[n]
parameter W[i,k] U[j,k] v[k] h0[k]
state h[t,n,k] initial h0[k]
z[t,n,k] = sum(X[t,n,i]*W[i,k], i) + sum(h[t-1,n,j]*U[j,k], j)
h[t,n,k] = tanh(z[t,n,k])
p[n] = sum(h[T-1,n,k]*v[k], k)
loss L = mean((p[n] - y[n])**2, n)
"""


@pytest.fixture(scope="module")
def page():
    d = sb.derive(sb.parse(NETWORK))
    return " ".join(sb.explain(d, checks=False).text().split())


def test_the_way_to_the_goal_does_not_run_in_circles(page):
    assert "U → z → h → p → L" in page
    assert "A path may also go on from step to step: h at one step is read at another." in page


def test_the_forward_steps_and_the_state_before_them_are_told(page):
    assert "For t = 0 this reads h[−1,n,j], the value before the first step: h0[j]." in page
    assert "t = 0, 1, …, T − 1" in page


def test_the_adjoints_run_from_the_last_step_to_the_first(page):
    assert "from the last step T − 1 to the first, 0" in page
    assert "z[t,n,k] one step later, in equation" in page


def test_an_adjoint_at_a_step_is_given_by_that_of_the_next_in_one_line(page):
    line = page.split("h̄ put into z̄")[1].split("put into")[0]
    assert "z̄[t+1,n," in line
    assert "1 − h[t,n,k]²" in line


def test_a_step_in_one_line_leads_from_an_adjoint_to_the_same_adjoint():
    cell = """
    index t:T k:3 j:3
    input x[t,k]
    parameter U[j,k]
    state h[t,k]; c[t,k]
    f[t,k] = sigmoid(x[t,k] + sum(h[t-1,j]*U[j,k], j))
    c[t,k] = f[t,k]*c[t-1,k] + x[t,k]
    h[t,k] = tanh(c[t,k])
    loss L = sum(h[T-1,k], k)
    """
    page = " ".join(sb.explain(sb.derive(sb.parse(cell)), checks=False).text().split())
    assert "One step back in one line" not in page
    assert page.count("before the first step") == 2
    assert "Σ_{t′,k′} c̄[t′,k′]·∂c[t′,k′]/∂c[t,k]" in page
    assert "∂c[t′,k′]/∂c[t,k] = f[t′,k′] · δ(t′−1,t) · δ(k′,k)" in page


def test_a_state_that_alone_reads_itself_says_where_it_enters_and_what_is_held_fixed():
    net = sb.parse(
        "index t:T k:3 j:3\ninput x[t]\nparameter U[j,k]\nstate h[t,k]\n"
        "h[t,k] = sum(h[t-1,j]*U[j,k], j) + x[t]\nloss L = sum(h[t,k]**2, t, k)"
    )
    page = " ".join(sb.explain(sb.derive(net), checks=False).text().split())
    assert "with the other steps of h held fixed" in page
    assert "h[t,k] enters h[t+1,k′] for every k′" in page


def test_the_paths_of_many_parameters_are_shown_and_the_rest_named():
    lines = ["index k:3", "input x[k]", "parameter " + " ".join(f"w{i}" for i in range(14))]
    lines += ["loss L = sum(" + "*".join(f"w{i}" for i in range(14)) + "*x[k], k)"]
    page = sb.explain(sb.derive(sb.parse("\n".join(lines))), detail=1, checks=False).text()
    assert page.count(" → L") == 12
    assert "w12 and w13: likewise" in page


def test_steps_are_counted_as_the_notation_counts():
    d = sb.derive(sb.parse(NETWORK))
    page = " ".join(sb.explain(d, checks=False, notation="nielsen").text().split())
    assert "For t = 1 this reads h[0,n,j], the value before the first step" in page
    assert "step by step: t = 1, 2, …, T." in page
    assert "from the last step T to the first, 1" in page


def test_steps_share_weights_and_are_no_samples(page):
    assert "Every step t uses the same U[j,k] (shared weights)" in page
    assert "numbers the steps of time" in page
    assert "Every sample t" not in page


def test_the_numbers_of_an_entry_leave_out_what_a_bracket_decides():
    net = sb.parse(NETWORK)
    values = {
        "X": [[[0.1, 0.2]], [[0.3, -0.4]]], "y": [1.0], "W": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]],
        "U": [[0.1, 0.0, 0.2], [0.3, 0.1, 0.0], [0.0, 0.2, 0.1]], "v": [0.5, -0.5, 1.0],
        "h0": [0.1, 0.0, 0.2],
    }  # fmt: skip
    made = sb.explain(sb.derive(net), "W", weight=(1, 2), at=values, checks=False)
    entry = made.text().split("The entry")[1].split("Results")[0]
    assert "≤" not in entry
    assert "h̄[1,0,2] = p̄[0] · v[2]" in entry
