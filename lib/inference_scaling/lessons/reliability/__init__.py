"""The part Reliability of the book."""
