"""What all tests have in common: nobody's own catalog is read or written, and signals reach the children."""

from __future__ import annotations

import os
import signal
import tempfile

os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="ris-tests-")
# A run in the background (`make test &`, nohup) ignores these, and so would every command that it starts.
for _number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)
