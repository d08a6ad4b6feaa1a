"""Verifiers: their ROC curve, what best-of-N makes of it, and what it costs.

Throughout, F is the false and T the true positive rate of a threshold: the shares of wrong and of right answers
that score above it. A higher score means "more likely right".
"""

from . import divergence, laws, looks, prices, remedies, roc
from .divergence import *  # noqa: F403
from .laws import *  # noqa: F403
from .looks import *  # noqa: F403
from .prices import *  # noqa: F403
from .remedies import *  # noqa: F403
from .roc import *  # noqa: F403

__all__ = [*roc.__all__, *laws.__all__, *prices.__all__, *divergence.__all__, *looks.__all__, *remedies.__all__]
