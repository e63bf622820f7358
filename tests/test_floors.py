"""The layout of symback, enforced on its source: floors, file lengths, forbidden names.

Each check is a function from source text to a list of complaints, so that the tests at the end can
show, on a few lines of wrong source, that it does complain.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import symback

ROOT = Path(symback.__file__).parent
LONGEST_FILE = 350

# A module imports only from lower floors and from its own package.
FLOORS = {
    "errors": 0,
    "files": 1,
    "palette": 1,
    "raster": 2,
    "charts": 3,
    "algebra": 1,
    "network": 2,
    "record": 3,
    "notation": 3,
    "derivation": 4,
    "nn": 4,
    "diagrams": 5,
    "compiler": 5,
    "render": 6,
    "training": 6,
    "verification": 6,
    "checking": 7,
    "diagnosis": 7,
    "explanation": 7,
    "zoo": 7,
    "workflow": 8,
    "symback": 9,  # symback/__init__.py: the public names
    "cli": 10,
    "__main__": 11,
}

# Names that turn text or files into running code, and what to do instead.
RUNS_CODE = {
    "eval": "read text with symback's own parser",
    "exec": "print programs through sympy.lambdify",
    "compile": "print programs through sympy.lambdify",
    "__import__": "write an import",
    "sympify": "build the expression, or use _sympify, which refuses text",
    "parse_expr": "read text with symback's own parser",
    "S": "write sympy.Integer, sympy.Rational or the constant itself",
    "pickle": "store JSON or npz",
    "cPickle": "store JSON or npz",
    "dill": "store JSON or npz",
    "cloudpickle": "store JSON or npz",
    "marshal": "store JSON or npz",
    "shelve": "store JSON or npz",
}
# As attributes these are other things: re.compile, the eval of a SymPy class.
HARMLESS_AS_ATTRIBUTE = {"eval", "exec", "compile"}

# Whole-expression rewriting: no reader can follow it, and it may take minutes.
REWRITES_ALL = {"simplify", "expand", "doit"}

# (file, name): why it may stand there.
ALLOWED: dict[tuple[str, str], str] = {}


def python_files() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def dotted(path: Path) -> str:
    """algebra/nodes.py -> symback.algebra.nodes; a package is named without __init__."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(("symback", *(part for part in parts if part != "__init__")))


