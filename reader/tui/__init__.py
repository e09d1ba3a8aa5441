"""The screen. ``running`` starts it, ``news_screen`` and those upon it own the state, panes own looks and gestures."""
