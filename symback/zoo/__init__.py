"""Ready networks with their data."""

from symback.zoo.digits import Digits, Samples, load_digits

__all__ = ["Digits", "Samples", "load_digits"]
