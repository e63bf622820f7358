import pytest

from symback.notation.latex_text import escaped, typewriter


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("plain words, as they are.", "plain words, as they are."),
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("100% of $5 & #1_a^b~", r"100\% of \$5 \& \#1\_a\textasciicircum{}b\textasciitilde{}"),
        ("</script>", r"\textless{}/script\textgreater{}"),
        ("a -- b", "a -{}- b"),
        ("σ' → ∂", r"$\sigma$' $\to$ $\partial$"),
        ("W⁽¹⁾", r"W$^{(}$$^{1}$$^{)}$"),
        ("Å é ñ ß", r"\r{A} \'{e} \~{n} \ss{}"),
        ("Z̄", r"\={Z}"),
        ("層", "[U+5C64]"),
        ("a\nb\tc\x00", "a b c[U+0000]"),
        ("", ""),
    ],
)
def test_words_are_printed_and_not_obeyed(words, printed):
    assert escaped(words) == printed


def test_code_keeps_its_spaces_and_signs():
    assert typewriter("x = {%\\") == "x~\\char61{}~\\char123{}\\char37{}\\char92{}"
