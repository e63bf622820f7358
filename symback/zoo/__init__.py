"""Ready networks with their data."""

from symback.zoo.digits import Digits, Samples, load_digits
from symback.zoo.tables import Rows, Table, load_breast_cancer, load_houses

__all__ = [
    "Digits",
    "Rows",
    "Samples",
    "Table",
    "load_breast_cancer",
    "load_digits",
    "load_houses",
]
