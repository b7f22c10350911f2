# SPDX-License-Identifier: Apache-2.0
story: too small a sample is no finding, neither bad nor good

config: config/binh-duong
date: 2026-03-02
about: one-stop-late

# All 19 are late, but min-samples is 20.
09:00:00  one-stop/record.received so-tu-phap x19 {"record":"a%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:00:00  one-stop/record.resolved so-tu-phap x19 {"record":"a%n","result":"granted","digitized":true}
          expect indicator so-tu-phap one-stop.late-rate@1h 1
09:10:00
          expect nothing
09:10:00  one-stop/record.received so-tu-phap {"record":"b%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:10:00  one-stop/record.resolved so-tu-phap {"record":"b%n","result":"granted","digitized":true}
09:10:31
          expect alert one-stop-late so-tu-phap raised critical

# An hour later one good file is all there is to see: that is no reason to be content.
10:15:00  one-stop/record.received so-tu-phap {"record":"c%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
10:15:00  one-stop/record.resolved so-tu-phap {"record":"c%n","result":"granted","digitized":true}
          expect indicator so-tu-phap one-stop.late-rate@1h 0
10:30:00
          expect nothing
# Twenty good files are.
10:30:00  one-stop/record.received so-tu-phap x19 {"record":"d%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
10:30:00  one-stop/record.resolved so-tu-phap x19 {"record":"d%n","result":"granted","digitized":true}
10:30:31
          expect alert one-stop-late so-tu-phap cleared
