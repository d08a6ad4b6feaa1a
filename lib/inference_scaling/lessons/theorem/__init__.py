"""The part Theorem of the book."""
