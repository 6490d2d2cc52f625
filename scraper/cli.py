"""The command `ris`: what it says about itself, and how every ending becomes one line and an exit code.

`ris --help` must cost little more than starting Python, so this module imports nothing but the standard
library; the commands themselves are in `terminal`, and loaded when one is called.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from scraper import __version__

HELP = """\
Usage: ris COMMAND [OPTIONS] …

Council information systems (Ratsinformationssysteme) of German towns as JSON Lines.

Commands:
  crawl SOURCE      Crawl a town's system into a folder of JSON Lines.
  parse FILE…       Turn saved pages into JSON Lines on stdout.
  reparse ARCHIVE…  Turn archived responses into records again, offline.
  probe URL         Tell whether a site can be crawled, and why.
  catalog [WORD]    Search the catalog of known installations, or add one.
  schema [KIND]     Print the JSON Schema of the records.
  changes SOURCE    Tell what changed in a town since the first crawl.
  coverage [DIR]    Tell what was announced, what was read, and what is missing.
  labels [DIR]      List the labels and results that are not understood.
  verify OUTPUT     Prove that an output follows from its archive.
  why RECORD        Show where a value was read: page, place, rule, hash.
  show RECORD       Print the archived page of a record as text.
  budget SOURCE     Tell what a harvest asked of its hosts.
`ris COMMAND --help` explains each with examples.

Examples:
  ris catalog herne                        what is known about a town
  ris probe herne                          can it be crawled?
  ris crawl herne --since 2026-01-01       → output/herne/*.jsonl and run.json
  ris crawl --all --state NW               every town of a state
  ris parse page.html --url https://…      one saved page → JSON Lines on stdout
  ris changes herne --since 2026-11-01     what is new, moved, cancelled, replaced
  ris reparse output/herne/archive         the archive → the same records, offline
  ris why herne:paper:1010 status          where this value was read

Options:
  --help     Show this text.
  --version  Show the version.
  --debug    Show the traceback of an error (works with every command).

Exit codes:
  0    finished
  1    failed: nothing usable came out
  2    the command line is wrong
  3    finished, but suspect or partial: look at the lines on stderr and at run.json
  5    another run holds the output folder
  6    a folder, disk or file refuses
  130  stopped by Ctrl-C, 143 by SIGTERM: the same command goes on where it stopped
"""

_INTERNAL = 1
_INTERRUPTED = 130
_STORAGE = 6


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` (default: the process's own) and return its exit code."""
    try:
        return _main(arguments)
    finally:
        _release(sys.stderr)


def _main(arguments: Sequence[str] | None) -> int:
    atexit.register(gc.freeze)  # Python would look for garbage in all that was imported: 12 % of a command
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _complain("interrupted", _INTERRUPTED)
    except BrokenPipeError:
        return _reader_gone()
    except Exception as error:
        if debug:
            raise
        return _failed(error)


def _run(words: list[str]) -> int:
    if not words or words[0] in ("--help", "-h", "help"):
        sys.stdout.write(HELP)
        return 0
    if words[0] in ("--version", "-V"):
        sys.stdout.write(f"ris-scraper {__version__}\n")
        return 0
    from scraper.terminal.app import call

    # A command returns what is to be done: so the work, and its errors, stay outside of typer.
    work: Callable[[], int] | int | None = call(words)
    return work() if callable(work) else int(work or 0)


def _failed(error: Exception) -> int:
    """One line for an error, and its exit code."""
    from scraper.errors import RisError

    if isinstance(error, RisError):
        return _complain(str(error), error.exit_code)
    if hasattr(error, "format_message"):  # typer's own: the command line is wrong
        return _complain(_usage(error), int(getattr(error, "exit_code", 2)))
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}", _STORAGE)
    told = f"{type(error).__name__}: {error}"
    return _complain(f"internal error: {told} (once more with --debug shows where)", _INTERNAL)


def _usage(error: Any) -> str:
    command = getattr(error.ctx, "command_path", "ris") if hasattr(error, "ctx") else "ris"
    return f"{error.format_message().rstrip('.')} (see: {command} --help)"


def _complain(message: str, code: int) -> int:
    from scraper.terminal.console import inert

    with contextlib.suppress(OSError):  # nobody is there to read it
        sys.stderr.write(f"ris: {inert(message)}\n")
        sys.stderr.flush()
    return code


def _reader_gone() -> int:
    """`ris … | head` got what it wanted: no message, and no second one when Python flushes at exit."""
    _release(sys.stdout)
    return 0


def _release(stream: Any) -> None:
    """A stream that nobody reads is turned away, as Python ends with 120 when it cannot flush at exit."""
    try:
        stream.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
