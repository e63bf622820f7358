"""Optimisers: one step of each as equations over the vector θ of all parameters.

A step reads θ and its gradient θ̄, and whatever else the rule carries from step to step. A rule of
your own is a subclass with its settings as fields and its equations as ``RULE``:

    @dataclass(frozen=True, slots=True)
    class SignDescent(sb.Optimizer):
        rate: float = 1e-3
        RULE = '''
    network sign_descent
    index j:P
    input theta[j] theta_bar[j] rate
    theta_next[j] = theta[j] - rate*sign(theta_bar[j])
    '''
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from symback.training.rule import GRADIENT, NEXT, RATE, THETA, Rule, state_names

__all__ = [
    "GRADIENT", "NEXT", "OPTIMISERS", "RATE", "SGD", "THETA", "AdaGrad", "Adam", "AdamW",
    "Momentum", "Nesterov", "Optimizer", "RMSProp", "state_names",
]  # fmt: skip

VELOCITY = {"v": "the velocity: the sum of all gradients so far, older ones with less weight"}
MEANS = {
    "t": "how many steps were made",
    "m": "the running mean of the gradient",
    "v": "the running mean of the squared gradient",
    "m_hat": "the running mean of the gradient, freed of its bias towards 0",
    "v_hat": "the running mean of the squared gradient, freed of its bias towards 0",
    "beta1": "how much of the old mean of the gradient is kept",
    "beta2": "how much of the old mean of the squared gradient is kept",
}
KINGMA = (
    "D. P. Kingma, J. Ba: Adam: A Method for Stochastic Optimization. ICLR 2015, arXiv:1412.6980"
)
POLYAK = (
    "B. T. Polyak: Some methods of speeding up the convergence of iteration methods. USSR "
    "Computational Mathematics and Mathematical Physics 4 (1964) 1-17"
)
SUTSKEVER = (
    "I. Sutskever, J. Martens, G. Dahl, G. Hinton: On the importance of initialization and "
    "momentum in deep learning. ICML 2013"
)


@dataclass(frozen=True, slots=True)
class Optimizer(Rule):
    """The base of optimisers: its fields are settings, ``RULE`` is the text of its equations."""


@dataclass(frozen=True, slots=True)
class SGD(Optimizer):
    """θ ← θ − rate·θ̄: gradient descent; stochastic where θ̄ comes from a batch."""

    rate: float

    RULE: ClassVar[str] = r"""
network sgd
index j:P
input theta[j] theta_bar[j] rate
theta_next[j] = theta[j] - rate*theta_bar[j]
latex rate = "\eta"
"""
    SOURCES: ClassVar[tuple[str, ...]] = (
        "H. Robbins, S. Monro: A Stochastic Approximation Method. Annals of Mathematical "
        "Statistics 22 (1951) 400-407",
    )
    REMARKS: ClassVar[tuple[str, ...]] = ("In PyTorch: torch.optim.SGD(lr=rate).",)


@dataclass(frozen=True, slots=True)
class Momentum(Optimizer):
    """v ← mu·v + θ̄, θ ← θ − rate·v: descent that keeps a share mu of its velocity."""

    rate: float
    mu: float = 0.9

    RULE: ClassVar[str] = r"""
network momentum
index j:P
input theta[j] theta_bar[j] v[j] rate mu
v_next[j] = mu*v[j] + theta_bar[j]
theta_next[j] = theta[j] - rate*v_next[j]
latex rate = "\eta"
"""
    MEANINGS: ClassVar[dict[str, str]] = VELOCITY | {"mu": "how much of the velocity is kept"}
    SOURCES: ClassVar[tuple[str, ...]] = (POLYAK, f"{SUTSKEVER}, equations 1, 2")
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.optim.SGD(lr=rate, momentum=mu), whose dampening is 0.",
        "Papers put the rate inside of the velocity, v ← mu·v − rate·θ̄ and θ ← θ + v. The path "
        "is the same as long as the rate stays the same; where a schedule changes it, the form "
        "here answers at once.",
    )


@dataclass(frozen=True, slots=True)
class Nesterov(Optimizer):
    """v ← mu·v + θ̄, θ ← θ − rate·(θ̄ + mu·v): momentum that looks one step ahead."""

    rate: float
    mu: float = 0.9

    RULE: ClassVar[str] = r"""
network nesterov
index j:P
input theta[j] theta_bar[j] v[j] rate mu
v_next[j] = mu*v[j] + theta_bar[j]
theta_next[j] = theta[j] - rate*(theta_bar[j] + mu*v_next[j])
latex rate = "\eta"
"""
    MEANINGS: ClassVar[dict[str, str]] = VELOCITY | {"mu": "how much of the velocity is kept"}
    SOURCES: ClassVar[tuple[str, ...]] = (
        "Y. Nesterov: A method of solving a convex programming problem with convergence rate "
        "O(1/k²). Soviet Mathematics Doklady 27 (1983) 372-376",
        f"{SUTSKEVER}, equations 3, 4",
        "Y. Bengio, N. Boulanger-Lewandowski, R. Pascanu: Advances in Optimizing Recurrent "
        "Networks. ICASSP 2013 (simplified Nesterov momentum)",
    )
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.optim.SGD(lr=rate, momentum=mu, nesterov=True).",
        "Nesterov takes the gradient at the point θ − rate·mu·v, to which the velocity alone "
        "would lead. The form here calls that point θ (the third source), so that the gradient "
        "is taken where the parameters are.",
    )


@dataclass(frozen=True, slots=True)
class AdaGrad(Optimizer):
    """s ← s + θ̄², θ ← θ − rate·θ̄/(√s + epsilon): each entry has a rate that only falls."""

    rate: float = 1e-2
    epsilon: float = 1e-10

    RULE: ClassVar[str] = r"""
