"""What a page shows: one form for every output, its assets, formulas and line plots; it knows nothing of lessons."""
