"""The part Setup of the book."""
