"""Samples of a model behind an OpenAI-compatible endpoint: asked for, logged, judged, and written as a table.

Two files. The **log** only grows: one JSON object a line, each an event of the run. A line is written before what it
says can be lost, so whatever kills the run, the next one reads the log and goes on where it ended.

========  =====================================================================================================
event     its entries
========  =====================================================================================================
run       ``settings``: model, address without keys, temperature, top_p, max_tokens, system, form; ``version``
asked     before a request: ``request`` (its number), ``payer`` ("model", "judge"), ``problem``, ``samples``
          (how many), ``read`` and ``made``: the most tokens that it can read and generate
free      the request generated nothing: it was refused, or never arrived
answered  the request was answered: ``samples``, and ``read`` and ``made`` as the server counted them
sample    ``problem``, ``sample_id``, ``text``, ``tokens``, ``prompt_tokens``, ``logprob`` (the sum over its
          tokens), ``finish``, ``seed``, ``model``, ``id`` (the server's), ``prompt_sha256`` (its first letters)
judged    ``problem``, ``sample_id``, ``correct``, ``answer``, ``score``, ``judge`` (which one said so)
========  =====================================================================================================

A sample is the pair (problem, sample_id), numbered from 0 in each problem. It is there when its line is, so a run is
complete when every pair is, and a pair that is there is never asked for again. A request that was asked and neither
answered nor free, as after a kill, counts with the most that it could have cost: it may have been charged.

The **table** is written from the log: one row a sample with problem, sample_id, correct, answer, score, tokens,
prompt_tokens, logprob, seed, model and id; `samples.read_samples` reads it.
"""

from .asking import Asker, SampledRun, SamplingPlan, draw, judge_asker
from .client import EndpointClient, EndpointError
from .judging import CommandJudge, EndpointJudge, JudgeFailed, NamedJudge, Ruling, function_judge
from .ledger import BudgetSpent, SpendingLedger, SpendingLimit
from .prompts import PromptRow, read_prompts
from .record import SampleLog, rows_of, write_table

__all__ = [
    "Asker",
    "BudgetSpent",
    "CommandJudge",
    "EndpointClient",
    "EndpointError",
    "EndpointJudge",
    "JudgeFailed",
    "NamedJudge",
    "PromptRow",
    "Ruling",
    "SampleLog",
    "SampledRun",
    "SamplingPlan",
    "SpendingLedger",
    "SpendingLimit",
    "draw",
    "function_judge",
    "judge_asker",
    "read_prompts",
    "rows_of",
    "write_table",
]
