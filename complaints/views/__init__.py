"""Pages about tickets: reporting, following, the desk, and the deeds at it."""
