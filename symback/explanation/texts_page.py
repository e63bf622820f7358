"""Sentences of every page: symbols, conventions, forward pass, adjoints, the short forms."""

from __future__ import annotations

PAGE: dict[str, str] = {
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
    "heading rules": "The rules",
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
    "kind random": "drawn",
    "kind buffer": "kept",
    "kind computed": "computed",
    "kind letter": "index",
    "kind size": "size",
    "kind placeholder": "any",
    "means input": "data{where}",
    "means one hot": "data{where}; along {letter} one entry is 1 and the others are 0",
    "means integer": "data, integers{where}",
    "means where one": ", read in equation {equations}",
    "means where many": ", read in equations {equations}",
    "means parameter": "parameter",
    "means parameter from to": "parameter: leads from {source} to {target}",
    "means ways": "parameter: leads {ways}",
    "means way": "from {source} to {target}",
    "means added": "alone to {target}",
    "means bias": "parameter: bias, added in {target}",
    "means constant": "constant {value}",
    "means random": "drawn anew in each step of training: {drawn}",
    "means buffer": "kept from step to step of training{where}",
    "means setting": "setting of the rule {rule}",
    "means linear": "weighted sum of {sources}, equation {equation}",
    "means function": "{function} of {source}, equation {equation}",
    "means softmax": "softmax of {source} along {letter}, equation {equation}",
    "means computed": "computed from {sources}, equation {equation}",
    "means loss": "loss, equation {equation}",
    "means goal": "what is differentiated, equation {equation}",
    "means upstream": "how {loss} answers to {tensor}",
    "means adjoint": "{derivative}, equation {equation}",
    "means sample letter": "numbers the samples: axis of {axes}",
    "means unit letter": "axis of {axes}",
    "means bound letter": "runs inside sums only",
    "means size": "number of values of {letters}",
    "means inner size": "size, part of the number of values of {letters}",
    "means primed": "second letters for the same axes, where the first are taken",
    "means placeholder": "argument and value of a function, in the conventions",
    "means delta": "Kronecker delta: 1 if its two positions are equal, else 0",
    "means bracket": "1 if the condition holds, else 0",
    # Conventions
    "convention order": "One entry of a tensor is written with its indices: {entry}. {rows}",
    "convention from to": "{weight} leads {ways}.",
    "convention letters": "Indices are counted from {first}.",
    "convention layer": (
        "ℓ stands for the number in the names of layers that are alike: where {pattern} is"
        " written, {first}, …, {last} are meant."
    ),
    "convention shape": (
        "A gradient has the shape of the tensor by which it is taken: {gradient} is one number"
        " for each {entry}."
    ),
    "convention scalar": (
        "Every symbol is one number, and {gradient} says how fast {loss} changes as {entry} alone"
        " is raised."
    ),
    "convention adjoint": (
        "The adjoint of {tensor}, {adjoint} = {derivative}, says how {loss} answers to it,"
        " through every path; other adjoints are written alike."
    ),
    "convention partial": (
        "{total} counts every path from {tensor} to {loss}; {local} is a local derivative: it"
        " looks at the one equation of {reader} and holds all else fixed."
    ),
    "convention signal": (
        "{signal} = {derivative} is called the error signal of {unit}: it is derived once and"
        " then reused."
    ),
    "convention old": (
        "All gradients belong to the same values: no parameter changes before the last is done."
    ),
    "convention kinks": (
        "At a kink, where there is no derivative, one is chosen: {conventions}."
    ),
    "convention facts": "Declared facts: {facts}.",
    "fact one hot": "{sum} for every {letters}, since {tensor} is one-hot",
    "fact one hot scalar": "{sum}, since {tensor} is one-hot",
    "convention stable": (
        "Stable forms: {target} is printed as it was written; the derivative uses, and the"
        " program runs, {places}: the same numbers, which never overflow."
    ),
    "stable place": "{after} in place of {before} ({rule})",
    "convention function": "{relation}{called}; its derivative is {slope}{own}.",
    "convention function own": ", written with its own output",
    "convention function called": ", the {name}",
    "convention function stated": "{relation}{called}.",
    "convention function words": "{reason}.",
    "convention rounding": (
        "Numbers are shown to {digits} digits ({few} in the column of numbers of a table of"
        " factors and in tables of arrays) and computed in full; no rounded figure is used"
        " again."
    ),
    "given": "Given are {values}.",
    # Forward pass
    "forward intro": "Each stage reads only what stands before it.",
    "broadcast forward": (
        "{tensor} has no index {none}: the same {entry} is used for every {letters}."
    ),
    "values caption": "Values of the forward pass",
    "values caption backward": "Values of the backward pass",
    "values caption update": "The parameters after the step",
    "values in lines": ", row by row",
    "values head row": "row",
    "values alike": "; of layers alike, the first and the last",
    "values head symbol": "tensor",
    "values head shape": "shape",
    "values head values": "values",
    # The goal
    "goal others": "{tensors}: likewise, from reader to reader",
    "goal many": (
        "We want the gradients of {loss} by {tensors}: how fast {loss} changes when {one}"
        " is raised a little. We go backwards: how {loss} answers to what it reads"
        " itself, then to what that reads, and so on."
    ),
    "loss beyond": "the loss beyond {goal}",
    "goal number": "one of them",
    "goal entry": "one entry of them",
    "goal one": "We want {gradient}: how fast {loss} changes when {tensor} is raised a little.",
    "goal upstream": (
        "{goal} is no single number, so {upstream}, how the loss beyond it answers to {goal},"
        " is taken as given. A gradient is then the sum of what goes through each entry:"
        " {gradient} = {sum}."
    ),
    "goal path": "{path}",
    "goal paths": "{number} paths: {paths}",
    "goal many paths": (
        "{number} paths; they are not followed one by one but added up tensor by tensor"
    ),
    "goal nothing": "{tensor} does not reach {loss}: its gradient is 0.",
    # Adjoints in index form
    "read by one": (
        "{tensor} is read by {reader}, equation {equation}, and by nothing else on the way to"
        " {loss}."
    ),
    "reader": "{reader} in equation {equation}",
    "read by many": (
        "{tensor} is read by {readers}. A change of {tensor} acts through each of them, and"
        " the contributions add."
    ),
    "tied": (
        "{tensor} is used {times}: each use contributes as if it were a parameter of its own,"
        " and the contributions add (+=)."
    ),
    "twice": "twice",
    "times": "{number} times",
    "places": (
        "{tensor} stands in {number} places of equation {equation}: its local derivative is the"
        " sum of what each place gives (+=)."
    ),
    "alike forward": (
        "The equations {equations} repeat with the names of the other layers. With ℓ for the"
        " number of the layer:"
    ),
    "alike forward one": (
        "Equation {equations} repeats with the names of the other layers. With ℓ for the number"
        " of the layer:"
    ),
    "alike backward": (
        "Every other layer goes the same way as {adjoints}. With ℓ for the number of the layer,"
        " the highest first, each adjoint is made from the one before:"
    ),
    "alike gradients": (
        "The other layers go the same way as {adjoints}. With ℓ for the number of the layer:"
    ),
    "alike cited": "{adjoint}, equation {equation}",
    "alike range": "for {range}",
    "alike names": "{first}, …, {last}",
    "as for": "As for {adjoint}, equation {equation}, with the names of this layer.",
    "stable form": "Equation {target} is read in its stable form ({rule}):",
    "initial value": "Before its first step a state is its initial value. In equation {target}:",
    "truncation": (
        "Backpropagation through time is truncated: where a window begins, equation {target} takes"
        " the state before it as given, and nothing flows back to it (truncation). The values are"
        " the same:"
    ),
    "stable bypass": (
        "{tensor} reaches {loss} through {bypassed}, equation {stage}, of which {reader},"
        " equation {target}, takes the logarithm. The two are read as one, in the stable form"
        " ({rule}); {reader} then reads {tensor} itself, and {bypassed} needs no adjoint of its"
        " own on the way:"
    ),
    "one number for all": (
        "Forward, the one number {number} is used for every {letters} (broadcast); backward,"
        " therefore, what uses it is summed over {letters}."
    ),
    "batch sum": (
        "Every sample {letter} uses the same {tensor}, so what the samples contribute adds up:"
        " the sum over {letter} stays."
    ),
    "broadcast backward": (
        "Forward, {tensor} is used for every {letters} (broadcast); backward, therefore, the"
        " sum over {letters}."
    ),
    "contraction": (
        "{tensor} enters {reader} for every {letters}, so the contributions of all {letters}"
        " add."
    ),
    "elementwise again": "{reader} is made from {tensor} entry by entry: no sum remains.",
    "elementwise": (
        "{reader} is made from {tensor} entry by entry: the matrix of its derivatives is"
        " diagonal, the deltas leave one term, and no sum remains."
    ),
    "own row": (
        "No sum over {letter} remains: sample {letter} of {reader} reads only its own row of"
        " {tensor}."
    ),
    "own part": (
        "No sum over {letter} remains: sample {letter} of {reader} reads only its own part of"
        " {tensor}."
    ),
    "divided once": (
        "The division by {size} is already in {adjoint}, equation {equation}; it is not made"
        " again."
    ),
    "divided here": (
        "The division by {size} in {loss} stays with every sample; what follows only hands it"
        " on."
    ),
    "locals": "Local derivatives, each from one equation:",
    "locals one": "The local derivative:",
    "local from": "from {equation}: {rules}",
    "written out": "One entry, written out:",
    "numpy intro": (
        "Every formula, and under it NumPy: the line for whole arrays as one writes it, where"
        " there is one, and the lines that compute it when the program runs. There a name that"
        " ends in _T is a transposed array, _column and _flat are other shapes of one, ones_N is"
        " a vector of N ones; the last argument of a call, buffer_1 and so on, is the memory that"
        " takes the result. An array may use the memory of one that is not read again."
    ),
    "algebra": "The algebra of {derivative}, line by line (each line uses those before it)",
    # Reasons of lines, short
    "because definition": "definition",
    "because chain rule": "chain rule",
    "because accumulate": "chain rule, one term for each reader",
    "because local derivative": "local derivative, from {equation}",
    "because local derivative goal": "derivative of {equation}: {rules}",
    "because locals": "the local derivatives put in, each derived below",
    "held fixed": (
        "{direct} is the direct part: the derivative of equation {equation} by {tensor} with"
        " {others} held fixed."
    ),
    "direct": "direct",
    "other steps": "the other steps of {tensor}",
    "because distribute": "multiplied out",
    "because delta contraction": "the deltas pick {picks}",
    "because declared fact": "{sum} = 1, a declared fact",
    "because probabilities sum to one": "{sum} = 1, the shares of a softmax",
    "because repetition": "nothing depends on {letter}: {size} equal terms",
    "because reuse": "the forward pass already has {named}",
    "because reflection": "{mirrored}",
    "because cancel": "equal factors joined",
    "because square of a root": "a root squared is what stands under it",
    "because multiply numbers": "numbers multiplied",
    "because merge": "equal terms joined",
    "because multiply out": "multiplied out, terms cancel",
    "because factor": "common factors taken out",
    "because turn the bracket": "the minus sign goes into the bracket",
    "because constant": "{variable} does not reach {loss}",
    "because substitute": "{named} put in",
    "because seed": "the goal by itself",
    "because shared": "what the paths share is taken out",
    "because put together": "equation {equations}",
    # Detail 0 and 1
    "plain product": (
        "{gradient} = {result}: what came in, {input}, times how {loss} answers to what went"
        " out, {signal}{sum}."
    ),
    "plain sum": ", summed over every {letters}",
    "plain bias": "{gradient} = {result}: how {loss} answers to {reader}{sum}.",
    "plain result": "{gradient} = {result}.",
    "plain read": "{gradient} = {value}. {words}",
    "plain number": "{gradient} = {value}: raising {tensor} {verb} {loss}{consequence}.",
    "plain layers": "{words} This holds for {range}.",
    "plain where": "Here {meanings}: how the goal answers, through every path.",
    "outline from": "from {readers}",
    # Lists
    "and": " and ",
    "and also": ", and ",
    "or": " or ",
    "comma": ", ",
    "and so on": ", …",
    "arrow": " → ",
    "semicolon": "; ",
    "space": " ",
}  # fmt: skip
