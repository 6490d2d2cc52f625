"""Parts of the exporter: what several pages tell about one record becomes one line."""
