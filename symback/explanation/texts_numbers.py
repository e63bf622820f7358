"""Sentences of pages with numbers: single weights, entries, results, the update, the checks."""

from __future__ import annotations

NUMBERS: dict[str, str] = {
    # One weight of a scalar network
    "acts one": "{path}. ({tensor} is in no other equation.)",
    "acts fork": (
        "{trunk}, and from {fork} along {number} paths: {paths}. ({tensor} is in no other"
        " equation.)"
    ),
    "acts several": "{tensor} is in {number} equations. Its paths: {paths}.",
    "acts many": (
        "along {number} paths, which meet at {nodes}; they are added up node by node, not one"
        " by one."
    ),
    "acts heading": "Where it acts. ",
    "independent": (
        "{nodes} {verb} not depend on {tensor}, since no path leads there: what {loss} reads of"
        " {it} adds nothing to {gradient}."
    ),
    "does": "does",
    "do": "do",
    "chain heading": "Step 1: chain rule. ",
    "chain one path": "One path, so one product, from the output to {tensor}:",
    "chain paths": "{number} paths, so {number} products, and their contributions add:",
    "chain long": "The way is long; it is followed to the nearest adjoints that have a name:",
    "chain many": "The {number} paths are folded at the nodes where they meet:",
    "locals heading": "Step 2: local derivatives, ",
    "locals text": "each from one forward equation:",
    "together heading": "Step 3: put together. ",
    "together text": "Upstream times local, from the output inwards:",
    "heading step": "Step 4: update ",
    "step entry": (
        "The update of this entry, all gradients being taken before any of {tensor} changes:"
    ),
    "step text": (
        "with the values of the forward pass (all gradients are taken before any weight"
        " changes):"
    ),
    "factor head factor": "factor",
    "factor head from": "from",
    "factor head rule": "rule",
    "factor head formula": "formula",
    "factor head numbers": "numbers",
    "factor head value": "value",
    "in steps": "{derivative} in steps:",
    "factor cited": "cited",
    "vanishing one": (
        "{terms} does not contain {variable}, so its derivative adds nothing to {local}."
    ),
    "vanishing many": (
        "{terms} do not contain {variable}, so their derivatives add nothing to {local}."
    ),
    "rule linear": "linear in {variable}",
    "rule chain": "chain",
    "heading many": "By the same pattern",
    "many adjoints": "These adjoints are derived as those of their kind were:",
    "many gradients": (
        "The gradients that are left are formed as {likes}. {results} has them all, each with the"
        " equation that it follows."
    ),
    "similar": "As for {other}, equation {equation}.",
    # One path, and numbers read out
    "heading one path": "One path first",
    "one path": (
        "Before all entries at once, one path of one entry: {path}. Along it the chain rule"
        " multiplies the local derivatives, from the output back:"
    ),
    "this path": "this path",
    "one path others": (
        "{entry} has other paths, {ways}. Each gives such a product, and they add. The backward"
        " pass adds them up tensor by tensor, so that nothing is computed twice."
    ),
    "other values": "through other values of {letters}",
    "other readers": "through other equations",
    "read cause": (
        "{output} is {side} ({value} against {wanted}) and {answer} with {tensor}: "
    ),
    "too high": "too high",
    "too low": "too low",
    "rises": "rises",
    "falls": "falls",
    "raising": "Raising",
    "lowering": "Lowering",
    "read step": "{verb} {tensor} by {amount} {effect}.",
    "read moves": "{verb} {loss} by {amount}",
    "read leaves": "leaves {loss} as it is",
    "read tensor": (
        "Of the {count} entries of {gradient}, {counts}; the largest in size is {largest} ="
        " {value}."
    ),
    "read positive": "{number} {are} positive",
    "read negative": "{number} {are} negative",
    "read none": "{number} {are} 0",
    "is": "is",
    "are": "are",
    "read tensor one sign": (
        "No entry of {gradient} is {other}; the largest in size is {largest} = {value}."
    ),
    "negative": "negative",
    "positive": "positive",
    "read sign": (
        "Where a gradient is positive, a step against it lowers the entry of the parameter; where"
        " it is negative, the step raises it."
    ),
    "read zero": "Every entry of {gradient} is 0 here.",
    "read alone": " The step of {tensor} alone {effect}.",
    # The sentence in front
    "raises": "raises",
    "lowers": "lowers",
    "leaves": "leaves",
    "summary one path": "Raising {tensor} {chain}; so {claim}{consequence}.",
    "summary fork": "Raising {tensor} {chain}; {parts}. {verdict}, so {claim}{consequence}.",
    "summary branches": (
        "Raising {tensor} acts in several places: {parts}. {verdict}, so {claim}{consequence}."
    ),
    "summary part": "through {node} this {verb} {loss} and adds {rate} to {gradient}",
    "summary direct": "directly this {verb} {loss} and adds {rate} to {gradient}",
    "summary part none": "through {node} nothing reaches {loss} here",
    "summary direct none": "directly nothing reaches {loss} here",
    "which": ", which ",
    "summary agree": "All effects point the same way",
    "summary up": "What raises {loss} outweighs the rest",
    "summary down": "What lowers {loss} outweighs the rest",
    "summary net": "Raising {tensor} {verb} {loss}: {gradient} = {value}{consequence}.",
    "summary zero": "{loss} does not answer to {tensor} here: {gradient} = 0{consequence}.",
    "summary stays": ", and {tensor} stays as it is",
    "summary moves": ", and the step moves {tensor} {direction}, by {amount}",
    "summary should": ": a step against the gradient makes {tensor} {comparison}",
    "up": "up",
    "down": "down",
    "larger": "larger",
    "smaller": "smaller",
    # One entry of a tensor
    "entry intro": "Equation {equation} at {places}:",
    "entry follow": (
        "The largest term is the one with {factor}. This factor comes from the output back to"
        " here in these steps, each of them the equation that is named, at these indices:"
    ),
    "entry forward": "The forward values that they read:",
    # Results, update, checks
    "results caption": "Every gradient, with the equation that derives it",
    "results like": "as {equation}",
    "results head gradient": "gradient",
    "results head formula": "formula",
    "results head equation": "equation",
    "results head value": "value",
    "results head difference": "central difference",
    "results head error": "relative error",
    "results range": (
        "The largest gradient in size is {largest} = {largest_value}; it is {ratio} times the"
        " smallest, {smallest} = {smallest_value}."
    ),
    "results signs": "Against the gradient, {up} go up and {down} go down.",
    "results signs one": "Against the gradient, {names} go{es} {direction}.",
    "update intro": (
        "All parameters take their steps at the same time, with the gradients of this backward"
        " pass, by the rule {optimizer}{settings}."
    ),
    "update settings": " with {settings}",
    "update tensor": "Every entry of every parameter moves by the same rule:",
    "update tensor one": "Every entry moves by the same rule:",
    "update caption": "Old value, gradient and new value",
    "update head parameter": "parameter",
    "update head old": "old",
    "update head gradient": "gradient",
    "update head new": "new",
    "update loss": "The loss goes from {before} to {after}{verdict}.",
    "update loss fell": ", down by {amount}",
    "update loss rose": ", up by {amount}: the step was too long",
    "update loss same": ", unchanged",
    "update alone": "If {tensor} alone were changed, {loss} would go from {before} to {after}.",
    "check kink": (
        "{gradient} is taken at a kink: the slopes on its two sides differ, so its value is the"
        " convention stated above, and differences cannot check it"
    ),
    "check entry": "{gradient} = {value}, central difference {difference}, relative error {error}",
    "check tensor": (
        "{count} entries of {gradient} compared with central differences: largest relative error"
        " {error}{place}"
    ),
    "check one": "{gradient} compared with its central difference: relative error {error}",
    "check place": " (at {place})",
    "check steps": (
        "; the two sides of each of its {count} recorded lines agree at random values, to a"
        " relative error of {error}"
    ),
    "check step": (
        "; the two sides of its recorded line agree at random values, to a relative error of"
        " {error}"
    ),
    "check failed": "{what} {name} is wrong: {note}",
    "checks intro": (
        "Checked: {setting}. Gradients are compared with central differences, and of the lines of"
        " a derivation both sides are computed. A difference below {tolerance} (relative) passes."
    ),
    "checks head what": "what",
    "checks head name": "name",
    "checks head count": "checked",
    "checks head worst": "largest relative error",
    "checks head verdict": "verdict",
    "checks alike": (
        " Lines that are the same but for the names are computed for the first that is named, and"
        " counted once."
    ),
    "checks random": (
        " The given values are too many for the literal interpreter: the check is made at small"
        " random ones."
    ),
    "checked gradient": "gradient",
    "checked program": "program",
    "checked steps": "lines",
    "verdict ok": "ok",
    "verdict kink": "not compared",
    "verdict wrong": "WRONG",
    # Rules and proofs of derivatives
    "rule": "{rule}: {law}",
    "proof": "The derivative of {function}, with its output a for short",
    "proof quotient": "quotient rule and chain rule",
    "proof add one": "1 is added and taken away",
    "proof split": "the fraction is split",
    "proof output": "both are powers of the output",
    "proof factor": "the common factor is taken out",
    "proof chain": "chain rule",
    "proof divide": "numerator and denominator are divided by exp(z)",
    "proof definition": "the definition of the logistic function",
}  # fmt: skip
