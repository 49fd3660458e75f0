"""What a ticket may do, when it is late, and what its words say: pure functions."""
