"""Sentences about whole matrices: shapes, transposes, ⊙, ones, and why there is no matrix form."""

from __future__ import annotations

MATRICES: dict[str, str] = {
    # In the index form, below a formula
    "matrix form": "As matrices: {formula}, shapes {shapes}.",
    "matrix form entries": "As matrices, entry by entry (⊙): {formula}, all of shape {shape}.",
    "matrix form shape": "As matrices: {formula}, of shape {shape}.",
    "means ones": "a column of ones, as long as the product asks",
    # Why a factor is transposed
    "why transposed again": (
        "{transposed}, since the sum runs over {letter}, the {place} index of {tensor}."
    ),
    "why transposed": (
        "Why {transposed}: the sum runs over {letter}, the {place} index of {tensor}, and a"
        " matrix product sums the last index of its left factor with the first of its right."
    ),
    "why a row": (
        "{row} is a row: a column times a row multiplies every entry of the one by every entry"
        " of the other."
    ),
    "place first": "first",
    "place last": "last",
    # Ones, diagonal matrices, traces, functions
    "ones add": "{ones} is a column of {size} ones, and {product} adds up over {letter}.",
    "ones repeat": (
        "{ones} is a column of {size} ones: {product} lays {vector} out once for every {letter}."
    ),
    "diagonal": (
        "{diagonal} has {vector} on its diagonal and 0 elsewhere: a product with it multiplies"
        " all that has the index {letter} by {entry}."
    ),
    "trace": (
        "{trace} is the sum of the diagonal: here the sum of the products of all entries that"
        " have the same place."
    ),
    "norm": "{norm} is the sum of the squares of all entries.",
    "entry by entry": (
        "Functions, powers, roots and fractions of matrices are taken entry by entry, and ⊙"
        " multiplies so; a number added to a matrix is added to each entry."
    ),
    "number added": "A number added to a matrix is added to each of its entries.",
    "why not a product": (
        "Why ⊙ and no matrix product: {reader} is made from {tensor} entry by entry, so the"
        " derivatives of one by the other are a diagonal matrix, {local} on its diagonal and 0"
        " elsewhere; to multiply by a diagonal matrix is to multiply entry by entry."
    ),
    "own column": (
        "No sum over {letter} remains: sample {letter} of {reader} reads only its own column of"
        " {tensor}."
    ),
    # Lines
    "because adjoint": "{adjoint} for {derivative}",
    "because adjoint cited": "{adjoint} for {derivative}, {equation}",
    "because index form": "the local derivatives put in, the deltas solved",
    "because turned": "{letters} brought together: {turned}",
    "because product": "neighbouring indices summed: a matrix product",
    "because entry by entry": "the same indices everywhere: entry by entry",
    "because whole": "the same for whole matrices",
    "index by index": "The same index by index, line by line:",
    "one entry": "One entry of it, written out:",
    # Comments in lines of NumPy
    "numpy short": "# whole arrays, as one writes it",
    "numpy run": "# as the program runs it",
    # No matrix form
    "no matrix form": "There is no matrix form: {reason}. It stays index by index.",
    "convention matrices": (
        "Vectors are columns; ᵀ exchanges rows and columns. Under each factor stands its shape,"
        " rows × columns."
    ),
    # Rows and columns
    "convention rows": "Rows are samples: the first index of {tensor} is {letter}.",
    "convention rows of matrices": (
        "Rows are samples: the first index of {tensor} is {letter}. Books that have samples as"
        " columns print the transpose of every matrix: {rows} here is {columns} there."
    ),
    "convention columns of matrices": (
        "Columns are samples: the last index of {tensor} is {letter}. The network's text and its"
        " program have samples as rows, so every matrix of this page is the transpose of theirs,"
        " its indices the other way round: {rows} there is {columns} here."
    ),
}  # fmt: skip
