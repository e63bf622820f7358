"""Index algebra over SymPy: letters, nodes, positions, deltas, the pointwise table."""

# Nodes print themselves through this module; importing the package is enough to have it in place.
from symback.algebra import plain as plain
