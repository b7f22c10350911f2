# SPDX-License-Identifier: Apache-2.0
"""The console in a real browser: a shift in short, every page in both languages, texts that try to be more
than text, and five thousand alerts.  What happens there is told in tests/browser.

Each site plays in a thread of its own, since most of the time is spent waiting."""
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "browser"))

from hostile import HostileStage  # noqa: E402 (its folder has just been put on the path)
from stage import Stage  # noqa: E402

# Those that come after another at the same site may find what that has left.
SITES = [(Stage, ["story.mjs"]), (Stage, ["pages.mjs", "crowd.mjs"]), (HostileStage, ["hostile.mjs"])]

pytestmark = pytest.mark.skipif(
    not os.path.exists(os.path.join(os.environ["IOCD_BUILD"], "tests", "browser", "node_modules")),
    reason="the page is not built into iocd")


def play(kind, scripts):
    """The result of each script, the site's last words with those that fail."""
    stage = kind(os.environ["IOCD_BUILD"])
    results = {}
    try:
        stage.start()
        for script in scripts:
            results[script] = stage.play(script, shots=os.environ.get("IOCD_SHOTS"))
            if not results[script]["ok"]:
                results[script]["why"] += "\n" + stage.site.log("iocd")[-2000:]
    finally:
        stage.stop()
    return results


@pytest.fixture(scope="module")
def played():
    assert shutil.which(os.environ.get("CHROMIUM", "chromium")), "chromium is not installed (tools/packages)"
    with ThreadPoolExecutor(len(SITES)) as pool:
        jobs = {script: job for kind, scripts in SITES for job in [pool.submit(play, kind, scripts)]
                for script in scripts}
    return jobs


def check(played, script):
    result = played[script].result()[script]
    assert result["ok"], result["why"]
    print(script, result)


def test_a_shift_goes_on_through_a_frozen_and_a_killed_iocd_without_loading_the_page_again(played):
    check(played, "story.mjs")


def test_every_page_is_accessible_fits_and_keeps_to_its_policy_in_both_languages(played):
    check(played, "pages.mjs")


def test_whatever_others_write_stays_text(played):
    check(played, "hostile.mjs")


def test_five_thousand_alerts_are_listed_searched_and_handled(played):
    check(played, "crowd.mjs")
