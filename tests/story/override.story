# SPDX-License-Identifier: Apache-2.0
story: one district has a limit of its own

config: config/binh-duong
date: 2026-03-02
about: one-stop-late

# Both have 7 late files of 100.  di-an may have 8 %, by an override.
09:00:00  one-stop/record.received di-an x93 {"record":"a%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:00:00  one-stop/record.resolved di-an x93 {"record":"a%n","result":"granted","digitized":true}
09:00:00  one-stop/record.received di-an x7 {"record":"b%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:00:00  one-stop/record.resolved di-an x7 {"record":"b%n","result":"granted","digitized":true}
09:00:00  one-stop/record.received thuan-an x93 {"record":"c%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:00:00  one-stop/record.resolved thuan-an x93 {"record":"c%n","result":"granted","digitized":true}
09:00:00  one-stop/record.received thuan-an x7 {"record":"d%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:00:00  one-stop/record.resolved thuan-an x7 {"record":"d%n","result":"granted","digitized":true}
09:00:31
          expect alert one-stop-late thuan-an raised warning
          expect nothing

# 9 of 102 is too much for it as well; 9 of 155 is below 6 %, where it is over for di-an.
09:10:00  one-stop/record.received di-an x2 {"record":"e%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:10:00  one-stop/record.resolved di-an x2 {"record":"e%n","result":"granted","digitized":true}
09:10:31
          expect alert one-stop-late di-an raised warning
09:20:00  one-stop/record.received di-an x53 {"record":"f%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:20:00  one-stop/record.resolved di-an x53 {"record":"f%n","result":"granted","digitized":true}
09:20:31
          expect alert one-stop-late di-an cleared
