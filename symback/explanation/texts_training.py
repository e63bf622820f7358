"""Sentences about rules of training: optimisers, schedules, clipping, and what they carry."""

from __future__ import annotations

TRAINING: dict[str, str] = {
    "rule title optimizer": "{name}: one step of all parameters",
    "rule title clipping": "{name}: the gradient before the step",
    "rule title schedule": "{name}: the rate of each step",
    "rule heading": "The rule",
    "rule heading then": "Then {name}",
    "rule intro optimizer": (
        "One step reads {theta}, the vector of all parameters, and {gradient}, the derivative of"
        " the loss by each of them. The lines are computed from top to bottom, for every entry"
        " {letter}:"
    ),
    "rule intro clipping": (
        "Before the optimiser reads it, the gradient {gradient} of all parameters is replaced:"
    ),
    "rule intro schedule": (
        "Before each step the optimiser's {rate} is replaced. Here {time} is the time in"
        " epochs with its fractions: the steps made so far, divided by the steps of one epoch."
    ),
    "rule then": (
        "From there on {time} is counted from the end of what came before, and {rate} is the"
        " rate that came out of it."
    ),
    "rule assigned": (
        "An arrow gives a symbol a new value; where a later line reads that symbol, it reads the"
        " new one."
    ),
    "rule start": "Before the first step {names} {is_are} 0.",
    "rule head symbol": "symbol",
    "rule head meaning": "meaning",
    "rule head value": "value",
    "rule means theta": "all parameters, one after the other",
    "rule means theta_bar": "the gradient: the derivative of the loss by each parameter",
    "rule means rate": "the rate: how far a step goes",
    "rule means epsilon": "a small number that keeps the divisor from 0",
    "rule means t": "the time in epochs",
    "rule value state": "0 at first",
    "rule value given": "given in every step",
    "rule value learned": "what is learned",
    "rule value computed": "computed",
    "rule heading carried": "What the steps add up to",
    "rule carried intro": (
        "Each entry of {names} is a sum over all gradients so far. In what follows the index is"
        " the number of the step, counted from 1, and {letter}, which is the same everywhere, is"
        " left out."
    ),
    "rule carried intro one": (
        "Each entry of {names} is made of all gradients so far. In what follows the index is the"
        " number of the step, counted from 1, and {letter}, which is the same everywhere, is left"
        " out."
    ),
    "rule heading mean": "{state}, a running mean",
    "rule heading sum": "{state}, a sum that forgets",
    "rule heading count": "{state}, a sum that keeps all",
    "unroll rule": "the rule in step {t}",
    "unroll before": "the rule in the step before put in",
    "unroll all": "and so on, {t} times",
    "unroll start": "{start} is 0",
    "series intro": "What do the weights add up to? Times {rest} their sum is",
    "unroll opened": "multiplied out",
    "unroll ends": "first and last terms taken out",
    "unroll shifted": "{next} for {k} in the second sum",
    "unroll left": "the two sums are the same",
    "series again": "The powers of {factor} add up in the same way.",
    "rule total mean": "so that the weights of {state} add up to {total}, and not to 1.",
    "rule total sum": "so that the weights of {state} add up to {total}.",
    "rule expected intro": (
        "Suppose that the mean of {driver} is the same in all steps. What is the mean E of"
        " {state}?"
    ),
    "because unrolled": "{state} as a sum, {equation}",
    "because mean of sum": "the mean of a sum is the sum of the means",
    "because same mean": "the same mean in all steps",
    "because weights": "the sum of the weights, {equation}",
    "rule corrected": (
        "On average {state} is {total} times what it is the mean of, too small, since it began at"
        " 0. Divided by this factor it is right:"
    ),
    "because rule stated": "the rule",
    "because biased": "by {equation}",
    "rule drifts": (
        "Where the mean of {driver} changes with the steps, what remains is small: old gradients"
        " have small weights."
    ),
    "rule not corrected": (
        "This rule does not correct it: in the first step {state} is only {first} of what it will"
        " be the mean of."
    ),
    "rule long run": (
        "After many steps {power} is nearly 0: {state} then holds {most} times a gradient that"
        " stays the same, and a step goes that many times as far."
    ),
    "rule grows": "{state} never falls, so the steps become shorter and shorter.",
    "rule shares caption": "The sum of the weights after {t} steps, at the settings above",
    "rule check carried": (
        "the rule itself, run for {count} steps with a gradient of 1, makes {state} = {found};"
        " the formula gives {expected}"
    ),
    "rule heading numbers": "One step with numbers",
    "rule numbers intro": "With {values}:",
    "rule numbers intro entry": "For entry {place}, with {values}:",
    "rule numbers all": "The same for all entries",
    "rule head new": "new ",
    "rule heading curve": "The rate over a training",
    "rule curve caption": "The rate in a training of {epochs} epochs",
    "rule curve x": "after epochs",
    "rule curve y": "share of the optimiser's rate",
    "rule heading runs": "What runs",
    "rule runs intro": (
        "Training makes the same steps with fewer operations on whole vectors: {after} instead of"
        " {before}. What runs is the rule above after these rewrites, which change nothing but the"
        " rounding."
    ),
    "rule runs changed": (
        "Change of variable: in place of {names} their multiples {runs} are carried along,"
    ),
    "rule runs changed one": (
        "Change of variable: in place of {names} its multiple {runs} is carried along,"
    ),
    "rule runs weights": "so that what a step adds to each of them needs no factor:",
    "rule runs weights one": "so that what a step adds to it needs no factor:",
    "rule runs put in": "What is read only once is put in where it is read:",
    "rule runs taken out": (
        "Numbers are taken out of the vectors, and those that belong together are computed as one"
        " number, once in each step:"
    ),
    "rule runs check passed": (
        "both forms, run for {count} steps with the same random gradients, agree in {theta} to"
        " {digits} digits"
    ),
    "rule runs check failed": (
        "both forms, run for {count} steps with the same random gradients, do not agree in {theta}"
        " to {digits} digits"
    ),
    "rule heading remarks": "In other libraries and papers",
    "rule heading sources": "Sources",
}
