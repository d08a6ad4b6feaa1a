"""The book's figures, one call each.

A figure is data with a finding: one sentence whose numbers come from the data. The sentence is the
caption, the alternative text and the text form at once. Pictures are drawn from the data by
`inference_scaling.figures.draw`, on the site at build time and in JupyterLab on display.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import one_of
from ..display.figure_parts import Axis, Mark, Series
from ..display.numbers import minus, number, without_noise
from ..display.output import Output, rounded
from ..display.palette import DASHES, PLAIN, look, plain
from ..estimates import CostComparison, Curve, SystemComparison
from ..laws import BetaBinomial, Forecast
from ..samples import SampleSet
from ..verifiers import Roc
from .data_table import table

__all__ = [
    "Axis",
    "Figure",
    "Mark",
    "Series",
    "bars",
    "curve",
    "difference",
    "forecast",
    "heatmap",
    "histogram",
    "lines",
    "plot",
    "roc",
    "success_rates",
]

# More curves than this are not named one by one in a sentence.
NAMED = 6
_NUMBER = re.compile(r"(?<![\w.])[-+−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass(frozen=True, eq=False, repr=False)
class Figure(Output):
    """A finding and the data behind it; see `plot` for the way to make one."""

    kind = "figure"
    finding: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def payload(self) -> Mapping[str, Any]:
        return {"finding": self.finding, **self.data}

    def text(self) -> str:
        head, rows = table(rounded(self.payload()))
        return "\n".join([self.finding, *_aligned([head, *rows])])

    def svg(self) -> str:
        """Return the picture as SVG text."""
        from .draw import svg

        return svg(rounded(self.payload()))

    def save(self, path: str) -> None:
        """Write the picture to `path`; the ending says in which form (svg, png, pdf)."""
        from .draw import save

        save(rounded(self.payload()), path)

    def lab_html(self) -> str:
        from . import draw  # noqa: F401  (registers the renderer)

        return super().lab_html()


def numbers_in(text: str) -> list[tuple[float, int]]:
    """Return each number in `text` with the digits after its point.

    Examples
    --------
    >>> numbers_in("From 0.04 to 49 % at k = 1,000")
    [(0.04, 2), (49.0, 0), (1000.0, 0)]
    """
    found = []
    for match in _NUMBER.findall(text):
        plain = match.replace(",", "").replace("−", "-")
        mantissa = plain.partition("e")[0]
        found.append((float(plain), len(mantissa.partition(".")[2])))
    return found


def _leaves(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


def finding_rests_on_data(payload: Mapping[str, Any]) -> bool:
    """Say whether some number of the finding is a number of the data, as printed or as a percentage."""
    data = list(_leaves({key: value for key, value in payload.items() if key != "finding"}))
    return any(
        round(scale * leaf, digits) == number
        for number, digits in numbers_in(str(payload["finding"]))
        for leaf in data
        for scale in (1, 100)
    )


def plot(
    series: Sequence[Series],
    *,
    finding: str,
    x: Axis | str,
    y: Axis | str,
    marks: Iterable[Mark] = (),
    **numbers: float,
) -> Figure:
    """Return a figure of one or more series.

    Parameters
    ----------
    series : sequence of Series
    finding : str
        One sentence with at least one number in braces, filled from `numbers`: ``"{gain:.2f} more"``.
    x, y : Axis or str
        A string is the label of a linear axis.
    marks : iterable of Mark
    **numbers : float
        The values that the finding names; they travel with the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        When the finding names a number that is not given, shows none, or a series is malformed.

    Examples
    --------
    >>> plot([Series("one", [1, 2], [0.1, 0.19])], finding="Two tries give {two:.2f}.", x="k", y="chance", two=0.19)
    Two tries give 0.19.
    k  one
    1  0.1
    2  0.19
    """
    if not series:
        raise ValueError("a figure needs at least one series, got none")
    data = {
        "form": "plot",
        "x": _axis(x),
        "y": _axis(y),
        "series": _told_apart([_series(one, plain(index), y) for index, one in enumerate(series)], series),
        "marks": [{key: value for key, value in vars(mark).items() if value is not None} for mark in marks],
        "numbers": numbers,
    }
    return Figure(_sentence(finding, numbers), data)


def _series(one: Series, colour: int, y: Axis | str) -> dict[str, Any]:
    data = one.data(colour=colour)
    # On a logarithmic axis small numbers are no noise beside large ones.
    if isinstance(y, str) or y.scale == "linear":
        data |= {key: without_noise(data[key]) for key in ("y", "low", "high") if key in data}
    return data


def _told_apart(drawn: list[dict[str, Any]], series: Sequence[Series]) -> list[dict[str, Any]]:
    """Give lines of one role, which share its colour, a dash each: the first keeps the role's own."""
    lines = ("line", *DASHES)
    taken = {(one["colour"], one["style"]) for one, given in zip(drawn, series, strict=True) if given.style}
    for one, given in zip(drawn, series, strict=True):
        if given.style is None:
            free = [style for style in (one["style"], *lines) if (one["colour"], style) not in taken]
            one["style"] = (free or [one["style"]])[0]
            taken.add((one["colour"], one["style"]))
    return drawn


