"""Estimates from recorded samples: what pass@k, best-of-N and voting would give, and how sure that is.

The functions of one pool (`pass_at_k`, `pass_hat_k`, `best_of_n`, `majority_vote`, `weighted_vote`) average over all
subsets of k of the recorded samples, drawn without replacement: nothing is simulated where counting does.
`curve` averages them over problems, and its intervals resample problems, the unit that was sampled.
"""

from . import audits, compare, curves, intervals, pools, reliability, weighted
from .audits import *  # noqa: F403
from .compare import *  # noqa: F403
from .curves import *  # noqa: F403
from .intervals import *  # noqa: F403
from .pools import *  # noqa: F403
from .reliability import *  # noqa: F403
from .weighted import *  # noqa: F403

__all__ = [
    *pools.__all__,
    *reliability.__all__,
    *weighted.__all__,
    *intervals.__all__,
    *curves.__all__,
    *compare.__all__,
    *audits.__all__,
]
