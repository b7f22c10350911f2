# SPDX-License-Identifier: Apache-2.0
story: what comes twice counts once, and what contradicts itself does not count

config: config/binh-duong
date: 2026-03-02
about: one-stop-late

09:00:00  one-stop/record.received so-y-te id file-1 {"record":"1","procedure":"p","channel":"online","level":"full"}
09:00:10  one-stop/record.received so-y-te id file-1 at 09:00:00 {"record":"1","procedure":"p","channel":"online","level":"full"}
          expect accepted 1
          expect refused duplicate 1
# The same id with another content.
09:00:20  one-stop/record.received so-y-te id file-1 at 09:00:00 {"record":"1","procedure":"p","channel":"post","level":"full"}
          expect accepted 1
          expect refused id_conflict 1
# The same id from another unit is another event.
09:00:30  one-stop/record.received so-noi-vu id file-1 {"record":"1","procedure":"p","channel":"online","level":"full"}
          expect accepted 2
          expect indicator so-y-te one-stop.received@1h 1
          expect indicator binh-duong one-stop.received@1h 2
# Hours later it is still known.
20:00:00  one-stop/record.received so-y-te id file-1 at 09:00:00 {"record":"1","procedure":"p","channel":"online","level":"full"}
          expect refused duplicate 2
# It has been silent for more than two working hours: the figure stands, but not for now.
          expect indicator so-y-te one-stop.received@today stale
