# SPDX-License-Identifier: Apache-2.0
"""What embed.py makes of a built page: the same bytes, plain and packed, whatever is in them."""

import gzip
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

EMBED = pathlib.Path(__file__).resolve().parents[2] / 'src/console/embed.py'
ARRAY = re.compile(r'static const unsigned char (\w+)\[\] = \{\n(.*?)\n\};', re.DOTALL)
PAGE = {
    'index.html': b'<!doctype html>' + 100 * b'<p></p>',
    'assets/index-Ab3_-x9Z.js': bytes(range(256)) * 8,
    'assets/index.js': b'x',
}


class EmbedTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def embed(self, files):
        dist = self.folder / 'dist'
        for name, content in files.items():
            path = dist / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        out = self.folder / 'out.c'
        done = subprocess.run([sys.executable, EMBED, dist if files else '-', out], check=False,
                              capture_output=True, text=True)
        return done, out.read_text() if done.returncode == 0 else ''

    def test_bytes_come_back_plain_and_packed(self):
        _, text = self.embed(PAGE)
        arrays = {name: bytes(int(n) for n in body.split(',') if n.strip())
                  for name, body in ARRAY.findall(text)}
        for number, name in enumerate(sorted(PAGE)):
            self.assertEqual(arrays[f'bytes_{number}'], PAGE[name], name)
            if f'packed_{number}' in arrays:
                self.assertEqual(gzip.decompress(arrays[f'packed_{number}']), PAGE[name], name)
        self.assertIn('packed_0', arrays)

    def test_what_packing_makes_greater_is_not_packed(self):
        _, text = self.embed(PAGE)
        number = sorted(PAGE).index('assets/index.js')
        self.assertNotIn(f'packed_{number}[]', text)

    def test_only_names_with_a_hash_may_be_kept_for_ever(self):
        _, text = self.embed(PAGE)
        fixed = dict(re.findall(r'\.path = "([^"]+)".*?\.is_fixed = (\w+)', text, re.DOTALL))
        self.assertEqual(fixed, {'/': 'false', '/assets/index-Ab3_-x9Z.js': 'true',
                                 '/assets/index.js': 'false'})

    def test_the_same_page_gives_the_same_file(self):
        _, first = self.embed(PAGE)
        for path in self.folder.rglob('*'):
            path.touch()
        self.assertEqual(self.embed(PAGE)[1], first)

    def test_without_a_page_there_are_no_files(self):
        done, text = self.embed({})
        self.assertEqual(done.returncode, 0)
        self.assertIn('console_n_files = 0', text)

    def test_a_page_without_its_entry_is_refused(self):
        done, _ = self.embed({'assets/a.js': b'x'})
        self.assertIn('index.html', done.stderr)
        self.assertNotEqual(done.returncode, 0)

    def test_a_file_of_no_known_kind_is_refused(self):
        done, _ = self.embed({**PAGE, 'a.exe': b'x'})
        self.assertIn('a.exe', done.stderr)
        self.assertNotEqual(done.returncode, 0)


if __name__ == '__main__':
    unittest.main()
