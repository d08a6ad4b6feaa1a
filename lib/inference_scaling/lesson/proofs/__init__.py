"""The derivations of the book, one module a part."""
