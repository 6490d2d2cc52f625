"""What all tests have in common: nobody's own catalog is read or written."""

from __future__ import annotations

import os
import tempfile

os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="ris-tests-")
