"""Addresses: only what a browser shows as a page of the web, at the host that it says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader import web
from reader.config import SEARCH_URL


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c#d",
        "HTTPS://EXAMPLE.ORG/",
        "https://[2001:db8::1]/",
        "https://müller.example/é",
        "https://a_b.example.org/~x/%0a",
    ],
)
def test_addresses_of_the_web_may_be_opened(url: str) -> None:
    assert web.is_safe(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org",
        "-https://example.org",
        "--version",
        "https://-oProxyCommand=x/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "ssh://example.org",
        "ms-word:ofe|u|https://example.org",
        "ftp://example.org/",
        "https:",
        "https://",
        "https:///path",
        "https:example.org",
        "https://:80/",
        "https://example.org:port/",
        "https://ann@example.org/",
        "https://ann:secret@example.org/",
        "https://@example.org/",
        "https://example.org\\@evil.example/",
        "https://example.org/\\",
        " https://example.org/",
        "https://example.org/a b",
        "https://example.org/\n",
        "https://exam\tple.org/",
        "https://example.org/\x1b[31m",
        "https://example.org/\x9b",
        "https://example.org/\u202egnp",
        "https://exam\u200bple.org/",
        "https://example..org/",
        f"https://{'a' * 64}.org/",
        "https://[::1/",
        "https://example.org/" + "a" * 2_048,
    ],
)
def test_nothing_else_may(url: str) -> None:
    assert not web.is_safe(url)


def test_a_host_is_shown_as_it_is_looked_up() -> None:
    assert web.shown_host("https://Example.org/x") == "example.org"
    assert web.shown_host("https://\u0430pple.com/") == "xn--pple-43d.com"
    assert web.shown_host("nothing") == ""


def test_a_long_title_is_looked_up_by_its_beginning() -> None:
    words = "嫦娥五号 " * 100
    url = web.search_url(SEARCH_URL, words)
    assert web.is_safe(url)
    assert len(url) > web.LONGEST - 50
    assert url.startswith("https://duckduckgo.com/?q=%E5%AB%A6")
    assert web.is_safe(web.search_url(SEARCH_URL, "嫦" * 500))
    assert web.search_url(SEARCH_URL, "two words") == "https://duckduckgo.com/?q=two+words"


@given(st.text())
@settings(deadline=None)
def test_whatever_a_title_is_the_search_for_it_may_be_opened(words: str) -> None:
    url = web.search_url(SEARCH_URL, words.encode("utf-8", "replace").decode())
    assert web.is_safe(url)
    assert web.shown_host(url) == "duckduckgo.com"


@given(st.text(alphabet=st.sampled_from("htps:/\\@-.a[]é\u202e\x1b ?#%1")))
@settings(deadline=None)
def test_no_text_makes_it_fail(url: str) -> None:
    assert web.is_safe(url) in (True, False)
