# SPDX-License-Identifier: Apache-2.0
"""What the check-* lints share: finding C files, blanking comments and strings, reporting."""

import pathlib
import re
import sys

COMMENT_OR_LITERAL = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


class Report:
    """Collects complaints; finish() prints them and gives the exit status."""

    def __init__(self, root):
        self.root = root
        self.lines = []

    def add(self, path, line, message):
        self.lines.append((str(path.relative_to(self.root)), line, message))

    def finish(self):
        for path, line, message in sorted(set(self.lines)):
            print(f'{path}:{line}: {message}')
        return 1 if self.lines else 0


def root_from_arguments():
    """The tree to check: the first argument, else the one this script is part of."""
    if len(sys.argv) > 1:
        return pathlib.Path(sys.argv[1]).resolve()
    return pathlib.Path(__file__).resolve().parent.parent


def c_files(root, *folders, suffixes=('.c', '.h')):
    """All files of the folders with one of the suffixes, in a stable order."""
    for folder in folders:
        for path in sorted((root / folder).rglob('*')):
            if path.suffix in suffixes and path.is_file():
                yield path


def read(path):
    return path.read_text(encoding='utf-8', errors='replace')


def _blank(text):
    return re.sub(r'[^\n]', ' ', text)


def without_comments(text, keep_literals=False):
    """The text with comments, and literals unless they are kept, as blanks of the same shape."""

    def replace(match):
        piece = match.group(0)
        if piece[0] == '/':
            return _blank(piece)
        return piece if keep_literals else piece[0] + _blank(piece[1:-1]) + piece[-1]

    return COMMENT_OR_LITERAL.sub(replace, text)


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1
