# SPDX-License-Identifier: Apache-2.0
"""redis-cli and mosquitto_sub alone, with README's tables in hand, show indicators and alerts."""
import json
import subprocess

from servers import wait_for


def redis_cli(site, *words):
    done = subprocess.run(["redis-cli", "-s", site.redis_socket, *words], capture_output=True,
                          text=True, check=True)
    return done.stdout.split("\n")[:-1]


def test_plain_tools_see_an_intrusion_from_event_to_alert(site):
    listener = subprocess.Popen(
        ["mosquitto_sub", "-p", str(site.port), "-V", "5", "-v", "-q", "1", "-C", "1", "-W", "60",
         "-t", "ioc/v1/alertlog/+/critical"], stdout=subprocess.PIPE, text=True)
    sim = site.simulate("--seed", "3", "--rate", "500", "--seconds", "8", "--incident",
                        "intrusion:1s+3s")
    topic, payload = listener.communicate(timeout=90)[0].split(" ", 1)
    assert sim.wait(timeout=60) == 0, site.log("iocsim")
    told = json.loads(payload)
    unit = topic.split("/")[3]
    assert told["news"] == "raised" and told["severity"] == "critical"
    assert told["unit"]["id"] == unit and told["reason"]["vi"] and told["reason"]["en"]

    retained = subprocess.run(
        ["mosquitto_sub", "-p", str(site.port), "-V", "5", "-v", "-C", "1", "-W", "20", "-t",
         f"ioc/v1/alert/{unit}/#"], capture_output=True, text=True)
    assert told["key"].split("/")[0] in retained.stdout

    key = wait_for("the alert in Redis", lambda: redis_cli(site, "ZRANGE", "ioc:alerts", "0", "-1"))
    assert any(member.startswith(unit + "/") for member in key)
    live = redis_cli(site, "HGETALL", f"ioc:live:{{{unit}}}")
    assert "security.incidents-critical@today" in live
    assert redis_cli(site, "HGET", "ioc:health", "mqtt") == ["up"]
    assert redis_cli(site, "XLEN", "ioc:alertlog") != ["0"]