def floor_name(module: str) -> str:
    """symback.algebra.nodes -> algebra; symback itself -> symback."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, module) of every import, nested ones and import_module("...") included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            if module == "symback":
                for alias in node.names:
                    # Only a submodule has a floor of its own; any other name comes from __init__.
                    yield node.lineno, f"symback.{alias.name}" if is_module(alias.name) else module
            else:
                yield node.lineno, module
        elif isinstance(node, ast.Call) and called_name(node) == "import_module":
            yield node.lineno, literal_text(node) or "?"


def is_module(name: str) -> bool:
    return name in FLOORS or (ROOT / name).is_dir() or (ROOT / f"{name}.py").is_file()


def called_name(node: ast.Call) -> str:
    return getattr(node.func, "id", None) or getattr(node.func, "attr", "")


def literal_text(node: ast.Call) -> str | None:
    first = node.args[0] if node.args else None
    is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return first.value if is_text else None


def floor_complaints(module: str, source: str) -> list[str]:
    """What in ``source``, the text of ``module``, breaks the rule of the floors."""
    own = floor_name(module)
    if own not in FLOORS:
        return [f"{module}: '{own}' has no floor; give it a row in FLOORS"]
    complaints = []
    for line, target in imported(ast.parse(source)):
        place = f"{module}:{line}"
        if target.startswith("."):
            complaints.append(f"{place}: relative import of '{target}'; write it in full")
        elif target == "?":
            if own != "symback":
                complaints.append(f"{place}: import_module of a name that cannot be read here")
        elif target.split(".")[0] == "symback":
            other = floor_name(target)
            if other not in FLOORS:
                complaints.append(f"{place}: '{target}' has no floor")
            elif other != own and FLOORS[other] >= FLOORS[own]:
                complaints.append(
                    f"{place}: {own} (floor {FLOORS[own]}) imports {target} (floor {FLOORS[other]})"
                )
    return complaints


def used_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of each use that counts: imports, calls, attributes, and names passed along."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, (node.module or "").split(".")[0]
            # Why not S here: `from sympy import S` is the usual way to S.Half; calling it is not.
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name != "S")
        elif isinstance(node, ast.Call) and called_name(node) == "S":
            yield node.lineno, "S"
        elif isinstance(node, ast.Call) and called_name(node) == "getattr":
            yield from ((node.lineno, text) for text in texts_of(node))
        elif isinstance(node, ast.Attribute) and node.attr not in {"S", *HARMLESS_AS_ATTRIBUTE}:
            yield node.lineno, node.attr
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "builtins":
            yield node.lineno, node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id != "S":
            yield node.lineno, node.id


def texts_of(node: ast.Call) -> list[str]:
    constants = [a.value for a in node.args if isinstance(a, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


def name_complaints(file: str, source: str, forbidden: set[str]) -> list[str]:
    """Uses of forbidden names in ``source``, the text of ``file``, without the allowed ones."""
    return [
        f"{file}:{line}: {name}: {RUNS_CODE.get(name, 'write a named rule')}"
        for line, name in sorted(set(used_names(ast.parse(source))))
        if name in forbidden and (file, name) not in ALLOWED
    ]


def keyword_complaints(file: str, source: str) -> list[str]:
    """``allow_pickle=`` or ``shell=`` with anything but a literal False."""
    complaints = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            is_false = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            if keyword.arg in {"allow_pickle", "shell"} and not is_false:
                complaints.append(f"{file}:{node.lineno}: {keyword.arg} must be False")
    return complaints


def length_complaints(file: str, source: str) -> list[str]:
    lines = len(source.splitlines())
    too_long = lines > LONGEST_FILE and (file, "length") not in ALLOWED
    return [f"{file}: {lines} lines; split it by operation or by table"] if too_long else []


# The tree as it is.


@pytest.mark.parametrize("path", python_files(), ids=dotted)
def test_a_module_keeps_the_rules(path):
    file, source = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    complaints = [
        *floor_complaints(dotted(path), source),
        *length_complaints(file, source),
        *name_complaints(file, source, set(RUNS_CODE) | REWRITES_ALL),
        *keyword_complaints(file, source),
    ]
    assert not complaints, "\n".join(complaints)


def test_everything_in_symback_has_a_floor():
    folders = {p.name for p in ROOT.iterdir() if p.is_dir() and p.name != "__pycache__"}
    modules = {p.stem for p in ROOT.glob("*.py")} - {"__init__"}
    assert folders | modules <= set(FLOORS)


def test_allowed_uses_still_exist_and_give_a_reason():
    for (file, name), reason in ALLOWED.items():
        source = (ROOT / file).read_text(encoding="utf-8")
        assert reason
        assert name == "length" or name in {used for _, used in used_names(ast.parse(source))}


# The checks can fail.


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("symback.network.tensors", "import symback.derivation"),
        ("symback.network.tensors", "from symback.derivation import rules"),
        ("symback.network.tensors", "from symback import derivation"),
        ("symback.network.tensors", "from symback import derive"),
        ("symback.network.tensors", "import symback as sb"),
        ("symback.network.tensors", "def late():\n    from symback.cli import main"),
        ("symback.network.tensors", "if TYPE_CHECKING:\n    import symback.record.steps"),
        ("symback.network.tensors", "importlib.import_module('symback.record')"),
        ("symback.network.tensors", "import_module(name)"),
        ("symback.network.tensors", "from .graph import view"),
        ("symback.network.tensors", "import symback.unheard_of"),
        ("symback.record.steps", "import symback.notation.latex"),
        ("symback.diagrams", "from symback.compiler.nests import Nest"),
        ("symback.workflow", "from symback.cli import main"),
        ("symback", "from symback.cli.main import main"),
        ("symback.unheard_of", ""),
        ("symback.unheard_of.deep", "import math"),
    ],
)
def test_an_import_upward_or_sideways_is_refused(module, source):
    assert floor_complaints(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("symback.network.tensors", "from symback.algebra.nodes import Sum"),
        ("symback.network.tensors", "from symback.network import graph"),
        ("symback.network.tensors", "from symback import algebra, errors\nimport sympy, numpy"),
        ("symback.network", "from symback.network.tensors import Tensor"),
        ("symback.workflow", "from symback.explanation import teacher"),
        ("symback", "import_module(name)"),
        ("symback.cli.main", "import symback as sb"),
    ],
)
def test_an_import_downward_or_within_is_accepted(module, source):
    assert floor_complaints(module, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "eval(text)",
        "exec(text, {})",
        "compile(text, 'f', 'exec')",
        "run = eval",
        "map(eval, lines)",
        "builtins.eval(text)",
        "getattr(builtins, 'exec')(text)",
        "from builtins import eval as read",
        "__import__('os')",
        "import pickle",
        "import pickle as storage",
        "def late():\n    from pickle import loads",
        "import dill",
        "sympy.sympify(text)",
        "from sympy import sympify",
        "from sympy.parsing.sympy_parser import parse_expr",
        "S(text)",
        "sympy.S(text)",
        "sympy.simplify(e)",
        "from sympy import simplify as tidy",
        "e.simplify()",
        "e.expand()",
        "list(map(sympy.expand, terms))",
        "e.doit(deep=False)",
        "getattr(e, 'doit')()",
    ],
)
def test_a_forbidden_name_is_refused(source):
    assert name_complaints("a.py", source, set(RUNS_CODE) | REWRITES_ALL)


@pytest.mark.parametrize(
    "source",
    [
        "re.compile('a+')",
        "S.Half + sympy.S.One",
        "from sympy import S",
        "cls.eval(x)",
        "_sympify(x)",
        "def doit(self, **hints):\n    return self",
        "evaluate(x)\npath.expanduser()",
        "words = 'eval exec pickle simplify'",
        "f(expand=False)",
    ],
)
def test_a_harmless_name_is_accepted(source):
    assert name_complaints("a.py", source, set(RUNS_CODE) | REWRITES_ALL) == []


@pytest.mark.parametrize("source", ["np.load(p, allow_pickle=True)", "run(c, shell=flag)"])
def test_pickled_arrays_and_shells_are_refused(source):
    assert keyword_complaints("a.py", source)
    assert keyword_complaints("a.py", "np.load(p, allow_pickle=False); run(c, shell=False)") == []


def test_one_line_more_than_the_longest_is_refused():
    assert length_complaints("a.py", "x = 1\n" * LONGEST_FILE) == []
    assert length_complaints("a.py", "x = 1\n" * (LONGEST_FILE + 1))
