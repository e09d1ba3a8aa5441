"""What the person did to the items, and how it is kept.

``merge`` has the values, ``codec`` the text of ``state.json``, ``state_file``
the one file, ``saver`` the thread that writes it. Built to lose nothing, whoever else writes, whatever
breaks, and whenever it is killed.
"""

from reader.marks.merge import Flag, merge, merge_all, set_flag
from reader.marks.saver import Saver, SaveReport
from reader.marks.state_file import StateFile, utc_now

__all__ = ["Flag", "SaveReport", "Saver", "StateFile", "merge", "merge_all", "set_flag", "utc_now"]
