"""How the terminal is spoken to."""

from textual.drivers.linux_driver import LinuxDriver


class CellDriver(LinuxDriver):
    """Textual's own, which leaves the mouse at cells.

    Textual asks for a mode in which sizes come as input, and where there is one, it has the mouse come by the pixel.
    Here every line is a row of cells: eight times as many moves would lead nowhere.
    """

    def _query_in_band_window_resize(self) -> None:
        """Ask for no such mode; the size comes with a signal, as anywhere."""
