"""The migrations, in `versions`: one file for each version of the store, never changed again."""
