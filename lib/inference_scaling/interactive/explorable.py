"""Figures that answer "what if?": sliders and choices, curves checked against the library, a sentence that changes.

A curve is an expression (sent to the page as a tree, `derivation.expressions`) or a grid of values computed by the
library. Both are compared with the library when the object is made: the expression over its whole domain, the
grid between its nodes, and the page states the largest error found. What fails there fails the build.
"""

from __future__ import annotations

import html
import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..display import assets, line_plot
from ..display.figure_parts import Axis, Mark
from ..display.markup import attributes, json_script, scrolling, table
from ..display.numbers import chance, grouped, hundredths, number, without_noise
from ..display.output import Output, renderer, rounded
from ..display.palette import look, plain
from . import prediction
from .derivation import expressions

__all__ = [
    "Axis",
    "Derived",
    "Draws",
    "Explorable",
    "Grid",
    "GridAxis",
    "Handle",
    "Mark",
    "Menu",
    "Panel",
    "PlottedCurve",
    "Regions",
    "Sentence",
    "Slider",
]

State = Mapping[str, float]
_NAME = re.compile(r"[a-z]\w*")
_FIELD = re.compile(r"\{(\w+):(\w+)\}")
FORWARD: dict[str, Callable[[float], float]] = {
    "linear": lambda x: x,
    "log": lambda x: math.log(x) if x > 0 else -math.inf,
    "logit": lambda x: math.log(x / (1 - x)),
}
BACK: dict[str, Callable[[float], float]] = {
    "linear": lambda x: x,
    "log": math.exp,
    "logit": lambda x: 1 / (1 + math.exp(-x)),
}


@dataclass(frozen=True)
class Slider:
    """A number the reader sets; `log` spreads the slider by ratio, `whole` allows whole numbers only."""

    name: str
    label: str
    low: float
    high: float
    value: float
    step: float = 0.01
    unit: str = ""
    log: bool = False
    whole: bool = False

    def fault(self) -> str | None:
        if not self.low < self.high or not self.step > 0:
            return f"needs low < high and step > 0, got [{self.low:g}, {self.high:g}] and {self.step:g}"
        if not self.low <= self.value <= self.high:
            return f"starts at {self.value:g}, outside [{self.low:g}, {self.high:g}]"
        if self.log and not self.low > 0:
            return f"is spread by ratio, so low must be above 0, got {self.low:g}"
        if self.whole and any(number % 1 for number in (self.low, self.high, self.value)):
            return "takes whole numbers only, but low, high or value is not whole"
        return None

    def ends(self) -> tuple[float, ...]:
        return self.low, self.high

    def draw(self, part: float) -> float:
        """Return the value at a part (0 to 1) of the slider's way."""
        found = self.low * (self.high / self.low) ** part if self.log else self.low + part * (self.high - self.low)
        return round(found) if self.whole else found

    def data(self) -> dict[str, Any]:
        found = {"name": self.name, "label": self.label, "min": self.low, "max": self.high, "value": self.value}
        return found | {"step": self.step, "unit": self.unit, "log": self.log, "whole": self.whole}


@dataclass(frozen=True)
class Menu:
    """One of a few named values."""

    name: str
    label: str
    options: Mapping[str, float]
    value: float

    def fault(self) -> str | None:
        if len(self.options) < 2 or self.value not in self.options.values():
            return f"needs two or more options, one of them {self.value:g}"
        return None

    def ends(self) -> tuple[float, ...]:
        return tuple(self.options.values())

    def draw(self, part: float) -> float:
        return self.ends()[min(int(part * len(self.options)), len(self.options) - 1)]

    def data(self) -> dict[str, Any]:
        options = [{"label": label, "value": value} for label, value in self.options.items()]
        return {"name": self.name, "label": self.label, "options": options, "value": self.value}


