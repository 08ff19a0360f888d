"""The SQLite engine: one sealed file an archive, rows in time order, full-text search in shards."""
