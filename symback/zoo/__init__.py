"""Ready networks with their data."""

from symback.zoo.digits import Digits, Samples, load_digits
from symback.zoo.sequences import Series, Text, load_alice, load_sunspots, windows
from symback.zoo.tables import Rows, Table, load_breast_cancer, load_houses
from symback.zoo.votes import Ballots, Votes, load_votes
from symback.zoo.vowels import Utterances, Vowels, load_vowels

__all__ = [
    "Ballots",
    "Digits",
    "Rows",
    "Samples",
    "Series",
    "Table",
    "Text",
    "Utterances",
    "Votes",
    "Vowels",
    "load_alice",
    "load_breast_cancer",
    "load_digits",
    "load_houses",
    "load_sunspots",
    "load_votes",
    "load_vowels",
    "windows",
]
