# SPDX-License-Identifier: Apache-2.0
story: a spike shorter than its hold is not told

config: config/binh-duong
date: 2026-03-02
about: one-stop-late

# 2 of 20, and 20 s later 2 of 50.
09:00:00  one-stop/record.received so-noi-vu x18 {"record":"a%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:00:00  one-stop/record.resolved so-noi-vu x18 {"record":"a%n","result":"granted","digitized":true}
09:00:00  one-stop/record.received so-noi-vu x2 {"record":"b%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:00:00  one-stop/record.resolved so-noi-vu x2 {"record":"b%n","result":"granted","digitized":true}
          expect indicator so-noi-vu one-stop.late-rate@1h 0.1
09:00:20  one-stop/record.received so-noi-vu x30 {"record":"c%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:00:20  one-stop/record.resolved so-noi-vu x30 {"record":"c%n","result":"granted","digitized":true}
          expect indicator so-noi-vu one-stop.late-rate@1h 0.04
09:10:00
          expect nothing
