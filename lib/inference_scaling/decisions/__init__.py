"""From a pilot to a plan: how many samples, picked how, what that will reach, and what the answer rests on.

A pilot is a small recording: some samples of each of some problems. Within its samples a plan counts, over all
subsets, as `curve` does. Beyond them only coverage can be forecast; what a vote or a score reaches there may
rise, level off or fall, and nothing in the pilot says which. `backtest` plays plans on a larger recording, where it is
known what they would have reached. `hold_out` keeps a rest of one log apart, for a single choice to be judged by.
`try_remedies` chooses the parameters of eight remedies against misleading scores, and judges them on other problems.
"""

from . import backtests, holdouts, options, plans, records, remedy_table
from .backtests import *  # noqa: F403
from .holdouts import *  # noqa: F403
from .options import *  # noqa: F403
from .plans import *  # noqa: F403
from .records import *  # noqa: F403
from .remedy_table import *  # noqa: F403

__all__ = [
    *options.__all__,
    *records.__all__,
    *plans.__all__,
    *backtests.__all__,
    *holdouts.__all__,
    *remedy_table.__all__,
]
