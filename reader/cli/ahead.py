"""A look at a command's folders that another process takes, while this one gets ready.

Of many documents that look takes as long as all else that a command does. So it is begun before anything is imported,
at what a glance at the command line takes for paths: whoever asks for the result compares it with what was seen
before, and a wrong guess costs a look and nothing else.
"""

import gc
import os
from collections.abc import Callable, Iterable


def listing_ahead(paths: Iterable[str]) -> Callable[[], bytes]:
    """Let another process walk through ``paths``; what gives its :func:`~reader.walking.listing`.

    Nothing where there were flaws on the way, or can be no other process: whoever wants to know more walks again.
    This process must not have threads yet.
    """
    reading, writing = os.pipe()
    try:
        walker = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return bytes
    if not walker:
        try:
            # Whoever waits for the end of the output must not wait for this.
            os.closerange(0, 3)
            _walk(paths, writing)
        finally:
            # Not a line more of what it was forked from.
            os._exit(0)
    os.close(writing)

    def listed() -> bytes:
        with open(reading, "rb") as pipe:  # noqa: PTH123
            found = pipe.read()
        os.waitpid(walker, 0)
        return found

    return listed


def _walk(paths: Iterable[str], writing: int) -> None:
    gc.disable()
    from reader.walking import Walk, listing

    walk = Walk()
    for path in paths:
        walk.look_at(os.path.realpath(os.path.expanduser(path)))  # noqa: PTH111  # pathlib is slow to import
    if not walk.flaws:
        os.write(writing, listing(walk.files))
