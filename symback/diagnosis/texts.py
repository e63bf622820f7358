"""The sentences of a diagnosis. Each verdict has three: what was found, why, what helps."""

from __future__ import annotations

TEXTS = {
    # Vanishing and exploding
    "vanishing": "The gradient vanishes on its way: at {low} it is {ratio} of what it is at "
    "{high}, {layers} above; {parameters} hardly learn.",
    "exploding": "The gradient explodes on its way: at {low} it is {ratio} times what it is at "
    "{high}, {layers} above; no one rate fits {parameters} and the last layer.",
    "product": "{jacobian} is a product of {count}: ",
    "share function of one": "the slope {slope} is {share}{limit}",
    "share function": "the {count} slopes {slope} multiply to {share}, each about {each}{limit}",
    "share weights of one": "the weights of {count} multiply by {share}",
    "share weights": "the weights of {count} multiply to {share}, each about {each}",
    "share other": "other factors multiply to {share}",
    "share joined": "other ways that join multiply by {share}",
    "limit": " ({slope} is never more than {limit})",
    "limit below 1": " ({slope} is never more than {limit}, so {count} of them never more than "
    "{most})",
    "help slopes": "Use a function whose slope stays near 1 (relu, or tanh near 0), normalise the "
    "layers, or let a path lead around them (a residual connection).",
    "help small weights": "Start with larger weights: a variance of about 1/n for n summed inputs "
    "(Glorot), 2/n where relu follows (He).",
    "help large weights": "Start with smaller weights: a variance of about 1/n for n summed inputs "
    "(Glorot), 2/n where relu follows (He); clipping the gradient by its norm keeps a run alive.",
    "help steep": "Normalise the layers, or use a function whose slope is at most 1.",
    # Through time
    "vanishing in time": "The gradient vanishes through time: of what the last step of {state} "
    "sends back, {ratio} arrives at the first, {steps} before. After {back} less than 1/100 is "
    "left: what lies further back is hardly learned.",
    "exploding in time": "The gradient explodes through time: of what the last step of {state} "
    "sends back, {ratio} times as much arrives at the first, {steps} before. After {back} it is "
    "more than 100 times as much.",
    "step": "Each step multiplies by {jacobian}, in the mean by {each}: ",
    "step ways": "Each step multiplies by {jacobian}, in the mean by {each}; along the strongest "
    "way through it: ",
    "step factor": "{factor} {by}{gain}{limit}",
    "step at most": " (at most {limit})",
    "step widest": " (its largest singular value is {widest})",
    "help vanishing in time": "Use gates, whose state is added to and not multiplied (LSTM, GRU), "
    "with a forget gate that starts open; start with recurrent weights that keep lengths "
    "(orthogonal ones); or let the goal read earlier steps.",
    "help vanishing gated": "Start the gate on this way nearer to 1, with a larger bias, or let "
    "the goal read earlier steps.",
    "help exploding in time": "Clip the gradient by its norm (sb.ClipNorm), start with smaller "
    "recurrent weights, or flow back through a window of steps only (sb.derive(net, window=…)).",
    "time title": "Through time",
    "time intro": "The recurrence of {state} makes {steps}. Back through them the chain rule "
    "multiplies the Jacobians of steps:",
    "time ways": "A step has several ways; these are the factors of the strongest one.",
    "time back": "What arrives so many steps before the last one, as a share of what the last "
    "step sends back, the goal's own parts at other steps left out.",
    "time factors": "Gains are measured over all steps.",
    "time bound": " That the largest singular value of the "
    "recurrent weights times the largest slope is below 1 is enough for vanishing, and above 1 "
    "necessary for exploding (R. Pascanu, T. Mikolov, Y. Bengio: On the difficulty of training "
    "recurrent neural networks. ICML 2013).",
    # Units
    "dead": "{count} of {function} never {answer}, the slope is 0 for all {samples}: {places}.",
    "dead why": "A slope of 0 sends nothing back, so what leads to {units} gets no gradient and "
    "never changes{highest}.",
    "dead highest": "; the arguments there are at most {highest}",
    "dead help": "Use a smaller rate, start with smaller biases, or use a function with a slope "
    "on both sides (leaky_relu, elu).",
    "few": " Few samples were given: give more, to see whether others wake these units.",
    "saturated": "{function} is saturated in {targets}: at {share} per cent of the entries its "
    "slope is less than {flat} per cent of its largest value, which is {steepest}.",
    "saturated why": "Its arguments are large: their standard deviation is {deviation}.",
    "saturated why unknown": "Its arguments are large.",
    "saturated help": "Scale the inputs to about mean 0 and variance 1, start with smaller weights "
    "or normalise the layer.",
    # Parameters
    "zero": "{parameters} {get} no gradient: {is_zero} 0 everywhere.",
    "zero unread": "It is read by no equation on the way to {goal}.",
    "zero derivative": "{partial} is 0 by the equation of {reader}: what it computes is constant "
    "almost everywhere, or stops the gradient.",
    "zero tensor": "{adjoint} is 0 because {tensor}, with which {upstream} is multiplied, is 0 "
    "everywhere.",
    "zero slope": "{adjoint} is 0 because the slope of {function} is 0 at every entry.",
    "zero goal": "{adjoint} is 0: {goal} is stationary in {variable} at these values.",
    "zero other": "{adjoint} is 0 although {upstream} is not.",
    "zero unread help": "Use it in an equation, or take it out.",
    "zero derivative help": "Nothing has to be done if this is meant; else use a function with a "
    "slope.",
    "zero parameter help": "Start {tensor} with random numbers.",
    "zero input help": "Look at the data: {tensor} says nothing.",
    "zero computed help": "Look for the reason at {tensor}, which every sample finds at 0.",
    "zero slope help": "Start with other biases or weights, so that some samples reach a slope.",
    "zero goal help": "Nothing has to be done if this is the minimum that was looked for.",
    "zero other help": "Follow the factors of this way in the table.",
    "symmetric": "{parameters} {are} symmetric: {slices} along {letter} have the same entries and "
    "the same gradients.",
    "symmetric why": "Equal weights with equal gradients stay equal in every step: together they "
    "learn what one of them would.",
    "symmetric help": "Start with random numbers (Glorot, He).",
    "steps": "One step of {rule} changes {parameters} by more than a tenth.",
    "steps why": "For {parameter} the step has root mean square {update}, the weights {size}: a "
    "share of {ratio}, where about 10⁻³ is usual.",
    "steps help": "Use a smaller rate.",
    "broken given": "{tensor} is not finite: NaN or ∞ in {count}.",
    "broken computed": "{tensor} is the first tensor on the way that is not finite: NaN or ∞ in "
    "{count}.",
    "broken why": "What is computed from it is not finite either; the numbers of this page leave "
    "such entries out.",
    "broken why adjoint": "The forward pass is finite; the backward pass breaks here first.",
    "broken help given": "Clean the data: np.isfinite finds the places.",
    "broken help": "Look at its equation for a division by 0, a logarithm of 0 or an exponential "
    "of something large.",
    # The page
    "title": "What gradients do on their way from {of} to its parameters",
    "nothing": "No trouble was found: gradients neither vanish nor explode, no unit is dead or "
    "saturated, every parameter gets a gradient, nothing is symmetric.",
    "setting": "Measured on {batches}: {inputs}.",
    "tensors title": "On the way",
    "tensors": "Tensors in the order of the forward pass. Gradient is the root mean square of the "
    "entries of the adjoint; flat is the share of entries at which the slope of the function is "
    "below {flat} per cent of its largest value.",
    "parameters title": "At the parameters",
    "parameters": "Size is the root mean square of the weights, gradient that of their gradient; "
    "the next column is the share of its entries that are 0.",
    "ratio note": " The last is the root mean square of one step of {rule} over the size; about "
    "10⁻³ is usual (A. Karpathy, CS231n notes, Neural Networks Part 3).",
    "picture": "Gradients, gains and values along the way.",
    "way": "Why the gradient changes on its way",
    "way intro": "The way of {parameter} leads through {layers}, from {low} to {high}. Between "
    "these the chain rule multiplies {count}:",
    "factors": "Factors stand from the output inwards. A gain is measured: the norm of the "
    "gradient that comes through the factor, per unit, over that before it. Expected is, for a "
    "function, the root mean square of its slopes; for weights W that sum m values, √m·rms(W), the "
    "gain of independent weights. Where other ways join, the last column says what they multiply "
    "the gradient by.",
    "whole": "In all: {ratio}.",
}

KINDS = {
    "broken": "Not finite", "vanishing": "Vanishing gradient", "exploding": "Exploding gradient",
    "vanishing in time": "Vanishing gradient through time",
    "exploding in time": "Exploding gradient through time",
    "zero": "No gradient", "dead": "Dead units", "saturated": "Saturation",
    "symmetric": "Symmetric weights", "steps": "Large steps",
}  # fmt: skip
