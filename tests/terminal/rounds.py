"""Somebody who marks at random in the real program, which is killed in the midst of it; and what must be left then."""

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic

from reader.marks import StateFile
from tests.terminal.screen import Terminal, terminal

PROMISE = 0.25
"""Seconds from what is painted until it is on the disk."""

TITLES = tuple(f"Parcel {letter}" for letter in "ABCDEFGHIJKL")

OTHERS = 2_000
"""Marks of other items in the same file, so that writing it takes a moment."""

_LINE = "- {} [Last Updated On: May {}th, 2020] [Originally Added On: May {}th, 2020]\n"

Flags = dict[str, tuple[bool, bool]]
"""Whether each item is starred, and read, by title."""


@dataclass
class Tally:
    """What came of the rounds."""

    rounds: int = 0
    marks: int = 0
    undone: int = 0
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds in {self.seconds:.0f} s: {self.marks} marks ({self.undone} by undoing),"
            f" {len(self.lost)} lost, {len(self.broken)} files broken"
        )


class Desk:
    """A small folder of news, its marks as they should be, and the file as it is."""

    def __init__(self, home: Path, random: Random) -> None:
        self.home = home
        self.random = random
        self.tally = Tally()
        self.flags: Flags = dict.fromkeys(TITLES, (False, False))
        self.done: list[Flags] = []
        """For each step that is known to be in force: what its items were before."""
        self.state = home / "state" / "reader" / "state.json"
        (home / "news").mkdir()
        lines = (_LINE.format(title, 20 - at, 20 - at) for at, title in enumerate(TITLES))
        (home / "news" / "parcels.txt").write_text("".join(lines))
        self.state.parent.mkdir(parents=True)
        others = ",\n".join(
            f'"{number:016x}": {{"title": "Elsewhere {number}", "read": true, "read_at": "2026-01-01T00:00:00Z"}}'
            for number in range(OTHERS)
        )
        self.state.write_text(f'{{"version": 1, "marks": {{\n{others}\n}}}}\n')

    @contextmanager
    def screen(self) -> Iterator[Terminal]:
        """The program, as soon as its list is painted."""
        with terminal("news", home=self.home, columns=64, rows=20) as there:
            there.process.ptyproc.delayafterclose = there.process.ptyproc.delayafterterminate = 0
            there.see(TITLES[-1])
            yield there

    # What a person does. Each ends when it is painted.

    def star(self, there: Terminal) -> None:
        self._toggle(there, "s", 0)

    def read(self, there: Terminal) -> None:
        self._toggle(there, "r", 1)

    def _toggle(self, there: Terminal, key: str, which: int) -> None:
        at = self.random.randrange(len(TITLES))
        there.press("g" + "j" * at + key)
        flags = list(self.flags[TITLES[at]])
        flags[which] = not flags[which]
        self._expect(there, {TITLES[at]: (flags[0], flags[1])}, which)

    def read_all(self, there: Terminal) -> None:
        new = {title: (starred, True) for title, (starred, read) in self.flags.items() if not read}
        if new:
            there.press("R")
            there.see(" read?")
            there.press("y")
            self._expect(there, new, 1)

    def undo(self, there: Terminal) -> None:
        if self.done:
            there.press("u")
            before = self.done.pop()
            self._expect(there, before, None)
            self.done.pop()
            self.tally.undone += len(before)

    def _expect(self, there: Terminal, new: Flags, which: int | None) -> None:
        """Wait until the screen shows ``new``; of one flag only, where somebody else may change the other."""
        self.done.append({title: self.flags[title] for title in new})
        self.flags |= new
        self.tally.marks += len(new)

        def is_painted() -> bool:
            shown = _shown(there)
            wanted = ((shown.get(title), flags) for title, flags in new.items())
            return all(
                seen and (seen == flags if which is None else seen[which] == flags[which]) for seen, flags in wanted
            )

        there.until(is_painted, f"{new} to be painted")

    # What must be left

    def kill(self, *screens: Terminal, meddling: bool) -> None:
        """Kill at a random moment after the promise; ``meddling`` presses on until then, of which nothing is known."""
        end = monotonic() + PROMISE + self.random.uniform(0, 0.1)
        if meddling:
            self.done.clear()
        while (left := end - monotonic()) > 0:
            for there in screens:
                there.drain(left / len(screens) if not meddling else min(left, 0.01))
                if meddling and left < 0.15:
                    there.press(self.random.choice(("s", "js", "ks")))
        for there in screens:
            there.kill(signal.SIGKILL)
        for there in screens:
            there.process.wait()

    def check(self, *, but_stars: bool) -> None:
        """Compare the file with what was painted; take over what nothing is known of."""
        self.tally.rounds += 1
        found = self._found()
        if found is None:
            return
        for title, flags in self.flags.items():
            now = found.get(title, (False, False))
            if now[1] != flags[1] or (now[0] != flags[0] and not but_stars):
                self.tally.lost.append(f"round {self.tally.rounds}: {title} is {now}, not {flags}")
        self.flags = {title: found.get(title, (False, False)) for title in TITLES}

    def _found(self) -> Flags | None:
        state = StateFile(self.state)
        try:
            marks = json.loads(self.state.read_bytes())["marks"]
            state.load()
        except (OSError, ValueError, KeyError) as error:
            self.tally.broken.append(f"round {self.tally.rounds}: {error!r}")
            return None
        if state.notices or sum(mark["title"].startswith("Elsewhere") for mark in marks.values()) != OTHERS:
            self.tally.broken.append(f"round {self.tally.rounds}: {state.notices or 'marks of other items are gone'}")
        return {mark["title"]: (mark.get("starred", False), mark.get("read", False)) for mark in marks.values()}


def _shown(there: Terminal) -> Flags:
    """What the list shows of each item."""
    shown: Flags = {}
    for line in there.screen.display:
        mark, _, title = line.partition("2020-05-")
        if title:
            shown[title[2:].strip(" │┃▌").partition("  ")[0].strip()] = "★" in mark, "●" not in mark
    return shown


def one_writer(desk: Desk, rounds: int) -> None:
    """Mark, kill, look; again and again with the same file."""
    began = monotonic()
    for _ in range(rounds):
        with desk.screen() as there:
            for _ in range(desk.random.randint(1, 3)):
                desk.random.choice((desk.star, desk.star, desk.read, desk.read_all, desk.undo, desk.undo))(there)
            meddling = desk.random.random() < 0.5
            desk.kill(there, meddling=meddling)
        desk.check(but_stars=meddling)
    desk.tally.seconds = monotonic() - began


def two_writers(desk: Desk, rounds: int) -> None:
    """The same with two programs at once, one of which stars while the other reads."""
    began = monotonic()
    for _ in range(rounds):
        with ExitStack() as stack:
            one, two = (stack.enter_context(desk.screen()) for _ in range(2))
            for _ in range(desk.random.randint(1, 3)):
                desk.star(one)
                desk.random.choice((desk.read, desk.read, desk.read_all))(two)
            desk.kill(one, two, meddling=False)
        desk.check(but_stars=False)
    desk.tally.seconds = monotonic() - began
