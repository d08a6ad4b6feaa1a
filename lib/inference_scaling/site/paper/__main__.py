"""Print the book: ``python -m inference_scaling.site.paper``; with names of pages, these pages alone."""

import sys

from . import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
