"""How the process deals with the memory that it no longer needs."""

M_MMAP_THRESHOLD = -3
"""As ``malloc.h`` of glibc numbers it."""

LARGE = 256 << 10
"""Bytes from which on a block is one for itself: the row numbers of a large result are, for one."""


def give_back_large_blocks() -> None:
    """Have large blocks given back to the system when they are freed.

    Left to itself, glibc learns from the first of them that goes to keep the next ones, and each thread keeps its own:
    twenty megabytes after a few searches among a million items. Other allocators need not be told.
    """
    # Imported by whoever has time for it: the first screen has not.
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_MMAP_THRESHOLD, LARGE)
