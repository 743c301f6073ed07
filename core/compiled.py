"""Kernels in steps: small compiled functions that hand tuples of arrays to one another at no cost.

A numba function counts who holds each array that it is given, in and out of every call. For a walk of millions of short steps over a
dozen arrays that count is most of the work: four times as long as one function that spells every array out. A function compiled here does not
count. It may read and write arrays and must not make any: all belong to the caller, who holds them until it returns. One that makes
an array does not compile. All become part of the function that calls them, so that splitting a walk into steps costs nothing.

numba keeps what it compiled until the file of the kernel changes, and does not see a change of this one: after one, empty `__pycache__`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def over_held_arrays(function: Kernel) -> Kernel:
    """numba.njit with its cache, for a function of arrays that its caller holds. `_nrt` is numba's runtime, which does the counting."""
    return cast(Kernel, numba.njit(cache=True, forceinline=True, _nrt=False)(function))  # type: ignore[call-overload]
