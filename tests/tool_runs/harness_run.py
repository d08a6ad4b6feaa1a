"""Run a task file of this folder in lm-evaluation-harness, with a model that says what outputs.json holds."""

import json
import sys
from collections import Counter
from pathlib import Path

from lm_eval import simple_evaluate
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager

OUTPUTS = json.loads(Path("outputs.json").read_text())


class Recorded(LM):
    def generate_until(self, requests, disable_tqdm=False):
        asked = Counter()
        found = []
        for request in requests:
            question = request.arguments[0]
            found.append(OUTPUTS[question][asked[question]])
            asked[question] += 1
        return found

    def loglikelihood(self, requests):
        raise NotImplementedError

    def loglikelihood_rolling(self, requests):
        raise NotImplementedError


manager = TaskManager(include_path=".", include_defaults=False)
found = simple_evaluate(model=Recorded(), tasks=sys.argv[1:], task_manager=manager)
print(json.dumps({name: one for name, one in found["results"][sys.argv[1]].items() if isinstance(one, float)}))
