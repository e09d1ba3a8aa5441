"""What whole screens look like, text and styles, as files that can be read and compared.

``READER_UPDATE_SNAPSHOTS=1 pytest tests/tui/test_snapshots.py`` writes them anew.
"""

import os
import re
from pathlib import Path

from rich.style import Style

from reader.session import Session
from tests.tui.stage import Library, Reader

HERE = Path(__file__).parent / "snapshots"
SEEDS = Path(__file__).parents[2] / "seeds"


def compare(name: str, now: str) -> None:
    """Hold ``now`` against the snapshot ``name``, or keep it as that."""
    file = HERE / name
    if os.environ.get("READER_UPDATE_SNAPSHOTS"):
        HERE.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    kept = file.read_text(encoding="utf-8") if file.exists() else ""
    assert now.splitlines() == kept.splitlines(), f"{file} differs; see this module for how to write it anew"


def dump(reader: Reader) -> str:
    """The screen as text; below it, line by line, which style begins in which column."""
    strips = reader.app.screen._compositor.render_strips()
    styles: dict[str, str] = {}
    runs = []
    for y, strip in enumerate(strips, 1):
        at, line, last = 0, [], ""
        for text, style, _ in strip:
            sign = styles.setdefault(_told(style), _letters(len(styles)))
            line += [f"{at}{sign}"] if sign != last else []
            at, last = at + len(text), sign
        runs.append(f"{y:2} {' '.join(line)}")
    legend = [f"{sign} = {told}" for told, sign in styles.items()]
    return "\n".join([*(strip.text.rstrip() for strip in strips), "", *runs, "", *legend, ""])


def _told(style: Style | None) -> str:
    """A style without what Textual keeps in it for itself."""
    return str(style.clear_meta_and_links()) if style else "none"


def _letters(number: int) -> str:
    return chr(97 + number % 26) + (str(number // 26) if number > 25 else "")


async def test_narrow(library: Library) -> None:
    async with library.open("toothbrush OR lighthouse", size=(80, 24)) as reader:
        await reader.press("j", "s", "j")
        compare("80x24.txt", dump(reader))


async def test_wide(library: Library) -> None:
    async with library.open(size=(120, 40)) as reader:
        await reader.press("s", "r", "j")
        compare("120x40.txt", dump(reader))


async def test_very_wide(library: Library) -> None:
    async with library.open("is:unread -kind:video", size=(200, 60)) as reader:
        await reader.press("3")
        compare("200x60.txt", dump(reader))


async def test_empty(empty: Library) -> None:
    async with empty.open(size=(80, 24)) as reader:
        compare("empty.txt", dump(reader))


async def test_no_hits(library: Library) -> None:
    async with library.open("zeppelin kind:video", size=(120, 24)) as reader:
        compare("no-hits.txt", dump(reader))


async def test_help(library: Library) -> None:
    async with library.open(size=(120, 40)) as reader:
        await reader.press("?")
        compare("help.txt", dump(reader))


async def test_the_picture_in_the_readme(empty: Library) -> None:
    for document in sorted(SEEDS.glob("*.txt")):
        empty.write(document.name, document.read_bytes())
    empty.folder = empty.folder.rename(empty.home / "seeds")
    async with empty.open(session=Session("moon"), size=(120, 34)) as reader:
        await reader.press("j", "s", "j", "j", "r", "g")
        compare("reader.svg", _picture(reader))


def _picture(reader: Reader) -> str:
    """A screenshot without what differs from run to run, and with its blanks."""
    svg = reader.app.export_screenshot(title="reader", simplify=True)
    svg = re.sub(r"terminal-\d+-", "reader-", svg).replace("<svg ", '<svg xml:space="preserve" ', 1)
    # The web font is fetched from elsewhere; whoever looks at the picture has a font of the kind.
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
