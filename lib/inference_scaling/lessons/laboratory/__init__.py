"""The part Laboratory of the book."""
