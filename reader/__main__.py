"""``python -m reader`` is ``reader``."""

from reader.cli import run

if __name__ == "__main__":
    run()