def _roles(roles: Mapping[str, str] | None, labels: Iterable[str]) -> Mapping[str, str]:
    """Return roles by label after checking that each names something that is drawn, and is in the table."""
    known = list(labels)
    for label, role in (roles or {}).items():
        if label not in known:
            raise ValueError(f"a role is given to {label!r}, which is not drawn; drawn: {known}")
        look(role, None, None)
    return roles or {}


def _axis(axis: Axis | str) -> dict[str, Any]:
    return (Axis(axis) if isinstance(axis, str) else axis).data()


def _sentence(finding: str, numbers: Mapping[str, Any]) -> str:
    try:
        sentence = finding.format(**numbers)
    except KeyError as missing:
        raise ValueError(f"the finding names {missing}, which is not given; given: {sorted(numbers)}") from None
    if not sentence.strip():
        raise ValueError("a figure says what it found: `finding` is a sentence with at least one number, got ''")
    if not numbers_in(sentence):
        raise ValueError(f"a finding shows at least one number, got {sentence!r}")
    return sentence


def lines(
    x: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    finding: str,
    x_axis: Axis | str,
    y_axis: Axis | str,
    roles: Mapping[str, str] | None = None,
    marks: Iterable[Mark] = (),
    **numbers: float,
) -> Figure:
    """Return a figure of several lines over the same `x`, one for each entry of `curves` (label: values).

    `roles` names, by label, the role of each line that has one in `palette.ROLES`: its colour and its dash follow.
    """
    role = _roles(roles, curves)
    # A dash of its own for each line without a role, so that colour is never the only difference.
    styles = ("line", "dash", "dot", "dashdot")
    series = [
        Series(label, x, values, role=role.get(label), style=None if label in role else styles[i % 4])
        for i, (label, values) in enumerate(curves.items())
    ]
    return plot(series, finding=finding, x=x_axis, y=y_axis, marks=marks, **numbers)


