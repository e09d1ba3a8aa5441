"""Web addresses: which of them may be opened, and how a host is shown."""

from urllib.parse import quote_plus, urlsplit

SCHEMES = ("http", "https")

LONGEST = 2_048
"""Characters of an address."""


def is_safe(url: str) -> bool:
    """Whether ``url`` may be opened: http or https, with a host, nobody's name in it, and no odd characters."""
    if len(url) > LONGEST or not url.isprintable() or "\\" in url or " " in url:
        return False
    try:
        parts = urlsplit(url)
        # It raises ValueError when the port is none.
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme in SCHEMES and "@" not in parts.netloc and bool(shown_host(url)) and not host.startswith("-")


def shown_host(url: str) -> str:
    """The host of ``url`` as it is looked up, which tells letters apart that look alike; empty if there is none."""
    host = urlsplit(url).hostname or ""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""


def search_url(template: str, words: str) -> str:
    """The address of a web search: ``template`` with as many of ``words`` for ``{query}`` as an address may hold."""
    room = LONGEST - len(template.replace("{query}", ""))
    kept = words
    while len(quote_plus(kept)) > room and kept:
        # A word fewer, or where there is but one, half of it.
        kept = kept.rpartition(" ")[0] or kept[: len(kept) // 2]
    return template.replace("{query}", quote_plus(kept))
