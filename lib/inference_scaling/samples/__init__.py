"""SampleSet: the one table that every source makes and every estimate reads.

One row is one sample; columns are NumPy arrays of equal length. Problems may have different numbers of
samples. A set never changes after it was made.
"""

from .answers import NO_ANSWER
from .answers import answer_label as answer_label
from .coercion import booleans as booleans
from .columns import SETTINGS as SETTINGS
from .errors import SampleError
from .files import read_samples, write_samples
from .frames import counts
from .joining import concat
from .table import Pool, SampleSet

__all__ = ["NO_ANSWER", "Pool", "SampleError", "SampleSet", "concat", "counts", "read_samples", "write_samples"]
