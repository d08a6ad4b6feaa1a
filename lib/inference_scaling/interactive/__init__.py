"""What a reader acts on: derivations, explorables, predictions, replays of recorded samples, search trees."""
