"""What changes a ticket: lock, ask the rules, write, leave a line of history, tell whom it concerns."""
