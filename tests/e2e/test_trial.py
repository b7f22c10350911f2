# SPDX-License-Identifier: Apache-2.0
"""Rules tried before they are trusted, against an iocd that runs: a back-test of what was in force tells exactly
what iocd told, and what a diff foresees is what a reload does."""
import json
import os
import shutil
import subprocess

import pytest

import view
from conftest import PACK, Site
from servers import wait_for

# What is tried: a service that takes longer than a blink is slow, and a storm is a storm only much later.
EDITS = [
    ("interconnect.yml",
     '  warning: "> 3000"          # milliseconds\n  clear: "< 2500"\n  hold: 30s\n  fade: 1m\n  min-samples: 20\n',
     '  warning: "> 50"\n  clear: "< 40"\n  fade: 1m\n  min-samples: 2\n'),
    ("security.yml", 'warning: "> 60"            # a minute\n  clear: "< 30"\n  fade: 1m\n',
     'warning: "> 100000"\n  clear: "< 90000"\n'),
]
CHANGED = {"interconnect-slow", "security-login-storm"}
MOVES = {"raised", "cleared", "changed"}


def edit(path, old, new):
    text = path.read_text()
    assert old in text, f"{path} has no '{old}'"
    path.write_text(text.replace(old, new, 1))


class Story:
    """A site that lives through incidents, a reload, and a kill; what was asked of it is kept."""

    def __init__(self, build, root):
        packs = [root / name for name in ("pack", "first", "changed", "wrong")]
        self.pack, self.first, self.changed, self.wrong = packs
        for copy in packs:
            shutil.copytree(PACK, copy)
        for name, old, new in EDITS:
            edit(self.changed / "rules.d" / name, old, new)
        edit(self.wrong / "rules.d" / "documents.yml", "min-samples: 20", "min-sample: 20")
        self.site = Site(build, str(self.pack))
        self.sent = 0

    def call(self, *arguments, lang="en"):
        return subprocess.run([self.site.program("iocctl"), "--socket", self.site.socket, "--lang", lang,
                               *map(str, arguments)], capture_output=True, text=True, check=False)

    def ask(self, *arguments):
        done = self.call(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def simulate(self, *arguments):
        assert self.site.simulate("--rate", "1500", *arguments).wait(timeout=60) == 0, self.site.log("iocsim")
        self.sent += self.site.totals()["sent"]
        self.site.settled(self.sent)

    def told(self):
        """All transitions in Redis, as iocd wrote them."""
        rows = view.connect(self.site).xrange("ioc:alertlog")
        return [json.loads(fields["json"]) for _, fields in rows]

    def play(self):
        self.site.start_all()
        self.simulate("--seed", "21", "--seconds", "4", "--incident", "intrusion@thuan-an:0s")
        self.foretell()
        self.at_reload = len(self.told())
        shutil.copytree(self.changed, self.pack, dirs_exist_ok=True)
        self.ask("reload")
        self.after_reload = wait_for("what was foretold", self.moved)
        self.simulate("--seed", "22", "--seconds", "1", "--incident", "intrusion@ben-cat:0s")
        self.site.kill("iocd")
        self.site.start_iocd()
        self.simulate("--seed", "23", "--seconds", "1", "--incident", "intrusion@tan-uyen:0s")
        self.log = json.loads(self.ask("log", "--json", "--since", "1d", "--limit", "5000"))["log"]
        self.status = self.site.status()
        self.site.kill("iocd", 15)
        self.recorded = self.told()

    def foretell(self):
        self.forecast = json.loads(self.ask("diff", self.changed, "--json"))
        self.texts = {lang: self.call("diff", self.changed, lang=lang) for lang in ("vi", "en")}
        self.refusal = self.call("diff", self.wrong)
        self.same = self.ask("diff", self.first)

    def moved(self):
        """What the changed rules' alerts did after the reload, once that is as much as was foretold."""
        rows = [row for row in self.told()[self.at_reload:] if row["rule"]["id"] in CHANGED and row["news"] in MOVES]
        return rows if len(rows) >= len(self.foretold()) else None

    def foretold(self):
        return [alert for alert in self.forecast["alerts"] if alert["rule"] in CHANGED and alert["after_s"] == 0]

    def backtest(self, *arguments):
        return self.ask("backtest", *arguments, "--journal", self.site.path("journal"))

    def replayed(self, directory, side):
        return [json.loads(line) for line in self.backtest(directory, "--log", side, "--json").splitlines()]


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    story = Story(os.environ["IOCD_BUILD"], tmp_path_factory.mktemp("trial"))
    try:
        story.play()
        yield story
    finally:
        story.site.stop()


def test_a_back_test_of_the_rules_in_force_tells_the_recorded_log(story):
    news = [row["news"] for row in story.recorded]
    assert len(news) > 20 and {"raised", "cleared"} <= set(news)
    assert [row["number"] for row in story.recorded] == list(range(1, len(news) + 1))
    assert story.replayed(story.changed, "before") == story.recorded


def test_history_says_the_same(story):
    def short(row):
        return (row["number"], row["news"], row["time"], row["position"], row["rule"]["id"], row["unit"]["id"],
                row["subject"], row["severity"], row["tells"])
    assert [short(row) for row in story.log] == [short(row) for row in story.recorded[:len(story.log)]]
    assert len(story.log) > story.at_reload + len(story.after_reload)


def test_the_first_rules_alone_tell_the_log_until_the_reload(story):
    replayed = story.replayed(story.first, "after")
    assert replayed[:story.at_reload] == story.recorded[:story.at_reload]
    assert replayed != story.recorded


def test_the_comparison_counts_what_was_told(story):
    answer = json.loads(story.backtest(story.changed, "--json"))
    assert answer["events"] == story.status["events"]["seen"] == story.sent
    assert answer["rulebooks"] >= 2
    raised = {}
    for row in story.recorded:
        if row["news"] == "raised" and row["rule"]["id"] != "iocd-watchdog":
            raised[row["rule"]["id"]] = raised.get(row["rule"]["id"], 0) + 1
    assert {row["rule"]: row["before"] for row in answer["rules"] if row["before"]} == raised
    storm = next(row for row in answer["rules"] if row["rule"] == "security-login-storm")
    assert storm["after"] == 0 and storm["missed"] == storm["before"] > 0


def test_what_is_foretold_is_what_a_reload_does(story):
    changes = {"raised": "rises", "cleared": "clears", "changed": "severity"}
    foretold = {(alert["unit"], alert["rule"], alert["subject"], alert["change"]) for alert in story.foretold()}
    happened = [(row["unit"]["id"], row["rule"]["id"], row["subject"], changes[row["news"]])
                for row in story.after_reload]
    assert set(happened) == foretold and len(happened) == len(foretold)
    assert {change for _, _, _, change in foretold} == {"rises", "clears"}
    assert {rule["rule"] for rule in story.forecast["rules"]} == CHANGED
    assert story.forecast["restart"] is None


@pytest.mark.parametrize("lang, words", [
    ("en", ["Rules:", "changed  security-login-storm  Storm of failed logins", "Alerts:", "\nrises ",
            "\nclears  ▲ warning  Thuan An City ", "{} rise, {} clear, 0 change their severity"]),
    ("vi", ["Quy tắc:", "đổi  security-login-storm  Dò mật khẩu dồn dập", "Cảnh báo:", "\nsẽ phát ",
            "\nsẽ hết   ▲ cảnh báo  Thành phố Thuận An ", "{} sẽ phát, {} sẽ hết, 0 đổi mức"])])
def test_a_forecast_is_told_in_words(story, lang, words):
    told = story.texts[lang]
    assert told.returncode == 0 and told.stderr == ""
    n = [sum(alert["change"] == change for alert in story.forecast["alerts"] if not alert["anyway"])
         for change in ("rises", "clears")]
    places = ["> 60 (rules.d/security.yml:", "> 100000 (rules.d/security.yml:", "thuan-an/security-login-storm"]
    for word in words + places:
        assert word.format(*n) in told.stdout, told.stdout


def test_the_same_rules_change_nothing(story):
    assert story.same.count("nothing changes") == 2


def test_a_mistake_is_shown_with_its_place(story):
    assert story.refusal.returncode == 1 and story.refusal.stdout == ""
    assert story.refusal.stderr.startswith("rules.d/documents.yml:")
    line, column = story.refusal.stderr.split(":")[1:3]
    source = (story.wrong / "rules.d" / "documents.yml").read_text().splitlines()[int(line) - 1]
    assert source[int(column) - 1:].startswith("min-sample:")
