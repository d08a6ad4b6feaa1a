"""Estimates from recorded samples: what pass@k, best-of-N and voting would give, and how sure that is.

The functions of one pool (`pass_at_k`, `pass_hat_k`, `best_of_n`, `majority_vote`, `weighted_vote`) average over all
subsets of k of the recorded samples, drawn without replacement: nothing is simulated where counting does.
`soft_best_of_n`, `best_of_poisson` and `pessimistic_pick` do so for picks that hold back from the best score.
`stopped_vote` does so for votes that stop early, `stopped_votes` over problems, and `best_stopping` bounds what any of
them can reach. `sample_cost` says what k samples cost, in tokens or
money. `curve` averages over problems, and its intervals resample problems, the unit sampled. `compare`
sets the curves of two systems against each other, problem by problem and with a band over all k,
`compare_at_cost` at equal tokens or money; `rank` orders several.
`compare_settings` pools several temperatures or prompts of one model.
"""

from . import (
    audits,
    costs,
    curves,
    equal_cost,
    intervals,
    paired,
    pools,
    ranking,
    reliability,
    rewards,
    settings,
    soft_picks,
    split,
    stopping,
    stopping_by_cap,
    stopping_over_problems,
    systems,
    weighted,
)
from .audits import *  # noqa: F403
from .costs import *  # noqa: F403
from .curves import *  # noqa: F403
from .equal_cost import *  # noqa: F403
from .intervals import *  # noqa: F403
from .paired import *  # noqa: F403
from .pools import *  # noqa: F403
from .ranking import *  # noqa: F403
from .reliability import *  # noqa: F403
from .rewards import *  # noqa: F403
from .settings import *  # noqa: F403
from .soft_picks import *  # noqa: F403
from .split import *  # noqa: F403
from .stopping import *  # noqa: F403
from .stopping_by_cap import *  # noqa: F403
from .stopping_over_problems import *  # noqa: F403
from .systems import *  # noqa: F403
from .weighted import *  # noqa: F403

__all__ = [
    *pools.__all__,
    *reliability.__all__,
    *rewards.__all__,
    *soft_picks.__all__,
    *weighted.__all__,
    *stopping.__all__,
    *stopping_by_cap.__all__,
    *stopping_over_problems.__all__,
    *intervals.__all__,
    *costs.__all__,
    *curves.__all__,
    *paired.__all__,
    *split.__all__,
    *systems.__all__,
    *equal_cost.__all__,
    *ranking.__all__,
    *settings.__all__,
    *audits.__all__,
]
