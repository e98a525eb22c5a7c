"""Upper bounds that count people, for when too few err to say how errors vary among people."""

from __future__ import annotations

import numpy as np

from visavis.errors import InputInvalid

__all__ = ["pair_bound", "people_bound"]


def people_bound(erring: int, people: int, *, confidence: float) -> float:
    """Upper bound of the share of people who ever err, and so of a rate that weighs people alike.

    People are drawn independently, their comparisons are not. With nobody erring it is the rule
    of 3 (3 / people at 95 %).

    Args:
        erring: people with at least one error.
        people: people tested.
        confidence: one-sided, for the lower end is 0 and cannot miss.

    Raises:
        InputInvalid: no people, or more erring than there are.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - slow to import, only intervals need it

    if not 0 <= erring <= people or people < 1:
        raise InputInvalid("at most as many people err as were tested, and at least one was")
    return float(betaincinv(erring + 1, people - erring, confidence)) if erring < people else 1.0


def pair_bound(erring: int, pairs: int, *, busiest: int, confidence: float) -> float:
    """Upper bound of the share of pairs of people who ever err, however errors depend on people.

    Pairs that share nobody are independent; others are not. The compared pairs fall into
    ``busiest + 1`` groups in which nobody occurs twice (Vizing's theorem), of equal size but for
    one (de Werra), so each has at least m = floor(pairs / (busiest + 1)) independent pairs, and an
    average one has u = erring / (busiest + 1) errors. By Markov's inequality at least the share
    1 - u / (c + 1) of the groups has c errors or fewer, so at a true share p

        P(so few errors) <= P(Binomial(m, p) <= c) / (1 - u / (c + 1)),

    and the bound is the smallest p, over all c, at which that falls to 1 - confidence. With no
    errors among all pairs of n people it is the rule of 3 over (n - 1) / 2 pairs: about 6 / n.

    Args:
        erring: pairs of people with at least one error.
        pairs: pairs of people who were compared.
        busiest: the largest number of other people that anybody was compared with.
        confidence: one-sided, for the lower end is 0 and cannot miss.

    Raises:
        InputInvalid: no pairs, or more erring than there are.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - slow to import, only intervals need it

    if not 0 <= erring <= pairs or pairs < 1 or busiest < 1:
        raise InputInvalid("at most as many pairs err as were compared, and at least one was")
    groups = busiest + 1
    size = pairs // groups
    errors = np.arange(int(erring / groups), size)
    if not errors.size:
        return 1.0
    left = (1.0 - confidence) * (1.0 - erring / groups / (errors + 1))
    return float(np.min(betaincinv(errors + 1, size - errors, 1.0 - left)))
