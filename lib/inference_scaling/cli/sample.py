"""The command `sample`: prompts, an OpenAI-compatible endpoint, a table of samples."""

from __future__ import annotations

import argparse
import json
import math
import os
import shlex
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from ..estimates import BetaRule, CertainRule, TokenPrices, WindowRule, majority_vote, problem_interval, vote_stops
from ..samples import SampleSet, read_samples
from ..sources import endpoint
from ..sources.endpoint.prompts import FIELDS
from ..sources.endpoint.record import ENDINGS
from ..sources.logs import JUDGES
from .output import Command, note_lines, size_line
from .programs import ProgramJudge
from .progress import ProgressLine

MILLION = 1_000_000
PROGRAM = "program"
UNSCORED = ("refuse", "wrong", "skip")
VOTES = ("certain", "adaptive", "window")


def add_sample(commands: Any) -> Command:
    command = commands.add_parser(
        "sample",
        help="draw samples from a model behind an OpenAI-compatible endpoint, within a budget",
        description=(
            "Send each prompt N times to a model, judge the answers, and write a table for the other commands. A log "
            "beside the table keeps each sample as soon as it is there: the same command goes on where a run ended."
        ),
    )
    command.add_argument("prompts", metavar="PROMPTS", help="one prompt a problem: .jsonl, .csv or .tsv")
    command.add_argument("--url", required=True, help="the endpoint up to its version, as http://127.0.0.1:8080/v1")
    command.add_argument("--model", required=True, metavar="NAME")
    command.add_argument("--samples", required=True, type=int, metavar="N", help="samples of each problem")
    command.add_argument("--out", required=True, metavar="OUT", help="the table to write: .csv or .jsonl")
    command.add_argument("--log", metavar="LOG", help="the log of the run (default: OUT with the ending .log)")
    command.add_argument(
        "--key-env",
        metavar="VARIABLE",
        help="the environment variable that holds the key of the endpoint (default: no key is sent)",
    )
    columns = command.add_argument_group("the columns of your prompts")
    for name, usual in FIELDS.items():
        columns.add_argument(f"--{name}", metavar="COLUMN", help=f"if not one of {', '.join(usual)}")
    _add_request(command)
    _add_judge(command)
    _add_budget(command)
    _add_votes(command)
    return command, _sample


