"""Axes that explorables of several parts share."""

from ..interactive.explorable import Axis

__all__ = ["CHANCE", "SAMPLES"]

CHANCE = Axis("chance that the answer is right", limits=(0, 1))
SAMPLES = Axis("k, samples", "log", (1, 1000))
