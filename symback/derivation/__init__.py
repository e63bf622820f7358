"""The derivation engine: rules, local derivatives, reverse sweep, tidying, stable forms, second order."""
