"""The smallest signs of life, run before everything else."""

import symback


def test_symback_imports():
    assert symback.__name__ == "symback"
