# SPDX-License-Identifier: Apache-2.0
"""Whatever becomes of Redis: the view is whole again, and the log of alerts has each transition once.

What iocd does in each of these cases stands in a table at the head of src/store/store.c.
"""
import json
import signal

import pytest
import redis
import view
from servers import NotReady, wait_for

TYPES = {"ioc:live:{di-an}": "hash", "ioc:meta:{di-an}": "hash", "ioc:alerts": "zset",
         "ioc:alertlog": "stream", "ioc:deadletter": "stream", "ioc:health": "hash",
         "ioc:units": "set", "ioc:cursor": "hash"}


class Run:
    """Events that raise and clear alerts, on their way while Redis is tormented."""

    def __init__(self, site, seed):
        self.site = site
        self.sim = site.simulate("--seed", str(seed), "--rate", "2000", "--count", "4000", "--bad",
                                 "1%", "--duplicates", "1%", "--incident", "intrusion:0s+1s")
        wait_for("the first alert", lambda: numbers(site))

    def finish(self):
        """Waits for the end; then everything must be there, once."""
        site = self.site
        assert self.sim.wait(timeout=120) == 0, site.log("iocsim")
        totals = site.totals()
        status = site.settled(totals["sent"])
        assert status["events"]["accepted"] == totals["accepted_expected"]
        wait_for("green", lambda: site.light("redis") == "green", 30)
        client = view.connect(site)
        wrong, _ = view.wait_until_equal(client, totals, seconds=10)
        assert wrong == []
        wait_for("the end of the log", lambda: numbers(site) == list(range(1, told(site) + 1)))
        assert told(site) > 0
        assert_alerts_stand(site, client)


def told(site):
    """How many transitions there have been since the journal began."""
    alerts = site.status()["alerts"]
    return alerts["raised"] + alerts["changed"] + alerts["cleared"]


def numbers(site):
    try:
        return [int(fields["number"]) for _, fields in view.connect(site).xrange("ioc:alertlog")]
    except redis.RedisError:
        return []


def assert_alerts_stand(site, client):
    """The index, the hashes and iocd's own list are of the same alerts, once those about Redis
    itself have come or gone."""
    def alike():
        open_now = sorted(alert["unit"]["id"] + "/" + alert["key"]
                          for alert in site.get("alerts")["alerts"])
        return (sorted(client.zrange("ioc:alerts", 0, -1)) == open_now and
                len(list(client.scan_iter("ioc:alert:*", count=10000))) == len(open_now))
    wait_for("the same alerts in Redis and in iocd", alike, 10)


def count(site, name):
    return next(counter["value"] for counter in site.get("counters")["counters"]
                if counter["name"] == name)


def wait_for_trouble(site, word):
    def is_told():
        part = site.part("redis")
        detail = part.get("detail", "")
        return word in detail and detail.startswith("indicators in Redis are stale since") and (
            part["light"] != "green")
    try:
        wait_for(f"'{word}' in the status", is_told)
    except NotReady as error:
        raise NotReady(f"{error}\n{site.log('iocd')[-2000:]}{site.log('redis')[-2000:]}") from error


class Ear:
    """Hears the channel."""

    def __init__(self, site):
        self.client = view.connect(site)
        self.pubsub = self.client.pubsub()
        self.pubsub.subscribe("ioc:alerts")
        assert self.pubsub.get_message(timeout=10)["type"] == "subscribe"

    def heard(self):
        """The numbers that came up to now."""
        self.client.publish("ioc:alerts", '{"number": 0}')
        found = []
        while not found or found[-1] != 0:
            message = self.pubsub.get_message(timeout=1)
            if message:
                found.append(json.loads(message["data"])["number"])
        return found[:-1]


def test_a_crash_that_loses_everything(site):
    run = Run(site, 1)
    site.kill("redis")
    wait_for("red", lambda: site.light("redis") == "red")
    site.start_redis()
    run.finish()


def test_a_wipe_under_our_hands(site):
    run = Run(site, 2)
    ear = Ear(site)
    before = told(site)
    view.connect(site).flushall()
    run.finish()
    heard = ear.heard()
    assert heard == sorted(set(heard))  # what was written anew is no news
    assert set(range(before + 1, told(site) + 1)) <= set(heard)