@dataclass(frozen=True)
class GridAxis:
    """The places along one argument at which a grid is computed, and the scale between them."""

    nodes: Sequence[float]
    scale: str = "linear"
    whole: bool = False

    def between(self) -> list[float]:
        """Return a value inside each cell, where interpolation is worst; the nodes where no cell has a whole number."""
        middle = []
        for low, high in itertools.pairwise(self.nodes):
            value = BACK[self.scale]((FORWARD[self.scale](low) + FORWARD[self.scale](high)) / 2)
            value = round(value) if self.whole else value
            if low < value < high:
                middle.append(value)
        return middle or list(self.nodes)


@dataclass(frozen=True)
class Grid:
    """A function of the library, computed at nodes; `error` is what interpolation may be off by, at most.

    `subject` begins the sentence in which the page says so: "The accuracies are".
    The function takes one number for each axis. Beyond the outermost nodes the value there is held.
    """

    name: str
    subject: str
    axes: Sequence[GridAxis]
    function: Callable[..., float]
    error: float
    scale: str = "linear"
    relative: bool = False

    @cached_property
    def values(self) -> list[float]:
        found = [
            FORWARD[self.scale](float(self.function(*at))) for at in itertools.product(*(a.nodes for a in self.axes))
        ]
        return [float(f"{value:.4g}") for value in (without_noise(found) if self.scale == "linear" else found)]

    @cached_property
    def measured(self) -> float:
        """Largest error in the middle of all cells, of the rounded values that the page gets."""
        worst = 0.0
        for at in itertools.product(*(axis.between() for axis in self.axes)):
            exact = float(self.function(*at))
            off = abs(interpolate(self.data(), at) - exact)
            worst = max(worst, off / abs(exact) if self.relative else off)
        return worst

    def data(self) -> dict[str, Any]:
        axes = [{"nodes": list(axis.nodes), "scale": axis.scale} for axis in self.axes]
        return {"axes": axes, "scale": self.scale, "values": self.values}


def interpolate(grid: Mapping[str, Any], at: Sequence[float]) -> float:
    """Return the multilinear value of a grid's data at a point; beyond the last nodes the value there."""
    places = []
    for axis, value in zip(grid["axes"], at, strict=True):
        forward = FORWARD[axis["scale"]]
        nodes = [forward(node) for node in axis["nodes"]]
        x = min(max(forward(value), nodes[0]), nodes[-1])
        cell = min(int(np.searchsorted(nodes, x, side="left")) - 1, len(nodes) - 2)
        cell = max(cell, 0)
        places.append((cell, (x - nodes[cell]) / (nodes[cell + 1] - nodes[cell])))
    total = 0.0
    for corner in itertools.product((0, 1), repeat=len(places)):
        index, weight = 0, 1.0
        for axis, (cell, part), up in zip(grid["axes"], places, corner, strict=True):
            weight *= part if up else 1 - part
            index = index * len(axis["nodes"]) + cell + up
        if weight:
            total += weight * grid["values"][index]
    return BACK[grid["scale"]](total)


@dataclass(frozen=True)
class Derived:
    """A quantity computed from the controls and the quantities before it: an expression, or a grid at expressions.

    `reference` is the library's own value, called with the state as keywords; it may be left out only where the
    expression is bookkeeping (a sum of two controls) and no law.
    """

    name: str
    expression: Any = None
    grid: str | None = None
    at: Sequence[Any] = ()
    reference: Callable[..., float] | None = None


@dataclass(frozen=True)
class PlottedCurve:
    """One curve over a panel's variable: an expression, a grid at expressions, or fixed `points` of expressions.

    `role`, one of `palette.ROLES`, says style and colour; `style` alone may be given too. A curve for which the
    table has no role is drawn in a colour that means nothing. What is `filled` is tinted down to 0.
    """

    id: str
    label: str
    expression: Any = None
    grid: str | None = None
    at: Sequence[Any] = ()
    points: Sequence[tuple[Any, Any]] = ()
    reference: Callable[..., float] | None = None
    style: str | None = None
    colour: int | None = None
    strong: bool = False
    role: str | None = None
    filled: bool = False


