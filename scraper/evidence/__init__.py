"""Where a page prints a value: its places, the search through them, and the rule that read it."""
