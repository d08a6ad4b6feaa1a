"""Build the site: ``python -m inference_scaling.site``; with ``--pages-only`` from the notebooks as they are."""

import sys

from .build import build

if __name__ == "__main__":
    sys.exit(build(verify="--pages-only" not in sys.argv[1:]))
