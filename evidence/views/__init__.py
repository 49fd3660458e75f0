"""Public pages of the logs."""
