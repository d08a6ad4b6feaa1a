"""The part Remedies of the book."""
