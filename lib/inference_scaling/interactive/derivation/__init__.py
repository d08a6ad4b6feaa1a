"""Derivations: mathematics written once, checked by machine, and opened line by line on the page.

One object gives the displayed lines, the check of every step, the page's stepper and a NumPy function
for each line. ``python -m inference_scaling.site.derivations`` checks all derivations of the book.
"""

from .check import Established, established
from .model import (
    BoundedApproximation,
    Definition,
    DerivationError,
    Equality,
    Form,
    Inequality,
    Limit,
    Mistake,
    Plot,
    Solution,
    Special,
    Step,
    Symbol,
)
from .page import to_html
from .shown import Derivation

__all__ = [
    "BoundedApproximation",
    "Definition",
    "Derivation",
    "DerivationError",
    "Equality",
    "Established",
    "Form",
    "Inequality",
    "Limit",
    "Mistake",
    "Plot",
    "Solution",
    "Special",
    "Step",
    "Symbol",
    "established",
    "to_html",
]
