"""The workshop: a module for each notebook, with the tasks in which the learner builds the pieces."""
