"""Every test that asks for ``house`` runs on both databases."""

from tests.records.conftest import emptied_url, empty_file, house, store, store_url

__all__ = ["emptied_url", "empty_file", "house", "store", "store_url"]
