# SPDX-License-Identifier: Apache-2.0
"""What a start finds on the disk: a state, an older one, none; a journal that is whole, or is not."""
import glob
import os
import subprocess

import pytest
import view
from servers import wait_for

EVERY_SECOND = {"journal.snapshot-every": "1s"}


def run(site, seed, count=6000):
    """Sends so much that a snapshot is worth while."""
    sim = site.simulate("--seed", str(seed), "--rate", "6000", "--count", str(count))
    assert sim.wait(timeout=120) == 0, site.log("iocsim")
    return site.totals()


def snapshots(site):
    return sorted(glob.glob(site.path("journal/*.snap")))


def wait_for_snapshots(site, n):
    """Until there are n whose newest includes nearly everything; time goes on, and with it the journal."""
    def are_there():
        journal = site.status()["journal"]
        return len(snapshots(site)) >= n and journal["end"] - journal["snapshot"] < 1 << 20
    wait_for(f"{n} snapshots", are_there, 30)


def damage(path, offset=None):
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2 if offset is None else offset)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0x10]))


def new_log(site, before):
    return site.log("iocd")[len(before):]


@pytest.fixture
def stopped(make_site):
    """A site whose iocd was killed after 12000 events, with two snapshots; and their number."""
    site = make_site(settings=EVERY_SECOND)
    site.start_all()
    accepted = run(site, 1)["accepted_expected"]
    wait_for_snapshots(site, 1)
    accepted += run(site, 2)["accepted_expected"]
    wait_for_snapshots(site, 2)
    site.kill("iocd")
    return site, accepted


def accepted_after_start(site):
    site.start_iocd()
    return site.status()["events"]["accepted"]


def test_a_start_takes_the_newest_state_and_the_rest_of_the_journal(stopped):
    site, accepted = stopped
    before = site.log("iocd")
    assert accepted_after_start(site) == accepted
    log = new_log(site, before)
    assert "snapshot.loaded" in log and "snapshot.passed_over" not in log
    totals = run(site, 3)
    status = site.settled(accepted + totals["sent"])
    assert status["events"]["accepted"] == accepted + totals["accepted_expected"]
    assert status["events"]["unaccounted"] == 0


def test_a_damaged_state_is_named_and_the_one_before_taken(stopped):
    site, accepted = stopped
    newest = snapshots(site)[-1]
    damage(newest)
    before = site.log("iocd")
    assert accepted_after_start(site) == accepted
    log = new_log(site, before)
    assert log.count("snapshot.passed_over") == 1 and "snapshot.loaded" in log
    assert os.path.basename(newest) in log


def test_without_any_state_the_whole_journal_is_read(stopped):
    site, accepted = stopped
    for path in snapshots(site):
        damage(path)
    before = site.log("iocd")
    assert accepted_after_start(site) == accepted
    log = new_log(site, before)
    assert log.count("snapshot.passed_over") == 2 and "snapshot.loaded" not in log


def test_a_damaged_journal_stops_the_start_until_it_is_repaired(stopped):
    site, accepted = stopped
    segment = sorted(glob.glob(site.path("journal/*.seg")))[0]
    damage(segment, 8192 + 100000)
    before = site.log("iocd")
    assert site.start_iocd(wait=False).wait(timeout=30) == 1
    log = new_log(site, before)
    assert "journal.corrupt" in log and "iocctl journal repair" in log
    assert os.path.basename(segment) in log

    iocctl = [site.program("iocctl"), "journal"]
    assert subprocess.run([*iocctl, "verify", site.path("journal")], check=False,
                          capture_output=True).returncode == 1
    repair = subprocess.run([*iocctl, "repair", site.path("journal")], check=False,
                            capture_output=True, text=True)
    assert repair.returncode in (0, 1), repair.stderr
    # what was cut had been counted before the snapshot was taken
    assert accepted_after_start(site) == accepted


def test_a_clean_stop_and_start_shows_the_same_view(site):
    totals = run(site, 4)
    site.settled(totals["sent"])
    assert site.kill("iocd", 15) == 0
    site.kill("redis")  # so that what is shown comes from the state, not from before
    site.start_redis()
    assert accepted_after_start(site) == totals["accepted_expected"]
    wrong, _ = view.wait_until_equal(view.connect(site), totals, seconds=10)
    assert wrong == []
