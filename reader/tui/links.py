"""The way out of the terminal: the browser and the clipboard. Nothing leaves without a key press."""

import os

from textual.app import App

from reader import web
from reader.model import Item


def citation(item: Item) -> str:
    """An item as one would name it to somebody else."""
    return f"{item.title} - {item.source}" if item.source else item.title


def browse(app: App[None], template: str, item: Item) -> str:
    """Open a web search for ``item``; a sentence about what was done."""
    url = web.search_url(template, citation(item))
    if not web.is_safe(url):
        return "The address of the web search in the configuration is not one that may be opened."
    if not _has_browser():
        app.copy_to_clipboard(url)
        return "There is no browser here: the address was copied instead."
    app.open_url(url)
    return f"Looking for it at {web.shown_host(url)}."


def _has_browser() -> bool:
    """Whether a browser of its own window can open; one in this terminal would paint over the screen."""
    return (
        any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"))
        or os.uname().sysname == "Darwin"
    )