@pytest.mark.parametrize("is_connected", [False, True])
def test_an_older_copy(site, is_connected):
    run = Run(site, 3)
    client = view.connect(site)
    client.save()
    first = client.xrange("ioc:alertlog", count=1)
    seen = site.status()["events"]["seen"]
    wait_for("more events", lambda: site.status()["events"]["seen"] > seen + 1000)
    if is_connected:
        client.execute_command("DEBUG", "RELOAD", "NOSAVE")
    else:
        site.kill("redis")
        site.start_redis()
    run.finish()
    assert client.xrange("ioc:alertlog", count=1) == first  # the copy's log went on


def test_a_full_redis(site):
    run = Run(site, 4)
    client = view.connect(site)
    client.config_set("maxmemory", 1)
    wait_for_trouble(site, "OOM command not allowed")
    client.config_set("maxmemory", 0)
    run.finish()


def test_a_replica(site):
    run = Run(site, 5)
    client = view.connect(site)
    client.execute_command("REPLICAOF", "127.0.0.1", "1")
    wait_for_trouble(site, "READONLY")
    client.execute_command("REPLICAOF", "NO", "ONE")
    run.finish()


def test_a_redis_that_loads(site):
    run = Run(site, 6)
    client = view.connect(site)
    client.save()
    n_keys = client.dbsize()
    site.kill("redis")
    site.start_redis("--key-load-delay", str(60000000 // n_keys),  # a minute, unless ended
                     "--loading-process-events-interval-bytes", "1024")
    wait_for_trouble(site, "LOADING")
    view.connect(site).config_set("key-load-delay", 0)  # it was seen: now it may end
    run.finish()


def test_keys_of_wrong_types(site):
    run = Run(site, 7)
    client = view.connect(site)
    for key in TYPES:
        client.set(key, "rubbish")
    wait_for("the wrong types to be noticed", lambda: count(site, "redis_failures") > 0)
    run.finish()
    assert {key: client.type(key) for key in TYPES} == TYPES


def test_a_script_that_does_not_end(site):
    run = Run(site, 8)
    client = view.connect(site)
    client.config_set("busy-reply-threshold", 1)
    aside = view.connect(site).connection_pool.get_connection("EVAL")
    aside.send_command("EVAL", "while true do end", "0")
    wait_for_trouble(site, "BUSY")
    client.script_kill()
    run.finish()


def test_a_redis_that_does_not_answer(make_site):
    site = make_site(settings={"redis.timeout": "300ms"})
    site.start_all()
    run = Run(site, 9)
    ear = Ear(site)
    site.children["redis"].send_signal(signal.SIGSTOP)
    wait_for_trouble(site, "no answer in time")
    site.children["redis"].send_signal(signal.SIGCONT)
    run.finish()
    heard = ear.heard()
    assert heard == sorted(set(heard))


def test_iocd_killed_at_any_moment(make_site):
    site = make_site(persistence=True, settings={"journal.snapshot-every": "1s"})
    site.start_all()
    run = Run(site, 10)
    ear = Ear(site)
    for _ in range(3):
        site.kill("iocd")
        site.start_iocd()
    run.finish()
    heard = ear.heard()
    assert heard == sorted(set(heard))


def test_a_second_iocd_of_the_same_name(site, make_site):
    """The one that came last has the view; the other is red, and comes back when that is gone."""
    run = Run(site, 11)
    journal = view.connect(site).hget("ioc:cursor", "journal")
    second = make_site()
    second.redis_socket = site.redis_socket
    second.start_broker()
    second.start_iocd()
    wait_for("the first to be shut out", lambda: site.part("redis").get("state") == "fenced")
    part = site.part("redis")
    assert part["light"] == "red" and "a second iocd of the name" in part["detail"]
    assert view.connect(site).hget("ioc:cursor", "journal") != journal

    second.kill("iocd", signal.SIGTERM)
    run.finish()
    assert view.connect(site).hget("ioc:cursor", "journal") == journal


def test_an_iocd_of_another_name(site, make_site):
    """It never touches the view, and serves otherwise."""
    run = Run(site, 12)
    second = make_site(settings={"instance": "elsewhere"})
    second.redis_socket = site.redis_socket
    second.start_broker()
    second.start_iocd(wait=False)
    wait_for("the second to be shut out", lambda: second.part("redis").get("state") == "fenced")
    assert "the live view belongs to instance" in second.part("redis")["detail"]
    assert second.status()["ready"]
    run.finish()
    assert site.light("redis") == "green"
