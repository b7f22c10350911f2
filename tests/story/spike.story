# SPDX-License-Identifier: Apache-2.0
story: a spike shorter than its hold is not told

config: config/binh-duong
date: 2026-03-02

# 2 of 20, and 20 s later 2 of 50.
09:00:00  one-stop/record.resolved so-noi-vu x18 {"record":"a","result":"granted","digitized":true,"late":false}
09:00:00  one-stop/record.resolved so-noi-vu x2 {"record":"b","result":"granted","digitized":true,"late":true}
          expect indicator so-noi-vu one-stop.late-rate@1h 0.1
09:00:20  one-stop/record.resolved so-noi-vu x30 {"record":"c","result":"granted","digitized":true,"late":false}
          expect indicator so-noi-vu one-stop.late-rate@1h 0.04
09:10:00
          expect nothing
