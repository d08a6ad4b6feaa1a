"""A run: which samples are missing, who asks for them, and what is noticed on the way."""

from __future__ import annotations

import hashlib
import heapq
import math
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np

from ..._arguments import as_counts, as_numbers, one, one_of
from ...samples import SampleError
from ...samples.errors import short
from .client import FORMS, AnswerLost, EndpointClient, EndpointError, PromptRefused, RequestRefused
from .judging import JudgeFailed, SampleJudge
from .ledger import JUDGE, MODEL, NOTHING, BudgetSpent, Charge, SpendingLedger
from .prompts import PromptRow
from .record import SampleLog

# Tokens that a chat template may add to the words of a prompt. A token has at least one byte, so bytes bound the rest.
TEMPLATE_TOKENS = 256
# Equal texts that are longer were hardly drawn twice; equal short ones, such as "42", may well have been.
COPY_LETTERS = 200
LONGEST_BACKOFF = 60.0
# So many problems refused, and none answered: the request is wrong, and not a prompt.
REFUSED = 3
# What this module sets itself.
OWN = ("model", "messages", "prompt", "n", "stream")


@dataclass(frozen=True)
class SamplingPlan:
    """What is asked for.

    Parameters
    ----------
    model : str
    samples : int
        Of each problem.
    form : {"chat", "completions"}
    temperature, top_p : float
    max_tokens : int
        The most tokens of an answer.
    system : str, optional
        A message before those of each prompt.
    seed : int
        Each sample has a seed of its own, made of this one, its problem and its number.
    per_request : int
        Samples a request.
    logprobs : bool
        Ask for the log-probability of each token.
    body : mapping
        More entries of each request; None takes one out.

    Raises
    ------
    ValueError
        Naming the argument and the value.
    """

    model: str
    samples: int
    form: str = "chat"
    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 1024
    system: str | None = None
    seed: int = 0
    per_request: int = 1
    logprobs: bool = False
    body: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        one_of("form", self.form, tuple(FORMS))
        for name in ("samples", "max_tokens", "per_request"):
            object.__setattr__(self, name, int(one(name, as_counts(name, getattr(self, name), least=1))))
        object.__setattr__(self, "seed", int(one("seed", as_counts("seed", self.seed))))
        one("temperature", as_numbers("temperature", self.temperature, least=0))
        one("top_p", as_numbers("top_p", self.top_p, above=0, most=1))
        for name in OWN:
            if name in self.body:
                raise ValueError(f"body: {name!r} is set by the run itself")
        for name in ("max_tokens", "max_completion_tokens"):
            if self.body.get(name) not in (None, self.max_tokens):
                raise ValueError(f"body: {name} = {self.body[name]!r} must be that of max_tokens, {self.max_tokens}")

    def settings(self, address: str) -> dict[str, Any]:
        """What every sample of a log has in common."""
        names = ("model", "form", "temperature", "top_p", "max_tokens", "system")
        return {**{name: getattr(self, name) for name in names}, "url": address, "body": dict(self.body)}

    def request(self, prompt: PromptRow, first: int, count: int) -> dict[str, Any]:
        """The body of a request for samples from number `first` on."""
        body: dict[str, Any] = {"model": self.model, "temperature": self.temperature, "top_p": self.top_p}
        body |= {"max_tokens": self.max_tokens, "seed": self.seed_of(prompt.problem, first)}
        if count > 1:
            body["n"] = count
        if self.form == "chat":
            said = prompt.prompt if isinstance(prompt.prompt, list) else [{"role": "user", "content": prompt.prompt}]
            system = [] if self.system is None else [{"role": "system", "content": self.system}]
            body["messages"] = system + said
        elif isinstance(prompt.prompt, list):
            raise PromptRefused("messages need the form chat")
        else:
            body["prompt"] = (self.system or "") + prompt.prompt
        if self.logprobs:
            # The two forms ask differently: whether, and for how many tokens.
            body["logprobs"] = True if self.form == "chat" else 1
        body |= self.body
        return {name: value for name, value in body.items() if value is not None}

    def seed_of(self, problem: str, number: int) -> int:
        """The seed of one sample."""
        digest = hashlib.sha256(f"{self.seed}/{problem}/{number}".encode()).digest()
        return int.from_bytes(digest[:4], "big") >> 1


