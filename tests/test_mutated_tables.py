"""Tables and logs with something wrong in them: 300 and 600, from a seed; each is read whole or refused in a line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from inference_scaling import SampleError, cli, curve, read_samples
from inference_scaling.sources import logs
from shares import few_of

LOGS = sorted(path for path in (Path(__file__).resolve().parent / "tool_logs").iterdir() if path.suffix != ".toml")
LOGS = [path for path in LOGS if path.suffix in (".json", ".jsonl")]
METRICS = {
    "evalplus_eval_results.json": "plus",
    "samples_own_sums.jsonl": "exact_match,strict-match",
}
# What stands where something else was meant.
OTHER = [None, [], {}, "", "x", "nan", -1, 2, 0.5, True, 1e308, 10**400, [[]], {"a": None}, "1e400", "\u202e"]
OTHER += [[1, 2], "\n", "a" * 5000]
CELLS = ["", "x", "nan", "inf", "-inf", "-1", "2", "0.5", "1e400", "9" * 400, '"', "'", "\t", "\x00", "\u202e", ","]
CELLS += ["None", "a" * 140_000]


def batches(count, size):
    """Seeds in groups: a test acts a group, and the first few groups belong to every run."""
    return few_of([range(start, start + size) for start in range(0, count, size)], 4)


def mutated_table(rng):
    """A good table of 40 samples with one to three things wrong: a cell, a column, a line, an ending, a name."""
    columns = ["problem", "correct", "answer", "score", "reward", "tokens", "model", "sample_id"]
    kept = ["problem", "correct", *(name for name in columns[2:] if rng.random() < 0.6)]
    rows = []
    for i in range(40):
        of = {"problem": f"p{i // 8}", "correct": i % 3 == 0, "answer": i % 5, "score": i / 7, "reward": (i % 5) / 4}
        of |= {"tokens": 10 + i, "model": "m", "sample_id": i % 8}
        rows.append([str(of[name]) for name in kept])
    head = list(kept)
    for _ in range(rng.integers(1, 4)):
        kind, row, column = rng.integers(7), rng.integers(len(rows)), rng.integers(len(head))
        if kind <= 2:
            rows[row][min(column, len(rows[row]) - 1)] = CELLS[rng.integers(len(CELLS))]
        elif kind == 3:
            rows[row] = rows[row][:-1]
        elif kind == 4:
            head[column] = CELLS[rng.integers(len(CELLS))] if rng.random() < 0.5 else "correct"
        elif kind == 5:
            rows = rows[: rng.integers(len(rows) + 1)] or [rows[0]]
        else:
            rows[row] = rows[(row + 1) % len(rows)]
    text = "\n".join(map(",".join, [head, *rows])) + "\n"
    return text if rng.random() < 0.9 else text[: rng.integers(len(text))]


def harmed(rng, one, chance):
    if rng.random() < chance:
        return OTHER[rng.integers(len(OTHER))]
    if isinstance(one, dict):
        names = {name: name if rng.random() > chance / 2 else "other" for name in one}
        return {names[name]: harmed(rng, part, chance) for name, part in one.items()}
    return [harmed(rng, part, chance) for part in one] if isinstance(one, list) else one


def mutated_log(rng, path):
    """A log of a tool with some entries replaced, a line cut off, or bytes changed."""
    text = path.read_text()
    chance = 10.0 ** rng.uniform(-3, -1)
    if path.suffix == ".jsonl":
        rows = [json.dumps(harmed(rng, json.loads(line), chance)) for line in text.splitlines()]
        text = "\n".join(rows) + "\n"
    else:
        text = json.dumps(harmed(rng, json.loads(text), chance))
    data = bytearray(text.encode())
    if rng.random() < 0.2:
        data = data[: rng.integers(len(data))]
    if rng.random() < 0.2:
        data[rng.integers(max(1, len(data)))] = rng.integers(256) if data else 0
    return bytes(data)


def check_refusal(error):
    assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize("seeds", batches(300, 15), ids=str)
def test_a_mutated_table_is_read_whole_or_refused_in_one_line(tmp_path, seeds):
    for seed in seeds:
        text = mutated_table(np.random.default_rng(seed))
        path = tmp_path / f"{seed}.csv"
        path.write_text(text, newline="")
        try:
            samples = read_samples(path)
        except SampleError as error:
            assert str(error).startswith(path.name), seed
            check_refusal(error)
            continue
        # What was read can be counted: nothing is silently not a number.
        assert np.isfinite(curve(samples, "pass", 1, rng=0).value).all(), seed
        for column in (samples.score, samples.reward, samples.tokens):
            assert column is None or np.isfinite(column).all(), seed


@pytest.mark.parametrize("seeds", batches(600, 30), ids=str)
def test_a_mutated_log_is_read_whole_or_refused_in_one_line(tmp_path, seeds):
    for seed in seeds:
        rng = np.random.default_rng([seed, 1])
        source = LOGS[seed % len(LOGS)]
        path = tmp_path / f"{seed}{source.suffix}"
        path.write_bytes(mutated_log(rng, source))
        try:
            samples = logs.read(path, metric=METRICS.get(source.name))
        except SampleError as error:
            check_refusal(error)
            continue
        assert samples.n.sum() == len(samples) > 0
        assert 0 <= curve(samples, "pass", 1, rng=0).value[0] <= 1


def test_stopped_while_reading_is_one_line(capsys, tmp_path, monkeypatch):
    path = tmp_path / "a.jsonl"
    path.write_bytes((LOGS[0].parent / "human_eval_results.jsonl").read_bytes())

    def stopped(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(logs, "read", stopped)
    assert cli.main(["convert", str(path), "--out", str(tmp_path / "out.csv")]) == 130
    assert capsys.readouterr().err == "inference-scaling convert: stopped\n"
    assert not (tmp_path / "out.csv").exists()
