# SPDX-License-Identifier: Apache-2.0
"""A province and some of its districts on one machine: each its own iocd, broker and Redis, with a
link to the province that can be cut.
"""
from concurrent.futures import ThreadPoolExecutor

from links import Links
from servers import Site, wait_for


class Federation:
    def __init__(self, build, config, districts, persistence=False, settings=None, forward=None,
                 make=Site):
        self.make = make  # makes a site, as Site does
        self.province = make(build, config, persistence=persistence, settings={
            "mqtt.events": "no", "instance": "province", **(settings or {})})
        self.links = Links(self.province.path("links"))
        self.districts = {}
        for unit in districts:
            self.add(unit, self.province, build, config, persistence, settings, forward)

    def add(self, unit, above, build, config, persistence=False, settings=None, forward=None):
        """Puts a site for unit below another."""
        site = self.make(build, config, persistence=persistence)
        site.settings = {
            "instance": unit,
            "site": unit,
            "forward.host": "127.0.0.1",
            "forward.port": self.links.add(unit, above.port),
            "forward.directory": site.path("forward"),
            "forward.segment": "1M",
            **(settings or {}), **(forward or {}),
        }
        site.unit = unit
        site.above = above
        self.districts[unit] = site
        return site

    def sites(self):
        return [self.province, *self.districts.values()]

    def start(self):
        """All at once: none is ready before the one above it answers."""
        with ThreadPoolExecutor(len(self.sites())) as pool:
            list(pool.map(lambda site: site.start_all(), self.sites()))

    def simulate(self, unit, *args):
        """The systems of a district speak to its own broker."""
        site = self.districts[unit]
        return site.simulate("--set", f"site={unit}", *args)

    def seen_above(self, unit):
        """What the one above knows of the site of that unit, or {}."""
        sites = self.districts[unit].above.get("sites") or {"sites": []}
        return next((site for site in sites["sites"] if site["unit"]["id"] == unit), {})

    def stream_above(self, unit, name="event"):
        """One stream of it, or {}."""
        streams = self.seen_above(unit).get("streams", [])
        return next((stream for stream in streams if stream["stream"] == name), {})

    def gaps(self, query=""):
        gaps = self.province.get("gaps" + query) or {"gaps": []}
        return gaps["gaps"]

    def complete(self, seconds=60):
        """Waits until each one has all that those below it have."""
        def is_above(unit, stream):
            above = self.stream_above(unit, stream["stream"])
            return above.get("have", 0) == stream["head"] and not above.get("missing")

        def is_complete(unit, site):
            status, seen = site.status(), self.seen_above(unit)
            if not status or not seen or seen["lost"]:
                return False
            behind = status["journal"]["end"] - status["journal"]["folded"]
            return behind <= 4096 and all(is_above(unit, stream)
                                          for stream in status["uplink"]["streams"])

        def nothing_is_missing():
            """From below, as it comes."""
            return all(is_complete(*site) for site in reversed(self.districts.items()))
        wait_for("that nothing is missing above", nothing_is_missing, seconds)

    def stop(self, keep=False):
        for site in reversed(self.sites()):
            site.stop(keep)
        self.links.stop()
