"""The screen. ``app`` starts it, ``main_screen`` owns the state, panes own looks and gestures."""