network adagrad
index j:P
input theta[j] theta_bar[j] s[j] rate epsilon
s_next[j] = s[j] + theta_bar[j]**2
theta_next[j] = theta[j] - rate*theta_bar[j]/(sqrt(s_next[j]) + epsilon)
latex rate = "\eta"
"""
    MEANINGS: ClassVar[dict[str, str]] = {"s": "the sum of all squared gradients so far"}
    SOURCES: ClassVar[tuple[str, ...]] = (
        "J. Duchi, E. Hazan, Y. Singer: Adaptive Subgradient Methods for Online Learning and "
        "Stochastic Optimization. JMLR 12 (2011) 2121-2159, section 1.1, with the diagonal of G",
    )
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.optim.Adagrad(lr=rate, eps=epsilon), with epsilon outside of the root "
        "as here.",
    )


@dataclass(frozen=True, slots=True)
class RMSProp(Optimizer):
    """s ← beta·s + (1 − beta)·θ̄², θ ← θ − rate·θ̄/(√s + epsilon)."""

    rate: float = 1e-3
    beta: float = 0.9
    epsilon: float = 1e-8

    RULE: ClassVar[str] = r"""
network rmsprop
index j:P
input theta[j] theta_bar[j] s[j] rate beta epsilon
s_next[j] = beta*s[j] + (1 - beta)*theta_bar[j]**2
theta_next[j] = theta[j] - rate*theta_bar[j]/(sqrt(s_next[j]) + epsilon)
latex rate = "\eta"
"""
    MEANINGS: ClassVar[dict[str, str]] = {
        "s": "the running mean of the squared gradient",
        "beta": "how much of the old mean of the squared gradient is kept",
    }
    SOURCES: ClassVar[tuple[str, ...]] = (
        "T. Tieleman, G. Hinton: Lecture 6.5, RMSProp: Divide the gradient by a running average "
        "of its recent magnitude. COURSERA: Neural Networks for Machine Learning (2012)",
    )
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.optim.RMSprop(lr=rate, alpha=beta, eps=epsilon), with epsilon outside "
        "of the root as here; its defaults are lr=0.01 and alpha=0.99, the lecture has 0.9.",
        "The mean starts at 0 and is not corrected for it, so that the first steps are longer by "
        "up to 1/√(1 − beta).",
    )


@dataclass(frozen=True, slots=True)
class Adam(Optimizer):
    """θ ← θ − rate·m̂/(√v̂ + epsilon), with m̂ and v̂ the running means of θ̄ and θ̄², bias corrected."""

    rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    RULE: ClassVar[str] = r"""
network adam
index j:P
input theta[j] theta_bar[j] m[j] v[j] t rate beta1 beta2 epsilon
t_next = t + 1
m_next[j] = beta1*m[j] + (1 - beta1)*theta_bar[j]
v_next[j] = beta2*v[j] + (1 - beta2)*theta_bar[j]**2
m_hat[j] = m_next[j]/(1 - beta1**t_next)
v_hat[j] = v_next[j]/(1 - beta2**t_next)
theta_next[j] = theta[j] - rate*m_hat[j]/(sqrt(v_hat[j]) + epsilon)
latex m_hat = "\hat{m}"  v_hat = "\hat{v}"  rate = "\eta"
"""
    MEANINGS: ClassVar[dict[str, str]] = MEANS
    SOURCES: ClassVar[tuple[str, ...]] = (f"{KINGMA}, Algorithm 1",)
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.optim.Adam(lr=rate, betas=(beta1, beta2), eps=epsilon), with epsilon "
        "outside of the root as here.",
        "The paper, too, says (in its section 2) that the rule is cheaper where both corrections "
        "are put into the rate.",
    )


@dataclass(frozen=True, slots=True)
class AdamW(Optimizer):
    """Adam, and θ shrinks by the share rate·decay: weight decay that the means do not see."""

    rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    decay: float = 0.01

    RULE: ClassVar[str] = r"""
network adamw
index j:P
input theta[j] theta_bar[j] m[j] v[j] t rate beta1 beta2 epsilon decay
t_next = t + 1
m_next[j] = beta1*m[j] + (1 - beta1)*theta_bar[j]
v_next[j] = beta2*v[j] + (1 - beta2)*theta_bar[j]**2
m_hat[j] = m_next[j]/(1 - beta1**t_next)
v_hat[j] = v_next[j]/(1 - beta2**t_next)
theta_next[j] = theta[j] - rate*(m_hat[j]/(sqrt(v_hat[j]) + epsilon) + decay*theta[j])
latex m_hat = "\hat{m}"  v_hat = "\hat{v}"  rate = "\eta"  decay = "\lambda"
"""
    MEANINGS: ClassVar[dict[str, str]] = MEANS | {"decay": "by how much the parameters decay"}
    SOURCES: ClassVar[tuple[str, ...]] = (
        "I. Loshchilov, F. Hutter: Decoupled Weight Decay Regularization. ICLR 2019, "
        "arXiv:1711.05101, Algorithm 2",
        f"{KINGMA}, Algorithm 1",
    )
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.optim.AdamW(lr=rate, betas=(beta1, beta2), eps=epsilon, "
        "weight_decay=decay).",
        "The paper multiplies the decay by the schedule only, not by the rate itself: its λ is "
        "rate·decay here.",
        "All parameters decay, biases too, as in PyTorch. For chosen ones use an L2 penalty.",
    )


# The optimisers by the names that the command line reads.
OPTIMISERS: dict[str, type[Optimizer]] = {
    "sgd": SGD, "momentum": Momentum, "nesterov": Nesterov, "adagrad": AdaGrad,
    "rmsprop": RMSProp, "adam": Adam, "adamw": AdamW,
}  # fmt: skip