def curve(
    measured: Curve | Mapping[str, Curve],
    law: Mapping[str, ArrayLike] | None = None,
    *,
    finding: str | None = None,
    y_label: str = "chance that the answer is right",
    x: str = "k",
    scale: str = "log",
    roles: Mapping[str, str] | None = None,
    marks: Iterable[Mark] = (),
    **numbers: float,
) -> Figure:
    """Return measured curves as lines with their intervals as bands, beside laws as dashed lines.

    Parameters
    ----------
    measured : Curve or mapping of label to Curve
    law : mapping of label to array_like, optional
        Values at the same `k` as the first measured curve.
    finding : str, optional
        The sentence; besides `numbers` it may use ``{first}``, ``{last}`` and ``{k_max}`` of the first curve, and
        ``{cost_max}``, its largest mean cost, where x is a cost. Left out, it says where each curve begins and ends.
    y_label : str
    x : {"k", "tokens", "money"}
        Samples allowed, or their mean cost a problem: then the curves are made with `cost`. How far the mean cost of
        other problems would differ is not drawn.
    scale : {"log", "linear"}
        Scale of the x axis.
    roles : mapping of label to role, optional
        Role of each curve that has one in `palette.ROLES`; a law keeps its own dash. A curve given without a label is
        called "measured".

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        For curves without a cost where x is one, or with costs in different units.
    """
    if isinstance(measured, Curve):
        measured = {"measured": measured}
    role = _roles(roles, [*measured, *(law or {})])
    label_of_x, places = _places(measured, x)
    series = [
        Series(
            label,
            places[label],
            one.value,
            low=one.low,
            high=one.high,
            # Without a style of its own a line gets a dash where its colour is taken.
            style=None if label in role or index >= len(PLAIN) else "line",
            role=role.get(label),
        )
        for index, (label, one) in enumerate(measured.items())
    ]
    name, first = next(iter(measured.items()))
    series += [
        Series(label, places[name], values, style=("dash", "dot")[index % 2], role=role.get(label))
        for index, (label, values) in enumerate((law or {}).items())
    ]
    known = {"first": float(first.value[0]), "last": float(first.value[-1]), "k_max": int(first.k[-1])}
    if first.cost is not None and x != "k":
        known["cost_max"] = float(first.cost[-1])
    y = Axis(y_label, limits=(0.0, 1.0))
    finding = _course(measured) if finding is None else finding
    return plot(series, finding=finding, x=Axis(label_of_x, scale=scale), y=y, marks=marks, **(known | numbers))


def _places(measured: Mapping[str, Curve], x: str) -> tuple[str, dict[str, np.ndarray]]:
    """The label of the x axis, and where the points of each curve stand on it."""
    one_of("x", x, ("k", "tokens", "money"))
    if x == "k":
        return "k, samples allowed", {label: one.k for label, one in measured.items()}
    places, units = {}, {}
    for label, one in measured.items():
        if one.spending is None:
            raise ValueError(f"x = {x!r}: the curve {label!r} has no cost; make it with curve(…, cost='tokens')")
        places[label], units[one.spending.unit] = one.spending.mean, label
    unit = next(iter(units))
    if len(units) > 1 or (unit == "tokens") != (x == "tokens"):
        found = ", ".join(f"{label!r} in {unit}" for unit, label in units.items())
        other = "tokens" if x == "tokens" else "one currency"
        raise ValueError(f"x = {x!r}: the costs must be in {other}, and are: {found}")
    return f"{unit} a problem, mean", places


def _course(measured: Mapping[str, Curve]) -> str:
    """Where each curve begins and ends, for a figure without a sentence of its own."""
    first = next(iter(measured.values()))
    if len(measured) > NAMED:
        return _plain_text(_ends(measured))
    if len(first.k) == 1:
        parts = [f"{name} {one.value[0]:.3f}" for name, one in measured.items()]
        return _plain_text(f"At k = {first.k[0]:,}: {', '.join(parts)}.")
    same = all(np.array_equal(one.k[[0, -1]], first.k[[0, -1]]) for one in measured.values())
    parts = [
        f"{name} {one.value[0]:.3f} → {one.value[-1]:.3f}" + ("" if same else f" at k = {one.k[-1]:,}")
        for name, one in measured.items()
    ]
    return _plain_text(f"From k = {first.k[0]:,} to {first.k[-1]:,}: {', '.join(parts)}.")


def _ends(measured: Mapping[str, Curve]) -> str:
    """The lowest and the highest of many curves, at the largest k that all of them have."""
    k = max(set.intersection(*(set(one.k.tolist()) for one in measured.values())), default=None)
    if k is None:
        return f"{len(measured)} curves, which have no k in common."
    at = {name: float(one.value[one.k == k][0]) for name, one in measured.items()}
    low, high = min(at, key=lambda name: at[name]), max(at, key=lambda name: at[name])
    return f"At k = {k:,} {len(at)} curves lie between {at[low]:.3f} ({low}) and {at[high]:.3f} ({high})."


def _plain_text(sentence: str) -> str:
    """A sentence in which nothing is filled in: a name may hold braces."""
    return sentence.replace("{", "{{").replace("}", "}}")


