"""Formulas that people write, in index notation or NumPy style, read into parts with shapes."""
