# SPDX-License-Identifier: Apache-2.0
story: an event counts in the minute it happened in, if that can be believed

config: config/binh-duong
date: 2026-03-02

# Ten minutes late: too late for the last five minutes, in time for the hour.
09:00:00  interconnect/call.sample so-y-te at 08:50:00 {"link":"insurance","latency_ms":80,"status":200}
          expect accepted 1
          expect indicator so-y-te interconnect.error-rate@5m unknown
          expect indicator so-y-te interconnect.error-rate@1h 0
          expect indicator so-y-te interconnect.calls@1h 1

# Its minute leaves the hour before that of one that came at once.  (A sign of life keeps the unit
# from becoming stale meanwhile.)
09:00:00  interconnect/call.sample so-y-te {"link":"insurance","latency_ms":80,"status":500}
09:45:00  interconnect/sync.completed so-y-te {"link":"insurance","lag_s":3,"rows":10}
09:49:59
          expect indicator so-y-te interconnect.calls@1h 2
09:50:00  interconnect/call.sample so-noi-vu {"link":"insurance","latency_ms":80,"status":200}
          expect indicator so-y-te interconnect.calls@1h 1
          expect indicator binh-duong interconnect.calls@1h 2
          expect indicator binh-duong interconnect.calls@today 3

# limits.age is 24h, limits.future 2m.
09:50:00  interconnect/call.sample so-y-te at 2026-03-01-09:49:00 {"link":"insurance","latency_ms":80,"status":200}
          expect refused ts_old 1
09:50:00  interconnect/call.sample so-y-te at 09:52:01 {"link":"insurance","latency_ms":80,"status":200}
          expect refused ts_future 1
09:50:00  interconnect/call.sample so-y-te at 09:51:30 {"link":"insurance","latency_ms":80,"status":200}
          expect accepted 5
          expect refused ts_future 1