def difference(
    found: SystemComparison | CostComparison,
    *,
    finding: str | None = None,
    scale: str = "log",
    marks: Iterable[Mark] = (),
    **numbers: float,
) -> Figure:
    """Return the mean difference of two systems with its band over all points, and the ends at each point by itself.

    Parameters
    ----------
    found : SystemComparison or CostComparison
        The second is drawn over tokens or money.
    finding : str, optional
        The sentence; besides `numbers` it may use ``{first}``, ``{last}`` and ``{k_max}`` of the differences; over a
        cost ``{cost_max}``. Left out, it says who is ahead by the band, and where.
    scale : {"log", "linear"}
        Scale of the x axis.
    marks : iterable of Mark

    Returns
    -------
    Figure
    """
    known = {"first": float(found.value[0]), "last": float(found.value[-1])}
    if isinstance(found, CostComparison):
        at, point, label, where = found.budget, "budget", f"{found.unit} a problem, mean", f"at {{}} {found.unit}"
        known["cost_max"] = float(at[-1])
    else:
        at, point, label, where = found.k, "k", "k, samples allowed", "at k = {}"
        known["k_max"] = int(at[-1])
    series = [
        Series(
            f"difference, band over all {'k' if point == 'k' else 'budgets'}",
            at,
            found.value,
            low=found.band_low,
            high=found.band_high,
        ),
        Series(f"upper end at each {point}", at, found.high, style="dot"),
        Series(f"lower end at each {point}", at, found.low, style="dot"),
    ]
    if finding is None:
        finding = _who_leads(found, at, where)
    return plot(
        series,
        finding=finding,
        x=Axis(label, scale=scale),
        y=Axis(f"{found.names[0]} − {found.names[1]}"),
        marks=[Mark("", y=0.0, line="y"), *marks],
        **(known | numbers),
    )


def _place(at: Any) -> str:
    """A place on the x axis: a whole number of samples, or a cost."""
    return f"{at:,}" if isinstance(at, np.integer) else number(float(at), 3)


def _who_leads(found: SystemComparison | CostComparison, at: np.ndarray, where: str) -> str:
    """The lead at the ends, and whether the band tells the two apart; `where` names a place on the x axis."""
    a, b = found.names
    ends = dict.fromkeys((0, len(at) - 1))
    said = ", ".join(f"{minus(f'{found.value[i]:+.3f}')} {where.format(_place(at[i]))}" for i in ends)
    led = [(name, leads) for name, leads in ((a, found.a_leads), (b, found.b_leads)) if leads.size]
    if not led:
        outcome = "the band of the whole curve tells them apart nowhere"
    elif len(led) == 2:
        outcome = "each is ahead by the band somewhere"
    else:
        outcome = f"{led[0][0]} is ahead by the band, first {where.format(_place(led[0][1][0]))}"
    return f"{a} − {b}: {said}; {outcome}.".replace("{", "{{").replace("}", "}}")


