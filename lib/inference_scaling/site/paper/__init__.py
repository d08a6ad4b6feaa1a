"""The book on paper: the built pages joined, printed by a browser, with contents, bookmarks and page numbers."""

from .document import PaperError
from .printing import Printed, book, main

__all__ = ["PaperError", "Printed", "book", "main"]
