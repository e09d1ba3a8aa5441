"""What can go wrong in a way that a person should read about.

Every error that reaches a person is a :class:`ReaderError`, and its ``str()`` is a sentence fit to show.
Anything else that is raised is a defect of the program.
"""


class ReaderError(Exception):
    """The root of the tree; its ``str()`` is shown as it is."""


class UsageError(ReaderError):
    """The command line asks for something that does not exist; exit code 2."""


class ConfigError(ReaderError):
    """A configuration file that cannot be used."""


class StateError(ReaderError):
    """The state file cannot be read, or cannot be written."""


class CatalogueError(ReaderError):
    """The cache of the documents cannot be used, and could not be rebuilt."""


class ItemNotFound(ReaderError):
    """No item, or more than one, answers to an id."""
