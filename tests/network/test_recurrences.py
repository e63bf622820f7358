"""States and recurrences: what may read what, and in which order equations are computed."""

import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.algebra.positions import Entry, as_position
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.recurrences import Recurrence, components, computed_order, stages
from symback.network.text_fragments import parse_expression
from symback.network.text_reader import parse

t, u, n, k, j = indices("t:T u:T n:N k:2 j:2")


def elman() -> Network:
    net = Network("elman")
    x = net.input("x", t, n, k)
    U = net.parameter("U", j, k)
    h = net.state("h", t, n, k, initial=net.parameter("h0", n, k)[n, k])
    net.define("z", (t, n, k), x[t, n, k] + f.sum_over(h[t - 1, n, j] * U[j, k], j))
    net.define("h", (t, n, k), f.tanh(net["z"][t, n, k]))
    net.loss("L", f.sum_over(net["h"][t, n, k] ** 2, t, n, k))
    return net


GATES = """
network gates
index t:T k:2
input x[t,k]
parameter a[k] b[k]
state h[t,k]
state c[t,k]
i[t,k] = sigmoid(a[k]*h[t-1,k] + x[t,k])
c[t,k] = i[t,k]*c[t-1,k] + x[t,k]
o[t,k] = sigmoid(b[k]*c[t,k] + h[t-2,k])
h[t,k] = o[t,k]*tanh(c[t,k])
y[t,k] = h[t-1,k] + h[T-1-t,k]
loss L = sum(y[t,k], t, k)
"""


def test_a_state_is_known_as_one_before_and_after_its_equation():
    net = Network()
    state = net.state("h", t, k)
    assert (state.kind, state.is_state, state.initial) == ("state", True, None)
    net.define("h", (t, k), f.tanh(net["h"][t - 1, k]))
    assert (net["h"].kind, net["h"].is_state) == ("defined", True)
    assert net.equation("h").initial == 0
    assert [s.name for s in net.states] == ["h"]


def test_a_recurrence_is_found_with_its_time_and_the_order_of_a_step():
    (recurrence, loss) = stages(elman())
    assert recurrence.targets == ("z", "h")
    assert dict(recurrence.times) == {"z": t, "h": t}
    assert recurrence.direction == 1
    assert recurrence.axis("z") == 0
    assert loss.target == "L"


def test_states_that_depend_on_each_other_are_one_recurrence():
    net = parse(GATES)
    recurrence, *after = stages(net)
    assert recurrence.targets == ("i", "c", "o", "h")
    assert [stage.target for stage in after] == ["y", "L"]
    assert [e.target for e in computed_order(net)] == [e.target for e in net.equations]


def test_stacked_recurrences_are_computed_one_after_the_other():
    net = elman()
    g = net.state("g", u, n, k)
    net.define("g", (u, n, k), f.tanh(net["h"][u, n, k] + g[u - 1, n, k]))
    found = [s.targets for s in stages(net) if isinstance(s, Recurrence)]
    assert found == [("z", "h"), ("g",)]


def test_an_equation_may_read_a_state_that_is_defined_after_it_and_is_then_computed_after_it():
    net = Network()
    h = net.state("h", t)
    net.define("y", t, 2 * h[t - 1])
    net.define("h", t, t * 1)
    assert [e.target for e in net.equations] == ["y", "h"]
    assert [e.target for e in stages(net)] == ["h", "y"]


def test_a_network_without_states_is_its_equations():
    net = parse("input x\nz = x + 1\nloss L = z**2")
    assert stages(net) == net.equations
    assert not net.has_cycles


def test_an_initial_value_may_be_what_another_recurrence_ends_with():
    net = elman()
    T = t.size
    g = net.state("g", t, n, k, initial=net["h"][T - 1, n, k] / 2)
    net.define("g", (t, n, k), f.tanh(g[t - 1, n, k]))
    assert [s.targets for s in stages(net) if isinstance(s, Recurrence)] == [("z", "h"), ("g",)]


