"""What a glance at the command line tells, before argparse is there to read it: that takes as long as all its imports.

It is right about a command line of nothing but paths, and may be wrong about the paths of a command.
"""

from collections.abc import Sequence

COMMANDS = ("list", "show", "mark", "check", "doctor", "paths", "completion")
"""Words that are no path where they stand first."""

LOOKING = {"list": 0, "check": 0, "show": 1}
"""The commands that look at the folders which the command line names, behind so many other words."""

_VALUED = ("-q", "--query", "--state", "--limit")


def are_paths(argv: Sequence[str]) -> bool:
    """Whether ``argv`` names what is to be shown on the screen, and nothing else."""
    is_command = bool(argv) and argv[0] in COMMANDS
    return not is_command and not any(word.startswith("-") for word in argv)


def paths_at_a_glance(argv: Sequence[str]) -> list[str]:
    """What a command that looks at folders seems to be given for paths."""
    if not argv or argv[0] not in LOOKING:
        return []
    named: list[str] = []
    words = iter(argv[1:])
    for word in words:
        if word in _VALUED:
            next(words, None)
        elif not word.startswith("-"):
            named.append(word)
    return named[LOOKING[argv[0]] :]