def forecast(
    measured: Curve,
    found: Forecast,
    *,
    finding: str | None = None,
    y_label: str | None = None,
    marks: Iterable[Mark] = (),
    **numbers: float,
) -> Figure:
    """Return a forecast beside the record that it rests on: a family's line in the range of all that fits the counts.

    Parameters
    ----------
    measured : Curve
        What was recorded, up to the samples of a problem, with its interval over problems.
    found : Forecast
        Of the same selector, at more than one k and beyond the record.
    finding : str, optional
        The sentence; left out, it says the range at the last k. Besides `numbers` it may use ``{n}``, where the record
        ends, and of the last k ``{k_max}``, ``{last}``, ``{low}``, ``{high}``, ``{family_low}`` and ``{family_high}``.
    y_label : str, optional
        Left out, "coverage" or "pass^k" by the selector.
    marks : iterable of Mark

    Returns
    -------
    Figure
        A line for the record, a dashed line for the family, shaded around it the range over all distributions of p
        that fit the counts, and a mark where the record ends.

    Raises
    ------
    ValueError
        Where the two are of different selectors, the curve goes beyond the samples that the forecast rests on, or the
        forecast does not.

    Examples
    --------
    >>> from inference_scaling import SampleSet, curve as measure, forecast as ahead
    >>> pilot = SampleSet.from_counts([10] * 40, [0, 0, 1, 2, 5, 9, 10, 10] * 5)
    >>> shown = forecast(measure(pilot, "pass", [1, 10], rng=0), ahead(pilot, [1, 10, 100]),
    ...                  finding="At k = {k_max} between {low:.2f} and {high:.2f}.")
    >>> shown.finding
    'At k = 100 between 0.67 and 1.00.'
    """
    if measured.selector != found.selector:
        raise ValueError(f"measured is a curve of {measured.selector!r}, and the forecast is of {found.selector!r}")
    end, most = found.data_end, int(found.k.max())
    if int(measured.k.max()) > end:
        raise ValueError(
            f"measured reaches k = {int(measured.k.max())}, and the forecast rests on {end} samples of a problem: both "
            "must be of the same samples"
        )
    if most <= end:
        raise ValueError(f"the forecast goes up to k = {most}, and the record reaches {end}: must go beyond it")
    order = np.argsort(found.k)
    k, value, low, high = (one[order] for one in (found.k, found.value, found.low, found.high))
    name = "Beta family" if isinstance(found.family, BetaBinomial) else "inflated Beta family"
    ends = {"low": low, "high": high, "family_low": found.family_low[order], "family_high": found.family_high[order]}
    known = {"n": end, "k_max": most, "last": float(value[-1])} | {key: float(one[-1]) for key, one in ends.items()}
    if finding is None:
        finding = (
            "With {n:,} samples of a problem recorded, at k = {k_max:,} anything from {low:.2f} to {high:.2f} fits."
        )
    return plot(
        [
            Series("recorded", measured.k, measured.value, low=measured.low, high=measured.high, style="line"),
            Series(f"{name}; shaded: all that fits", k, value, low=low, high=high, style="dash"),
        ],
        finding=finding,
        x=Axis("k, samples allowed", scale="log"),
        y=Axis(y_label or {"pass": "coverage", "all": "pass^k"}[found.selector], limits=(0.0, 1.0)),
        marks=[Mark(f"beyond {end:,}: family only", x=end, line="x"), *marks],
        **(known | numbers),
    )


def histogram(
    values: ArrayLike,
    edges: ArrayLike,
    *,
    finding: str,
    x_label: str,
    y_label: str = "problems",
    label: str = "problems",
    marks: Iterable[Mark] = (),
    apart: Sequence[float] = (0.0, 1.0),
    role: str | None = None,
    **numbers: float,
) -> Figure:
    """Return a histogram of `values` over bins with the given `edges`; every value must fall into a bin.

    Parameters
    ----------
    values : array_like, shape (values,)
    edges : array_like, shape (bins + 1,)
        Increasing; a bin holds its lower edge, the last also its upper one.
    finding, x_label, y_label, label : str
    marks : iterable of Mark
    apart : sequence of float
        Values that mean something of their own, as "never" and "always" do: where one of them is an end of the
        bins and occurs, it has a bar of its own colour beside the bins and is in no bin.
    role : str, optional
        One of `palette.ROLES`, for the bars of the bins.
    **numbers : float
        The values that the finding names.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        When a value lies in no bin, the edges do not increase, or the finding names a number that is not given.

    Examples
    --------
    >>> histogram([0, 0, 0.1, 0.7], [0, 0.5, 1], finding="{n} never.", x_label="share", label="puzzles", n=2)
    2 never.
    share           puzzles
    exactly 0       2
    above 0 to 0.5  1
    0.5 to 1        1
    """
    values, edges = np.asarray(values, float), np.asarray(edges, float)
    if edges.size < 2 or np.any(np.diff(edges) <= 0):
        raise ValueError(f"edges must be two or more increasing numbers, got {edges.tolist()}")
    own = [end for end in (edges[0], edges[-1]) if end in apart and np.any(values == end)]
    counts, _ = np.histogram(values[~np.isin(values, own)], edges)
    ends = [int(np.sum(values == end)) for end in own]
    if counts.sum() + sum(ends) != values.size:
        out = values[~((values >= edges[0]) & (values <= edges[-1]))]
        raise ValueError(f"every value must lie in [{edges[0]:g}, {edges[-1]:g}], got {out[0]:g}")
    series = [Series(label, (edges[:-1] + edges[1:]) / 2, counts, style="bars", role=role)]
    series += [Series(f"exactly {end:g}", [end], [count], style="bars") for end, count in zip(own, ends, strict=True)]
    figure = plot(
        series,
        finding=finding,
        x=Axis(x_label, limits=(float(edges[0]), float(edges[-1]))),
        y=y_label,
        marks=marks,
        **numbers,
    )
    return Figure(figure.finding, {**figure.data, "edges": edges})


