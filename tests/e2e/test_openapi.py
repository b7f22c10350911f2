# SPDX-License-Identifier: Apache-2.0
"""Every answer looks as /api/v1/openapi.json says: a member that it does not name fails here."""
import json
import time
from urllib.parse import quote

import jsonschema
import pytest
from conftest import PACK
from servers import UnixConnection, wait_for

ARGUMENTS = {  # what has to be asked for; all others are asked as they are
    "/api/v1/explain": [], "/api/v1/explain-not": [], "/api/v1/curve": [],  # of alerts and rules: below
    "/api/v1/indicators": ["", "?unit=binh-duong"],
    "/api/v1/alerts": ["", "?state=all&limit=20000", "?fold=cause"],
    "/api/v1/history": [f"?indicator=one-stop.on-time&unit=binh-duong&every={step}" for step in ("hour", "day")],
    "/api/v1/rank": ["?indicator=one-stop.on-time"],
    "/api/v1/report": ["", "?report=daily"],
    "/api/v1/feeds": ["", "?brief=1"],
    "/api/v1/handover": ["", "?until=1s"],
    "/api/v1/audit": ["", "?unit=di-an", "?unit=nowhere"],
    "/api/v1/records": ["", "?state=overdue"],
    "/api/v1/config": ["", "?check=1"],
    "/api/v1/diff": [f"?directory={PACK}", "?directory=/nonexistent"],
    "/api/v1/stream": [], "/metrics": [],  # no JSON
}


class Asking:
    """Asks a site, and holds each answer against the description."""

    def __init__(self, site):
        self.site = site
        self.document = json.loads(self.ask("GET", "/api/v1/openapi.json")[1])
        self.asked = set()

    def ask(self, method, target, body=None):
        connection = UnixConnection(self.site.socket)
        connection.request(method, target, body, {"X-Iocd": "1", "Content-Type": "application/json"})
        response = connection.getresponse()
        try:
            return response.status, response.read()
        finally:
            connection.close()

    def schema_of(self, method, path, status):
        answers = self.document["paths"][path][method.lower()]["responses"]
        assert str(status) in answers, f"{method} {path} answers {status}, which is not described"
        answer = answers[str(status)]
        if "$ref" in answer:
            answer = self.document["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
        return answer["content"]["application/json"]["schema"]

    def check(self, method, target, body=None):
        """What it answers, which is as described."""
        path = target.split("?")[0]
        status, text = self.ask(method, target, body)
        answer = json.loads(text)
        schema = {"allOf": [self.schema_of(method, path, status)], "components": self.document["components"]}
        errors = list(jsonschema.Draft202012Validator(schema).iter_errors(answer))
        assert not errors, "\n".join(f"{method} {target}: {leaf.json_path}: {leaf.message}"
                                     for error in errors for leaf in leaves(error))
        self.asked.add((method, path, status))
        return answer


def leaves(error):
    return [leaf for inner in error.context for leaf in leaves(inner)] if error.context else [error]


@pytest.fixture
def asking(make_site):
    """A site to which something happened: events good and bad, alerts that people handled."""
    site = make_site()
    site.start_all()
    site.simulate("--rate", "600", "--seconds", "2", "--bad", "3%", "--late", "3%", "--presence", "--sequence",
                  "--gaps", "1%", "--incident", "intrusion:0s", "--incident", "overdue:0s", "--clock", "di-an=+24h")
    asking = Asking(site)
    wait_for("an alert", lambda: asking.check("GET", "/api/v1/alerts")["alerts"])
    return asking


def handle(asking):
    alert = asking.check("GET", "/api/v1/alerts")["alerts"][0]
    what = {"rule": alert["rule"]["id"], "unit": alert["unit"]["id"], "by": "an", "note": "seen"}
    if alert["subject"]:
        what["subject"] = alert["subject"]
    asking.check("POST", "/api/v1/commands", json.dumps({**what, "verb": "acknowledge", "key": "1"}))
    asking.check("POST", "/api/v1/commands", json.dumps({**what, "verb": "fly", "key": "2"}))
    shelving = {"verb": "shelve", "rule": what["rule"], "by": "an", "note": "known", "key": "3",
                "until": int((time.time() + 600) * 1000)}
    asking.check("POST", "/api/v1/commands", json.dumps(shelving))
    asking.check("POST", "/api/v1/reload", json.dumps({"by": "an"}))


def back_test(asking):
    asking.check("POST", "/api/v1/backtest", json.dumps({"days": 1}))
    wait_for("the end of the back-test",
             lambda: asking.check("GET", "/api/v1/backtest")["state"] in ("done", "failed"))
    result = asking.check("GET", "/api/v1/backtest")
    assert result["state"] == "done", result["why"]
    assert result["result"]["missed"] == result["result"]["added"] == 0  # the rules are the same
    asking.check("POST", "/api/v1/backtest/stop", "{}")


def test_every_answer_is_as_it_is_described(asking):
    handle(asking)
    back_test(asking)
    for path, methods in asking.document["paths"].items():
        if "get" in methods:
            for arguments in ARGUMENTS.get(path, [""]):
                asking.check("GET", path + arguments)
    for alert in asking.check("GET", "/api/v1/alerts?state=all&limit=20")["alerts"]:
        reference = quote(alert["id"], safe="")
        asking.check("GET", f"/api/v1/explain?alert={reference}")
        asking.check("GET", f"/api/v1/curve?alert={reference}")
    rules = {rule["id"]: rule for rule in asking.check("GET", "/api/v1/rules")["rules"]}
    assert rules["one-stop-late"]["feed"] == rules["one-stop-silent"]["feed"] == "one-stop"
    assert {rule["feed"] for rule in rules.values() if rule["kind"] == "own"} == {None}
    for rule in rules.values():
        asking.check("GET", f"/api/v1/explain-not?rule={rule['id']}&unit=di-an")
    asking.check("GET", "/api/v1/curve?indicator=one-stop.on-time&unit=di-an")
    asking.check("GET", "/api/v1/curve?indicator=none&unit=di-an")
    asking.check("GET", "/api/v1/units?unit=di-an")
    described = {path for path, methods in asking.document["paths"].items() if "get" in methods}
    answered = {path for method, path, status in asking.asked if method == "GET" and status < 400}
    # Nobody is logged in on the socket... but the one who sits there.
    assert described - answered <= {"/api/v1/stream", "/metrics"}


def test_a_member_that_is_not_described_fails(asking):
    """Else the test above would prove nothing."""
    path = "/api/v1/units"
    schema = asking.document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    del schema["properties"]["units"]["items"]["properties"]["worst"]
    with pytest.raises(AssertionError, match="worst"):
        asking.check("GET", path)
