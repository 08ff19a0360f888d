"""The engine for archives beyond one file: the same tables and answers on a ClickHouse server, or on several."""
