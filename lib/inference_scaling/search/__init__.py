"""Search over partial solutions: nine strategies, one budget, one ledger.

A **puzzle** is any object with

- ``start(rng)``: the first state;
- ``expand(state, k, rng)``: a list of 1 to k next states, drawn with ``rng``;
- ``is_done(state)`` and ``is_correct(state)``.

It may also have

- ``expand_many(states, counts, rng)``: the lists for many states at once, for puzzles that work in batches;
- ``branching(state)``: how many different next states there are, so that no more are asked for;
- ``step_tokens(states)`` with ``max_step_tokens``: tokens of each state's last step, for budgets in tokens.

A **verifier** is a callable: a list of states in, one finite number a state out, higher is better. A strategy
knows right from wrong by the verifier alone; ``is_correct`` is asked once, about the state that it returns.
"""

from . import particles, strategies, uct
from .particles import *  # noqa: F403
from .strategies import *  # noqa: F403
from .strategies import _shares as _shares
from .uct import *  # noqa: F403

__all__ = [*strategies.__all__, *particles.__all__, *uct.__all__]
