"""The rebuildable cache that makes a million items as quick as eighty.

``connection`` to the file; ``schema`` the tables; ``notes`` what it notes of itself; ``lexicon`` its words; ``checkup``
what is wrong with a file.

Asking: ``expansion`` a query without saved searches; ``wanted`` a text that is looked for; ``wording`` what the
full-text index can say of it, ``finders`` what only the query's own matcher can, ``sifting`` where that is tried on
many titles at a time; ``names`` sources and documents; ``planner`` from a query to a ``plan`` in SQL; ``view`` windows,
counts and items; ``facets`` counts by group. What fills it is :mod:`reader.indexing`.
"""

from reader.catalogue.checkup import flaw, place_of, places_in
from reader.catalogue.connection import Damaged, Interrupted, data_version, guarded, remove, shrink_log
from reader.catalogue.facets import Facets, FacetView, keep_totals
from reader.catalogue.notes import is_being_built, is_listed, keep_listing, note_stamp, read_stamp
from reader.catalogue.plan import Plan
from reader.catalogue.schema import from_key, open_or_rebuild, to_key
from reader.catalogue.view import View

__all__ = [
    "Damaged",
    "FacetView",
    "Facets",
    "Interrupted",
    "Plan",
    "View",
    "data_version",
    "flaw",
    "from_key",
    "guarded",
    "is_being_built",
    "is_listed",
    "keep_listing",
    "keep_totals",
    "note_stamp",
    "open_or_rebuild",
    "place_of",
    "places_in",
    "read_stamp",
    "remove",
    "shrink_log",
    "to_key",
]
