"""Parts of the fetcher: from a wanted page to one guarded, bounded, recorded exchange."""
