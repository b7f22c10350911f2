# SPDX-License-Identifier: Apache-2.0
story: too small a sample is no finding, neither bad nor good

config: config/binh-duong
date: 2026-03-02

# All 19 are late, but min-samples is 20.
09:00:00  one-stop/record.resolved so-tu-phap x19 {"record":"a","result":"granted","digitized":true,"late":true}
          expect indicator so-tu-phap one-stop.late-rate@1h 1
09:10:00
          expect nothing
09:10:00  one-stop/record.resolved so-tu-phap {"record":"b","result":"granted","digitized":true,"late":true}
09:10:31
          expect alert one-stop-late so-tu-phap raised critical

# An hour later one good file is all there is to see: that is no reason to be content.
10:15:00  one-stop/record.resolved so-tu-phap {"record":"c","result":"granted","digitized":true,"late":false}
          expect indicator so-tu-phap one-stop.late-rate@1h 0
10:30:00
          expect nothing
# Twenty good files are.
10:30:00  one-stop/record.resolved so-tu-phap x19 {"record":"d","result":"granted","digitized":true,"late":false}
10:30:31
          expect alert one-stop-late so-tu-phap cleared
