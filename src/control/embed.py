#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a C file of a JSON document: embed.py openapi.json openapi_json.c"""

import json
import sys

COLUMNS = 24


def refuse_twice(pairs):
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            sys.exit(f"openapi.json: '{name}' is given twice in one object")
    return dict(pairs)


def main():
    with open(sys.argv[1], encoding='utf-8') as file:
        document = json.load(file, object_pairs_hook=refuse_twice)
    data = json.dumps(document, separators=(',', ':'), ensure_ascii=False).encode() + b'\n'
    rows = [', '.join(str(byte if byte < 128 else byte - 256) for byte in data[i:i + COLUMNS])
            for i in range(0, len(data), COLUMNS)]
    with open(sys.argv[2], 'w', encoding='utf-8') as file:
        file.write('/* SPDX-License-Identifier: Apache-2.0 */\n#include "openapi.h"\n\n'
                   'const char openapi_json[] = {\n\t' + ',\n\t'.join(rows) + ' };\n'
                   'const size_t openapi_json_size = sizeof(openapi_json);\n')


main()