@dataclass
class SampledRun:
    """How a run ended.

    Attributes
    ----------
    complete : bool
        Every sample that was asked for is there, or its vote was decided.
    ended : str
        Why no more was asked for, where it is not complete.
    retries : Counter
        How often a request was sent again, by reason.
    refused : dict of str to str
        Problems that the server refuses, and what it said.
    notes : list of str
    """

    complete: bool = False
    ended: str = ""
    retries: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        """Keep a sentence once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


class Asker:
    """Sends requests of one payer until they are answered, within the ledger."""

    def __init__(
        self,
        client: EndpointClient,
        log: SampleLog,
        ledger: SpendingLedger,
        run: SampledRun,
        *,
        form: str = "chat",
        payer: str = MODEL,
        retries: int = 6,
        backoff: float = 1.0,
        longest_wait: float = 600.0,
        rng: np.random.Generator,
    ) -> None:
        self.client, self.log, self.ledger, self.run = client, log, ledger, run
        self.form, self.payer = form, payer
        self._retries = int(one("retries", as_counts("retries", retries)))
        self._backoff = one("backoff", as_numbers("backoff", backoff, least=0))
        self._longest = one("longest_wait", as_numbers("longest_wait", longest_wait, least=0))
        self._rng, self._rng_lock = rng, threading.Lock()

    def ask(
        self, problem: str, body: dict[str, Any], most: Charge
    ) -> tuple[dict[str, Any], Callable[[Charge, list[dict[str, Any]]], None]]:
        """Return an answer, and what writes it to the log and the ledger."""
        reason = ""
        for attempt in range(self._retries + 1):
            self.client.wait()
            self.ledger.hold(most, self.payer, self.client.stopped)
            if self.client.stopped.is_set():
                self.ledger.settle(most, NOTHING, self.payer)
                raise BudgetSpent("stopped")
            number = self.log.ask(self.payer, problem, most)
            try:
                answer = self.client.post(self.form, body)
            except RequestRefused as error:
                self._free(number, most)
                reason = self._after(error, attempt)
            except AnswerLost as error:
                # It may have been generated and charged: the most that it can have cost is spent.
                self.ledger.settle(most, most, self.payer)
                reason = self._after(error, attempt)
            except EndpointError:
                self._free(number, most)
                raise
            else:
                return answer, partial(self._settle, number, most)
        raise EndpointError(f"gave up after {self._retries + 1} attempts; the last: {reason}")

    def _free(self, number: int, most: Charge) -> None:
        self.log.write({"event": "free", "request": number})
        self.ledger.settle(most, NOTHING, self.payer)

    def _settle(self, number: int, most: Charge, taken: Charge, events: list[dict[str, Any]]) -> None:
        self.log.write({"event": "answered", "request": number, **taken._asdict()}, *events)
        self.ledger.settle(most, taken, self.payer)

    def _after(self, error: RequestRefused | AnswerLost, attempt: int) -> str:
        """Wait after a failure: as long as the server said, else longer each time."""
        reason = str(error)
        if self.client.stopped.is_set():
            raise BudgetSpent("stopped")
        if error.wait is not None and error.wait > self._longest:
            raise EndpointError(f"the server asks to wait {error.wait:,.0f} s ({reason})")
        with self._rng_lock:
            self.run.retries[reason] += 1
            share = float(self._rng.random())
        if attempt < self._retries:
            grown = min(self._backoff * 2.0**attempt, LONGEST_BACKOFF)
            if error.wait is not None:
                self.client.pause(error.wait)
            self.client.stopped.wait(grown * (0.5 + share / 2) if error.wait is None else error.wait)
        return reason

    def usage(self, answer: dict[str, Any], most: Charge) -> tuple[int | None, int | None]:
        """The tokens read and generated as the server counts them, None where it does not say."""
        read, made = _used(answer)
        limit = self.ledger.limit
        if limit.tokens is not None or limit.money is not None:
            for what, got, bound in (("read", read, most.read), ("generated", made, most.made)):
                if got is not None and got > bound:
                    raise EndpointError(
                        f"the server {what} {got:,} tokens where at most {bound:,} were possible: it ignores the "
                        "limits of a request, so that no budget can be kept"
                    )
        return read, made

    def taken(self, answer: dict[str, Any], most: Charge, samples: int) -> Charge:
        """What an answer took: where the server does not say, the most that it can have taken."""
        read, made = _used(answer)
        # Of several samples some servers count the tokens of one.
        counted = sum(len(_logprobs(choice.get("logprobs")) or ()) for choice in answer["choices"])
        made = most.made if made is None else max(made, counted)
        return Charge(samples, most.read if read is None else read, made)


def _used(answer: dict[str, Any]) -> tuple[int | None, int | None]:
    """The tokens read and generated as the server writes them, None for what it does not write."""
    usage = answer.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


class _Drawing:
    """The state that all workers share."""

    def __init__(
        self,
        prompts: Sequence[PromptRow],
        plan: SamplingPlan,
        asker: Asker,
        judge: SampleJudge | None,
        enough: Callable[[list[str | None]], bool] | None,
        progress: Callable[[int, int], None],
    ) -> None:
        self.prompts, self.plan, self.asker, self.judge = prompts, plan, asker, judge
        self.enough, self.progress = enough, progress
        self.log, self.run = asker.log, asker.run
        self.lock = threading.Condition()
        self.error: BaseException | None = None
        self.per_request = 1 if enough is not None else plan.per_request
        self.flying: dict[str, set[int]] = {prompt.problem: set() for prompt in prompts}
        self.have: dict[str, set[int]] = {prompt.problem: set() for prompt in prompts}
        for problem, number in self.log.samples:
            if problem in self.have:
                self.have[problem].add(number)
        self.read: dict[str, int] = {}
        self.decided: set[str] = set()
        self.to_judge = [
            pair
            for pair in self.log.samples
            if judge is not None and pair[0] in self.have and (judge.name, *pair) not in self.log.verdicts
        ]
        self.of = {prompt.problem: prompt for prompt in prompts}
        self.place = {prompt.problem: i for i, prompt in enumerate(prompts)}
        self.queue: list[tuple[int, int]] = []
        self.queued: set[str] = set()

    # What is next

    def _queue(self, problem: str) -> None:
        """Put a problem into the queue by its first missing sample, unless it is there or nothing is missing."""
        missing = self._missing(problem)
        if missing and problem not in self.queued:
            self.queued.add(problem)
            heapq.heappush(self.queue, (missing[0], self.place[problem]))

    def next(self) -> tuple[PromptRow, list[int]] | None:
        """The samples of the next request; None where there is nothing more to ask for."""
        with self.lock:
            while self.error is None and not self.run.ended:
                if self.queue:
                    prompt = self.prompts[heapq.heappop(self.queue)[1]]
                    self.queued.discard(prompt.problem)
                    numbers = self._missing(prompt.problem)[: self.per_request]
                    if not numbers:
                        # Refused meanwhile.
                        continue
                    self.flying[prompt.problem].update(numbers)
                    self._queue(prompt.problem)
                    return prompt, numbers
                if not any(self.flying.values()):
                    return None
                # What is on its way may come back short, or may not decide a vote.
                self.lock.wait(0.2)
            return None

    def back(self, prompt: PromptRow, numbers: list[int]) -> None:
        """Samples are no longer on their way; those that did not come are missing again."""
        with self.lock:
            self.flying[prompt.problem].difference_update(numbers)
            self._queue(prompt.problem)
            self.lock.notify_all()

    def _missing(self, problem: str) -> list[int]:
        if problem in self.run.refused or problem in self.decided:
            return []
        if self.enough is not None and (self.flying[problem] or self._is_decided(problem)):
            return []
        taken = self.have[problem] | self.flying[problem]
        return [number for number in range(self.plan.samples) if number not in taken]

    def _is_decided(self, problem: str) -> bool:
        assert self.enough is not None and self.judge is not None
        answers: list[str | None] = []
        while len(answers) in self.have[problem]:
            verdict = self.log.verdicts.get((self.judge.name, problem, len(answers)))
            if verdict is None:
                return False
            answers.append(verdict["answer"])
        if answers and self.enough(answers):
            self.decided.add(problem)
            return True
        return False

    # One request

    def work(self) -> None:
        """What each worker does until there is nothing more to do."""
        try:
            while self.error is None:
                with self.lock:
                    pair = self.to_judge.pop() if self.to_judge else None
                if pair is None:
                    break
                self._judge(*pair)
            with self.lock:
                # What was drawn before may not have been judged when the run began.
                for prompt in self.prompts:
                    self._queue(prompt.problem)
            while (found := self.next()) is not None:
                prompt, numbers = found
                try:
                    self._ask(prompt, numbers)
                finally:
                    self.back(prompt, numbers)
        except BudgetSpent as spent:
            self._end(str(spent))
        except BaseException as error:
            self.fail(error)

    def _end(self, reason: str) -> None:
        with self.lock:
            self.run.ended = self.run.ended or reason
            self.lock.notify_all()

    def fail(self, error: BaseException) -> None:
        with self.lock:
            # The first error is the cause; what fails after it, fails because the run is stopped.
            self.error = self.error or error
            self.lock.notify_all()
        self.asker.client.stop()

    def _ask(self, prompt: PromptRow, numbers: list[int]) -> None:
        plan = self.plan
        body = plan.request(prompt, numbers[0], len(numbers))
        most = Charge(len(numbers), self._reads(prompt, body), plan.max_tokens * len(numbers))
        try:
            answer, settle = self.asker.ask(prompt.problem, body, most)
        except PromptRefused as refused:
            self._refuse(prompt, refused)
            return
        self._take(prompt, numbers, body, answer, most, settle)
        self.progress(sum(map(len, self.have.values())), plan.samples * len(self.prompts))

    def _reads(self, prompt: PromptRow, body: dict[str, Any]) -> int:
        """The most tokens that a prompt can be: as many as were counted once, else one a byte and a template's."""
        known = self.read.get(prompt.problem)
        if known is not None:
            return known
        words = body["prompt"] if "prompt" in body else "".join(f"{one}" for one in body["messages"])
        return len(words.encode("utf-8", "surrogatepass")) + TEMPLATE_TOKENS

    def _refuse(self, prompt: PromptRow, refused: PromptRefused) -> None:
        with self.lock:
            self.run.refused[prompt.problem] = str(refused)
            if len(self.run.refused) >= min(REFUSED, len(self.prompts)) and not any(self.have.values()):
                raise EndpointError(f"the server refuses the requests: {refused}")

    def _take(
        self,
        prompt: PromptRow,
        numbers: list[int],
        body: dict[str, Any],
        answer: dict[str, Any],
        most: Charge,
        settle: Callable[[Charge, list[dict[str, Any]]], None],
    ) -> None:
        """Keep what an answer holds, in the log first."""
        choices = answer["choices"]
        over = None
        try:
            read, made = self.asker.usage(answer, most)
        except EndpointError as error:
            # What was written is kept and counted; the run ends after it.
            over = error
            read, made = _used(answer)
        taken = self.asker.taken(answer, most, len(choices))
        events = [
            self._event(prompt, number, choice, body, answer, read, made if len(choices) == 1 else None)
            for number, choice in zip(numbers, choices, strict=False)
        ]
        settle(taken, events)
        with self.lock:
            if read is not None and over is None:
                self.read[prompt.problem] = read
            self.have[prompt.problem].update(event["sample_id"] for event in events)
            self._notice(len(numbers), len(choices), read, made)
        if over is not None:
            raise over
        for event in events:
            self._judge(prompt.problem, event["sample_id"])

    def _notice(self, asked: int, got: int, read: int | None, made: int | None) -> None:
        if got < asked:
            self.run.note(
                f"the server ignores n: {asked} samples were asked for, {got} came; from then on one a request"
            )
            self.per_request = 1
        elif got > asked:
            self.run.note(
                f"the server sent {got} samples where {asked} were asked for; the others are counted, not kept"
            )
        if read is None or made is None:
            self.run.note(
                "the server does not say how many tokens were used: each request counts with the most it can use"
            )

    def _event(
        self,
        prompt: PromptRow,
        number: int,
        choice: dict[str, Any],
        body: dict[str, Any],
        answer: dict[str, Any],
        read: int | None,
        made: int | None,
    ) -> dict[str, Any]:
        logs = _logprobs(choice.get("logprobs"))
        return {
            "event": "sample",
            "problem": prompt.problem,
            "sample_id": number,
            "text": _text_of(choice),
            "tokens": made if made is not None or logs is None else len(logs),
            "prompt_tokens": read,
            "logprob": None if logs is None else math.fsum(logs),
            "finish": choice.get("finish_reason"),
            "seed": body.get("seed"),
            "model": self.plan.model,
            "id": answer.get("id"),
            "prompt_sha256": prompt.sha256,
        }

    def _judge(self, problem: str, number: int) -> None:
        if self.judge is None:
            return
        text = self.log.samples[problem, number]["text"]
        try:
            ruling = self.judge(self.of[problem], text)
        except JudgeFailed as error:
            raise EndpointError(f"problem {short(problem)}, sample {number}: the judge failed: {error}") from None
        if ruling.correct is not None:
            self.log.write(
                {
                    "event": "judged",
                    "problem": problem,
                    "sample_id": number,
                    **ruling._asdict(),
                    "judge": self.judge.name,
                }
            )


