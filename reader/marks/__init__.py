"""What the person did to the items, and how it is kept.

``merge`` has the values, ``codec`` the text of ``state.json``, ``state_file`` the one file (``place`` what is found in
its place), ``conflicts`` the copies of it that other machines leave, ``history`` the steps that can be undone,
``saver`` the thread that writes, ``watcher`` the one that sees what others write. Built to lose nothing, whoever else
writes, whatever breaks, and whenever it is killed.
"""

from reader.marks.history import Change, History
from reader.marks.merge import Flag, merge, merge_all, set_flag
from reader.marks.saver import Saver, SaveReport
from reader.marks.state_file import StateFile, utc_now
from reader.marks.watcher import Watcher

__all__ = [
    "Change",
    "Flag",
    "History",
    "SaveReport",
    "Saver",
    "StateFile",
    "Watcher",
    "merge",
    "merge_all",
    "set_flag",
    "utc_now",
]
