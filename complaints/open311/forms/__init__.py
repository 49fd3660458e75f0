"""The shape of what comes in: requests and questions of other systems, and keys in the portal."""
