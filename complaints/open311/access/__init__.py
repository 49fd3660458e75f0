"""Who may use the open door, what it shows, and which place a stranger means."""
