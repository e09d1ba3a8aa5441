"""The rebuildable cache that makes a million items as quick as eighty.

Writing: ``connection`` to the file; ``schema`` the tables; ``packing`` a document as rows; ``telling`` the rule of
identity, ``stories`` those it is applied to; ``items`` in and out of the tables, ``writer`` documents; ``building`` a
new catalogue, ``part`` a part of one, ``staging`` what becomes of parts; ``lexicon`` its words; ``flags`` the copy of
the marks; ``checkup`` what is wrong with a file.

Asking: ``expansion`` a query without saved searches; ``wanted`` a text that is looked for; ``wording`` what the
full-text index can say of it, ``finders`` what only the query's own matcher can, ``sifting`` where that is tried on
many titles at a time; ``names`` sources and documents; ``planner`` from a query to a ``plan`` in SQL; ``view`` windows,
counts and items; ``facets`` counts by group.
"""

from reader.catalogue import building
from reader.catalogue.checkup import flaw, place_of, places_in
from reader.catalogue.connection import Damaged, Interrupted, data_version, guarded, remove, shrink_log
from reader.catalogue.facets import Facets, FacetView, keep_totals
from reader.catalogue.flags import (
    list_missing,
    note_stamp,
    read_stamp,
    replace_flags,
    update_flags,
)
from reader.catalogue.items import Flags
from reader.catalogue.packing import Fingerprint, Packed, pack
from reader.catalogue.part import write_part
from reader.catalogue.plan import Plan
from reader.catalogue.schema import from_key, open_or_rebuild, to_key
from reader.catalogue.staging import MOST as MOST_PARTS
from reader.catalogue.staging import take_over, workshop
from reader.catalogue.view import View
from reader.catalogue.writer import Batch, Known, is_listed, keep_listing, known_documents, touch

__all__ = [
    "MOST_PARTS",
    "Batch",
    "Damaged",
    "FacetView",
    "Facets",
    "Fingerprint",
    "Flags",
    "Interrupted",
    "Known",
    "Packed",
    "Plan",
    "View",
    "building",
    "data_version",
    "flaw",
    "from_key",
    "guarded",
    "is_listed",
    "keep_listing",
    "keep_totals",
    "known_documents",
    "list_missing",
    "note_stamp",
    "open_or_rebuild",
    "pack",
    "place_of",
    "places_in",
    "read_stamp",
    "remove",
    "replace_flags",
    "shrink_log",
    "take_over",
    "to_key",
    "touch",
    "update_flags",
    "workshop",
    "write_part",
]
