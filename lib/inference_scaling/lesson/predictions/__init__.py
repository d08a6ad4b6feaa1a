"""The questions that open the lessons, one module a part; every number in them is computed."""
