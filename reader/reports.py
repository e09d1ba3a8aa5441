"""What a scan of the folders tells of itself: values alone, since who shows them need not import who makes them."""

from reader.values import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is."""

    done: int
    """Documents."""
    total: int
    items: int
    """Read so far."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """What a scan found, in documents."""

    added: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0
    complete: bool = True
    """Whether it went to the end."""

    @property
    def differs(self) -> bool:
        """Whether the catalogue has changed."""
        return bool(self.added or self.changed or self.moved or self.removed)
