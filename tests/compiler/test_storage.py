"""Where arrays live: memory is shared only where that is proven safe."""

from symback.algebra.letters import indices
from symback.compiler.names import Names
from symback.compiler.plan import ARGUMENT, COMPUTED, Plan, Statement, Value, View
from symback.compiler.storage import stored

n, m = indices("n:N m:N")


def value(name, axes=(n, m), origin=COMPUTED):
    return Value(name, axes, origin)


def places(*rows, results=()):
    """Store the statements (target, function, operands) and return {name: buffer}."""
    values = {"x": value("x", origin=ARGUMENT)}
    plan = Plan()
    for target, function, *operands in rows:
        views = []
        for operand in operands:
            name, groups = operand if isinstance(operand, tuple) else (operand, None)
            views.append(View(values[name], groups))
        values[target] = value(target)
        plan.statements.append(Statement(values[target], function, tuple(views)))
    plan.results = {name: View(values[name]) for name in results}
    storage = stored(plan, Names(()))
    return {v.name: buffer for v, buffer in storage.place.items()}


def test_a_result_takes_the_memory_of_an_operand_that_ends():
    found = places(("a", "exp", "x"), ("b", "tanh", "a"), results=["b"])
    assert found["a"] == found["b"]


def test_an_argument_is_never_written():
    assert "x" not in places(("a", "exp", "x"), results=["a"])


def test_an_operand_that_is_read_later_is_kept():
    found = places(("a", "exp", "x"), ("b", "tanh", "a"), ("c", "add", "a", "b"), results=["c"])
    assert found["a"] != found["b"]


def test_a_result_of_the_program_is_kept():
    found = places(("a", "exp", "x"), ("b", "tanh", "a"), ("c", "exp", "b"), results=["a", "c"])
    assert found["a"] not in (found["b"], found["c"])


def test_a_product_of_matrices_never_writes_what_it_reads():
    found = places(("a", "exp", "x"), ("b", "dot", "a", "x"), results=["b"])
    assert found["a"] != found["b"]


def test_a_transposed_operand_keeps_its_memory():
    moved = ("a", ((1,), (0,)))
    found = places(("a", "exp", "x"), ("b", "add", "a", moved), results=["b"])
    assert found["a"] != found["b"]


def test_a_selection_writes_over_its_last_operand_only():
    rows = (("c", "greater", "x", "x"), ("a", "exp", "x"), ("b", "tanh", "x"))
    found = places(*rows, ("d", "select", "c", "a", "b"), results=["d"])
    assert found["d"] == found["b"] != found["a"]


def test_memory_is_used_again_after_the_last_reader():
    rows = (("a", "exp", "x"), ("b", "dot", "a", "x"), ("c", "dot", "b", "x"))
    found = places(*rows, ("d", "dot", "c", "x"), results=["d"])
    assert found["c"] == found["a"]
    assert found["d"] == found["b"]


def test_other_shapes_have_memory_of_their_own():
    plan = Plan()
    first, second = value("a"), value("b", (n,))
    plan.statements = [Statement(first, "exp", ()), Statement(second, "dot", (View(first),))]
    plan.results = {"b": View(second)}
    assert len(set(stored(plan, Names(())).place.values())) == 2