def success_rates(
    samples: SampleSet,
    family: BetaBinomial | None = None,
    *,
    finding: str | None = None,
    what: str = "problems",
    marks: Iterable[Mark] = (),
    **numbers: float,
) -> Figure:
    """Return how many problems had 0, 1, …, n right samples, beside what a family of distributions of p expects.

    Parameters
    ----------
    samples : SampleSet
        The same number n of samples of every problem.
    family : BetaBinomial, optional
        Drawn as points with a line between: the number of problems that it expects at each count.
    finding : str, optional
        The sentence; besides `numbers` it may use ``{never}`` and ``{always}``, the problems with 0 and with n right.
        Left out, it says these.
    what : str
        What the problems are called.
    marks : iterable of Mark
    **numbers : float
        The values that the finding names.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        When problems have unequal numbers of samples: it names one, and the way to leave out those with few.
    """
    most = int(samples.n.max())
    if (samples.n != most).any():
        few = int(np.argmin(samples.n))
        raise ValueError(
            f"samples: {most} of one problem and {samples.n[few]} of {samples.problems[few]!r}: must be one number for "
            f"all, as samples.at_least_samples({most}) leaves them"
        )
    right = np.arange(most + 1)
    counts = np.bincount(samples.c, minlength=most + 1)
    series = [Series(what, right, counts, style="bars", colour=plain(2))]
    if family is not None:
        series.append(
            Series(
                "expected by the fit",
                right,
                len(samples.problems) * family.chances(most),
                style="points",
                colour=plain(0),
            )
        )
    known = {"never": int(counts[0]), "always": int(counts[-1])}
    if finding is None:
        finding = f"Of {samples.n.size:,} {what} {{never:,}} had none of {most:,} samples right, {{always:,}} all."
    x = Axis(f"right of {most}", ticks=tuple(map(float, right)) if most <= 10 else None, limits=(-0.5, most + 0.5))
    return plot(series, finding=finding, x=x, y=what, marks=marks, **(known | numbers))


def roc(
    found: Roc | Mapping[str, Roc],
    *,
    finding: str | None = None,
    roles: Mapping[str, str] | None = None,
    marks: Iterable[Mark] = (),
    **numbers: float,
) -> Figure:
    """Return how a verifier tells right from wrong: the share of right samples above each threshold, against the wrong.

    Parameters
    ----------
    found : Roc or mapping of label to Roc
        A measured one is drawn through its points, a law as a smooth line.
    finding : str, optional
        The sentence; besides `numbers` it may use ``{auc}`` of the first. Left out, it says the area under each.
    roles : mapping of label to role, optional
    marks : iterable of Mark
    **numbers : float
        The values that the finding names.

    Returns
    -------
    Figure

    Examples
    --------
    >>> from inference_scaling import Roc
    >>> roc(Roc.from_scores([0.9, 0.8, 0.3, 0.1], [True, False, True, False])).finding
    'AUC: verifier 0.750; 0.5 for one that knows nothing.'
    """
    named: Mapping[str, Roc] = {"verifier": found} if isinstance(found, Roc) else found
    if not named:
        raise ValueError("found is empty: must be a Roc or have one for each name")
    role = _roles(roles, [*named, "knows nothing"])
    smooth = np.concatenate([[0.0], np.geomspace(1e-4, 1.0, 120)])
    series = []
    for name, one in named.items():
        corners = getattr(one, "points", None)
        x, y = (smooth, one.true_positive(smooth)) if corners is None else np.asarray(corners, float).T
        series.append(Series(name, x, y, role=role.get(name), style=None if name in role else "line"))
    series.append(Series("knows nothing", [0, 1], [0, 1], role="control"))
    if finding is None:
        parts = ", ".join(f"{name} {one.auc:.3f}" for name, one in named.items())
        finding = f"AUC: {parts}; 0.5 for one that knows nothing.".replace("{", "{{").replace("}", "}}")
    known = {"auc": float(next(iter(named.values())).auc)}
    return plot(
        series,
        finding=finding,
        x=Axis("share of wrong samples above the threshold", limits=(0.0, 1.0)),
        y=Axis("share of right samples above it", limits=(0.0, 1.0)),
        marks=marks,
        **(known | numbers),
    )


