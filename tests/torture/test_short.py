# SPDX-License-Identifier: Apache-2.0
"""A short torture: some kills of everything under load, and not an event lost, double or made up."""
import os

import torture


def test_killing_everything_for_half_a_minute_loses_nothing_and_doubles_nothing():
    seed = os.environ.get("IOCD_SEED", "1")  # printed with the table; another one plays otherwise
    assert torture.main(["--build", os.environ["IOCD_BUILD"], "--seed", seed, "--rate", "3000",
                         "--iocd-kills", "10", "--redis-kills", "3", "--broker-restarts", "3",
                         "--broker-kills", "2", "--gap", "0.6"]) == 0