def _text_of(choice: dict[str, Any]) -> str:
    message = choice.get("message")
    text = message.get("content") if isinstance(message, dict) else choice.get("text")
    # A model that only called a tool, or only thought, has said nothing.
    return text if isinstance(text, str) else ""


def _logprobs(found: Any) -> list[float] | None:
    """The log-probabilities of the tokens, in both forms in which servers write them."""
    if not isinstance(found, dict):
        return None
    if isinstance(found.get("content"), list):
        logs = [one.get("logprob") for one in found["content"] if isinstance(one, dict)]
    else:
        logs = found.get("token_logprobs") or []
    whole = [float(one) for one in logs if isinstance(one, (int, float)) and math.isfinite(one)]
    return whole if whole and len(whole) == len(logs) else None


def draw(
    prompts: Sequence[PromptRow],
    plan: SamplingPlan,
    asker: Asker,
    *,
    judge: SampleJudge | None = None,
    at_once: int = 8,
    enough: Callable[[list[str | None]], bool] | None = None,
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> SampledRun:
    """Draw the samples that a log lacks, and judge those that are not judged.

    Parameters
    ----------
    prompts : sequence of PromptRow
    plan : SamplingPlan
    asker : Asker
        With the log open, and a ledger that knows what it has spent.
    judge : SampleJudge, optional
    at_once : int
        Requests at a time. Of all problems the first samples come first, so that a budget leaves them equal.
    enough : callable, optional
        Whether the answers of a problem, in their order, decide its vote; then a problem's samples are drawn one after
        the other, and no more of it are asked for. Needs a judge that says what the answer is.
    progress : callable
        Told how many samples are there, of how many.

    Returns
    -------
    SampledRun

    Raises
    ------
    EndpointError
        When the run cannot go on. What was drawn is in the log.
    SampleError
        When the log is of other settings or prompts.
    """
    at_once = int(one("at_once", as_counts("at_once", at_once, least=1)))
    if enough is not None and judge is None:
        raise ValueError("enough: a vote needs a judge that says what the answer is")
    limit = asker.ledger.limit
    if plan.per_request > 1 and not plan.logprobs and (limit.tokens is not None or limit.money is not None):
        raise ValueError(
            "several samples a request and a budget in tokens or money need --logprobs, which shows the tokens of each "
            "sample: some servers count those of one sample only"
        )
    for prompt in prompts:
        if judge is not None and judge.needs and getattr(prompt, judge.needs) is None:
            raise SampleError(f"problem {short(prompt.problem)} has no {judge.needs}, which the judge needs")
    _check_same(asker.log, plan.settings(asker.client.address), prompts)
    state = _Drawing(prompts, plan, asker, judge, enough, progress)
    threads = [threading.Thread(target=state.work, daemon=True) for _ in range(at_once)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            # A join without a limit would not be woken by Ctrl-C everywhere.
            while thread.is_alive():
                thread.join(0.1)
    except BaseException as error:
        state.fail(error)
        for thread in threads:
            thread.join(5)
        raise
    if state.error is not None:
        raise state.error
    run = asker.run
    run.complete = not run.refused and all(
        len(state.have[prompt.problem]) >= plan.samples or prompt.problem in state.decided for prompt in prompts
    )
    if run.complete:
        run.ended = ""
    run.notes += _noticed(asker.log, plan, {prompt.problem for prompt in prompts})
    return run


def _check_same(log: SampleLog, settings: dict[str, Any], prompts: Sequence[PromptRow]) -> None:
    """Refuse to add samples of another kind to a log."""
    if log.settings is None:
        log.write({"event": "run", "settings": settings, "version": version("inference-scaling")})
    for name, value in settings.items():
        before = (log.settings or {}).get(name)
        if before != value:
            raise SampleError(
                f"{log.path.name}: its samples were drawn with {name} = {short(before)}, not {short(value)}: "
                "name another log, or use the settings of this one"
            )
    of = {prompt.problem: prompt.sha256 for prompt in prompts}
    for (problem, _), sample in log.samples.items():
        if of.get(problem, sample["prompt_sha256"]) != sample["prompt_sha256"]:
            raise SampleError(f"{log.path.name}: the problem {short(problem)} had another prompt: name another log")


def _noticed(log: SampleLog, plan: SamplingPlan, problems: set[str]) -> list[str]:
    """What the samples show: copies, and answers that were cut off."""
    mine = [sample for (problem, _), sample in sorted(log.samples.items()) if problem in problems]
    notes = []
    seen = Counter((sample["problem"], sample["text"]) for sample in mine)
    copies = sum(count - 1 for (_, text), count in seen.items() if len(text) >= COPY_LETTERS)
    all_equal = _all_equal(mine)
    if plan.temperature > 0 and (copies or all_equal):
        what = (
            f"{copies:,} of {len(mine):,} samples are copies, letter by letter, of a longer one of the same problem"
            if copies
            else "every sample of each problem says the same"
        )
        notes.append(
            f"{what}: the server may return what it has kept, or ignore the seed or the temperature; "
            "copies are no samples"
        )
    if plan.temperature == 0 and plan.samples > 1:
        notes.append("at temperature 0 the samples of a problem are one sample: only a higher one draws")
    cut = sum(sample["finish"] == "length" for sample in mine)
    if cut:
        notes.append(f"{cut:,} of {len(mine):,} samples were cut off at {plan.max_tokens:,} tokens")
    empty = sum(not sample["text"].strip() for sample in mine)
    if empty:
        notes.append(f"{empty:,} of {len(mine):,} samples are empty")
    return notes


def _all_equal(samples: list[dict[str, Any]]) -> bool:
    """Whether no problem has two texts, with enough samples to say so."""
    texts: dict[str, set[str]] = {}
    for sample in samples:
        texts.setdefault(sample["problem"], set()).add(sample["text"])
    return len(samples) >= 4 * len(texts) and len(texts) >= 2 and all(len(one) == 1 for one in texts.values())


def judge_asker(asker: Asker, model: str, max_tokens: int = 16) -> Callable[[str, str], str]:
    """Return what sends a question to the judge's endpoint and returns the reply; its tokens go to the same ledger."""

    def ask(problem: str, question: str) -> str:
        body = {
            "model": model,
            "temperature": 0,
            "max_tokens": max_tokens,
            "messages": [{"role": "user", "content": question}],
        }
        most = Charge(0, len(question.encode("utf-8", "surrogatepass")) + TEMPLATE_TOKENS, max_tokens)
        try:
            answer, settle = asker.ask(problem, body, most)
        except PromptRefused as error:
            raise JudgeFailed(str(error)) from None
        settle(asker.taken(answer, most, 0), [])
        asker.usage(answer, most)
        return _text_of(answer["choices"][0])

    return ask


__all__ = ["JUDGE", "Asker", "SampledRun", "SamplingPlan", "draw", "judge_asker"]