def bars(
    values: Mapping[str, float],
    *,
    finding: str,
    y_label: str,
    low: Mapping[str, float] | None = None,
    high: Mapping[str, float] | None = None,
    roles: Mapping[str, str] | None = None,
    **numbers: float,
) -> Figure:
    """Return one horizontal point a name, with its interval, for comparing a few named things.

    `roles` names, by name, the role of each that has one in `palette.ROLES`.
    """
    data: dict[str, Any] = {
        "form": "names",
        "x": _axis(y_label),
        "names": list(values),
        # A count among them stays a whole number.
        "values": [
            value if value == quiet else float(quiet)
            for value, quiet in zip(values.values(), without_noise(list(values.values())), strict=True)
        ],
        "numbers": numbers,
    }
    if low is not None and high is not None:
        data |= {"low": [low[name] for name in values], "high": [high[name] for name in values]}
    if role := _roles(roles, values):
        data["roles"] = [role.get(name, "") for name in values]
    return Figure(_sentence(finding, numbers), data)


def heatmap(
    x: ArrayLike,
    y: ArrayLike,
    z: ArrayLike,
    *,
    finding: str,
    x_axis: Axis,
    y_axis: Axis,
    z_label: str,
    levels: Sequence[float],
    level_labels: Sequence[str] | None = None,
    roles: Mapping[str, str] | None = None,
    marks: Iterable[Mark] = (),
    **numbers: float,
) -> Figure:
    """Return a map of `z`, shape (len(y), len(x)), as bands between `levels`, each named by a label.

    Parameters
    ----------
    x, y : array_like, shapes (columns,) and (rows,)
    z : array_like, shape (rows, columns)
    finding : str
    x_axis, y_axis : Axis
    z_label : str
        What the numbers of the map are.
    levels : sequence of float
        The borders between bands, at most four, increasing; below the first and above the last there is a band too.
    level_labels : sequence of str, optional
        One name a band, from the lowest: one more than `levels`.
    roles : mapping of name to role, optional
        Role of each band that has one in `palette.ROLES`: whom it is for.
    marks : iterable of Mark
    **numbers : float
        The values that the finding names.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        When `z` has another shape, the levels do not increase or are too many, or the names are not one a band.
    """
    z = np.asarray(z, float)
    if z.shape != (np.size(y), np.size(x)):
        raise ValueError(f"z must have shape {(np.size(y), np.size(x))} (y by x), got {z.shape}")
    if not 1 <= len(levels) <= 4 or np.any(np.diff(levels) <= 0):
        raise ValueError(f"levels must be one to four increasing numbers, got {list(levels)}")
    if level_labels and len(level_labels) != len(levels) + 1:
        raise ValueError(
            f"{len(levels)} levels part {len(levels) + 1} bands, each with a name; got {len(level_labels)} names: "
            f"{list(level_labels)}"
        )
    data: dict[str, Any] = {
        "form": "map",
        "x": _axis(x_axis),
        "y": _axis(y_axis),
        "z_label": z_label,
        "grid_x": np.asarray(x, float),
        "grid_y": np.asarray(y, float),
        "z": without_noise(z),
        "levels": list(levels),
        "level_labels": list(level_labels or []),
        "marks": [{key: value for key, value in vars(mark).items() if value is not None} for mark in marks],
        "numbers": numbers,
    }
    if role := _roles(roles, level_labels or ()):
        data["roles"] = [role.get(name, "") for name in level_labels or ()]
    return Figure(_sentence(finding, numbers), data)


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
