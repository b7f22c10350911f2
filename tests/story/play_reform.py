# SPDX-License-Identifier: Apache-2.0
"""Plays reform.c on a pack and on an edited copy of it."""
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from reform import Reform  # noqa: E402 (its folder has just been put on the path)


def main():
    program, pack = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="iocd-reform-") as directory:
        copy = os.path.join(directory, "pack")
        shutil.copytree(pack, copy)
        Reform(pack, date(2025, 6, 30)).write(copy)
        sys.exit(subprocess.run([program, pack, copy], check=False).returncode)


if __name__ == "__main__":
    main()