@dataclass(frozen=True)
class Draws:
    """Answers that the reader draws onto a panel: each is right with chance `p`, the best scored of `k` is picked.

    Scores follow the ROC curve through `corners`, (0, 0) first and (1, 1) last, expressions of the state. The panel's
    x is the log odds ln((1 − F)/F) of F, the share of wrong answers that score higher; `chance` names the quantity
    that says how often the picked one is right.
    """

    p: Any
    k: Any
    corners: Sequence[tuple[Any, Any]]
    chance: str


@dataclass(frozen=True)
class Regions:
    """A map over two sliders: which of several quantities is the largest, cell by cell.

    The panel's x is the slider `across`, its y the slider `up`; `edges` are those of the cells along each. `options`
    gives each quantity (of the controls and what is derived from them) its label and the number of its colour.
    """

    across: str
    up: str
    edges: tuple[Sequence[float], Sequence[float]]
    options: Mapping[str, tuple[str, int]]


@dataclass(frozen=True)
class Handle:
    """A point of a panel that the reader takes hold of; a move across or up sets the slider named there.

    It stands at `x` and `y`, expressions of the state and of what is derived from it. The one that a slider is set by
    must rise or fall with that slider; the page finds the slider's value from the place, so no inverse is given.
    Where a move sets two sliders, the one across is set first.
    """

    label: str
    x: Any
    y: Any
    across: str | None = None
    up: str | None = None


@dataclass(frozen=True)
class Panel:
    """One plot: curves over `variable`, a name that no control has; both axes have limits.

    Curves are computed at `points` places along `x`, at whole numbers alone where `whole` says so; the text of a
    mark stands at expressions of the state. A panel that is `aside` shows more of the same: on a narrow screen the
    others stay in sight while the reader moves, and this one does not.
    """

    title: str
    variable: str
    x: Axis
    y: Axis
    curves: Sequence[PlottedCurve]
    marks: Sequence[Mark] = ()
    points: int = 80
    whole: bool = False
    handles: Sequence[Handle] = ()
    aside: bool = False
    draws: Draws | None = None
    regions: Regions | None = None


@dataclass(frozen=True)
class Sentence:
    """What is said of a state, when the expression `when` is above 0; fields are ``{name:form}``.

    Forms: number (3 digits), chance, points (a hundredth of 1), whole, and up (rounded up).
    """

    text: str
    when: Any = None


