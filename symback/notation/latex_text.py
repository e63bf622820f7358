"""Words in LaTeX: whatever a title or a name holds, it is printed and never obeyed."""

from __future__ import annotations

import unicodedata

SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''",
    "`": r"\textasciigrave{}",
    "-": "-{}", "'": "'{}", "?": "?{}", "!": "!{}", ",": ",{}",
    "\u2018": "`{}", "\u2019": "'{}", "\u201c": "``{}", "\u201d": "''{}", "\u2026": r"\dots{}",
    "\u2013": "--{}", "\u2014": "---{}", "\u00a0": "~", "\u202f": r"\,",
}  # fmt: skip
# "--", "''" and "?`" are ligatures: an empty group keeps the characters apart. Alone they are safe.
_LIGATURES = frozenset("-',?!")

# Characters that are mathematics: printed in mathematical mode wherever they stand.
MATHEMATICS = {
    "−": "-", "×": r"\times", "·": r"\cdot", "±": r"\pm", "→": r"\to", "←": r"\leftarrow",
    "⇒": r"\Rightarrow", "↦": r"\mapsto", "∂": r"\partial", "Σ": r"\Sigma", "∑": r"\sum",
    "√": r"\surd", "∞": r"\infty", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx",
    "÷": r"\div", "‖": r"\|", "∈": r"\in", "⊙": r"\odot", "⊤": r"\top", "ᵀ": r"^{\top}", "′": "{}'",
    "½": r"\tfrac12", "¼": r"\tfrac14", "✓": r"\checkmark", "✗": r"\times", "ℝ": r"\mathbb{R}",
    "⊆": r"\subseteq", "°": r"^{\circ}", "▸": r"\triangleright", "▾": r"\triangledown",
    "•": r"\bullet",
    "ε": r"\varepsilon", "φ": r"\varphi", "ℓ": r"\ell", "δ": r"\delta", "λ": r"\lambda",
} | {
    letter: rf"\{name}"
    for name, letter in zip(
        "alpha beta gamma zeta eta theta iota kappa mu nu xi pi rho sigma tau upsilon chi psi "
        "omega Gamma Delta Theta Lambda Xi Pi Upsilon Phi Psi Omega".split(),
        "αβγζηθικμνξπρστυχψωΓΔΘΛΞΠΥΦΨΩ",
        strict=True,
    )
} | {
    raised: f"^{{{plain}}}"
    for raised, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾", "0123456789-+()", strict=True)
} | {
    lowered: f"_{{{plain}}}"
    for lowered, plain in zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)
}
# Accents over one letter, as Unicode decomposes them.
COMBINING = {
    "\u0300": r"\`", "\u0301": r"\'", "\u0302": r"\^", "\u0303": r"\~", "\u0304": r"\=",
    "\u0307": r"\.", "\u0308": r"\"", "\u030a": r"\r", "\u030b": r"\H", "\u030c": r"\v",
    "\u0327": r"\c", "\u0305": r"\=",
}  # fmt: skip
LETTERS = {
    "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "ø": r"\o{}", "Ø": r"\O{}",
    "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "§": r"\S{}", "©": r"\copyright{}",
}  # fmt: skip


def escaped(text: str) -> str:
    """Return text that LaTeX prints as it is; characters without a glyph are named, as U+4E2D."""
    characters = unicodedata.normalize("NFD", text)
    words: list[str] = []
    position = 0
    while position < len(characters):
        accents = position + 1
        while accents < len(characters) and unicodedata.combining(characters[accents]):
            accents += 1
        following = characters[accents] if accents < len(characters) else ""
        word = _character(characters[position], following)
        for accent in characters[position + 1 : accents]:
            known = COMBINING.get(accent)
            word = f"{known}{{{word}}}" if known else word + _named(accent)
        words.append(word)
        position = accents
    return "".join(words)


def _character(character: str, following: str) -> str:
    if character in _LIGATURES and following not in "-'`,?!":
        return character
    if character in SPECIAL:
        return SPECIAL[character]
    if character in MATHEMATICS:
        return f"${MATHEMATICS[character]}$"
    if character.isspace():
        return " "
    if character.isascii() and character.isprintable():
        return character
    return LETTERS.get(character) or _named(character)


def _named(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def typewriter(text: str) -> str:
    """Return lines of a program for LaTeX's typewriter face: every space and sign is kept."""
    return "".join(_typed(character) for character in text)


def _typed(character: str) -> str:
    if character == " ":
        return "~"
    if character.isalnum() and character.isascii():
        return character
    if character.isascii() and character.isprintable():
        return rf"\char{ord(character)}{{}}"
    return escaped(character)
