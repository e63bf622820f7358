"""Every sentence of an explanation, as templates by key: what is said can be read, tested and translated here.

A field such as {tensor} is filled with a formula, a reference or words. Which sentence is chosen,
and with what it is filled, is decided elsewhere; no other module holds prose.
"""

from __future__ import annotations

from symback.notation.tree import Tree
from symback.render.document import Inline, Inlines
from symback.render.parts import Part, inlines, sentence

TEXTS: dict[str, str] = {
    # Titles and headings
    "title whole": "Backpropagation through the network {network}",
    "title one": "How {loss} answers to {name}, in the network {network}",
    "title entry": "How {loss} answers to the one entry {name}, in the network {network}",
    "heading symbols": "Symbols",
    "heading conventions": "Conventions",
    "heading forward": "Forward pass",
    "heading goal": "The goal",
    "heading backward": "Backward pass",
    "heading needed": "What is needed first",
    "heading gradients": "The gradients that are wanted",
    "heading gradients one": "The gradient that is wanted",
    "heading adjoint": "{adjoint}, how {loss} answers to {tensor}",
    "heading gradient": "{gradient}, the gradient by {tensor}",
    "heading weight": "{gradient}: how {loss} answers to {tensor}",
    "heading entry": "The entry {gradient}, with numbers",
    "heading results": "Results",
    "heading update": "The update",
    "heading checks": "Checks",
    "heading functions": "Derivatives of the functions",
    "heading outline": "Outline",
    # The table of symbols
    "symbols head symbol": "symbol",
    "symbols head meaning": "meaning",
    "symbols head shape": "shape",
    "symbols head kind": "kind",
    "scalar shape": "scalar",
    "kind input": "given",
    "kind parameter": "learned",
    "kind constant": "given",
    "kind computed": "computed",
    "kind letter": "index",
    "kind size": "size",
    "means input": "data",
    "means one hot": "data; along {letter} one entry is 1 and the others are 0",
    "means integer": "data, integers",
    "means parameter": "parameter",
    "means parameter from to": "parameter: leads from {source} to {target}",
    "means bias": "parameter: bias, added in {target}",
    "means constant": "constant {value}",
    "means linear": "weighted sum of {sources}, equation {equation}",
    "means function": "{function} of {source}, equation {equation}",
    "means softmax": "softmax of {source} along {letter}, equation {equation}",
    "means computed": "computed from {sources}, equation {equation}",
    "means loss": "loss, equation {equation}",
    "means goal": "what is differentiated, equation {equation}",
    "means upstream": "given: the derivative of some loss by {tensor}",
    "means adjoint": "{derivative}, equation {equation}",
    "means adjoints": "{derivative}",
    "means letter": "numbers {axes}",
    "means sample letter": "numbers the samples: axis of {axes}",
    "means unit letter": "axis of {axes}",
    "means bound letter": "runs inside sums only",
    "means size": "number of values of {letters}",
    "means primed": "second letters for the same axes, where the first are taken",
    "means delta": "Kronecker delta: 1 if its two positions are equal, else 0",
    "means bracket": "1 if the condition holds, else 0",
    # Conventions
    "convention order": "One entry of a tensor is written with its indices: {entry}. {rows}",
    "convention rows": "Rows are samples: the first index of {tensor} is {letter}.",
    "convention from to": "{weight} leads from {source} to {target}.",
    "convention letters": "Indices are counted from {first}.",
    "convention shape": (
        "A gradient has the shape of what it is taken by: {gradient} is one number for each {entry}."
    ),
    "convention scalar": (
        "Every symbol is one number, and {gradient} says by how much {loss} changes for each unit"
        " by which {entry} is raised, all else being as it was."
    ),
    "convention adjoint": "A bar means how {loss} answers: {adjoint} = {derivative}, through every path.",
    "convention partial": (
        "{total} counts every path from {tensor} to {loss}; {local} is a local derivative: it looks at"
        " the one equation of {reader} and holds all else fixed."
    ),
    "convention partial one": "{total} counts every path from {tensor} to {loss}.",
    "convention signal": (
        "{signal} = {derivative} is called the error signal of {unit}: it is derived once and then reused."
    ),
    "convention old": "All gradients belong to the same values: no parameter changes before the last is done.",
    "convention kinks": "Kinks: {conventions}.",
    "convention facts": "Declared facts: {facts}.",
    "fact one hot": "{sum} for every {letters}, since {tensor} is one-hot",
    "fact one hot scalar": "{sum}, since {tensor} is one-hot",
    "convention stable": (
        "Stable forms: {target} is printed as it was written; the derivative uses, and the program runs,"
        " {after} in place of {before} ({rule}), which is the same number and never overflows."
    ),
    "convention rounding": (
        "Numbers are shown to {digits} digits ({few} where they are put into a product in a table) and"
        " computed in full; no rounded figure is used again."
    ),
    "convention numbers": "The numbers belong to the given values of {given}.",
    # Forward pass
    "forward intro": "Each stage reads only what stands before it.",
    "forward shapes": "Shapes: {shapes}.",
    "shape product": "{target} is {left} times {right}",
    "broadcast forward": "{tensor} has no index {letters}: the same {entry} is used for every {letters}.",
    "values caption": "Values of the forward pass, row by row",
    "values caption backward": "Values of the backward pass, row by row",
    "values head symbol": "tensor",
    "values head shape": "shape",
    "values head values": "values",
    # The goal
    "goal many": (
        "We want the gradients of {loss} by {tensors}: by how much {loss} changes when one entry is raised"
        " a little. We go backwards: how {loss} answers to what it reads itself, then to what that reads,"
        " until the parameters are reached."
    ),
    "goal one": "We want {gradient}: by how much {loss} changes when {tensor} is raised a little.",
    "goal upstream": (
        "{goal} is no single number, so {upstream}, the derivative of some loss by {goal}, is taken as given:"
        " every gradient below is {sum}."
    ),
    "goal path": "{path}",
    "goal paths": "{number} paths: {paths}",
    "goal many paths": "{number} paths; they are not followed one by one but added up tensor by tensor",
    "goal nothing": "{tensor} does not reach {loss}: its gradient is 0",
    # Adjoints in index form
    "read by one": "{tensor} is read by {reader}, equation {equation}, and by nothing else on the way to {loss}.",
    "read by many": (
        "{tensor} is read by {readers}. A change of {tensor} acts through each of them, and the"
        " contributions add."
    ),
    "tied": (
        "{tensor} is used {number} times: each use contributes as if it were a parameter of its own, and the"
        " contributions add (+=)."
    ),
    "as for": "As for {adjoint}, equation {equation}, with the names of this layer.",
    "stable form": (
        "{target} is read in its stable form, {after} in place of {before} ({rule}):"
    ),
    "stable bypass": (
        "So {reader} reads {tensor} itself, and {bypassed} needs no adjoint of its own on the way."
    ),
    "batch sum": (
        "Every sample {letter} uses the same {tensor}, so what the samples contribute adds up: the sum over"
        " {letter} stays."
    ),
    "broadcast backward": (
        "Forward, {tensor} is used for every {letters} (broadcast); backward, therefore, the sum over {letters}."
    ),
    "contraction": "{tensor} enters {reader} for every {letters}, so the contributions of all {letters} add.",
    "elementwise": (
        "{reader} is made from {tensor} entry by entry: the matrix of its derivatives is diagonal, the deltas"
        " leave one term, and no sum remains."
    ),
    "own row": "No sum over {letter} remains: sample {letter} of {reader} reads only its own row of {tensor}.",
    "divided once": "The division by {size} is already in {adjoint}, equation {equation}; it is not made again.",
    "divided here": "The division by {size} in {loss} stays with every sample; what follows only hands it on.",
    "matrix form": "As matrices: {formula}, shapes {shapes}.",
    "matrix form entries": "As matrices, entry by entry (⊙): {formula}, all of shape {shape}.",
    "why transposed": (
        "Why {transposed}: the sum runs over {letter}, the {place} index of {tensor}, and a matrix product sums"
        " the last index of its left factor with the first of its right."
    ),
    "place first": "first",
    "place last": "last",
    "written out": "One entry, written out:",
    "numpy": "NumPy: {line}",
    "algebra": "The algebra of {derivative}, line by line (each line uses those before it)",
    "algebra line": "{rule}: {reason}",
    # Reasons of lines, short
    "because definition": "definition",
    "because chain rule": "chain rule: {readers} alone reads {tensor}",
    "because accumulate": "one term for each reader, {readers}",
    "because local derivative": "local derivative, from {equation}",
    "because local derivative goal": "derivative of {equation}",
    "because distribute": "multiplied out",
    "because delta contraction": "the deltas pick {picks}",
    "because declared fact": "{sum} = 1, a declared fact",
    "because probabilities sum to one": "{sum} = 1, the shares of a softmax",
    "because repetition": "nothing depends on {letter}: {size} equal terms",
    "because reuse": "the forward pass already has {named}",
    "because reflection": "{mirrored}",
    "because cancel": "equal factors joined",
    "because merge": "equal terms joined",
    "because multiply out": "multiplied out, terms cancel",
    "because factor": "common factors taken out",
    "because turn the bracket": "the minus sign goes into the bracket",
    "because constant": "{tensor} does not reach {loss}",
    "because substitute": "{named} put in",
    "because seed": "the goal by itself",
    "because path": "path {number} of {count}",
    "because paths": "one product for each of {count} paths",
    "because only path": "one path, one product",
    "because shared": "what the paths share is taken out",
    "because signals": "the brackets have names",
    "because put together": "equation {equations}",
    # One weight of a scalar network
    "acts one": "{path}. ({tensor} is in no other equation.)",
    "acts fork": "{trunk}, and from {fork} along {number} paths: {paths}.",
    "acts several": "{tensor} is in {number} equations. Its paths: {paths}.",
    "acts many": "along {number} paths, which meet at {nodes}; they are added up node by node, not one by one.",
    "acts heading": "Where {tensor} acts. ",
    "independent": "{nodes} {verb} not depend on {tensor}: no path leads there, and these terms vanish.",
    "chain heading": "(1) Chain rule. ",
    "chain one path": "One path, so one product, from the output to {tensor}:",
    "chain paths": "{number} paths, so {number} products, and their contributions add:",
    "chain many": "The {number} paths are folded at the nodes where they meet:",
    "locals heading": "(2) Local derivatives, ",
    "locals text": "each from one forward equation:",
    "together heading": "(3) Put together. ",
    "together text": "Upstream times local, from the output inwards:",
    "heading step": "(4) Update ",
    "step text": "with the values of the forward pass (all gradients are taken before any weight changes):",
    "factor head factor": "factor",
    "factor head from": "from",
    "factor head rule": "rule",
    "factor head formula": "formula",
    "factor head numbers": "numbers",
    "factor head value": "value",
    "factor cited": "derived before",
    "vanishing": "The derivative of {terms} by {variable} is 0: {variable} does not occur in {it}.",
    "rule linear": "linear: the coefficient of {variable}",
    "rule linear one": "linear, with coefficient 1",
    "rule function": "{function}",
    "rule function of": "{function}, inner derivative by the chain rule",
    "rules": "{rules}",
    "similar": "As for {other}, equation {equation}.",
    "similar with": "As for {other}, equation {equation}, with {new} in place of {old}.",
    # The sentence in front
    "raises": "raises",
    "lowers": "lowers",
    "leaves": "leaves",
    "summary one path": "Raising {tensor} {chain}; so {gradient} {sign} 0{consequence}.",
    "summary fork": "Raising {tensor} {chain}. {parts}; {verdict}, so {gradient} {sign} 0{consequence}.",
    "summary branches": (
        "Raising {tensor} acts in several places. {parts}; {verdict}, so {gradient} {sign} 0{consequence}."
    ),
    "summary part": "Through {node} this {verb} {loss}, at the rate {rate}",
    "summary direct": "Directly this {verb} {loss}, at the rate {rate}",
    "which": ", which ",
    "summary agree": "all effects point the same way",
    "summary up": "what raises {loss} outweighs the rest",
    "summary down": "what lowers {loss} outweighs the rest",
    "summary net": "Raising {tensor} {verb} {loss}: {gradient} = {value} {sign} 0{consequence}.",
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
        "The largest term is that of {places}. Its factor {factor} comes from the output back to here in"
        " these steps, each the equation that is named, at these indices:"
    ),
    "entry forward": "The forward values that they read:",
    "entry terms": "{shown} of {number} terms shown",
    # Detail 0 and 1
    "plain product": (
        "{gradient} = {result}: what came in, {input}, times how {loss} answers to what went out, {signal}{sum}."
    ),
    "plain sum": ", summed over every {letters}",
    "plain bias": "{gradient} = {result}: how {loss} answers to {reader}{sum}.",
    "plain result": "{gradient} = {result}.",
    "plain number": "{gradient} = {value}: raising {tensor} {verb} {loss}{consequence}.",
    "plain where": "Here {adjoint} means {derivative}.",
    "outline from": "from {readers}",
    # Results, update, checks
    "results intro": "Every gradient, with the equation that derives it:",
    "results head gradient": "gradient",
    "results head formula": "formula",
    "results head shape": "shape",
    "results head equation": "equation",
    "results head value": "value",
    "results head difference": "central difference",
    "results head error": "relative error",
    "results loss": "The loss at the given values: {loss} = {value}.",
    "results range": (
        "The largest gradient in size is {largest} = {largest_value}, the smallest {smallest} ="
        " {smallest_value}, {ratio} times smaller."
    ),
    "results signs": "Against the gradient, {up} go up and {down} go down.",
    "results signs one": "Against the gradient, {names} go{es} {direction}.",
    "update intro": (
        "{optimizer}: every parameter takes its step at once, with the gradients of this backward pass."
    ),
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
    "check entry": "{gradient} {value}, central difference {difference}, relative error {error}",
    "check tensor": (
        "{count} entries of {gradient} against central differences: largest relative error {error}{place}"
    ),
    "check place": " (at {place})",
    "check steps": "{count} recorded lines of {adjoint}, both sides computed at random values: largest relative"
    " difference {error}",
    "check failed": "{what} {name} is wrong: {note}",
    "checks intro": "Checked: {setting}. A difference below {tolerance} (relative) passes.",
    "checks head what": "what",
    "checks head name": "name",
    "checks head count": "checked",
    "checks head worst": "largest relative error",
    "checks head verdict": "verdict",
    "checks random": (
        "The given values are too many for the literal interpreter: the check is made at small random ones."
    ),
    "checked gradient": "gradient against differences",
    "checked program": "program against interpreter",
    "checked steps": "lines of the derivation, both sides",
    "verdict ok": "ok",
    "verdict wrong": "WRONG",
    # Proofs of derivatives
    "proof": "The derivative of {function}, with its output a for short",
    "proof quotient": "quotient rule and chain rule",
    "proof add one": "1 is added and taken away",
    "proof split": "the fraction is split",
    "proof output": "both are powers of the output",
    "proof factor": "the common factor is taken out",
    "proof chain": "chain rule",
    "proof divide": "numerator and denominator are divided by exp(z)",
    "proof definition": "the definition of the logistic function",
    # Lists
    "and": " and ",
    "comma": ", ",
    "and so on": ", …",
    "arrow": " → ",
    "semicolon": "; ",
    "space": " ",
    "given names": "{names} and {number} more",
}  # fmt: skip


def say(key: str, **parts: Part | tuple[Part, ...] | list[Part]) -> Inlines:
    """Return the sentence of this key with its fields filled."""
    return sentence(TEXTS[key], **parts)


def listed(contents: list[Part | Inlines], separator: str = "comma", last: str = "and") -> Inlines:
    """Return parts in a row: a, b and c."""
    found: list[Part] = []
    for place, content in enumerate(contents):
        if place:
            found.append(TEXTS[last if place == len(contents) - 1 else separator])
        found.extend([content] if isinstance(content, (str, Tree, Inline)) else content)
    return inlines(*found)


def capped(contents: list[Part | Inlines], most: int) -> Inlines:
    """Return at most so many parts in a row, and dots for the rest."""
    if len(contents) <= most:
        return listed(contents)
    return (*listed(contents[:most], last="comma"), *inlines(TEXTS["and so on"]))
