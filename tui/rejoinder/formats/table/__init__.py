"""The format of tables (CSV, TSV, JSON Lines) whose columns a mapping names."""
