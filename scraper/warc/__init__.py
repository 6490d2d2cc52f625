"""Parts of the archive: WARC members, exchanges as records, shared bodies, replay and check."""
