"""Who may see and touch which ticket. The only doors to a ticket that a view may use."""
