"""How much longer a test waits on a slow machine."""

from __future__ import annotations

import os

PATIENCE = 5 if os.environ.get("CI") else 1
"""How many times as long as on a quiet machine a step may take. A CI machine may do other work too."""
