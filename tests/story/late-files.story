# SPDX-License-Identifier: Apache-2.0
story: late files at a department are told when they have lasted, and cleared when they are truly over

config: config/binh-duong
date: 2026-03-02

# The rule one-stop-late: above 5 % a warning, above 10 % critical, over below 4 %; both for 30 s.
09:00:00  one-stop/record.resolved so-y-te x19 {"record":"a","result":"granted","digitized":true,"late":false}
09:00:00  one-stop/record.resolved so-y-te {"record":"b","result":"granted","digitized":true,"late":true}
          expect indicator so-y-te one-stop.late-rate@1h 0.05
09:01:00
          expect nothing

# Two of 21.
09:01:00  one-stop/record.resolved so-y-te {"record":"c","result":"refused","digitized":true,"late":true}
09:01:30
          expect nothing
09:01:31
          expect alert one-stop-late so-y-te raised warning

# Three of 22: worse is told at once.
09:02:00  one-stop/record.resolved so-y-te {"record":"d","result":"granted","digitized":true,"late":true}
          expect alert one-stop-late so-y-te changed critical

# Three of 62 is below the limit, but not yet good.
09:03:00  one-stop/record.resolved so-y-te x40 {"record":"e","result":"granted","digitized":true,"late":false}
09:10:00
          expect nothing

# Three of 82 is.
09:11:00  one-stop/record.resolved so-y-te x20 {"record":"f","result":"granted","digitized":true,"late":false}
09:11:30
          expect nothing
09:11:31
          expect alert one-stop-late so-y-te cleared
          expect accepted 82
