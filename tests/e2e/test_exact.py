# SPDX-License-Identifier: Apache-2.0
"""Every event is accounted for, and the figures in Redis are the simulator's to the unit."""
import view

EVERYTHING = ["--seed", "7", "--rate", "5000", "--count", "20000", "--duplicates", "5%",
              "--late", "3%", "--bad", "4%"]


def run(site, *args):
    sim = site.simulate(*args)
    assert sim.wait(timeout=180) == 0, site.log("iocsim")
    return site.totals()


def assert_accounted(totals, status):
    refused = {reason: n for reason, n in totals["refused_expected"].items() if n}
    assert status["events"]["accepted"] == totals["accepted_expected"]
    assert status["events"]["refused"] == refused
    assert status["events"]["seen"] == totals["sent"]
    assert status["events"]["unaccounted"] == 0


def test_every_event_is_counted_once_or_refused_with_its_reason(site):
    totals = run(site, *EVERYTHING)
    assert_accounted(totals, site.settled(totals["sent"]))
    # the mixture was a mixture: all reasons that a sender can cause came up
    reasons = {reason for reason, n in totals["refused_expected"].items() if n}
    assert {"json_syntax", "json_encoding", "too_big", "too_deep", "too_many", "too_long", "dup_key",
            "bad_number", "bad_type", "out_of_range", "no_field", "bad_name", "bad_topic",
            "unknown_unit", "unknown_type", "unit_mismatch", "no_id", "duplicate", "id_conflict",
            "bad_time", "ts_future", "ts_old"} <= reasons


def test_totals_in_redis_equal_the_simulators_for_every_unit_and_indicator(site):
    totals = run(site, *EVERYTHING)
    site.settled(totals["sent"])
    units = totals["by_day"][view.today()]
    assert len(units) == 120 and sum(len(indicators) for indicators in units.values()) > 1000
    wrong, _ = view.wait_until_equal(view.connect(site), totals, seconds=10)
    assert wrong == []
    assert len(totals["stocks"]) > 50 and totals["records"]["one-stop.open"]["binh-duong"]["open"] > 100
    assert view.standing(view.connect(site), totals) == []


def test_batches_are_counted_like_single_events(site):
    totals = run(site, "--seed", "8", "--rate", "5000", "--count", "20000", "--batch", "64",
                 "--duplicates", "2%")
    assert_accounted(totals, site.settled(totals["sent"]))
    wrong, _ = view.wait_until_equal(view.connect(site), totals, seconds=10)
    assert wrong == []


def test_a_unit_offline_one_a_day_fast_and_one_mute_change_no_figure_of_any(site):
    totals = run(site, "--seed", "12", "--rate", "3000", "--count", "7500", "--offline", "ben-cat=2s",
                 "--clock", "so-y-te=+24h", "--silent", "di-an.an-binh")
    assert_accounted(totals, site.settled(totals["sent"]))
    assert not {"ben-cat", "so-y-te"} - set(totals["by_day"][view.today()])
    assert "di-an.an-binh" not in totals["by_day"][view.today()]
    wrong, _ = view.wait_until_equal(view.connect(site), totals, seconds=10)
    assert wrong == []
    assert view.standing(view.connect(site), totals) == []


def test_repeats_of_numbered_events_are_told_by_their_number(site):
    totals = run(site, "--seed", "11", "--rate", "5000", "--count", "10000", "--batch", "8",
                 "--duplicates", "5%", "--late", "3%", "--bad", "4%", "--gaps", "2%")
    assert_accounted(totals, site.settled(totals["sent"]))
    refused = totals["refused_expected"]
    assert min(refused[reason] for reason in ("duplicate", "seq_conflict", "seq_old")) > 0
    assert "id_conflict" not in refused
    assert sum(totals["missing_expected"].values()) > 0


def test_iocd_killed_in_the_middle_counts_every_event_once(make_site):
    site = make_site(persistence=True)
    site.start_all()
    sim = site.simulate("--seed", "9", "--rate", "3000", "--count", "15000")
    for _ in range(3):
        try:
            sim.wait(timeout=1.0)
        except Exception:
            pass
        site.kill("iocd")
        site.start_iocd()
    assert sim.wait(timeout=180) == 0, site.log("iocsim")
    totals = site.totals()
    status = site.rested()
    assert status["events"]["accepted"] == totals["accepted_expected"]
    wrong, _ = view.wait_until_equal(view.connect(site), totals, seconds=10)
    assert wrong == []
