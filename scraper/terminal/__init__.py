"""Parts of the command line: words to values, runs to lines, tables and exit codes."""
