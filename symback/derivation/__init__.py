"""The derivation engine: rules, local derivatives, sweep, tidying, stable forms."""
