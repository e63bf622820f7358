"""The smallest signs of life, run before everything else."""

import symback
from symback.errors import SymbackError


def test_symback_imports():
    assert symback.__name__ == "symback"


def test_an_error_keeps_its_three_parts():
    error = SymbackError("asked", "found", "helps")
    assert (error.asked, error.found, error.helps) == ("asked", "found", "helps")
