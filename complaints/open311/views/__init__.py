"""The open door: GeoReport's answers, and the pages on which its keys are managed."""
