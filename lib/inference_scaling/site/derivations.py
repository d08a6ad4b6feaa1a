"""Check every derivation of the book: ``python -m inference_scaling.site.derivations``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from .. import lessons
from ..interactive.derivation import Derivation, DerivationError
from ..interactive.derivation.check import checked
from ..lessons.registry import PARTS


def derivations() -> Iterator[Derivation]:
    """Yield the derivations of all parts, in the order of their modules and lines."""
    for part in sorted(PARTS):
        name = f"{lessons.__name__}.{part}.derivations"
        found = vars(import_module(name)).values() if find_spec(name) else ()
        yield from (one for one in found if isinstance(one, Derivation))


def main() -> int:
    """Print how each step was established, all checked anew; return 1 when one is wrong."""
    wrong = 0
    try:
        found = list(derivations())
    except DerivationError as error:
        print(f"malformed: {error}", file=sys.stderr)
        return 1
    for derivation in found:
        try:
            for number, how in enumerate(checked(derivation), start=1):
                print(f"{derivation.id}, step {number}: {how}")
        except DerivationError as error:
            print(f"wrong: {error}", file=sys.stderr)
            wrong += 1
    print(f"{len(found) - wrong} of {len(found)} derivations hold")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
