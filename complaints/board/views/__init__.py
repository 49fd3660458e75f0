"""The public board, its keeping, and the figures of a month."""
