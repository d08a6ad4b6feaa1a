"""The part Confusions of the book."""
