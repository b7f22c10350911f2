# SPDX-License-Identifier: Apache-2.0
"""Many readers of the live stream who come and go, while iocd is killed and rights change: each sees what it
may, once.  In short what tests/torture/streams.py does for minutes."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "torture"))

import streams  # noqa: E402 (its folder has just been put on the path)


def test_every_reader_sees_each_transition_once_whatever_happens_to_it():
    seed = os.environ.get("IOCD_SEED", "1")  # printed; another one plays otherwise
    assert streams.main(["--build", os.environ["IOCD_BUILD"], "--seed", seed, "--clients", "100", "--alerts", "25",
                         "--minutes", "0.13", "--faults", "15", "--kills", "2", "--idle", "0.5"]) == 0
