# SPDX-License-Identifier: Apache-2.0
story: a new day and month begin at zero, and yesterday's late files stay yesterday's

config: config/binh-duong
date: 2026-02-28
about: one-stop-late

23:59:50  one-stop/record.received ben-cat x5 {"record":"a","procedure":"p","channel":"online","level":"full"}
          expect indicator ben-cat one-stop.received@today 5
          expect indicator ben-cat one-stop.received@month 5

date: 2026-03-01
00:00:10
          expect indicator ben-cat one-stop.received@today 0
          expect indicator ben-cat one-stop.received@month 0
          expect indicator ben-cat one-stop.received@1h 5
          expect indicator binh-duong one-stop.received@today 0

00:00:20  one-stop/record.received ben-cat at 2026-02-28-23:59:55 {"record":"b","procedure":"p","channel":"online","level":"full"}
          expect accepted 6
          expect indicator ben-cat one-stop.received@today 0
          expect indicator ben-cat one-stop.received@month 0
          expect indicator ben-cat one-stop.received@1h 6

00:00:30  one-stop/record.received ben-cat {"record":"c","procedure":"p","channel":"post","level":"full"}
          expect indicator ben-cat one-stop.received@today 1
          expect indicator ben-cat one-stop.received@month 1
          expect indicator ben-cat one-stop.online-rate@today 0

# The next day, with a new month no more.
date: 2026-03-02
00:00:05  one-stop/record.received ben-cat {"record":"d","procedure":"p","channel":"post","level":"full"}
          expect indicator ben-cat one-stop.received@today 1
          expect indicator ben-cat one-stop.received@month 2
