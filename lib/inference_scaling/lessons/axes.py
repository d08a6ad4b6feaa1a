"""Axes that explorables of several parts share."""

from ..interactive.explorable import Axis

__all__ = ["CHANCE", "SAMPLES"]

CHANCE = Axis("chance that the answer is right", 0, 1)
SAMPLES = Axis("k, samples", 1, 1000, log=True, whole=True, points=48)
