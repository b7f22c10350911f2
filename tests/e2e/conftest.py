# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: the build under test and private sites that are always stopped."""
import os
import sys

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))

from servers import Site  # noqa: E402 (its folder has just been put on the path)

PACK = os.path.join(ROOT, "config", "binh-duong")


@pytest.fixture
def build():
    return os.environ["IOCD_BUILD"]


@pytest.fixture
def make_site(build):
    """Makes sites; each is stopped at the end of the test, whatever happened."""
    sites = []

    def make(config=PACK, **more):
        sites.append(Site(build, config, **more))
        return sites[-1]

    yield make
    for site in sites:
        site.stop()


@pytest.fixture
def site(make_site):
    """A running site with the shipped pack."""
    site = make_site()
    site.start_all()
    return site
