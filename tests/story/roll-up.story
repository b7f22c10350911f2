# SPDX-License-Identifier: Apache-2.0
story: a district's share is the share of all its files, not the mean of its wards' shares

config: config/binh-duong
date: 2026-03-02

# 4 of 10 in one ward, none of 50 in another: 4 of 60, where the mean of the shares is 20 %.
09:00:00  one-stop/record.resolved di-an.an-binh x6 {"record":"a","result":"granted","digitized":true,"late":false}
09:00:00  one-stop/record.resolved di-an.an-binh x4 {"record":"b","result":"granted","digitized":true,"late":true}
09:00:00  one-stop/record.resolved di-an.binh-an x50 {"record":"c","result":"granted","digitized":true,"late":false}
          expect indicator di-an.an-binh one-stop.late-rate@1h 0.4
          expect indicator di-an.binh-an one-stop.late-rate@1h 0
          expect indicator di-an one-stop.late-rate@1h 0.0666667
          expect indicator binh-duong one-stop.late-rate@1h 0.0666667
          expect indicator binh-duong one-stop.resolved@today 60

# Others of the province do not count into the district.
09:00:30  one-stop/record.resolved thuan-an.an-phu x40 {"record":"d","result":"granted","digitized":true,"late":false}
          expect indicator di-an one-stop.resolved@1h 60
          expect indicator binh-duong one-stop.late-rate@1h 0.04
09:05:00
          expect nothing

# Different procedures are counted once, whoever had them.
09:05:00  one-stop/record.received di-an.an-binh {"record":"e","procedure":"birth","channel":"online","level":"full"}
09:05:00  one-stop/record.received di-an.binh-an {"record":"f","procedure":"birth","channel":"post","level":"full"}
09:05:00  one-stop/record.received di-an.binh-an {"record":"g","procedure":"land","channel":"counter","level":"paper"}
          expect indicator di-an.binh-an one-stop.procedures@1h 2
          expect indicator di-an one-stop.procedures@1h 2
          expect indicator di-an one-stop.online-rate@1h 0.333333
