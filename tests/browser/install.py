#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Installs what drives the browser in the build directory, as the page's own packages are.

Usage: install.py SOURCE WORK STAMP
"""

import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'src' / 'console'))
from build import install, trust_as_the_system  # noqa: E402 (its folder has just been put on the path)

COPIED = ('package.json', 'package-lock.json', '.npmrc')


def main():
    source, work, stamp = (pathlib.Path(arg).absolute() for arg in sys.argv[1:4])
    trust_as_the_system()
    for name in COPIED:
        shutil.copy2(source / name, work / name)
    install(work)
    stamp.write_text('')


if __name__ == '__main__':
    main()
