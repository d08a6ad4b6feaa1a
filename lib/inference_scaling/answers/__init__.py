"""Answers and verdicts: what a task is, answers as plain data, typed lines, the judge; knows no task of the book."""
