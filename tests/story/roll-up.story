# SPDX-License-Identifier: Apache-2.0
story: a district's share is the share of all its files, not the mean of its wards' shares

config: config/binh-duong
date: 2026-03-02
about: one-stop-late

# 4 of 10 in one ward, none of 50 in another: 4 of 60, where the mean of the shares is 20 %.
09:00:00  one-stop/record.received di-an.an-binh x6 {"record":"a%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:00:00  one-stop/record.resolved di-an.an-binh x6 {"record":"a%n","result":"granted","digitized":true}
09:00:00  one-stop/record.received di-an.an-binh x4 {"record":"b%n","procedure":"p","channel":"post","level":"paper","due":"2026-02-27T17:00:00+07:00"}
09:00:00  one-stop/record.resolved di-an.an-binh x4 {"record":"b%n","result":"granted","digitized":true}
09:00:00  one-stop/record.received di-an.binh-an x50 {"record":"c%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:00:00  one-stop/record.resolved di-an.binh-an x50 {"record":"c%n","result":"granted","digitized":true}
          expect indicator di-an.an-binh one-stop.late-rate@1h 0.4
          expect indicator di-an.binh-an one-stop.late-rate@1h 0
          expect indicator di-an one-stop.late-rate@1h 0.0666667
          expect indicator binh-duong one-stop.late-rate@1h 0.0666667
          expect indicator binh-duong one-stop.resolved@today 60

# Others of the province do not count into the district.
09:00:30  one-stop/record.received thuan-an.an-phu x40 {"record":"d%n","procedure":"p","channel":"post","level":"paper","due":"2026-03-09T17:00:00+07:00"}
09:00:30  one-stop/record.resolved thuan-an.an-phu x40 {"record":"d%n","result":"granted","digitized":true}
          expect indicator di-an one-stop.resolved@1h 60
          expect indicator binh-duong one-stop.late-rate@1h 0.04
09:05:00
          expect nothing

# Different services are counted once, whoever had them.
09:05:00  portal/submission.created di-an.an-binh {"service":"birth","level":"full"}
09:05:00  portal/submission.created di-an.binh-an {"service":"birth","level":"full"}
09:05:00  portal/submission.created di-an.binh-an {"service":"land","level":"partial"}
          expect indicator di-an.binh-an portal.services-seen@month 2
          expect indicator di-an portal.services-seen@month 2
09:05:00  one-stop/record.received di-an.binh-an {"record":"e","procedure":"birth","channel":"online","level":"full"}
          expect indicator di-an.binh-an one-stop.online-rate@1h 0.0196078
