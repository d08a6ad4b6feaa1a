"""Samples from an endpoint that behaves badly: none lost, none twice, no budget passed, no key shown."""

import collections
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import inference_scaling as its
import numpy as np
import pytest
from endpoint_server import KEY, EndpointServer
from inference_scaling import cli
from inference_scaling.sources import endpoint


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [{"problem": f"p{i}", "prompt": f"What is {i} mod 3?", "target": str(i % 3)} for i in range(5)]
    (tmp_path / "prompts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def arguments(url, *more, samples=4):
    return [
        *("sample", "prompts.jsonl", "--url", url, "--model", "small", "--samples", str(samples)),
        *("--out", "samples.csv", "--max-tokens", "20", "--backoff", "0.01", *more),
        *(() if any(one.startswith("--judge") for one in more) else ("--judge", "last-number")),
    ]


def run(capsys, url, *more, samples=4):
    code = cli.main(arguments(url, *more, samples=samples))
    return code, *capsys.readouterr()


def log_of(folder):
    return [json.loads(line) for line in (folder / "samples.log").read_text().splitlines()]


def samples_of(folder):
    return [(one["problem"], one["sample_id"]) for one in log_of(folder) if one["event"] == "sample"]


def test_prompts_become_a_table_that_curve_reads(capsys, folder):
    with EndpointServer() as server:
        code, out, err = run(capsys, server.url, "--logprobs", "--score", "logprob")
    assert (code, err) == (0, "")
    assert "5 problems, 20 samples (4 each)" in out
    samples = its.read_samples("samples.csv")
    assert samples.n.tolist() == [4] * 5
    assert samples.score.tolist() == [-2.5] * 20
    assert samples.tokens.tolist() == [5] * 20 and samples.prompt_tokens.tolist() == [11] * 20
    texts = {(one["problem"], one["sample_id"]): one["text"] for one in log_of(folder) if one["event"] == "sample"}
    right = [texts[f"p{i}", number] == f"It is {i % 3}." for i in range(5) for number in range(4)]
    assert samples.correct.tolist() == right
    assert cli.main(["curve", "samples.csv"]) == 0


FAULTS = {
    "a dropped connection": "drop",
    "half a body": "half",
    "too many requests": (429, {"Retry-After": "0.2"}, '{"error": {"message": "slow down"}}'),
    "too many requests, with a date": (429, {"Retry-After": "Mon, 30 Nov 2020 10:00:00 GMT"}, "{}"),
    "an error of the server": (500, {}, "oops"),
    "an overloaded server": (503, {}, ""),
    "an answer that is no JSON": "no json",
    "an answer without choices": "no choices",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_once_is_tried_again_and_said(capsys, folder, fault):
    with EndpointServer(plan=[None, FAULTS[fault], None, FAULTS[fault]]) as server:
        code, out, _ = run(capsys, server.url, "--at-once", "3")
    assert code == 0
    assert collections.Counter(samples_of(folder)) == {(f"p{i}", j): 1 for i in range(5) for j in range(4)}
    assert "2 requests were sent again" in out


def test_retry_after_holds_for_all_requests(capsys, folder):
    times = []
    with EndpointServer(plan=[(429, {"Retry-After": "0.6"}, "")]) as server:
        handle = server.handle
        server.handle = lambda request: (times.append(time.monotonic()), handle(request))
        assert run(capsys, server.url, "--at-once", "1")[0] == 0
    assert times[1] - times[0] >= 0.6


def test_a_server_that_asks_to_wait_for_long_ends_the_run_in_one_line(capsys, folder):
    with EndpointServer(plan=[None, (429, {"Retry-After": "7200"}, "")]) as server:
        code, _, err = run(capsys, server.url, "--at-once", "1")
        assert code == 2 and err.count("\n") == 1
        assert "7,200 s" in err and "1 of 20 samples" in err
        assert run(capsys, server.url)[0] == 0
    assert len(samples_of(folder)) == 20


def test_a_server_that_never_works_ends_the_run_after_its_attempts(capsys, folder):
    with EndpointServer(always="drop") as server:
        code, _, err = run(capsys, server.url, "--retries", "2", "--at-once", "1")
    assert code == 2 and "gave up after 3 attempts" in err and "dropped" in err
    assert len(server.bodies) == 3


def test_a_server_that_is_not_there_is_said_at_once(capsys, folder):
    with EndpointServer() as server:
        url = server.url
    code, _, err = run(capsys, url)
    assert code == 2 and "is the server running there?" in err


def test_a_byte_now_and_then_does_not_outlast_the_timeout(capsys, folder):
    with EndpointServer(plan=["drip"]) as server:
        begun = time.monotonic()
        code, out, _ = run(capsys, server.url, "--timeout", "1", "--at-once", "1")
    assert code == 0 and "no whole answer within 1 s" in out
    assert time.monotonic() - begun < 15


def test_a_server_that_ignores_n_is_named_and_nothing_is_missing(capsys, folder):
    with EndpointServer(always="n ignored") as server:
        code, out, _ = run(capsys, server.url, "--per-request", "4")
    assert code == 0 and "ignores n: 4 samples were asked for, 1 came" in out
    assert sorted(samples_of(folder)) == [(f"p{i}", j) for i in range(5) for j in range(4)]


def test_a_server_that_heeds_n_gets_a_request_for_several(capsys, folder):
    with EndpointServer() as server:
        assert run(capsys, server.url, "--per-request", "4", "--logprobs")[0] == 0
    assert [body["n"] for body in server.bodies] == [4] * 5
    assert its.read_samples("samples.csv").tokens.tolist() == [5] * 20


def test_tokens_of_several_samples_count_also_where_the_server_counts_one_of_them(capsys, folder):
    with EndpointServer() as server:
        completion = server.completion

        def one_counted(body, fault):
            answer = completion(body, fault)
            answer["usage"]["completion_tokens"] = 5
            return answer

        server.completion = one_counted
        _, out, _ = run(capsys, server.url, "--per-request", "4", "--logprobs", "--budget-tokens", "9000")
    assert "55 tokens read and 100 generated" in out


def test_copies_are_said(capsys, folder):
    with EndpointServer(always="copies") as server:
        _, out, _ = run(capsys, server.url)
    assert "15 of 20 samples are copies" in out


def test_samples_have_seeds_of_their_own(capsys, folder):
    with EndpointServer() as server:
        run(capsys, server.url)
    seeds = [body["seed"] for body in server.bodies]
    assert len(set(seeds)) == 20


def test_tokens_that_the_server_does_not_count_leave_no_column_and_a_note(capsys, folder):
    with EndpointServer(plan=["no usage"]) as server:
        code, out, _ = run(capsys, server.url)
    assert code == 0 and "does not say how many tokens" in out
    assert its.read_samples("samples.csv").tokens is None


def test_a_prompt_that_the_server_refuses_does_not_stop_the_others(capsys, folder):
    with EndpointServer(plan=[None, (400, {}, '{"error": {"message": "too long"}}')]) as server:
        code, out, _ = run(capsys, server.url, "--at-once", "1")
    assert code == 1 and "the server refuses problem p1: status 400: too long" in out
    assert len(samples_of(folder)) == 16


def test_requests_that_the_server_refuses_all_end_the_run(capsys, folder):
    with EndpointServer(always=(400, {}, '{"error": {"message": "no such field"}}')) as server:
        code, _, err = run(capsys, server.url, "--at-once", "1")
    assert code == 2 and "no such field" in err and len(server.bodies) == 3


# Resumption


def command(url, *more, samples):
    return [sys.executable, "-m", "inference_scaling.cli", *arguments(url, *more, samples=samples)]


def lines_of(path, event):
    return path.read_text(errors="replace").count(f'"event": "{event}"') if path.exists() else 0


def test_a_kill_at_every_tenth_sample_leaves_the_table_whole_and_without_doubles(folder):
    log, kills = folder / "samples.log", 0
    with EndpointServer(slow=0.01) as server:
        while True:
            before = lines_of(log, "sample")
            process = subprocess.Popen(
                command(server.url, "--at-once", "4", samples=12), stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            while process.poll() is None and lines_of(log, "sample") < before + 10:
                time.sleep(0.003)
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGKILL)
            process.communicate()
            kills += 1
        _, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert kills >= 4
    assert sorted(samples_of(folder)) == sorted((f"p{i}", j) for i in range(5) for j in range(12))
    samples = its.read_samples("samples.csv")
    assert samples.n.tolist() == [12] * 5
    # Nothing is asked again but what was on its way when a run was killed.
    assert len(server.bodies) <= 60 + 4 * kills


def test_a_half_written_last_line_is_dropped_and_said(capsys, folder):
    with EndpointServer() as server:
        run(capsys, server.url)
        log = folder / "samples.log"
        whole = log.read_bytes()
        at = whole.rindex(b'{"event": "sample"')
        log.write_bytes(whole[: at + 60])
        code, out, _ = run(capsys, server.url)
    assert code == 0 and "half-written" in out
    assert collections.Counter(samples_of(folder)) == {(f"p{i}", j): 1 for i in range(5) for j in range(4)}
    assert its.read_samples("samples.csv").n.tolist() == [4] * 5


def test_a_run_that_is_complete_asks_for_nothing_and_more_samples_are_added(capsys, folder):
    with EndpointServer() as server:
        run(capsys, server.url)
        first = Path("samples.csv").read_text()
        run(capsys, server.url)
        assert Path("samples.csv").read_text() == first and len(server.bodies) == 20
        run(capsys, server.url, samples=6)
    assert len(server.bodies) == 30
    assert its.read_samples("samples.csv").n.tolist() == [6] * 5


@pytest.mark.parametrize(
    ("more", "said"), [(["--temperature", "0.5"], "temperature"), (["--max-tokens", "30"], "max_tokens = 20, not 30")]
)
def test_samples_of_other_settings_do_not_come_into_one_log(capsys, folder, more, said):
    with EndpointServer() as server:
        run(capsys, server.url)
        code, _, err = run(capsys, server.url, *more, samples=6)
    assert code == 2 and said in err and len(server.bodies) == 20


def test_a_changed_prompt_is_refused(capsys, folder):
    with EndpointServer() as server:
        run(capsys, server.url)
        Path("prompts.jsonl").write_text(Path("prompts.jsonl").read_text().replace("What is 3", "Say what is 3"))
        code, _, err = run(capsys, server.url, samples=6)
    assert code == 2 and "'p3' had another prompt" in err


def test_two_runs_do_not_write_one_log(capsys, folder):
    with endpoint.SampleLog("samples.log"), EndpointServer() as server:
        code, _, err = run(capsys, server.url)
    assert code == 2 and "another run" in err


def test_a_log_that_is_something_else_is_refused_and_kept(capsys, folder):
    Path("samples.log").write_text("nothing of ours\n")
    with EndpointServer() as server:
        code, _, err = run(capsys, server.url)
    assert code == 2 and "line 1" in err
    assert Path("samples.log").read_text() == "nothing of ours\n"


def test_ctrl_c_leaves_one_line_and_a_run_that_goes_on(capsys, folder):
    with EndpointServer(slow=0.05) as server:
        process = subprocess.Popen(
            command(server.url, "--at-once", "2", samples=12), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        while process.poll() is None and lines_of(folder / "samples.log", "sample") < 5:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 130 and out == b""
        assert err.count(b"\n") == 1 and b"of 60 samples are in samples.log; the same command goes on" in err
        server.slow = 0
        assert run(capsys, server.url, samples=12)[0] == 0
    assert sorted(samples_of(folder)) == sorted((f"p{i}", j) for i in range(5) for j in range(12))


def test_half_a_letter_is_kept_and_the_log_is_read_again(capsys, folder):
    with EndpointServer() as server:
        saying(server, lambda body: "\ud83d é 1")
        assert run(capsys, server.url)[0] == 0
        assert run(capsys, server.url, samples=5)[0] == 0
    assert len(server.bodies) == 25 and {one["text"] for one in log_of(folder) if "text" in one} == {"\ud83d é 1"}


def test_a_log_with_a_changed_line_is_read_or_refused_in_one_line(capsys, folder):
    with EndpointServer() as server:
        run(capsys, server.url, samples=1)
        lines = log_of(folder)
        first = {}
        for number, line in enumerate(lines):
            first.setdefault(line["event"], number)
        for number in first.values():
            for name in lines[number]:
                for value in (None, "x", [], "gone"):
                    changed = [dict(line) for line in lines]
                    changed[number][name] = value
                    if value == "gone":
                        del changed[number][name]
                    (folder / "samples.log").write_text("".join(json.dumps(line) + "\n" for line in changed))
                    code, _, err = run(capsys, server.url, samples=1)
                    assert code in (0, 1) or (code == 2 and err.count("\n") == 1), (number, name, value)


@pytest.mark.parametrize(("judge", "field"), [("last-number", "target"), ("program", "tests")])
def test_a_judge_that_needs_what_a_prompt_lacks_is_said_before_a_request(capsys, folder, judge, field):
    (folder / "prompts.jsonl").write_text('{"problem": "a", "prompt": "What?"}\n')
    with EndpointServer() as server:
        code, _, err = run(capsys, server.url, "--judge", judge)
    assert code == 2 and f"has no {field}" in err and not server.bodies


def test_a_temperature_of_zero_is_said_to_draw_nothing(capsys, folder):
    with EndpointServer() as server:
        assert "at temperature 0 the samples of a problem are one" in run(capsys, server.url, "--temperature", "0")[1]


# Budgets


@pytest.mark.parametrize("faults", [[], ["drop", None, "half", None, (500, {}, "")]])
def test_a_budget_of_samples_is_never_passed_and_leaves_the_problems_equal(capsys, folder, faults):
    with EndpointServer(plan=faults) as server:
        code, out, _ = run(capsys, server.url, "--budget-samples", "15", "--at-once", "8")
        assert code == 1 and "the budget is spent (samples: 15 of 15 spent" in out
        assert len(server.bodies) == 15
        assert its.read_samples("samples.csv").n.max() - its.read_samples("samples.csv").n.min() <= 1 + len(faults)
        assert run(capsys, server.url, "--budget-samples", "15")[0] == 1
        assert len(server.bodies) == 15
        assert run(capsys, server.url)[0] == 0
    assert len(samples_of(folder)) == 20


@pytest.mark.parametrize("budget", [800, 1200, 2100])
@pytest.mark.parametrize("at_once", [1, 8])
def test_a_budget_of_tokens_is_never_passed_by_requests_at_once(capsys, folder, budget, at_once):
    with EndpointServer(tokens=20, prompt_tokens=60, slow=0.002) as server:
        run(capsys, server.url, "--budget-tokens", str(budget), "--at-once", str(at_once), samples=12)
    used = 80 * server.answered
    # A first request could read as many tokens as its prompt has bytes, and a template's: 18 + 4 + … below 340.
    assert budget - 380 - 80 <= used <= budget


def test_a_budget_of_money_is_never_passed_and_counts_what_was_spent(capsys, folder):
    price = ["--price-in", "10", "--price-out", "100", "--price-unit", "USD per million tokens"]
    with EndpointServer(tokens=20, prompt_tokens=60) as server:
        code, out, _ = run(capsys, server.url, "--budget-money", "0.05", *price, samples=12)
    spent = server.answered * (60 * 10 + 20 * 100) / 1e6
    assert code == 1 and spent <= 0.05
    assert f"{spent:.4g} USD" in out


def test_what_a_killed_request_may_have_cost_counts(capsys, folder):
    log = folder / "samples.log"
    asked = {"event": "asked", "request": 1, "payer": "model", "problem": "p0", "samples": 7, "read": 10, "made": 10}
    log.write_text(json.dumps(asked) + "\n")
    with EndpointServer() as server:
        code, out, _ = run(capsys, server.url, "--budget-samples", "10")
    assert code == 1 and len(server.bodies) == 3
    assert "1 requests were sent and never answered" in out


def test_a_server_that_ignores_max_tokens_ends_a_run_with_a_budget_of_tokens(capsys, folder):
    with EndpointServer(always="no limit") as server:
        code, _, err = run(capsys, server.url, "--budget-tokens", "5000", "--at-once", "1")
    assert code == 2 and "generated 500 tokens where at most 20 were possible" in err
    assert len(server.bodies) == 1


def test_a_ledger_asked_by_many_at_once_holds_its_limit():
    import threading

    ledger, most = endpoint.SpendingLedger(endpoint.SpendingLimit(tokens=1000)), endpoint.ledger.Charge(1, 40, 60)
    rng = np.random.default_rng(1)
    sizes = rng.integers(1, 60, 200).tolist()

    def work():
        while sizes:
            try:
                ledger.hold(most)
            except endpoint.BudgetSpent:
                return
            size = sizes.pop()
            time.sleep(0.0005)
            ledger.settle(most, endpoint.ledger.Charge(1, 40, size))

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = ledger.spent()
    assert 900 < spent.read + spent.made <= 1000


# Keys


def test_the_key_goes_to_the_server_and_nowhere_else(capsys, folder, monkeypatch):
    monkeypatch.setenv("MY_KEY", KEY)
    with EndpointServer(plan=["echo"], always="echo") as server:
        code, out, err = run(capsys, server.url, "--key-env", "MY_KEY")
    assert code == 0 and set(server.keys) == {f"Bearer {KEY}"}
    shown = out + err + "".join(path.read_text() for path in folder.iterdir())
    assert KEY not in shown and "[key]" in shown


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_no_error_shows_the_key(capsys, folder, monkeypatch, status):
    monkeypatch.setenv("MY_KEY", KEY)
    said = json.dumps({"error": {"message": f"{'x' * 150} Incorrect API key provided: {KEY}."}})
    with EndpointServer(always=(status, {}, said)) as server:
        code, out, err = run(capsys, server.url, "--key-env", "MY_KEY", "--retries", "1")
    assert code == 2 and err.count("\n") == 1
    assert KEY[:12] not in out + err + (folder / "samples.log").read_text()


def test_the_key_is_in_no_list_of_processes_and_not_given_to_a_command_that_judges(folder):
    judge = "import json,os,sys; row=json.load(sys.stdin); print(json.dumps({'correct': 'MY_KEY' not in os.environ}))"
    Path("judge.py").write_text(judge)
    with EndpointServer(slow=0.1) as server:
        process = subprocess.Popen(
            command(server.url, "--key-env", "MY_KEY", "--judge-command", f"{sys.executable} judge.py", samples=1),
            env={**os.environ, "MY_KEY": KEY},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        seen = []
        while process.poll() is None:
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.append(path.read_bytes())
                except OSError:
                    continue
            time.sleep(0.02)
        out, err = process.communicate()
    assert process.returncode == 0, err
    assert any(b"--key-env" in line for line in seen)
    assert not any(KEY.encode() in line for line in seen) and KEY.encode() not in out + err
    assert its.read_samples("samples.csv").correct.all()


@pytest.mark.parametrize(
    ("url", "key", "said"),
    [
        (f"http://user:{KEY}@127.0.0.1:1/v1", None, "no user, key or query"),
        (f"http://127.0.0.1:1/v1?key={KEY}", None, "no user, key or query"),
        ("http://example.org/v1", KEY, "unencrypted"),
        ("127.0.0.1:8080/v1", None, "must begin with http"),
        ("/v1", None, "names no server; .* has the server written it there yet"),
        ("http://127.0.0.1:1/v1", KEY + "\nX: y", "its value is not shown"),
    ],
)
def test_an_address_or_a_key_that_would_give_the_key_away_is_refused(url, key, said):
    with pytest.raises(ValueError, match=said) as error:
        endpoint.EndpointClient(url, key=key)
    assert KEY not in str(error.value)


# Judges


def prompts_with(folder, **more):
    rows = [{"problem": f"p{i}", "prompt": f"What is {i} mod 3?", "target": str(i % 3), **more} for i in range(3)]
    (folder / "prompts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def saying(server, say):
    """The server's answers are what a function of the request says."""
    completion = server.completion

    def told(body, fault):
        answer = completion(body, fault)
        for choice in answer["choices"]:
            choice["message"]["content"] = say(body)
        return answer

    server.completion = told


def test_a_function_judges_and_another_judge_judges_anew_without_a_request(capsys, folder):
    Path("mine.py").write_text(
        "def right(response, target):\n    return True, response[-2]\n"
        "def wrong(response, target):\n    return {'correct': False, 'score': len(response)}\n"
    )
    sys.modules.pop("mine", None)
    with EndpointServer() as server:
        assert run(capsys, server.url, "--judge", "mine:right")[0] == 0
        assert its.read_samples("samples.csv").correct.all()
        assert run(capsys, server.url, "--judge", "mine:wrong")[0] == 0
    assert len(server.bodies) == 20
    samples = its.read_samples("samples.csv")
    assert not samples.correct.any() and samples.score.tolist() == [8.0] * 20


def test_a_judge_that_fails_keeps_the_samples(capsys, folder):
    Path("failing.py").write_text("def judge(response, target):\n    raise RuntimeError('out of order')\n")
    with EndpointServer() as server:
        code, _, err = run(capsys, server.url, "--judge", "failing:judge", "--at-once", "1")
        assert code == 2 and err.count("\n") == 1 and "sample 0: the judge failed" in err and "out of order" in err
        assert len(samples_of(folder)) == 1
        assert run(capsys, server.url)[0] == 0
    assert len(server.bodies) == 20


@pytest.mark.parametrize(
    ("command_", "said"),
    [
        ("false", "status 1"),
        ("echo maybe", "prints no JSON"),
        ("no-such-command", "No such file"),
        ("""echo '{"correct": "perhaps"}'""", "True or False"),
    ],
)
def test_a_command_that_is_no_judge_is_said_in_one_line(capsys, folder, command_, said):
    with EndpointServer() as server:
        code, _, err = run(capsys, server.url, "--judge-command", command_)
    assert code == 2 and err.count("\n") == 1 and said in err


def test_a_second_endpoint_judges_and_its_tokens_count(capsys, folder):
    with EndpointServer() as server, EndpointServer() as other:
        saying(other, lambda body: "CORRECT" if "What is 1 mod" in body["messages"][0]["content"] else "INCORRECT")
        more = ["--judge-model", "large", "--judge-url", other.url]
        code, out, _ = run(capsys, server.url, *more)
        assert code == 0 and "the judge read 220 and generated 100" in out
        assert its.read_samples("samples.csv").c.tolist() == [0, 4, 0, 0, 0]
        assert run(capsys, server.url, *more)[0] == 0
    assert len(other.bodies) == 20 and {body["model"] for body in other.bodies} == {"large"}


def test_a_judge_without_a_verdict_is_counted_as_you_say(capsys, folder):
    with EndpointServer() as server, EndpointServer() as other:
        saying(other, lambda body: "who knows")
        more = ["--judge-model", "large", "--judge-url", other.url]
        code, _, err = run(capsys, server.url, *more)
        assert code == 2 and "20 of 20 samples are not judged" in err
        assert run(capsys, server.url, *more, "--unscored", "wrong")[0] == 0
    assert not its.read_samples("samples.csv").correct.any()


def test_the_budget_of_money_holds_the_judge_s_tokens_too(capsys, folder):
    price = ["--price-in", "10", "--price-out", "100", "--price-unit", "USD per million tokens"]
    judge = ["--judge-price-in", "1000", "--judge-price-out", "1000", "--judge-model", "large"]
    with EndpointServer() as server:
        saying(server, lambda body: "CORRECT")
        run(capsys, server.url, *price, *judge, "--budget-money", "0.9", "--unscored", "skip", samples=12)
    own = [body for body in server.bodies if body["model"] == "small"]
    spent = (len(own) * (11 * 10 + 5 * 100) + (len(server.bodies) - len(own)) * 16 * 1000) / 1e6
    assert 0.1 < spent <= 0.9


PROGRAMS = {
    "def double(x):\n    return 2 * x\n": True,
    "Here it is:\n```python\ndef double(x):\n    return x + x\n```\nDone.": True,
    "def double(x):\n    return x\n": False,
    "def double(x:": False,
    "raise SystemExit(0)": False,
    "open('/tmp/its-not-to-be-written', 'w')\nimport os\nos._exit(0)": False,
}


def test_programs_run_in_the_sandbox_alone(capsys, folder):
    rows = [{"id": f"f{i}", "question": text, "tests": "assert double(4) == 8"} for i, text in enumerate(PROGRAMS)]
    (folder / "prompts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with EndpointServer() as server:
        saying(server, lambda body: body["messages"][-1]["content"])
        code, _, err = run(capsys, server.url, "--judge", "program", samples=1)
    assert (code, err) == (0, ""), err
    assert its.read_samples("samples.csv").correct.tolist() == list(PROGRAMS.values())
    assert not Path("/tmp/its-not-to-be-written").exists()


def test_without_a_sandbox_no_program_is_run(capsys, folder, monkeypatch):
    from inference_scaling.grading.sandbox import run as sandbox

    monkeypatch.setattr(sandbox, "available", lambda: {"unshare": "not here"})
    prompts_with(folder, tests="assert True")
    with EndpointServer() as server:
        code, _, err = run(capsys, server.url, "--judge", "program")
    assert code == 2 and "no program is run (unshare: not here)" in err and not server.bodies


# Votes that stop


def test_votes_stop_while_sampling_as_the_rule_says(capsys, folder):
    with EndpointServer() as server:
        code, out, _ = run(capsys, server.url, "--stop-votes", "adaptive", "--confidence", "0.9", samples=16)
        asked = len(server.bodies)
        assert run(capsys, server.url, "--stop-votes", "adaptive", "--confidence", "0.9", samples=16)[0] == 0
    assert code == 0 and "shares of right samples over all of them are biased" in out
    assert len(server.bodies) == asked < 5 * 16
    samples = its.read_samples("samples.csv")
    right = np.mean([its.majority_vote(one.answer, one.correct, len(one.correct)) for one in samples.pools()])
    assert f"Votes: {right:.3f} right" in out and f"with {asked / 5:.1f} samples a problem" in out
    rows = log_of(folder)
    answers = collections.defaultdict(dict)
    for row in rows:
        if row["event"] == "judged":
            answers[row["problem"]][row["sample_id"]] = row["answer"]
    for found in answers.values():
        drawn = [found[i] for i in range(len(found))]
        ends = [n for n in range(1, 17) if its.vote_stops(drawn[:n], its.BetaRule(0.9), 16)]
        assert len(drawn) == ends[0]


def test_a_run_of_votes_that_was_killed_stops_where_it_would_have(capsys, folder):
    with EndpointServer() as server:
        more = ["--stop-votes", "certain"]
        run(capsys, server.url, *more, samples=9)
        whole = sorted(samples_of(folder))
        log = folder / "samples.log"
        lines = log.read_text().splitlines(keepends=True)
        log.write_text("".join(lines[: len(lines) // 2]))
        run(capsys, server.url, *more, samples=9)
    assert sorted(samples_of(folder)) == whole


# Prompts, and what is wrong with them


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("prompts.csv", "problem,prompt\n", "no rows"),
        ("prompts.csv", "problem,words\na,b\n", "'prompt' is missing; found: problem, words; --prompt COLUMN"),
        ("prompts.csv", "problem,prompt\na,b\na,c\n", "row 2: the problem 'a' is given twice"),
        ("prompts.csv", "problem,prompt\na,b\n,c\n", "row 2: the problem has no name"),
        ("prompts.jsonl", '{"problem": 1, "prompt": 7}\n', "line 1: the prompt must be a text"),
        ("prompts.jsonl", '{"problem": 1, "messages": [{"role": "user"}]}\n', "role and content"),
        ("prompts.txt", "a\n", "ending in .jsonl, .csv or .tsv"),
    ],
)
def test_prompts_that_cannot_be_read_are_named(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(its.SampleError, match=said.replace(".", r"\.")):
        endpoint.read_prompts(tmp_path / name)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--samples", "0"], "samples = 0"),
        (["--temperature", "-1"], "temperature = -1"),
        (["--top-p", "0"], "top_p = 0"),
        (["--max-tokens", "0"], "max_tokens = 0"),
        (["--at-once", "0"], "at_once = 0"),
        (["--per-minute", "0"], "per_minute = 0"),
        (["--timeout", "nan"], "timeout = nan"),
        (["--retries", "-1"], "retries = -1"),
        (["--backoff", "-1"], "backoff = -1"),
        (["--body", "7"], "--body '7'"),
        (["--body", '{"n": 3}'], "'n' is set by the run itself"),
        (["--body", '{"max_completion_tokens": 99}'], "must be that of max_tokens, 20"),
        (["--out", "samples.xlsx"], "must end in .csv or .jsonl"),
        (["--judge", "guess"], "judge = 'guess'"),
        (["--judge", "no_module:f"], "no_module"),
        (["--key-env", "NO_SUCH_VARIABLE"], "no variable NO_SUCH_VARIABLE"),
        (["--budget-money", "1"], "--price-in"),
        (["--budget-tokens", "9000", "--per-request", "2"], "need --logprobs"),
        (["--budget-samples", "-1"], "samples = -1"),
        (["--budget-samples", "0"], "no sample was drawn"),
        (["--price-in", "1"], "belong together"),
        (["--stop-votes", "window", "--window", "0"], "size = 0"),
    ],
)
def test_bad_options_are_one_line_and_no_request(capsys, folder, more, said):
    with EndpointServer() as server:
        code, out, err = run(capsys, server.url, *more)
    assert (code, out) == (2, "") and err.count("\n") == 1 and said in err, err
    assert not server.bodies


def test_a_table_that_is_of_no_log_is_not_overwritten(capsys, folder):
    Path("samples.csv").write_text("problem,correct\na,1\n")
    with EndpointServer() as server:
        code, _, err = run(capsys, server.url)
    assert code == 2 and "already exists" in err and Path("samples.csv").read_text() == "problem,correct\na,1\n"


def test_completions_are_asked_in_their_own_form(capsys, folder):
    with EndpointServer() as server:
        code, _, _ = run(capsys, server.url, "--form", "completions", "--score", "mean-logprob", "--system", "Hear. ")
    assert code == 0 and server.bodies[0]["prompt"].startswith("Hear. What is")
    assert its.read_samples("samples.csv").score.tolist() == [-0.25] * 20


def test_no_more_requests_are_on_their_way_than_were_asked_for(capsys, folder):
    with EndpointServer(slow=0.03) as server:
        run(capsys, server.url, "--at-once", "3")
    assert server.most_at_once == 3


def test_a_rate_limit_spaces_the_requests(capsys, folder):
    with EndpointServer() as server:
        begun = time.monotonic()
        run(capsys, server.url, "--per-minute", "1200")
    assert time.monotonic() - begun >= 19 * 0.05


# The page


PAGE = Path(__file__).resolve().parents[1] / "book" / "laboratory" / "sample_your_model.md"


def test_the_page_s_prompts_and_command_give_a_table(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text().replace("\\\n", "")
    prompts = next(block for block in text.split("```python\n") if block.startswith("import csv")).partition("```")[0]
    exec(compile(prompts, "prompts.py", "exec"), {})
    line = next(line for line in text.splitlines() if line.startswith("$ env/bin/inference-scaling sample"))
    with EndpointServer() as server:
        words = line.removeprefix("$ env/bin/inference-scaling ").replace("$(cat address.txt)/v1", server.url).split()
        assert cli.main(words) == 0
    assert "24 problems, 192 samples (8 each)" in capsys.readouterr().out
    for command_ in ("curve samples.csv", "plan samples.csv --objective accuracy --budget 8"):
        assert f"$ env/bin/inference-scaling {command_}\n" in text
        assert cli.main(command_.split()) == 0


def test_the_page_names_options_that_the_command_has(capsys):
    with pytest.raises(SystemExit):
        cli.main(["sample", "--help"])
    known = set(re.findall(r"--[a-z][a-z-]*", capsys.readouterr().out))
    named = set(re.findall(r"--[a-z][a-z-]*", PAGE.read_text())) - {"--objective", "--budget", "--no-deps"}
    assert named <= known


def test_the_names_of_the_log_are_those_that_the_module_tells(capsys, folder):
    with EndpointServer() as server:
        run(capsys, server.url)
    told = set(re.findall(r"``(\w+)``|^(\w+)  ", endpoint.__doc__, re.MULTILINE))
    told = {one or other for one, other in told}
    for event in log_of(folder):
        assert event["event"] in told and event.keys() - {"event", "sha256"} <= told
