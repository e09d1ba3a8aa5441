"""Running the screen: what it shows is opened before it, and kept behind it; once more, where a catalogue broke."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from reader.clean import printable
from reader.config import Config, Places
from reader.errors import ReaderError
from reader.repository import Damaged, MarksNews, Repository
from reader.searches import SavedSearches
from reader.session import Session, load_session, save_session
from reader.tui.app import ReaderApp
from reader.tui.leaving import Leaving

ROUNDS = 3
"""How often the screen is shown at most: a disk that breaks every catalogue is not tried for ever."""

TURN = 0.0002
"""Seconds after which a thread that waits for its turn to run Python gets it. With the usual 5 ms, what was painted
reached the terminal only once all behind it was done, and a key waited as long for a search under way."""


def start(  # noqa: PLR0913  # one name for each thing that the command line settles
    *, paths: Sequence[Path], places: Places, config: Config, query: str | None, theme: str | None, state: Path
) -> int:
    """Run the screen until the person leaves, and take up the last session where nothing else is asked for.

    A catalogue that turns out to be damaged is made again, under a screen that begins where the other one ended. The
    exit code: 1 when marks could not be kept, or the news not be shown, which stderr then says.
    """
    if not os.environ.get("NO_COLOR"):
        # Textual takes an empty one for a wish too, which https://no-color.org does not.
        os.environ.pop("NO_COLOR", None)
    sys.setswitchinterval(TURN)
    show = partial(_show, paths, replace(places, state=state), config)
    failure: Damaged | None = None
    for _ in range(ROUNDS):
        try:
            return show(query, theme, failure)
        except Damaged as error:
            query, failure = None, error
    raise failure or AssertionError("there are rounds")


def _show(  # noqa: PLR0913, PLR0917  # the same
    paths: Sequence[Path],
    places: Places,
    config: Config,
    query: str | None,
    theme: str | None,
    failure: Damaged | None,
) -> int:
    """One round, after the ``failure`` of another; raises :class:`Damaged` when all is kept and the next may begin."""
    told: list[ReaderApp] = []
    saved = SavedSearches(places.searches)
    repository = Repository.open(
        paths, state=places.state, cache=places.cache, saved=saved, on_news=lambda news: _tell(told, news)
    )
    key = "\n".join(repository.places)
    kept = load_session(places.session, key)
    session = replace(kept, theme=theme or kept.theme or config.theme)
    if query is not None:
        session = replace(session, query=query, item="")
    app = ReaderApp(repository, session, saved, config)
    told.append(app)
    if failure:
        app.tell("The catalogue was damaged or removed, and is made again; no mark is lost.")
    save = partial(_save_session, places.session, key, kept.theme)
    leaving = Leaving(partial(_leave, app, repository, save), lambda: app.loop)
    app.run()
    code = leaving.leave()
    if isinstance(app.failure, Damaged) and not code:
        raise app.failure
    return code


def _tell(apps: Sequence[ReaderApp], news: MarksNews) -> None:
    for app in apps:
        app.tell_news(news)


def _save_session(file: Path, key: str, kept_theme: str, app: ReaderApp, session: Session) -> None:
    """Keep how things stand; of themes only one that was chosen: another may be in the config file tomorrow."""
    is_chosen = session.theme != app.begun_in
    save_session(file, key, session if is_chosen else replace(session, theme=kept_theme))


def _leave(app: ReaderApp, repository: Repository, save: Callable[[ReaderApp, Session], None]) -> int:
    """Keep what is to be kept; say on stderr what could not be."""
    if app.main and app.is_running:
        app.main.remember()
    errors = [repository.close()]
    if app.main:
        try:
            save(app, app.main.last_session)
        except ReaderError as error:
            errors.append(str(error))
    # What another round puts right is told by that one, unless there is none.
    if app.failure and (any(errors) or not isinstance(app.failure, Damaged)):
        errors.append(str(app.failure))
    for sentence in filter(None, errors):
        print(f"reader: {printable(sentence)}", file=sys.stderr)
    return 1 if any(errors) else app.return_code or 0
