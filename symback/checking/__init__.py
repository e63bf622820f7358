"""Where is my mistake? Claims about a derivation, each right, or wrong with its cause.

``claims.claims_of(derivation, claimed, at, about)`` reads what people write and makes ``Claim``
values; ``checker.check_claims(derivation, claims, ...)`` compares them and gives a ``CheckReport``.
"""
