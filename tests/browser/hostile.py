# SPDX-License-Identifier: Apache-2.0
"""A site where every text that people write, and every field that others send, tries to be more than text."""
import json
import os
import re
import shutil
import time

from stage import HERE, ROOT, Stage

with open(os.path.join(HERE, "hostile_strings.json")) as FILE:
    STRINGS = json.load(FILE)

TEXT = r'(?:"(?:[^"\\]|\\.)*"|[^,{}"\n]+)'
# A title or name in both languages; what a figure is measured in, and where a holiday was announced.
BOTH = re.compile(r"\{vi: " + TEXT + ", en: " + TEXT + r"\}")
ONE = re.compile(r"\b(measure|source): \"[^\"]*\"")
# Rules name a band by its key, which is its English title where it says none.
BAND = re.compile(r"(title: \{vi: [^,]*, en: ([^}]*)\})\}")

RECEIVERS = """
bad-one: {{title: {title}, url: "http://127.0.0.1:1/", hears: {{severity: critical}}, repeat: 1h}}
"""
MAINTENANCE = """
bad-works: {{title: {title}, units: [so-tai-chinh], from: 2020-01-01T00:00, until: 2099-01-01T00:00, by: {by}}}
"""


def quoted(text):
    """As YAML reads it: its double quotes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


class Pack:
    """A copy of a configuration whose texts are hostile, each string as often as the others."""

    def __init__(self, source, target):
        self.n = 0
        shutil.copytree(source, target)
        shutil.rmtree(os.path.join(target, "tests.d"), ignore_errors=True)
        for folder, _, names in os.walk(target):
            for name in names:
                self.spoil(os.path.join(folder, name))
        self.add(os.path.join(target, "receivers.yml"), RECEIVERS.format(title=self.both()))
        self.add(os.path.join(target, "maintenance.yml"),
                 MAINTENANCE.format(title=self.both(), by=quoted(STRINGS[14])))

    def next(self):
        self.n += 1
        return quoted(STRINGS[self.n % len(STRINGS)])

    def both(self):
        return f"{{vi: {self.next()}, en: {self.next()}}}"

    def spoil(self, path):
        with open(path) as file:
            lines = file.read().split("\n")
        with open(path, "w") as file:
            file.write("\n".join(line if line.lstrip().startswith("#") else self.spoil_line(line)
                                 for line in lines))

    def spoil_line(self, line):
        if line.lstrip().startswith("- {from: "):
            line = BAND.sub(lambda found: f"{found[1]}, key: {found[2].lower()}}}", line)
        line = ONE.sub(lambda found: f"{found[1]}: {self.next()}", line)
        return BOTH.sub(lambda _: self.both(), line)

    @staticmethod
    def add(path, text):
        with open(path, "a") as file:
            file.write(text)


def event(n, text, **more):
    return {"specversion": "1.0", "id": f"{n} {text}", "source": text, "subject": text, "type": "incident",
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "data": {"severity": "critical", "category": text, "host": text}, **more}


def events():
    """(topic, payload) of events: taken ones first, then those that are refused, each for another reason."""
    topic = "ioc/v1/so-y-te/security/evt/incident"

    for n, text in enumerate(STRINGS):
        yield topic, json.dumps(event(n, text))
    for n, text in enumerate(STRINGS):
        level = text.replace("/", "\u2215").replace("+", "\uff0b").replace("#", "\uff03")
        data = {"severity": "critical", "category": text, "host": text}

        yield f"ioc/v1/{level}/security/evt/incident", json.dumps(event(f"u{n}", text))
        yield f"ioc/v1/so-y-te/{level}/evt/incident", json.dumps(event(f"f{n}", text))
        yield f"ioc/v1/so-y-te/security/evt/{level}", json.dumps(event(f"t{n}", text))
        yield topic, json.dumps(event(f"s{n}", text, data={**data, "severity": text}))
        yield topic, json.dumps(event(f"n{n}", text, data={**data, "host": 7}))
        yield topic, json.dumps(event(f"w{n}", text, time=text))
        yield topic, json.dumps(event(f"v{n}", text, specversion=text))
        yield topic, json.dumps(event(f"x{n}", text, data={**data, text: text}))
        yield "ioc/v1/so-y-te/one-stop/evt/record.resolved", json.dumps(
            event(f"r{n}", text, type="record.resolved", data={"record": text, "procedure": text, "days": text}))
        yield topic, text
    yield topic, json.dumps(event("huge", "<img src=x onerror=__hit(0)>" * 400))
    yield topic, json.dumps(event("big", "<img src=x onerror=__hit(0)>" * 140))
    yield topic, json.dumps(event("control", "a\r\nb\x00\x1b[31m<script>__hit(0)</script>"))


class HostileStage(Stage):
    def __init__(self, build):
        super().__init__(build, names={"lan": STRINGS[14], "minh": STRINGS[0], "hoa": STRINGS[72],
                                       "an": "\u202e" + STRINGS[26]})
        self.site.config = self.site.path("pack")
        Pack(os.path.join(ROOT, "config", "binh-duong"), self.site.config)

    def answer(self, question):
        if question["ask"] != "hostile":
            return super().answer(question)
        self.publish_all(events())
        return {}
