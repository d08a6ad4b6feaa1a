"""What the lessons hold, a folder a part: exercises, predictions, derivations, explorables."""