def _add_request(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("the request")
    group.add_argument("--form", choices=("chat", "completions"), default="chat", help="(default: chat)")
    group.add_argument("--system", metavar="TEXT", help="a message before each prompt")
    group.add_argument("--temperature", type=float, default=1.0, help="(default: 1)")
    group.add_argument("--top-p", type=float, default=1.0, help="(default: 1)")
    group.add_argument("--max-tokens", type=int, default=1024, help="the most tokens of an answer (default: 1024)")
    group.add_argument("--seed", type=int, default=0, help="each sample gets a seed made of this one (default: 0)")
    group.add_argument("--per-request", type=int, default=1, metavar="N", help="samples a request (default: 1)")
    group.add_argument("--logprobs", action="store_true", help="ask for log-probabilities; the table has their sum")
    group.add_argument(
        "--score", choices=("logprob", "mean-logprob"), help="take the log-probability (a token) for the column score"
    )
    group.add_argument("--body", metavar="JSON", help="more entries of a request; null takes one out")
    group = command.add_argument_group("how requests are sent")
    group.add_argument("--at-once", type=int, default=8, metavar="N", help="requests at a time (default: 8)")
    group.add_argument("--per-minute", type=float, metavar="N", help="the most requests a minute")
    group.add_argument("--timeout", type=float, default=120.0, metavar="S", help="seconds a request (default: 120)")
    group.add_argument("--retries", type=int, default=6, metavar="N", help="attempts after the first (default: 6)")
    group.add_argument(
        "--backoff", type=float, default=1.0, metavar="S", help="seconds before the second attempt, then doubled"
    )


def _add_judge(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("what judges a sample")
    one = group.add_mutually_exclusive_group(required=True)
    one.add_argument(
        "--judge",
        metavar="RULE",
        help=f"{', '.join(JUDGES)}, compared with the target; your function of response and target, module:function; "
        f"or {PROGRAM}: the answer is a program, run with the prompt's tests in the grader's sandbox",
    )
    one.add_argument(
        "--judge-command",
        metavar="COMMAND",
        help="reads a JSON object with problem, response, target; prints one with correct (answer, score)",
    )
    one.add_argument("--judge-model", metavar="NAME", help="a model that compares the response with the target")
    group.add_argument("--judge-url", metavar="URL", help="its endpoint (default: that of the samples)")
    group.add_argument("--judge-key-env", metavar="VARIABLE", help="the environment variable with its key")
    group.add_argument(
        "--unscored",
        choices=UNSCORED,
        default="refuse",
        help="how to count samples that the judge said nothing of (default: refuse)",
    )


def _add_budget(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("a budget that is never passed, over all runs with one log")
    group.add_argument("--budget-samples", type=int, metavar="N")
    group.add_argument("--budget-tokens", type=int, metavar="N", help="tokens read and generated, those of a judge too")
    group.add_argument("--budget-money", type=float, metavar="X", help="needs the prices")
    group.add_argument("--price-in", type=float, metavar="P", help="of tokens read")
    group.add_argument("--price-out", type=float, metavar="P", help="of tokens generated")
    group.add_argument("--price-unit", metavar="UNIT", help="of the prices, as 'USD per million tokens'")
    group.add_argument("--judge-price-in", type=float, metavar="P", help="of tokens that the judge reads")
    group.add_argument("--judge-price-out", type=float, metavar="P", help="of tokens that it generates")


def _add_votes(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("votes that stop")
    group.add_argument(
        "--stop-votes",
        choices=VOTES,
        help="draw the samples of a problem one after the other, until its vote cannot change (certain), is likely "
        "enough to stay (adaptive), or a window of equal answers came (window)",
    )
    group.add_argument("--confidence", type=float, default=0.95, help="of --stop-votes adaptive (default: 0.95)")
    group.add_argument("--window", type=int, default=4, help="of --stop-votes window (default: 4)")


def _sample(arguments: argparse.Namespace) -> tuple[str, int]:
    out = Path(arguments.out)
    log_path = Path(arguments.log) if arguments.log else out.with_suffix(".log")
    if out.suffix.lower() not in ENDINGS:
        raise ValueError(f"--out {out}: must end in .csv or .jsonl")
    if out.exists() and not log_path.exists():
        raise ValueError(f"{out} already exists and is of no log {log_path}: name another file, or remove it")
    names = {name: getattr(arguments, name) for name in FIELDS if getattr(arguments, name) is not None}
    prompts = endpoint.read_prompts(arguments.prompts, names)
    plan, limit, enough = _plan(arguments), _limit(arguments), _enough(arguments)
    client = _client(arguments, arguments.url, arguments.key_env)
    with endpoint.SampleLog(log_path) as log:
        ledger = endpoint.SpendingLedger(limit)
        lost = log.tell(ledger)
        before = len(log.samples)
        line: ProgressLine | None = arguments.progress
        run = endpoint.SampledRun()
        options: dict[str, Any] = {"retries": arguments.retries, "backoff": arguments.backoff}
        rng = np.random.default_rng(arguments.seed)
        asker = endpoint.Asker(client, log, ledger, run, form=arguments.form, rng=rng, **options)
        judge = _judge(arguments, asker, options, rng)
        all_ = plan.samples * len(prompts)
        try:
            endpoint.draw(
                prompts, plan, asker, judge=judge, at_once=arguments.at_once, enough=enough, progress=_shown(line)
            )
        except (endpoint.EndpointError, KeyboardInterrupt) as error:
            kept = f"{len(log.samples):,} of {all_:,} samples are in {log_path}; the same command goes on from there"
            if line is not None:
                line.clear()
            if isinstance(error, KeyboardInterrupt):
                print(f"{arguments.prog}: stopped; {kept}", file=sys.stderr)
                return "", 130
            raise ValueError(f"{error}; {kept}") from None
        lines = _resumed(log, before, lost)
        rows = _rows(arguments, log, prompts, judge, run.ended)
    endpoint.write_table(rows, out)
    return _told(arguments, out, run, ledger, lines), 0 if run.complete else 1


def _plan(arguments: argparse.Namespace) -> endpoint.SamplingPlan:
    body = {}
    if arguments.body is not None:
        with suppress(ValueError):
            body = json.loads(arguments.body)
        if not isinstance(body, dict) or not body:
            raise ValueError(f'--body {arguments.body!r:.60}: must be a JSON object, as {{"top_k": 20}}')
    return endpoint.SamplingPlan(
        model=arguments.model,
        samples=arguments.samples,
        form=arguments.form,
        temperature=arguments.temperature,
        top_p=arguments.top_p,
        max_tokens=arguments.max_tokens,
        system=arguments.system,
        seed=arguments.seed,
        per_request=arguments.per_request,
        logprobs=arguments.logprobs or arguments.score is not None,
        body=body,
    )


def _limit(arguments: argparse.Namespace) -> endpoint.SpendingLimit:
    prices = {}
    given = [arguments.price_in, arguments.price_out, arguments.price_unit]
    if any(one is not None for one in given):
        if any(one is None for one in given):
            raise ValueError("--price-in, --price-out and --price-unit belong together")
        # Checks the prices and their unit.
        TokenPrices(arguments.price_in, arguments.price_out, arguments.price_unit)
        prices["model"] = (arguments.price_in / MILLION, arguments.price_out / MILLION)
        if arguments.judge_model is not None:
            own = (arguments.judge_price_in, arguments.judge_price_out)
            if any(one is None or not 0 <= one < math.inf for one in own):
                raise ValueError("--judge-price-in and --judge-price-out are needed: the judge's tokens cost, too")
            prices["judge"] = (own[0] / MILLION, own[1] / MILLION)
    elif arguments.budget_money is not None:
        raise ValueError("--budget-money needs --price-in, --price-out and --price-unit")
    return endpoint.SpendingLimit(arguments.budget_samples, arguments.budget_tokens, arguments.budget_money, prices)


def _enough(arguments: argparse.Namespace) -> Callable[[list[str | None]], bool] | None:
    if arguments.stop_votes is None:
        return None
    if arguments.judge_model is not None:
        raise ValueError("--stop-votes needs a judge that says what the answer is: --judge or --judge-command")
    rules = {
        "certain": CertainRule,
        "adaptive": lambda: BetaRule(arguments.confidence),
        "window": lambda: WindowRule(arguments.window),
    }
    rule = rules[arguments.stop_votes]()
    return lambda answers: vote_stops(answers, rule, arguments.samples)


def _client(arguments: argparse.Namespace, url: str, variable: str | None) -> endpoint.EndpointClient:
    key = None
    if variable is not None:
        key = os.environ.get(variable)
        if not key:
            raise ValueError(f"the environment has no variable {variable} with a key")
    return endpoint.EndpointClient(url, key=key, timeout=arguments.timeout, per_minute=arguments.per_minute)


def _judge(
    arguments: argparse.Namespace, asker: endpoint.Asker, options: dict[str, Any], rng: np.random.Generator
) -> Any:
    keys = [name for name in (arguments.key_env, arguments.judge_key_env) if name is not None]
    if arguments.judge_command is not None:
        return endpoint.CommandJudge(shlex.split(arguments.judge_command), without=keys)
    if arguments.judge is not None:
        if arguments.judge == PROGRAM:
            return ProgramJudge(continues=arguments.form == "completions")
        return (
            endpoint.function_judge(arguments.judge) if ":" in arguments.judge else endpoint.NamedJudge(arguments.judge)
        )
    variable = arguments.judge_key_env or (arguments.key_env if arguments.judge_url is None else None)
    client = _client(arguments, arguments.judge_url or arguments.url, variable)
    client.stopped = asker.client.stopped
    own = endpoint.Asker(client, asker.log, asker.ledger, asker.run, payer="judge", rng=rng, **options)
    return endpoint.EndpointJudge(arguments.judge_model, endpoint.judge_asker(own, arguments.judge_model))


def _shown(line: ProgressLine | None) -> Callable[[int, int], None]:
    """What shows how many samples there are; the threads that draw them call it."""
    return lambda done, every: None if line is None else line.show("samples", done, every)


def _resumed(log: endpoint.SampleLog, before: int, lost: int) -> list[str]:
    lines = []
    if before:
        lines.append(f"{before:,} samples were in {log.path.name} before.")
    if log.dropped:
        lines.append(f"Note: the last line of {log.path.name} was half-written, and was dropped.")
    if lost:
        lines.append(
            f"Note: {lost:,} requests were sent and never answered; each counts with the most that it can have cost."
        )
    return lines


def _rows(
    arguments: argparse.Namespace, log: endpoint.SampleLog, prompts: list[endpoint.PromptRow], judge: Any, ended: str
) -> list[dict[str, Any]]:
    rows = endpoint.rows_of(log, [prompt.problem for prompt in prompts], judge.name, arguments.score)
    if not rows:
        raise ValueError("no sample was drawn, so no table is written: is the budget below one request?")
    unjudged = sum(row["correct"] is None for row in rows)
    if unjudged and arguments.unscored == "refuse":
        why = f"the budget is spent ({ended}): " if ended else ""
        raise ValueError(
            f"{why}{unjudged:,} of {len(rows):,} samples are not judged, so no table is written; they are kept in "
            f"{log.path}: --unscored wrong or --unscored skip says how to count them"
        )
    if arguments.unscored == "skip":
        rows = [row for row in rows if row["correct"] is not None]
        if not rows:
            raise ValueError(f"no sample is judged, so no table is written; the samples are kept in {log.path}")
    return [{**row, "correct": bool(row["correct"])} for row in rows]


def _told(
    arguments: argparse.Namespace,
    out: Path,
    run: endpoint.SampledRun,
    ledger: endpoint.SpendingLedger,
    lines: list[str],
) -> str:
    spent, judge = ledger.spent(), ledger.spent("judge")
    money = ledger.money()
    cost = f"Spent: {spent.samples:,} samples, {spent.read:,} tokens read and {spent.made:,} generated"
    if any(judge):
        cost += f"; the judge read {judge.read:,} and generated {judge.made:,}"
    if money is not None:
        cost += f"; {money:.4g} {TokenPrices(0, 0, arguments.price_unit).currency}"
    notes = [*run.notes]
    if run.retries:
        reasons = ", ".join(f"{count:,} × {reason}" for reason, count in run.retries.most_common(3))
        notes.append(f"{run.retries.total():,} requests were sent again: {reasons}")
    for problem, reason in list(run.refused.items())[:3]:
        notes.append(f"the server refuses problem {problem}: {reason}")
    if arguments.stop_votes is not None:
        notes.append(
            "a problem's samples end with its vote, so that shares of right samples over all of them are biased: draw "
            "a fixed number for curve and plan"
        )
    if run.ended:
        notes.append(f"not complete, the budget is spent ({run.ended}); a larger one goes on from here")
    next_ = f"Next: inference-scaling curve {out}"
    samples = read_samples(out)
    if arguments.stop_votes is not None and samples.answer is not None and len(samples.problems) > 1:
        lines.append(_voted(samples))
    return "\n".join([size_line(str(out), samples), *lines, f"{cost}.", *note_lines(notes), next_])


def _voted(samples: SampleSet) -> str:
    """What the votes gave: the accuracy of each vote over all samples that it drew, and its interval over problems."""
    values = [
        majority_vote(pool.answer, pool.correct, size)
        for pool, size in zip(samples.pools(), samples.n.tolist(), strict=True)
    ]
    low, high = (end.item() for end in problem_interval(values, rng=0))
    return (
        f"Votes: {np.mean(values):.3f} right, 95 % interval [{low:.3f}, {high:.3f}] over problems, with "
        f"{samples.n.mean():.1f} samples a problem."
    )
