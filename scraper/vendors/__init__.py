"""The products, found by discovery: every module here that defines `VENDOR`; nothing else names them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from scraper.errors import UsageError
from scraper.vendor import Vendor


@cache
def names() -> tuple[str, ...]:
    """Names of all products, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"))


@cache
def load(name: str) -> Vendor:
    """The product of that name; UsageError names the known ones."""
    if name not in names():
        raise UsageError(f"no reader for the product {name!r}; there are: {', '.join(names())}")
    vendor: Vendor = importlib.import_module(f"{__name__}.{name}").VENDOR
    return vendor


def every() -> tuple[Vendor, ...]:
    """All products."""
    return tuple(load(name) for name in names())
