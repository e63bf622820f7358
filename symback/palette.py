"""The colours of every picture, on light and on dark paper.

Okabe and Ito's colours can be told apart by readers who see fewer of them. Blue is for data and
values, vermilion for gradients, everywhere.
"""

from __future__ import annotations

# name: (on light paper, on dark paper)
PAPER = ("#ffffff", "#16191d")
INK = ("#1c1c1c", "#e9e7e2")
SOFT = ("#5f6368", "#a3a9b1")
GRID = ("#e3e5e8", "#30353c")

BLUE = ("#0072B2", "#6CC0F0")
VERMILION = ("#D55E00", "#FF9147")
GREEN = ("#009E73", "#3FCBA0")
PURPLE = ("#CC79A7", "#E3A3C6")
ORANGE = ("#B97B00", "#F0B440")
SKY = ("#2E94CF", "#9AD4F7")
BROWN = ("#8C6D31", "#C9AC72")
BLACK = ("#3a3a3a", "#d0d0d0")

# Lines of a chart, in this order.
SEQUENCE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BROWN, BLACK)
