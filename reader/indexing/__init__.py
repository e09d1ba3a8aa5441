"""Filling the catalogue with what documents tell.

``packing`` a document as rows; ``telling`` the rule of identity, ``stories`` those it is applied to; ``items`` in and
out of the tables, ``writer`` documents; ``building`` a new catalogue, ``part`` a part of one, ``staging`` what becomes
of parts; ``flags`` the copy of the marks. Who only asks the catalogue, as most starts do, imports nothing of it.
"""

from reader.indexing import building
from reader.indexing.flags import list_missing, replace_flags, update_flags
from reader.indexing.packing import Fingerprint, Packed, pack
from reader.indexing.part import write_part
from reader.indexing.staging import MOST as MOST_PARTS
from reader.indexing.staging import take_over, workshop
from reader.indexing.writer import Batch, Known, known_documents, touch

__all__ = [
    "MOST_PARTS",
    "Batch",
    "Fingerprint",
    "Known",
    "Packed",
    "building",
    "known_documents",
    "list_missing",
    "pack",
    "replace_flags",
    "take_over",
    "touch",
    "update_flags",
    "workshop",
    "write_part",
]
