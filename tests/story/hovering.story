# SPDX-License-Identifier: Apache-2.0
story: a share that hovers at its limit is told once

config: config/binh-duong
date: 2026-03-02
about: one-stop-late

# 6 of 100.
09:00:00  one-stop/record.received so-xay-dung x94 {"record":"a%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:00:00  one-stop/record.resolved so-xay-dung x94 {"record":"a%n","result":"granted","digitized":true}
09:00:00  one-stop/record.received so-xay-dung x6 {"record":"b%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:00:00  one-stop/record.resolved so-xay-dung x6 {"record":"b%n","result":"granted","digitized":true}
09:00:31
          expect alert one-stop-late so-xay-dung raised warning

# 6 of 125, 7 of 126, 7 of 150, 8 of 151: below 5 %, above, below, above; never below 4 %.
09:02:00  one-stop/record.received so-xay-dung x25 {"record":"c%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:02:00  one-stop/record.resolved so-xay-dung x25 {"record":"c%n","result":"granted","digitized":true}
09:04:00  one-stop/record.received so-xay-dung {"record":"d%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:04:00  one-stop/record.resolved so-xay-dung {"record":"d%n","result":"granted","digitized":true}
09:06:00  one-stop/record.received so-xay-dung x24 {"record":"e%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:06:00  one-stop/record.resolved so-xay-dung x24 {"record":"e%n","result":"granted","digitized":true}
09:08:00  one-stop/record.received so-xay-dung {"record":"f%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:08:00  one-stop/record.resolved so-xay-dung {"record":"f%n","result":"granted","digitized":true}
09:10:00
          expect nothing

# 8 of 211 is below 4 %, but comes back within the 30 s that it must last: 9 of 212.
09:10:00  one-stop/record.received so-xay-dung x60 {"record":"g%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:10:00  one-stop/record.resolved so-xay-dung x60 {"record":"g%n","result":"granted","digitized":true}
09:10:20  one-stop/record.received so-xay-dung {"record":"h%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:10:20  one-stop/record.resolved so-xay-dung {"record":"h%n","result":"granted","digitized":true}
09:20:00
          expect nothing
