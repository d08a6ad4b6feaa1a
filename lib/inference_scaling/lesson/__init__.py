"""What makes a page live and checked: derivations, explorables, predictions, tasks, checks, claims."""
