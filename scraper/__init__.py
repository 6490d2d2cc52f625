"""ris-scraper: German council information systems as clean, complete, trustworthy JSON Lines."""

__version__ = "0.1.0"
