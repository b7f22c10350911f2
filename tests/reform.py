# SPDX-License-Identifier: Apache-2.0
"""A reorganisation as an edit of a pack: one level of units is dropped, and the units below it become
fewer and larger ones that stand under the province.

    reform.py PACK COPY [LAST_DAY]      writes the edited copy

What is edited is what an administrator would have to edit:
  units.yml     units of the level get "until" and "merged-into: <province>"; those below them "until" and
                "merged-into" a new unit, which has "from"
  elsewhere     where the level is named, the province is: what is still sent under the former ids counts
                for it; overrides of single units of the level go
"""
import os
import re
import shutil
import sys
from datetime import date, timedelta

UNIT = re.compile(r"  ([a-z0-9._-]+): \{level: (\w+), parent: ([a-z0-9._-]+)(?:, tile: \[\d+, \d+\])?, name: \{vi: (.*), en: (.*)\}\}$")
SCOPE = re.compile(r"level: (\w+|\[[\w, ]+\])")
OVERRIDE = re.compile(r"    ([a-z0-9._-]+): \{(?:warning|critical|clear):")


def groups_of(units):
    """Twos, and one of three where the number is odd: nobody stays alone."""
    groups = [units[i:i + 2] for i in range(0, len(units), 2)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        alone = groups.pop()
        groups[-1] += alone
    return groups


def ward_of(group):
    return "ward." + group[0]


class Reform:
    """What becomes of whom: formers has the successor of each unit that is no more."""

    def __init__(self, pack, last_day, dropped="district", merged="commune", top=("binh-duong", "province")):
        self.last_day, self.dropped, self.merged = last_day, dropped, merged
        self.top, self.top_level = top
        with open(os.path.join(pack, "units.yml")) as file:
            self.lines = file.read().split("\n")
        found = [match for match in map(UNIT.match, self.lines) if match]
        self.names = {match[1]: (match[4].strip('"'), match[5].strip('"')) for match in found}
        self.districts = [match[1] for match in found if match[2] == dropped]
        self.wards = {}
        for district in self.districts:
            for group in groups_of([match[1] for match in found
                                    if match[2] == merged and match[3] == district]):
                self.wards[ward_of(group)] = group
        self.formers = {unit: self.top for unit in self.districts}
        self.formers.update({unit: ward for ward, group in self.wards.items() for unit in group})

    def now(self, unit):
        """Who counts for unit."""
        return self.formers.get(unit, unit)

    def line(self, text):
        found = UNIT.match(text)
        if not found or found[1] not in self.formers:
            return text
        return text[:-1] + f", until: {self.last_day}, merged-into: {self.formers[found[1]]}}}"

    def ward_line(self, ward):
        names = [" - ".join(self.names[unit][i] for unit in self.wards[ward]) for i in (0, 1)]
        return (f'  {ward}: {{level: {self.merged}, parent: {self.top}, '
                f'name: {{vi: "{names[0]}", en: "{names[1]}"}}, '
                f"from: {self.last_day + timedelta(days=1)}}}")

    def units(self):
        lines = [self.line(text) for text in self.lines]
        return "\n".join(lines[:-1] + [self.ward_line(ward) for ward in self.wards]) + "\n"

    def scope(self, found):
        levels = re.findall(r"\w+", found[1])
        if self.dropped not in levels:
            return found[0]
        levels = [self.top_level if level == self.dropped else level for level in levels]
        return f"level: [{', '.join(dict.fromkeys(levels))}]"

    def other(self, text):
        lines = [SCOPE.sub(self.scope, line) for line in text.split("\n")
                 if not (OVERRIDE.match(line) and OVERRIDE.match(line)[1] in self.districts)]
        kept = [line for i, line in enumerate(lines)
                if line != "  override:" or (i + 1 < len(lines) and re.match("    +[^ #]", lines[i + 1]))]
        return "\n".join(kept)

    def write(self, pack):
        """Edits a copy of the pack."""
        with open(os.path.join(pack, "units.yml"), "w") as file:
            file.write(self.units())
        for folder, _, names in os.walk(pack):
            for name in names:
                if not folder.endswith(".d"):
                    continue
                path = os.path.join(folder, name)
                with open(path) as file:
                    text = file.read()
                with open(path, "w") as file:
                    file.write(self.other(text))


def main():
    pack, copy = sys.argv[1:3]
    last_day = date.fromisoformat(sys.argv[3]) if len(sys.argv) > 3 else date(2025, 6, 30)
    shutil.copytree(pack, copy)
    Reform(pack, last_day).write(copy)


if __name__ == "__main__":
    main()
