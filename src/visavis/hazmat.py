"""Raw numbers."""
