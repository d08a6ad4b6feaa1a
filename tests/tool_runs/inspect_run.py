"""Run the task file of this folder in Inspect, with a model that says what outputs.json holds."""

import json
from collections import Counter
from pathlib import Path

from inspect_ai import eval
from inspect_ai.model import ModelOutput, ModelUsage, get_model

OUTPUTS = json.loads(Path("outputs.json").read_text())
asked = Counter()


def output(messages, *others):
    question = messages[-1].text
    text = OUTPUTS[question][asked[question]]
    asked[question] += 1
    found = ModelOutput.from_content("mockllm/model", text)
    # Without it Inspect counts tokens, with a vocabulary that it would fetch.
    found.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    return found


(log,) = eval("sums.py", model=get_model("mockllm/model", custom_outputs=output), display="none", log_dir="logs")
scores = log.results.scores if log.results else []
print(
    json.dumps(
        {
            "status": log.status,
            "reduced": {one.reducer: {name: metric.value for name, metric in one.metrics.items()} for one in scores},
            "log": log.location.removeprefix("file://"),
            "explained": {one.reducer: [score.explanation for score in one.samples] for one in log.reductions or []},
        }
    )
)
