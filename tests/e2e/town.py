# SPDX-License-Identifier: Apache-2.0
"""A small town: one office under it, one desk that tells of troubles, one rule that makes each an alert."""

PACK = {
    "units.yml": """
units:
  town: {level: town, name: {vi: Thị xã, en: Town}}
  roads: {level: office, parent: town, name: {vi: Phòng Giao thông, en: Roads}}
""",
    "feeds.d/desk.yml": """
desk:
  title: {vi: Quầy, en: Desk}
  events:
    trouble: {place: text}
""",
    "rules.d/desk.yml": """
trouble:
  title: {vi: Sự cố, en: Trouble}
  event: desk/trouble
  subject: place
  severity: critical
  fade: 1h
""",
}


def write_town(directory):
    """Writes the town's pack below directory (a pathlib.Path); gives where it is."""
    for name, text in PACK.items():
        file = directory / "pack" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return directory / "pack"
