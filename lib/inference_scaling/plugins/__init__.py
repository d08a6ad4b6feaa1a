"""The estimators inside other tools: reducers of Inspect, and metrics of lm-evaluation-harness.

A task file of such a tool names them, and the tool's own table then shows pass@k, pass^k, a vote or best-of-N of all
samples that it drew. Neither tool is imported before it asks.
"""
