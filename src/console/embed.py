#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the files of the built page as a C file that the program carries.

Usage: embed.py DIST OUT.c     DIST: what vite has built; "-": nothing was built

The same files give the same C file, byte for byte.
"""

import gzip
import hashlib
import pathlib
import re
import sys

TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.json': 'application/json',
    '.svg': 'image/svg+xml',
    '.txt': 'text/plain; charset=utf-8',
    '.webmanifest': 'application/manifest+json',
    '.woff2': 'font/woff2',
}

FIXED = re.compile(r'/assets/[^/]+-[A-Za-z0-9_-]{8}\.\w+')  # vite puts a hash of the content there

HEAD = """/* SPDX-License-Identifier: Apache-2.0 */
/* Made by embed.py. */
#include "files.h"

"""


def pack(content):
    packed = gzip.compress(content, compresslevel=9, mtime=0)
    return packed if len(packed) < len(content) else None


def array(name, content):
    # Numbers, not a string: standard C promises no more than 4095 characters of a string.
    rows = []
    for at in range(0, len(content), 32):
        rows.append('\t' + ''.join(f'{byte},' for byte in content[at : at + 32]))
    return f'static const unsigned char {name}[] = {{\n' + '\n'.join(rows) + '\n};\n\n'


def entry(number, path, content, packed):
    kind = TYPES[pathlib.PurePosixPath(path).suffix if path != '/' else '.html']
    tag = hashlib.sha256(content).hexdigest()[:16]
    fixed = 'true' if FIXED.fullmatch(path) else 'false'
    pair = '.packed = NULL, .packed_size = 0'
    if packed:
        pair = f'.packed = packed_{number}, .packed_size = {len(packed)}'
    return (
        f'\t{{ .path = "{path}", .content_type = "{kind}", .tag = "\\"{tag}\\"",\n'
        f'\t  .bytes = bytes_{number}, .size = {len(content)},\n'
        f'\t  {pair}, .is_fixed = {fixed} }},\n'
    )


def files_of(dist):
    for file in sorted(dist.rglob('*')):
        if not file.is_file():
            continue
        path = '/' + file.relative_to(dist).as_posix()
        if file.suffix not in TYPES:
            sys.exit(f"embed.py: {path}: no content type is known for '{file.suffix}'")
        yield '/' if path == '/index.html' else path, file.read_bytes()


def c_file(files):
    text, table = HEAD, ''
    for number, (path, content) in enumerate(files):
        packed = pack(content)
        text += array(f'bytes_{number}', content)
        if packed:
            text += array(f'packed_{number}', packed)
        table += entry(number, path, content, packed)
    if not table:  # C knows no array of nothing
        return text + ('const struct console_file *const console_files = NULL;\n'
                       'const size_t console_n_files = 0;\n')
    text += f'static const struct console_file files[] = {{\n{table}}};\n\n'
    return text + (
        'const struct console_file *const console_files = files;\n'
        'const size_t console_n_files = sizeof(files) / sizeof(*files);\n'
    )


def main():
    dist, out = sys.argv[1:3]
    files = [] if dist == '-' else list(files_of(pathlib.Path(dist)))
    if dist != '-' and not any(path == '/' for path, _ in files):
        sys.exit(f'embed.py: {dist} has no index.html')
    pathlib.Path(out).write_text(c_file(files), encoding='ascii')


if __name__ == '__main__':
    main()
