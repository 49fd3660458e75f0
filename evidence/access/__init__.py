"""The only way to a log for a page. Logs are public: what must stay inside is never written there."""
