"""The rebuildable cache that makes a million items as quick as eighty.

``schema`` the tables; ``packing`` a document as rows; ``telling`` the rule of identity; ``writer`` documents in and
out; ``building`` a new catalogue; ``flags`` the copy of the marks; ``expansion`` a query without
names; ``wording`` what the full-text index can say; ``planner`` from a query to a ``plan`` in SQL; ``view`` windows, counts and items; ``facets`` counts by group.
"""

from reader.catalogue import building
from reader.catalogue.facets import Facets, FacetView
from reader.catalogue.flags import (
    list_missing,
    note_stamp,
    read_stamp,
    replace_flags,
    update_flags,
)
from reader.catalogue.packing import Fingerprint, Packed, pack
from reader.catalogue.plan import Plan
from reader.catalogue.schema import from_key, open_or_rebuild, to_key
from reader.catalogue.view import Interrupted, View
from reader.catalogue.writer import Batch, Flags, Known, known_documents, touch

__all__ = [
    "Batch",
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
    "from_key",
    "known_documents",
    "list_missing",
    "note_stamp",
    "open_or_rebuild",
    "pack",
    "read_stamp",
    "replace_flags",
    "to_key",
    "touch",
    "update_flags",
]
