"""A terminal news reader for folders of saved documents.

Data flows one way: documents → ``formats`` → ``indexing`` → ``catalogue`` → ``repository`` → ``tui``; what the person
does comes back as ``repository.mark`` and ends in ``marks`` (``state.json``). ``query`` is the language between them,
``model`` the values that all of them speak of, ``config`` the places on disk, ``cli`` the commands.
"""

__version__ = "0.1.0"
