"""Ready networks with their data."""

from symback.zoo.autoencoder import linear_autoencoder, tied_autoencoder
from symback.zoo.characters import character_lstm, character_transformer
from symback.zoo.digits import Digits, Samples, load_digits
from symback.zoo.forecaster import forecaster
from symback.zoo.language import continued, counted_bits
from symback.zoo.lenet import lenet
from symback.zoo.recommender import recommender
from symback.zoo.sequences import Series, Text, load_alice, load_sunspots, windows
from symback.zoo.speakers import speaker_network
from symback.zoo.tables import Rows, Table, load_breast_cancer, load_houses
from symback.zoo.votes import Ballots, Votes, load_votes
from symback.zoo.vowels import Utterances, Vowels, load_vowels

# The networks, in the order of their page.
NETWORKS = {
    made.__name__: made
    for made in (
        lenet,
        tied_autoencoder,
        linear_autoencoder,
        speaker_network,
        recommender,
        forecaster,
        character_lstm,
        character_transformer,
    )
}

__all__ = [
    "NETWORKS",
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
    "character_lstm",
    "character_transformer",
    "continued",
    "counted_bits",
    "forecaster",
    "lenet",
    "linear_autoencoder",
    "load_alice",
    "load_breast_cancer",
    "load_digits",
    "load_houses",
    "load_sunspots",
    "load_votes",
    "load_vowels",
    "recommender",
    "speaker_network",
    "tied_autoencoder",
    "windows",
]
