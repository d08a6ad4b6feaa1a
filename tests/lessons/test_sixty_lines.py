"""The forward pass that a lesson writes part by part is that of the library, and the one that another page folds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from inference_scaling.sources import language_model as lm

BOOK = Path(__file__).resolve().parents[2] / "book"
PARTS = ("norm", "turned", "attention", "feed_forward", "forward")


def cells(page: str, kind: str) -> list[str]:
    notebook = json.loads((BOOK / f"{page}.ipynb").read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == kind]


def parts() -> list[str]:
    found = {
        name: cell
        for cell in cells("laboratory/sixty_lines", "code")
        for name in PARTS
        if cell.startswith(f"def {name}(")
    }
    return [found[name] for name in PARTS]


@pytest.fixture(scope="module")
def taught() -> dict[str, Any]:
    names: dict[str, Any] = {"np": np, "softmax": lm.softmax}
    exec("\n\n\n".join(parts()), names)
    return names


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("text", ["A", "WHAT IS 7+8?", "0123456789" * 3])
def test_the_lines_of_the_lesson_give_the_logits_of_the_library(taught, seed: int, text: str) -> None:
    model = lm.random_model(rng=np.random.default_rng(seed))
    logits = taught["forward"](model.encode(text), model)
    assert logits.shape == (len(text), 64)
    np.testing.assert_allclose(logits[-1], model.logits(text), atol=2e-4)


def test_they_are_sixty_lines_at_most_and_stand_whole_in_the_lesson_before() -> None:
    whole = "\n\n\n".join(parts())
    assert len([line for line in whole.splitlines() if line.strip()]) <= 60
    (fold,) = [cell for cell in cells("setup/how_a_model_samples", "markdown") if "<details>" in cell]
    assert fold.partition("```python\n")[2].partition("\n```")[0] == whole