class Explorable(Output):
    """A figure with controls; see the module. Arguments are checked, and so is every curve against the library.

    Parameters
    ----------
    id, title : str
    controls : sequence of Slider or Menu
    panels : sequence of Panel
    sentences : sequence of Sentence
        The first that applies is said; the last must always apply.
    derived : sequence of Derived
    grids : sequence of Grid
    ordered : sequence of sequence of str
        Names of controls whose values never fall from one to the next; moving one pushes the others along.
    bet : Prediction, optional
        Asked above the figure.
    tolerance : float
        By how much an expression may differ from its reference.

    Raises
    ------
    ValueError
        Naming the explorable and the part: a control outside its domain, an unknown name in an expression or a
        sentence, a curve that is not finite or differs from the library, a grid too coarse for its stated error.
    """

    kind = "explorable"

    def __init__(
        self, id, title, controls, panels, sentences, *, derived=(), grids=(), ordered=(), bet=None, tolerance=1e-9
    ):
        self.id, self.title, self.controls, self.panels = id, title, tuple(controls), tuple(panels)
        self.sentences, self.derived, self.grids = tuple(sentences), tuple(derived), tuple(grids)
        self.ordered, self.bet, self.tolerance = tuple(map(tuple, ordered)), bet, tolerance
        self._check_parts()
        self._payload = self._made()
        self._check_handles()
        for grid in self.grids:
            if grid.measured > grid.error:
                raise self._fail(
                    f"the grid {grid.name!r} is off by {grid.measured:.2g} between its nodes; "
                    f"{grid.error:g} is stated: add nodes or state more"
                )
        for state in self._states():
            self._check_state(state)

    @property
    def finding(self) -> str:  # type: ignore[override]
        return sentence(self._payload, environment(self._payload, self._rest()))

    def _fail(self, what: str) -> ValueError:
        return ValueError(f"explorable {self.id}: {what}")

    def _rest(self) -> dict[str, float]:
        return {control.name: control.value for control in self.controls}

    def _check_parts(self) -> None:
        names = [*(control.name for control in self.controls), *(one.name for one in self.derived)]
        for name in names:
            if not _NAME.fullmatch(name) or names.count(name) > 1:
                raise self._fail(f"the name {name!r} is malformed or used twice")
        self._check_controls()
        self._check_sentences(names)
        aside = [panel.aside for panel in self.panels]
        if aside != sorted(aside) or all(aside):
            raise self._fail("panels that are aside come after the others, of which there is at least one")
        for panel in self.panels:
            if panel.variable in names:
                raise self._fail(f"the panel variable {panel.variable!r} is also a control or a quantity")
        for one in self.derived:
            self._check_source(one.name, one.expression, one.grid, ())
        for curve in (curve for panel in self.panels for curve in panel.curves):
            self._check_source(curve.id, curve.expression, curve.grid, curve.points)

    def _check_controls(self) -> None:
        for control in self.controls:
            if fault := control.fault():
                raise self._fail(f"the control {control.name!r} {fault}")
        for group in self.ordered:
            values = [self._rest().get(name) for name in group]
            if None in values or values != sorted(values):
                raise self._fail(f"the controls {group} must exist and start in rising order")

    def _check_sentences(self, names: Sequence[str]) -> None:
        if not self.sentences or self.sentences[-1].when is not None:
            raise self._fail("the last sentence must always apply")
        for one in self.sentences:
            for name, form in _FIELD.findall(one.text):
                if name not in names or form not in FORMS:
                    raise self._fail(f"the sentence field {{{name}:{form}}} is unknown; forms: {sorted(FORMS)}")

    def _check_source(self, label: str, expression: Any, grid: str | None, points: Sequence[Any]) -> None:
        if sum((expression is not None, grid is not None, bool(points))) != 1:
            raise self._fail(f"{label!r} needs exactly one of expression, grid and points")
        known = [one.name for one in self.grids]
        if grid is not None and grid not in known:
            raise self._fail(f"{label!r} reads the grid {grid!r}; known: {known}")

    def _quantity(self, one: Derived | PlottedCurve, names: set[str]) -> dict[str, Any]:
        if one.grid is not None:
            return {"grid": one.grid, "at": [self._tree(at, names) for at in one.at]}
        return {"tree": self._tree(one.expression, names)}

    def _tree(self, expression: Any, names: set[str]) -> Any:
        found = expressions.tree(expression)
        if missing := sorted(_symbols(found) - names):
            raise self._fail(f"the expression {expression} names {missing[0]!r}; known: {sorted(names)}")
        return found

    def _made(self) -> dict[str, Any]:
        names = {control.name for control in self.controls}
        derived = []
        for one in self.derived:
            derived.append({"name": one.name, **self._quantity(one, names)})
            names.add(one.name)
        payload: dict[str, Any] = {
            "id": self.id,
            "title": self.title,
            "controls": [control.data() for control in self.controls],
            "derived": derived,
            "grids": {grid.name: grid.data() for grid in self.grids},
            "errors": [[grid.subject, grid.error, grid.relative] for grid in self.grids],
            "ordered": [list(group) for group in self.ordered],
            "panels": [self._panel(panel, names) for panel in self.panels],
            "sentences": [
                {"text": one.text, **({} if one.when is None else {"when": self._tree(one.when, names)})}
                for one in self.sentences
            ],
        }
        if self.bet is not None:
            payload["bet"] = self.bet.payload()
        return rounded(payload)

    def _panel(self, panel: Panel, names: set[str]) -> dict[str, Any]:
        curves = []
        for index, curve in enumerate(panel.curves):
            try:
                style, colour = look(curve.role, curve.style, curve.colour, plain(index))
            except ValueError as error:
                raise self._fail(f"the curve {curve.id!r}: {error}") from None
            found: dict[str, Any] = {"id": curve.id, "label": curve.label, "style": style, "colour": colour}
            found["strong"] = curve.strong
            if curve.filled:
                found["filled"] = True
            if curve.points:
                found["points"] = [[self._tree(x, names), self._tree(y, names)] for x, y in curve.points]
            else:
                found |= self._quantity(curve, names | {panel.variable})
            curves.append(found)
        marks = [{"label": m.text, "x": self._tree(m.x, names), "y": self._tree(m.y, names)} for m in panel.marks]
        return {
            "title": panel.title,
            "variable": panel.variable,
            "x": self._axis(panel.x, panel.points, panel.whole),
            "y": self._axis(panel.y),
            "curves": curves,
            "marks": marks,
            **({"handles": [self._handle(handle, names) for handle in panel.handles]} if panel.handles else {}),
            **({"aside": True} if panel.aside else {}),
            **({"draws": self._draws(panel.draws, names)} if panel.draws else {}),
            **({"regions": self._regions(panel.regions, names)} if panel.regions else {}),
        }

    def _regions(self, regions: Regions, names: set[str]) -> dict[str, Any]:
        for name in (regions.across, regions.up):
            if name not in self._rest():
                raise self._fail(f"the map is over {name!r}; the controls are {sorted(self._rest())}")
        if unknown := [name for name in regions.options if name not in names]:
            raise self._fail(f"the map compares {unknown[0]!r}, which is no quantity")
        options = [
            {"name": name, "label": label, "colour": colour} for name, (label, colour) in regions.options.items()
        ]
        edges = [list(one) for one in regions.edges]
        return {"across": regions.across, "up": regions.up, "edges": edges, "options": options}

    def _draws(self, draws: Draws, names: set[str]) -> dict[str, Any]:
        if draws.chance not in names:
            raise self._fail(f"what is drawn is right with the chance {draws.chance!r}, which is no quantity")
        corners = [[self._tree(x, names), self._tree(y, names)] for x, y in draws.corners]
        return {
            "p": self._tree(draws.p, names),
            "k": self._tree(draws.k, names),
            "corners": corners,
            "chance": draws.chance,
        }

    def _handle(self, handle: Handle, names: set[str]) -> dict[str, Any]:
        found = {"x": self._tree(handle.x, names), "y": self._tree(handle.y, names)}
        sliders = {one.name: one for one in self.controls if isinstance(one, Slider)}
        moved = [name for name in (handle.across, handle.up) if name is not None]
        if not moved:
            raise self._fail(f"the handle {handle.label!r} moves nothing: name a slider in across or up")
        for name in moved:
            if name not in sliders:
                raise self._fail(f"the handle {handle.label!r} moves {name!r}; the sliders are {sorted(sliders)}")
        return {"label": handle.label, **found, "across": handle.across, "up": handle.up}

    def _check_handles(self) -> None:
        sliders = {one.name: one for one in self.controls if isinstance(one, Slider)}
        for handle in (handle for panel in self._payload["panels"] for handle in panel.get("handles", ())):
            for way, axis in (("across", "x"), ("up", "y")):
                if handle[way] is not None:
                    self._check_way(handle, sliders[handle[way]], handle[axis])

    def _check_way(self, handle: Mapping[str, Any], slider: Slider, tree: Any) -> None:
        """A place must lead back to a value: it rises or falls along the slider's way, and stands still on no whole."""
        values = [slider.low, *(slider.draw(part / 16) for part in range(1, 16)), slider.high]
        places = []
        for value in values:
            env = environment(self._payload, self._rest() | {slider.name: value})
            places.append(float(expressions.evaluate(tree, env, expressions.FLOATS)))
        steps = [b - a for a, b in itertools.pairwise(places)]
        if places[0] == places[-1] or (min(steps) < 0 < max(steps)):
            raise self._fail(f"the handle {handle['label']!r} neither rises nor falls all along {slider.name!r}")

    def _axis(self, axis: Axis, points: int = 80, whole: bool = False) -> dict[str, Any]:
        try:
            return {**axis.plot_data(), "points": points, "whole": whole, "unit": axis.unit}
        except ValueError as error:
            raise self._fail(str(error)) from None

    def _states(self) -> Iterator[dict[str, float]]:
        """Yield the resting state, every corner of the domain (64 at most) and 40 states inside it."""
        yield self._rest()
        corners = itertools.product(*(control.ends() for control in self.controls))
        inside = np.random.default_rng(1).random((40, len(self.controls)))
        drawn = (tuple(c.draw(float(part)) for c, part in zip(self.controls, parts, strict=True)) for parts in inside)
        for values in itertools.chain(itertools.islice(corners, 64), drawn):
            state = {control.name: value for control, value in zip(self.controls, values, strict=True)}
            for group in self.ordered:
                state |= dict(zip(group, sorted(state[name] for name in group), strict=True))
            yield state

    def _check_state(self, state: State) -> None:
        env = environment(self._payload, state)
        errors = {grid.name: grid for grid in self.grids}
        for one in self.derived:
            if one.reference is not None:
                self._compare(one.name, state, env[one.name], one.reference(**state), errors.get(one.grid))
        for panel, data in zip(self.panels, self._payload["panels"], strict=True):
            places = xs(data["x"])
            for curve, made in zip(panel.curves, data["curves"], strict=True):
                if curve.points:
                    continue
                for x in (places[0], places[len(places) // 3], places[-1]):
                    at = {**env, panel.variable: x}
                    try:
                        value = quantity(self._payload, made, at)
                    except (ValueError, ArithmeticError) as error:
                        raise self._fail(f"the curve {curve.id!r} at {at}: {error}") from None
                    if not math.isfinite(value):
                        raise self._fail(f"the curve {curve.id!r} is {value} at {at}")
                    if curve.reference is not None:
                        try:
                            exact = curve.reference(**state, **{panel.variable: x})
                        except ValueError as error:
                            hint = "" if panel.whole else "; a panel of whole numbers says whole=True"
                            raise self._fail(f"the reference of the curve {curve.id!r}: {error}{hint}") from None
                        self._compare(curve.id, at, value, exact, errors.get(curve.grid))
        said = sentence(self._payload, env)
        if "nan" in said or "inf" in said:
            raise self._fail(f"the sentence at {dict(state)} reads {said!r}")

    def _compare(self, name: str, at: State, value: float, exact: Any, grid: Grid | None) -> None:
        exact = float(exact)
        if grid is None:
            allowed = self.tolerance * max(1.0, abs(exact))
        else:
            allowed = grid.error * (abs(exact) if grid.relative else 1)
        if not abs(value - exact) <= allowed:
            shown = {key: float(f"{number:.4g}") for key, number in at.items()}
            raise self._fail(f"{name!r} is {value:.6g} and the library says {exact:.6g} at {shown}")

    def text(self) -> str:
        if self.bet is not None:
            return self.bet.text()
        spec = told(self._payload, specs(self._payload, self._rest()))
        lines = [self.title, self.finding]
        for one in spec["series"]:
            picked = one["points"][:: max(1, len(one["points"]) // 8)]
            named = spec["x"].get("names")
            places = [named[int(x) - 1] if named else f"{x:.4g}" for x, _ in picked]
            lines.append(
                f"{one['label']}: " + ", ".join(f"{at} → {y:.4g}" for at, (_, y) in zip(places, picked, strict=True))
            )
        return "\n".join(lines)

    def payload(self) -> Mapping[str, Any]:
        return self._payload

    def lab_html(self) -> str:
        return assets.standalone(render(rounded(self.payload())))


def _symbols(tree: Any) -> set[str]:
    if isinstance(tree, str):
        return {tree}
    return set().union(*map(_symbols, tree[1:])) if isinstance(tree, list) and len(tree) > 1 else set()


FORMS: dict[str, Callable[[float], str]] = {
    "number": lambda x: number(x, 3),
    "chance": chance,
    "points": hundredths,
    "whole": lambda x: grouped(math.floor(x + 0.5)),
    "up": lambda x: grouped(math.ceil(x - 1e-9 * max(1.0, abs(x)))),
}


def quantity(payload: Mapping[str, Any], one: Mapping[str, Any], env: State) -> float:
    """Return the value of an expression or a grid in a state."""
    if "grid" in one:
        at = [float(expressions.evaluate(tree, env, expressions.FLOATS)) for tree in one["at"]]
        return interpolate(payload["grids"][one["grid"]], at)
    return float(expressions.evaluate(one["tree"], env, expressions.FLOATS))


def environment(payload: Mapping[str, Any], state: State) -> dict[str, float]:
    """Return the state with everything derived from it."""
    env = {name: float(value) for name, value in state.items()}
    for one in payload["derived"]:
        env[one["name"]] = quantity(payload, one, env)
    return env


def sentence(payload: Mapping[str, Any], env: State) -> str:
    """Return what is said of a state."""
    for one in payload["sentences"]:
        if "when" not in one or expressions.evaluate(one["when"], env, expressions.FLOATS) > 0:
            return _FIELD.sub(lambda field: FORMS[field[2]](env[field[1]]), one["text"])
    raise ValueError("the last sentence must always apply")


def xs(axis: Mapping[str, Any]) -> list[float]:
    """Return the places along an axis at which curves are computed."""
    low, high, count = axis["min"], axis["max"], axis["points"]
    parts = [i / count for i in range(count + 1)]
    found = [low * (high / low) ** part if axis["log"] else low + (high - low) * part for part in parts]
    return list(dict.fromkeys(math.floor(x + 0.5) for x in found)) if axis["whole"] else found


def _middle(low: float, high: float, axis: Mapping[str, Any]) -> float:
    return math.sqrt(low * high) if axis["log"] else (low + high) / 2


def cells(payload: Mapping[str, Any], panel: Mapping[str, Any], state: State) -> list[dict[str, Any]]:
    """Return a map as series, one for each option: the cells in which its quantity is the largest."""
    regions = panel["regions"]
    found: list[list[list[float]]] = [[] for _ in regions["options"]]
    for x0, x1 in itertools.pairwise(regions["edges"][0]):
        for y0, y1 in itertools.pairwise(regions["edges"][1]):
            at = {regions["across"]: _middle(x0, x1, panel["x"]), regions["up"]: _middle(y0, y1, panel["y"])}
            env = environment(payload, {**state, **at})
            values = [env[one["name"]] for one in regions["options"]]
            found[values.index(max(values))].append([x0, x1, y0, y1])
    return [
        {
            "id": one["name"],
            "label": one["label"],
            "style": "cells",
            "colour": one["colour"],
            "points": [],
            "cells": own,
        }
        for one, own in zip(regions["options"], found, strict=True)
    ]


def specs(payload: Mapping[str, Any], state: State) -> list[dict[str, Any]]:
    """Return the plot of each panel in a state."""
    env = environment(payload, state)

    def value(tree: Any) -> float:
        return float(expressions.evaluate(tree, env, expressions.FLOATS))

    found = []
    for panel in payload["panels"]:
        places = xs(panel["x"])
        series = cells(payload, panel, state) if "regions" in panel else []
        for curve in panel["curves"]:
            if "points" in curve:
                points = [[value(x), value(y)] for x, y in curve["points"]]
            else:
                points = [[x, quantity(payload, curve, {**env, panel["variable"]: x})] for x in places]
            one = {key: curve[key] for key in ("id", "label", "style", "colour", "strong")} | {"points": points}
            series.append(one | {"band": [[x, 0, y] for x, y in points]} if curve.get("filled") else one)
        marks = [{"x": value(mark["x"]), "y": value(mark["y"]), "label": mark["label"]} for mark in panel["marks"]]
        title = f"{panel['title']}. {sentence(payload, env)}"
        found.append({"title": title, "x": panel["x"], "y": panel["y"], "series": series, "marks": marks})
    return found


def told(payload: Mapping[str, Any], drawn: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the plot whose numbers stand as text and as a table: the last one that is not aside."""
    return [spec for panel, spec in zip(payload["panels"], drawn, strict=True) if not panel.get("aside")][-1]


def _place(axis: Mapping[str, Any], x: float) -> str:
    """Return a place along an axis as text: its name where the axis has names, which stand at 1, 2, 3 and so on."""
    return str(axis["names"][int(x) - 1]) if "names" in axis else number(x, 4)


def _table(spec: Mapping[str, Any]) -> str:
    """The numbers of the last panel's curves at about ten places."""
    count = len(spec["series"][0]["points"])
    curves = [one for one in spec["series"] if len(one["points"]) == count]
    rows = []
    for i in range(0, count, max(1, (count - 1) // 10)):
        place = _place(spec["x"], spec["series"][0]["points"][i][0])
        rows.append([place, *(number(curve["points"][i][1], 4) for curve in curves)])
    return table([spec["x"]["label"], *(curve["label"] for curve in curves)], rows)


def settings(payload: Mapping[str, Any]) -> str:
    """Return what each control is set to at the start."""
    return "; ".join(
        f"{control['label']}: "
        + (
            next(one["label"] for one in control["options"] if one["value"] == control["value"])
            if "options" in control
            else f"{number(control['value'], 4)} {control['unit']}".strip()
        )
        for control in payload["controls"]
    )


def _pictures(panels: Sequence[Mapping[str, Any]], drawn: Sequence[Mapping[str, Any]], aside: bool) -> str:
    """Return the plots that are aside, or the others, side by side; nothing where there is none."""
    shown = ""
    count = 0
    for panel, spec in zip(panels, drawn, strict=True):
        if panel.get("aside", False) == aside:
            name = f'<p class="its-legend">{html.escape(panel["title"])}</p>' if aside else ""
            figure = f'<div class="its-picture">{line_plot.figure(spec)}</div>'
            shown += f"<div>{name}{figure}</div>" if aside else figure
            count += 1
    return f'<div class="its-pictures{" its-two" * (count > 1)}{" its-aside" * aside}">{shown}</div>' if count else ""


@renderer("explorable")
def render(payload: Mapping[str, Any]) -> str:
    """Return the resting figure: complete without a script, taken over by one."""
    state = {control["name"]: control["value"] for control in payload["controls"]}
    drawn = specs(payload, state)
    bet = prediction.render(payload["bet"]) if "bet" in payload else ""
    data = {key: value for key, value in payload.items() if key not in ("bet", "errors")}
    pictures = "".join(_pictures(payload["panels"], drawn, aside) for aside in (False, True))
    numbers = scrolling(_table(told(payload, drawn)), payload["title"] + ", as numbers", "region")
    notes = "".join(
        f'<p class="its-error">{html.escape(subject)} interpolated between values of the library, off by at most '
        f"{error:.2g}{' of the value' if relative else ''}: measured when the page was built.</p>"
        for subject, error, relative in payload["errors"]
    )
    return (
        f"<its-explorable{attributes(class_='its-explorable', id=payload['id'])}>{json_script(data)}{bet}"
        f'<p class="its-title">{html.escape(payload["title"])}</p>'
        f'<p class="its-settings">At rest: {html.escape(settings(payload))}.</p>'
        f'<p class="its-says">{html.escape(sentence(payload, environment(payload, state)))}</p>'
        f'<div class="its-stage">{pictures}'
        f'<div class="its-menu"></div></div>{notes}'
        '<details class="its-data"><summary>The figure as numbers</summary>'
        f"{numbers}</details></its-explorable>"
    )
