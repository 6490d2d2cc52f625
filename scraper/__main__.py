"""`python -m scraper` is `ris`."""

from scraper.cli import main

raise SystemExit(main())
