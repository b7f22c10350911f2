# SPDX-License-Identifier: Apache-2.0
"""Where things are; importing it makes servers.py and the end-to-end tests' view.py importable."""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACK = os.path.join(ROOT, "config", "binh-duong")

sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
sys.path.insert(0, os.path.join(ROOT, "tools"))
