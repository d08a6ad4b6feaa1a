"""A derivation as an output: its lines, how each was established, and what the page's stepper needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...display.assets import standalone
from ...display.output import Output
from . import expressions
from .check import established
from .model import BoundedApproximation, DerivationSpec, Equality, Inequality


class Derivation(DerivationSpec, Output):
    """An ordered list of steps over symbols, shown with how each was established.

    Raises
    ------
    DerivationError
        At construction for a malformed step, as of `DerivationSpec`; at display for a wrong one.
    """

    kind = "derivation"

    @property
    def finding(self) -> str:
        return f"{self.title}: {len(self.steps)} lines, each checked by machine."

    def text(self) -> str:
        lines = [self.title]
        for number, (step, how) in enumerate(zip(self.steps, established(self), strict=True), start=1):
            lines.append(f"{number}. {step.tex}")
            lines.append(f"   {step.reason} [{how}]")
        return "\n".join(lines)

    def payload(self) -> Mapping[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "symbols": [
                {
                    "name": symbol.name,
                    "meaning": symbol.meaning,
                    "low": symbol.low,
                    "high": symbol.high,
                    "integer": symbol.integer,
                    "log": symbol.log,
                    "start": symbol.start,
                    "unit": symbol.unit,
                }
                for symbol in self.symbols
            ],
            "steps": [self._step_payload(index, str(how)) for index, how in enumerate(established(self))],
            "plot": self._plot_payload(),
        }

    def _step_payload(self, index: int, how: str) -> Mapping[str, Any]:
        step = self.steps[index]
        data: dict[str, Any] = {
            "tex": step.tex,
            "relation": step.relation,
            "reason": step.reason,
            "how": how,
            "question": step.question,
            "bound": getattr(step, "bound_tex", ""),
            "tree": expressions.tree(step.right),
        }
        if isinstance(step, (Equality, BoundedApproximation, Inequality)):
            data["left"] = expressions.tree(self.left(index))
        if band := self.band(index):
            data["band"] = [expressions.tree(end) for end in band]
        if step.mistakes:
            data["mistakes"] = [{"tree": expressions.tree(one.expr), "says": one.message} for one in step.mistakes]
        if form := step.form:
            data["form"] = {"says": form.says, "most": form.most, "uses": form.uses, "avoids": form.avoids}
        return data

    def _plot_payload(self) -> Mapping[str, Any] | None:
        if self.plot is None:
            return None
        lines = [[number - 1, label] for number, label in self.plot.lines.items()]
        axis = {"label": self.plot.label, "min": self.plot.low, "max": self.plot.high, "log": self.plot.log}
        return {"over": self.plot.over, "lines": lines, "y": axis}

    def lab_html(self) -> str:
        return standalone(super().lab_html())
