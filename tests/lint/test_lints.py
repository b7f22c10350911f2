# SPDX-License-Identifier: Apache-2.0
"""Each lint gets a small tree that is good, which it must pass, and then the same tree with one
mistake in it, which it must refuse at the right file and line."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / 'tools'
SPDX = '/* SPDX-License-Identifier: Apache-2.0 */\n'
FLOORS = '''\
# floor room allowed
2 net base
1 event base unit
1 unit base
0 base
door where.h event
door reasons.tbl event
'''
OPENING = '/*\n * {0}: what it is.\n *\n * What it does not do.\n */\n'


def header(name, body=''):
    return SPDX + OPENING.format(name) + body


GOOD = {
    'tools/floors.txt': FLOORS,
    'include/iocd/base/counters.tbl': SPDX + 'COUNTER(seen, "events (all) that were seen")\n',
    'include/iocd/base/text.h': header('text', '/* Does it. */\nint text_do(int a);\n'),
    'include/iocd/event.h': header('event', '#include "iocd/base/text.h"\n'),
    'include/iocd/reasons.tbl': SPDX + 'REASON(bad, "it is bad")\n',
    'include/iocd/unit.h': header('unit'),
    'include/iocd/where.h': header('where'),
    'src/base/text.c': SPDX + '#include "iocd/base/text.h"\n',
    'src/event/event.c': SPDX + '#include "iocd/event.h"\n#include <jansson.h>\n'
                         '#include "iocd/unit.h"\n#include "scan.h"\n',
    'src/event/scan.h': header('scan'),
    'src/net/loop.c': SPDX + '#include <uv.h>\n',
    'src/net/mqtt_in.c': SPDX + '#include <MQTTAsync.h>\n',
}


class LintTest(unittest.TestCase):
    lint = None

    def run_on(self, changes):
        files = {**GOOD, **changes}
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding='utf-8')
            return subprocess.run([sys.executable, TOOLS / self.lint, folder], check=False,
                                  capture_output=True, text=True)

    def passes(self, changes=None):
        result = self.run_on(changes or {})
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, '', ''))

    def refuses(self, changes, place, words):
        """One complaint, and no other, at place (file:line) that holds the words."""
        result = self.run_on(changes)
        self.assertEqual(result.stderr, '')
        self.assertEqual(result.returncode, 1)
        lines = result.stdout.splitlines()
        self.assertEqual(len(lines), 1, result.stdout)
        self.assertTrue(lines[0].startswith(place + ': '), result.stdout)
        self.assertIn(words, lines[0])


class FloorsTest(LintTest):
    lint = 'check-floors'

    def test_a_tree_that_keeps_the_table_passes(self):
        self.passes()

    def test_a_room_may_not_include_a_door_above_it(self):
        self.refuses({'src/base/text.c': '\n#include "iocd/event.h"\n'}, 'src/base/text.c:2',
                     "room 'base' may not include 'iocd/event.h' of room 'event'")

    def test_a_door_keeps_the_table_as_well(self):
        self.refuses({'include/iocd/unit.h': '#  include "iocd/where.h"\n'},
                     'include/iocd/unit.h:1', "of room 'event'")

    def test_an_include_in_a_comment_is_none(self):
        self.passes({'src/base/text.c': '/*\n#include "iocd/event.h"\n*/\n'})

    def test_a_door_of_no_room_is_refused_where_it_is_and_where_it_is_used(self):
        self.refuses({'include/iocd/lost.h': ''}, 'include/iocd/lost.h:1', 'belongs to no room')
        self.refuses({'src/base/text.c': '#include "iocd/lost.h"\n'}, 'src/base/text.c:1',
                     'belongs to no room')

    def test_a_private_header_stays_in_its_folder(self):
        self.refuses({'src/base/text.c': '#include "scan.h"\n'}, 'src/base/text.c:1', 'private')
        self.refuses({'src/base/text.c': '#include "../event/scan.h"\n'}, 'src/base/text.c:1',
                     'private')

    def test_a_library_stays_in_its_home(self):
        homes = {'uv.h': 'src/event/event.c', 'MQTTAsync.h': 'src/net/loop.c',
                 'hiredis/async.h': 'src/net/loop.c', 'microhttpd.h': 'src/base/text.c',
                 'libfyaml.h': 'src/base/text.c', 'jansson.h': 'src/net/loop.c'}
        for library, path in homes.items():
            with self.subTest(library):
                self.refuses({path: f'#include <{library}>\n'}, path + ':1', library)
        self.refuses({'include/iocd/unit.h': '#include <uv.h>\n'}, 'include/iocd/unit.h:1', 'uv.h')

    def test_a_room_must_be_in_the_table(self):
        self.refuses({'src/cellar/a.c': SPDX}, 'src/cellar/a.c:1', "room 'cellar'")
        self.refuses({'src/a.c': SPDX}, 'src/a.c:1', 'must be in a room')

    def test_the_table_itself_may_not_look_up(self):
        bad = GOOD['tools/floors.txt']
        self.refuses({'tools/floors.txt': bad.replace('0 base', '0 base unit')},
                     'tools/floors.txt:5', 'not below')
        self.refuses({'tools/floors.txt': bad.replace('1 unit base', '1 unit base event')},
                     'tools/floors.txt:4', 'not below')
        self.refuses({'tools/floors.txt': bad.replace('2 net base', '2 net base net')},
                     'tools/floors.txt:2', 'not below')

    def test_the_table_names_only_rooms_that_it_has_and_each_once(self):
        bad = GOOD['tools/floors.txt']
        self.refuses({'tools/floors.txt': bad.replace('2 net base', '2 net base attic')},
                     'tools/floors.txt:2', "unknown room 'attic'")
        self.refuses({'tools/floors.txt': bad + 'door x.h\n'}, 'tools/floors.txt:8', 'a row is')
        self.refuses({'tools/floors.txt': bad + '0 base\n'}, 'tools/floors.txt:8', 'twice')
        self.refuses({'tools/floors.txt': bad + 'door x.h attic\n'}, 'tools/floors.txt:8',
                     "unknown room 'attic'")


class DocsTest(LintTest):
    lint = 'check-docs'
    door = 'include/iocd/unit.h'

    def passes_with(self, body):
        self.passes({self.door: header('unit', body)})

    def refuses_with(self, body, line, words):
        self.refuses({self.door: header('unit', body)}, f'{self.door}:{line}', words)

    def test_a_tree_that_explains_itself_passes(self):
        self.passes()

    def test_a_prototype_needs_a_comment(self):
        self.refuses_with('\nint a(void);\n', 8, "'a'")
        self.refuses({'src/event/scan.h': header('scan', '\nint a(void);\n')},
                     'src/event/scan.h:8', "'a'")

    def test_a_blank_line_ends_what_a_comment_covers(self):
        self.refuses_with('/* A. */\n\nint a(void);\n', 9, "'a'")
        self.refuses_with('/* A and b. */\nint a(void);\n\nint b(void);\n', 10, "'b'")
        self.passes_with('/* A and b. */\nint a(void);\nint b(int x,\n\tint y);\n')

    def test_a_comment_on_a_type_does_not_cover_the_prototype_after_it(self):
        self.refuses_with('/* A. */\nstruct a {\n\tint b; /* (c); */\n};\nint d(struct a *a);\n',
                          11, "'d'")

    def test_a_comment_behind_a_prototype_is_not_above_it(self):
        self.refuses_with('\nint a(void); /* A. */\n', 8, "'a'")

    def test_only_prototypes_need_a_comment(self):
        self.passes_with('\nstruct a;\n\nenum b { C, D };\n\ntypedef int e(int f);\n\n'
                         '#define G(x) \\\n\tint g(x);\n\nextern const char *const h[];\n\n'
                         'static inline int i(int j)\n{\n\treturn (j);\n}\n')

    def test_a_macro_between_prototypes_changes_nothing(self):
        self.passes_with('/* A. */\nint a(void);\nDEFINE_CLEANUP(struct a, a)\nint b(void);\n')
        self.refuses_with('\nDEFINE_CLEANUP(struct a, a)\nint b(void);\n', 9, "'b'")

    def test_a_header_opens_with_its_name_and_two_lines(self):
        path = self.door
        self.refuses({path: OPENING.format('unit')}, path + ':1', 'SPDX')
        self.refuses({path: SPDX}, path + ':2', "'unit:'")
        self.refuses({path: header('event')}, path + ':2', "'unit:'")
        self.refuses({path: SPDX + '/* unit: what it is. */\n'}, path + ':2', 'two lines')

    def test_a_counter_and_a_reason_have_a_text(self):
        counters = 'include/iocd/base/counters.tbl'
        self.refuses({counters: SPDX + 'COUNTER(a, "b")\nCOUNTER(c, " ")\n'}, counters + ':3',
                     "'c' has no text")
        self.refuses({counters: SPDX + 'COUNTER(a, B)\n'}, counters + ':2', "'a'")
        self.refuses({counters: SPDX}, counters + ':1', 'no rows')
        reasons = 'src/event/reasons.tbl'
        self.refuses({reasons: 'REASON(a, "")\n'}, reasons + ':1', "'a'")
        self.passes({reasons: 'REASON(a, "one "\n\t"and (two")\nREASON(b, "c")\n'})


def function(n_lines):
    return 'int f(void)\n{\n' + '\ta();\n' * n_lines + '}\n'


class SizeTest(LintTest):
    lint = 'check-size'
    file = 'src/base/text.c'

    def refuses_with(self, text, line, words):
        self.refuses({self.file: text}, f'{self.file}:{line}', words)

    def test_a_tree_of_small_things_passes(self):
        self.passes()

    def test_a_file_has_at_most_600_lines_and_a_header_150(self):
        self.passes({self.file: '\n' * 600, 'src/event/scan.h': '\n' * 150})
        self.refuses_with('\n' * 601, 601, '601 lines')
        self.refuses({'src/event/scan.h': '\n' * 151}, 'src/event/scan.h:151', '151 lines')

    def test_the_tools_are_measured_too(self):
        self.refuses({'tools/iocctl/main.c': '\n' * 601}, 'tools/iocctl/main.c:601', 'lines')

    def test_a_function_has_at_most_60_lines(self):
        self.passes({self.file: function(60) + function(60)})
        self.refuses_with(function(60) + function(61), 65, '61 lines')

    def test_a_line_has_at_most_100_columns(self):
        self.passes({self.file: '\t/* ' + 'ử' * 86 + ' */\n'})
        self.refuses_with('\n\t/* ' + 'x' * 87 + ' */\n', 2, '101 columns')

    def test_three_levels_of_blocks_are_enough(self):
        three = 'int f(void)\n{\n\tif (a) {\n\t\tif (b) {\n\t\t\tfor (;;) {\n\t\t\t\tc();\n'
        close = '\t\t\t}\n\t\t}\n\t}\n}\n'
        self.passes({self.file: three + close})
        self.refuses_with(three + '\t\t\t\tif (d)\n\t\t\t\t\te();\n' + close, 8, '4 levels')

    def test_a_case_is_followed_by_a_statement(self):
        self.refuses_with('int f(void)\n{\n\tswitch (a) {\n\tcase b ? 1 : 2:\n\t\t\t\t\tc();\n'
                          '\t}\n}\n', 5, '4 levels')

    def test_a_continued_line_is_no_level(self):
        self.passes({self.file: 'int f(void)\n{\n\ta(b,\n\t\t\t\t\t\tc);\n'
                                '\tx = y ? w :\n\t\t\t\t\t\tz; /* { */\n\tint t[] = { 1,\n'
                                '\t\t\t\t\t\t2 };\n}\n'})


class ClockTest(LintTest):
    lint = 'check-clock'
    file = 'src/event/event.c'

    def refuses_with(self, code, words):
        self.refuses({self.file: '\n' + code}, f'{self.file}:2', words)

    def test_a_tree_that_keeps_the_world_in_its_places_passes(self):
        self.passes()

    def test_each_call_is_refused_outside_its_home(self):
        homes = {
            'src/base/clock.c': 'clock_gettime gettimeofday time uv_now uv_hrtime localtime gmtime',
            'src/base/random.c': 'getrandom rand random',
            'src/base/disk.c': 'open pwrite fsync fdatasync rename unlink',
        }
        for home, names in homes.items():
            for name in names.split():
                with self.subTest(name):
                    self.refuses_with(f'int a = {name} (b);\n', f"'{name}'")
                    self.passes({home: f'int a = {name}(b);\n'})

    def test_a_home_is_home_to_its_own_calls_only(self):
        self.refuses({'src/base/clock.c': 'a = open(b);\n'}, 'src/base/clock.c:1', "'open'")

    def test_the_random_device_is_entropy_too(self):
        self.refuses_with('a("/dev/urandom");\n', '/dev/urandom')

    def test_unsafe_calls_are_refused_everywhere(self):
        for name in 'strcpy strcat sprintf vsprintf atoi atof strtok alloca system'.split():
            for path in ('src/base/disk.c', 'tools/iocctl/main.c', 'include/iocd/unit.h'):
                with self.subTest(name, path=path):
                    self.refuses({path: f'a = {name}(b);\n'}, path + ':1', f"'{name}'")

    def test_a_tool_may_read_the_clock_and_open_files(self):
        self.passes({'tools/iocctl/main.c': 'a = time(NULL) + open(b);\n'})

    def test_only_whole_words_that_are_called_count(self):
        self.passes({self.file: 'disk_open(a);\nuptime(a);\nint open = time;\nsnprintf(a);\n'
                                'a->open(b);\na.open(b);\nopen_all(c);\n'})

    def test_comments_and_strings_do_not_call(self):
        self.passes({self.file: '/* time(\n open( */\n// system(\na("rand(\\" open(");\n'})


class HeadersTest(LintTest):
    lint = 'check-headers'

    def test_headers_that_stand_alone_pass(self):
        self.passes()

    def test_a_header_that_leans_on_its_includer_is_refused(self):
        self.refuses({'include/iocd/unit.h': header('unit', '/* Counts. */\nsize_t unit_n(void);\n')},
                     'include/iocd/unit.h:8', 'size_t')

    def test_a_header_that_includes_what_is_not_there_is_refused(self):
        self.refuses({'src/event/scan.h': header('scan', '#include "gone.h"\n')},
                     'src/event/scan.h:7', 'gone.h')


class ConsoleTest(LintTest):
    lint = 'check-console'
    PAGE = '// SPDX-License-Identifier: Apache-2.0\n{0}\n'
    AT = 'src/console/app/pages/a/index.tsx'

    def page(self, body):
        return {self.AT: self.PAGE.format(body)}

    def refuses_body(self, body, said):
        self.refuses(self.page(body), self.AT + ':2', said)

    def test_words_by_key_are_passed(self):
        self.passes(self.page("const a = n > 0 && m < 3 ? <b title={t('a.b')}>{t('a.c')} ✕ 12</b> : x;"))
        self.passes(self.page('<Choice title="shell.theme" />  // Đây là chú thích: a comment'))
        self.passes({'src/console/app/words/a.ts': self.PAGE.format("export default {a: 'Cảnh báo'};")})

    def test_a_text_between_tags_is_refused(self):
        self.refuses_body('const a = <b>Alerts</b>;', "'Alerts'")
        self.refuses_body('const a = <b>{n} alerts open</b>;', "'alerts open'")

    def test_a_text_that_is_read_out_is_refused(self):
        self.refuses_body('const a = <b aria-label="Close" />;', "'Close'")

    def test_a_literal_for_people_is_refused(self):
        self.refuses_body("const a = <b>{open ? 'Đóng' : ''}</b>;", "'Đóng'")
        self.refuses_body("const a = 'Nothing to show';", "'Nothing to show'")

    def test_markup_and_code_of_text_are_refused(self):
        for body in ('<b dangerouslySetInnerHTML={{ __html: x }} />', 'a.innerHTML = x;', 'eval(x);',
                     "setTimeout('x()', 1);", '<a href="javascript:x" />', '<b style="color: red" />'):
            self.refuses_body(body, self.AT)

    def test_another_host_is_refused(self):
        self.refuses_body("fetch('https://example.org/x');", 'another host')
        self.refuses({'src/console/app/a.css': '/* SPDX-License-Identifier: Apache-2.0 */\n'
                      '.a { background: url(//example.org/x.png); }\n'},
                     'src/console/app/a.css:2', 'another file')

    def test_a_colour_of_its_own_is_refused(self):
        self.refuses({'src/console/app/a.css': '/* SPDX-License-Identifier: Apache-2.0 */\n'
                      '.a { color: #f00; }\n'}, 'src/console/app/a.css:2', '#f00')

    def test_a_file_without_licence_or_end_is_refused(self):
        self.refuses({self.AT: 'export {};\n'}, self.AT + ':1', 'licence')
        self.refuses(self.page('\n' * 400), self.AT + ':301', '402 lines')


class ClangTest(unittest.TestCase):
    def run_on(self, source):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'a.c'
            path.write_text(source, encoding='utf-8')
            command = f'cc -fsanitize=address -Wall -Wextra -Werror -MD -MQ a.o -MF a.d -o a.o -c {path}'
            (path.parent / 'compile_commands.json').write_text(
                json.dumps([{'directory': folder, 'command': command, 'file': str(path)}]))
            result = subprocess.run([sys.executable, TOOLS / 'check-clang', folder], check=False,
                                    capture_output=True, text=True)
            self.assertEqual(sorted(os.listdir(folder)), ['a.c', 'compile_commands.json'])
            return result

    def test_what_clang_alone_warns_of_is_refused(self):
        good = 'int a(int x);\nint a(int x)\n{\n\treturn x == 1;\n}\n'
        self.assertEqual(self.run_on(good).returncode, 0)
        result = self.run_on(good.replace('1', 'x'))
        self.assertEqual(result.returncode, 1)
        self.assertIn('a.c:4', result.stdout)
        self.assertIn('tautological', result.stdout)


if __name__ == '__main__':
    unittest.main()
