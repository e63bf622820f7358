"""The one name space of a network: tensors, letters and sizes, and what no name may be."""

from __future__ import annotations

import re
from collections.abc import Mapping

from symback.algebra.functions import LANGUAGE
from symback.algebra.letters import checked_name
from symback.errors import DefinitionError

# Words that begin a line of the text form, and words that may follow a name.
LINE_KEYWORDS = (
    "network",
    "index",
    "input",
    "parameter",
    "constant",
    "random",
    "buffer",
    "state",
    "loss",
    "adjoint",
    "update",
    "prediction",
    "latex",
)
MODIFIERS = ("initial", "init", "one_hot", "integer")
# Words that may be names all the same: what follows tells prediction = … from prediction mu = ….
UNRESERVED = frozenset(("prediction", "first"))
RESERVED_WORDS = frozenset((*LINE_KEYWORDS, *MODIFIERS, *LANGUAGE)) - UNRESERVED
# Names of constants in the text form, unless a network declares the name itself.
CONSTANT_NAMES = ("pi", "oo")
# Generated tensors: Z_bar is the adjoint of Z, Z_bar2 of a second derivation; W_dot a direction.
GENERATED = re.compile(r".*_(bar|dot)\d*\Z")
GENERATED_PREFIX = "sb_"

LONGEST_LATEX = 200
# What a tensor's LaTeX may be made of. Commands that read files or define others are not on it.
LATEX_CHARACTERS = re.compile(r"[A-Za-z0-9 ^_{}()\[\],.;:'|/+*=<>\\-]*\Z")
LATEX_COMMANDS = frozenset(
    """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi
    omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta
    Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar partial nabla infty aleph imath jmath
    hat bar tilde vec dot ddot check breve acute grave widehat widetilde overline underline
    mathbf mathrm mathit mathsf mathtt mathcal mathbb mathfrak boldsymbol text textbf textit
    textrm operatorname left right big Big prime top star ast dagger ddagger circ bullet odot
    otimes oplus times cdot pm to mid Vert vert langle rangle quad
    """.split()
)


def checked_new_name(
    name: object, what: str, taken: Mapping[str, str], generated: bool = False
) -> str:
    """Return ``name`` if it is legal and free; ``taken`` maps each used name to what it names.

    Raises DefinitionError for reserved names and clashes. ``generated`` allows _bar and _dot names.
    """
    text = checked_name(name, what)
    if text in RESERVED_WORDS:
        raise DefinitionError(
            f"{what}: the name {text!r} was asked for",
            "it is a word of the language",
            f"use another, such as {text}1",
        )
    if not generated and (GENERATED.match(text) or text.startswith(GENERATED_PREFIX)):
        other = text.replace("_bar", "bar").replace("_dot", "dot").removeprefix(GENERATED_PREFIX)
        raise DefinitionError(
            f"{what}: the name {text!r} was asked for",
            "names that end in _bar or _dot, or begin with sb_, belong to generated equations",
            f"use another, such as {other}" if other else "use another",
        )
    if text in taken:
        raise DefinitionError(
            f"{what}: the name {text!r} was asked for",
            f"it already names {taken[text]}",
            "tensors, letters and sizes share one name space; use another name",
        )
    return text


def checked_latex(latex: object, what: str) -> str:
    r"""Return LaTeX for a name, such as Z^{(1)} or \hat{y}; raises DefinitionError.

    Only letters, digits, sub- and superscripts, symbols and accents: it is set into documents as it
    is, and must not be able to end a formula, read a file or define a command.
    """
    asked = f"{what}: the LaTeX {str(latex)[:60]!r} was asked for"
    helps = r"use names, accents, ^{…} and _{…}: Z^{(1)}, \hat{y}, \mathrm{out}"
    if not isinstance(latex, str) or not latex.strip() or len(latex) > LONGEST_LATEX:
        raise DefinitionError(asked, f"no text of 1 to {LONGEST_LATEX} characters", helps)
    if not LATEX_CHARACTERS.match(latex):
        bad = next(c for c in latex if not LATEX_CHARACTERS.match(c))
        raise DefinitionError(asked, f"the character {bad!r}", helps)
    for command in re.findall(r"\\([A-Za-z]+|.|\Z)", latex):
        if command not in LATEX_COMMANDS and command not in (",", ";", " ", "{", "}", "|", "_"):
            raise DefinitionError(asked, f"the command \\{command}", helps)
    # ^^5c would be a backslash to TeX.
    if "^^" in latex or not _balanced(latex.replace(r"\{", "").replace(r"\}", "")):
        raise DefinitionError(asked, "^^ or braces that do not match", helps)
    return latex


def _balanced(latex: str) -> bool:
    depth = 0
    for character in latex:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0
