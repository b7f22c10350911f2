# SPDX-License-Identifier: Apache-2.0
story: late files at a department are told when they have lasted, and cleared when they are truly over

config: config/binh-duong
date: 2026-03-02
about: one-stop-late

# The rule one-stop-late: above 5 % a warning, above 10 % critical, over below 4 %; both for 30 s.
09:00:00  one-stop/record.received so-y-te x19 {"record":"a%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:00:00  one-stop/record.resolved so-y-te x19 {"record":"a%n","result":"granted","digitized":true}
09:00:00  one-stop/record.received so-y-te {"record":"b%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:00:00  one-stop/record.resolved so-y-te {"record":"b%n","result":"granted","digitized":true}
          expect indicator so-y-te one-stop.late-rate@1h 0.05
09:01:00
          expect nothing

# Two of 21.
09:01:00  one-stop/record.received so-y-te {"record":"c%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:01:00  one-stop/record.resolved so-y-te {"record":"c%n","result":"refused","digitized":true}
09:01:30
          expect nothing
09:01:31
          expect alert one-stop-late so-y-te raised warning

# Three of 22: worse is told at once.
09:02:00  one-stop/record.received so-y-te {"record":"d%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:02:00  one-stop/record.resolved so-y-te {"record":"d%n","result":"granted","digitized":true}
          expect alert one-stop-late so-y-te changed critical

# Three of 62 is below the limit, but not yet good.
09:03:00  one-stop/record.received so-y-te x40 {"record":"e%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:03:00  one-stop/record.resolved so-y-te x40 {"record":"e%n","result":"granted","digitized":true}
09:10:00
          expect nothing

# Three of 82 is.
09:11:00  one-stop/record.received so-y-te x20 {"record":"f%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:11:00  one-stop/record.resolved so-y-te x20 {"record":"f%n","result":"granted","digitized":true}
09:11:30
          expect nothing
09:11:31
          expect alert one-stop-late so-y-te cleared
          expect accepted 164