@pytest.mark.parametrize(
    ("position", "found"),
    [
        (t, "no equation yet, and this is no earlier step"),
        (2 * t, "no equation yet, and this is no earlier step"),
        (0, "no equation yet, and this is no earlier step"),
        (t.size - 1 - t, "no equation yet, and this is no earlier step"),
        (t + 1, "runs from 1 to T"),
    ],
)
def test_before_its_equation_a_state_is_read_at_earlier_steps_only(position, found):
    net = Network()
    h = net.state("h", t, k)
    with pytest.raises(DefinitionError, match=found):
        net.define("z", (t, k), h[position, k])
    assert "z" not in net


def test_a_cycle_through_another_step_than_an_earlier_one_is_refused():
    net = Network()
    h = net.state("h", t)
    c = net.state("c", t)
    net.define("h", t, f.tanh(h[t - 1] + c[t - 1]))
    net.define("z", t, net["h"][t.size - 1 - t])
    with pytest.raises(DefinitionError, match=r"z reads h.*no constant number of steps away"):
        net.define("c", t, net["z"][t])
    assert net["c"].kind == "state"


def test_a_state_that_never_gets_its_equation_is_named_when_it_is_needed():
    net = Network()
    net.state("h", t, k)
    with pytest.raises(DefinitionError, match=r"the state h\[t,k\] has no equation"):
        stages(net)


def test_errors_of_states_say_what_helps():
    net = Network()
    with pytest.raises(DefinitionError, match="no letter"):
        net.state("h")
    with pytest.raises(DefinitionError, match="reads the time letter t"):
        net.state("h", t, k, initial=t * 1)
    net.state("h", t, k)
    with pytest.raises(DefinitionError, match=r"the state was declared as h\[t,k\]"):
        net.define("h", (k, t), k * 1)
    with pytest.raises(DefinitionError, match="already names"):
        net.loss("h", 1)


def test_adjoint_equations_may_read_each_other_backwards_in_time():
    net = elman()
    z, h = net["z"], net["h"]
    later = f.iverson((t + 1 >= 0) & (t + 1 < t.size))
    whole = net.copy()
    whole.adjoints([
        ("h_bar", (t, n, k), parse_side(whole, "2*h[t,n,k]") + later * entry("z_bar", t + 1, n, k)),
        ("z_bar", (t, n, k), entry("h_bar", t, n, k) * (1 - h[t, n, k] ** 2)),
        ("U_bar", (j, k), f.sum_over(entry("z_bar", t, n, k) * h[t - 1, n, j], t, n)),
    ])  # fmt: skip
    *_, recurrence, gradient = stages(whole)
    assert (recurrence.targets, recurrence.direction) == (("h_bar", "z_bar"), -1)
    assert gradient.target == "U_bar"
    with pytest.raises(DefinitionError, match="needed for itself within one step"):
        net.adjoints([
            ("h_bar", (t, n, k), entry("z_bar", t, n, k)),
            ("z_bar", (t, n, k), entry("h_bar", t, n, k) * z[t, n, k]),
        ])  # fmt: skip
    assert "h_bar" not in net


def parse_side(net: Network, text: str):
    return parse_expression(text, net)


def entry(name: str, *positions):
    return Entry(name, *(as_position(p, name) for p in positions))


def test_reads_of_earlier_and_later_steps_do_not_mix():
    net = elman()
    with pytest.raises(DefinitionError, match=r"an earlier step, and .* a later"):
        net.adjoints([
            ("a_bar", (t,), f.iverson(t >= 1) * entry("b_bar", t - 1)),
            ("b_bar", (t,), f.iverson(t + 1 < t.size) * entry("a_bar", t + 1)),
        ])  # fmt: skip


def test_networks_with_other_initial_values_are_not_equal():
    one, other = parse(GATES), parse(GATES.replace("state c[t,k]", "state c[t,k] initial 1"))
    assert one == parse(GATES)
    assert one != other
    assert one.copy() == one


def test_components_are_found_in_long_chains_without_recursion():
    chain = {str(i): (str(i + 1),) for i in range(5000)}
    chain["5000"] = ("0",)
    assert len(components(chain)) == 1
    del chain["5000"]
    assert len(components(chain)) == 5000
