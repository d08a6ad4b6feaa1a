"""What the library says, in the words of the command line."""

from __future__ import annotations

import re
import shlex

from ..samples import SETTINGS, SampleError

# How messages of the library name its arguments, and how the command line names them.
OPTION_NAMES = (
    (r"; at_least = … would set", "; --at-least X would set"),
    (r"\ba column 'reward' keeps shares", "--reward COLUMN keeps shares"),
    (r"there is no column ('[^']*') for '(\w+)'", r"--\2: there is no column \1"),
    (r"unscored = 'wrong' or 'skip'", "--unscored wrong or --unscored skip"),
    (r"with unscored = 'skip'", "with --unscored skip"),
    (r"choose one with where = \{'(\w+)': …\}", r"choose one with --where \1=…, or keep them apart with --by \1"),
    (r"with judge = … ", "with --judge RULE "),
    (r"several metrics: name one of ", "several metrics: name one with --metric: "),
    (r"\bmetric = '([^']*)'", r"--metric \1"),
    (r"can be left out with select", "can be left out with --at-least-samples N"),
    (r"^prompt = None: the samples have", "--prompt is missing: the samples have"),
    (r", as in TokenCost\(prompt='shared'\): 'shared' once", ", as in --prompt shared: shared once"),
    (r"'each' with every sample, 'free' not at all", "each with every sample, free not at all"),
    (r"^prompt = '([^']*)'", r"--prompt \1"),
    (r"else prompt = '([^']*)'", r"else --prompt \1"),
    (r"^unit = ", "--price-unit "),
    (r"^budget = (?=.* a problem; the curves)", "--budget "),
    (r"with shared = True", "with --shared"),
    (r"^total_budget = (\S+) for (\d+) problems", r"--total-budget \1 --for \2"),
    (r"^total_budget = ", "--total-budget "),
    (r"^for_problems = ", "--for "),
    (r"^scores: ", "--score: "),
    (r"^pilot_size = ", "--pilot "),
    (r"^objective = 'reward': the samples have no", "--objective reward: --reward COLUMN is missing, and there is no"),
    (r"^problems = (?=.*must be)", "--pilot-problems "),
    (r"^repeats = ", "--repeats "),
)


def one_line(error: Exception | str) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    text = " ".join(str(error).split())
    if isinstance(error, SampleError) and error.column in SETTINGS:
        text += f" (--where {error.column}=…, or --by {error.column})"
    return with_options(text)


def with_options(text: str) -> str:
    for python, option in OPTION_NAMES:
        text = re.sub(python, option, text)
    return re.sub(r"names = \{([^{}]*)\}", _names_as_options, text)


def _names_as_options(found: re.Match[str]) -> str:
    """What names the columns of a table, as options."""
    pairs = re.findall(r"'(\w+)': (?:'([^']*)'|\"([^\"]*)\")", found[1])
    return " ".join(f"--{name.replace('_', '-')} {_quoted(one or other)}" for name, one, other in pairs)


def _quoted(column: str) -> str:
    return "COLUMN" if column == "…" else shlex.quote(column)
