"""The part Phenomena of the book."""
