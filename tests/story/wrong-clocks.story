# SPDX-License-Identifier: Apache-2.0
story: an event counts in the minute it happened in, if that can be believed

config: config/binh-duong
date: 2026-03-02
about: interconnect-errors

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
          expect indicator binh-duong interconnect.calls@1h 2~2/20
          expect indicator binh-duong interconnect.calls@today 3~2/20

# limits.age is 24h, limits.future 2m, limits.ahead 48h.
09:50:00  interconnect/call.sample so-y-te at 2026-03-01-09:49:00 {"link":"insurance","latency_ms":80,"status":200}
          expect refused ts_old 1
09:50:00  interconnect/call.sample so-y-te at 09:51:30 {"link":"insurance","latency_ms":80,"status":200}
          expect accepted 5
09:50:00  interconnect/call.sample so-y-te at 2026-03-04-09:50:01 {"link":"insurance","latency_ms":80,"status":200}
          expect refused ts_future 1

# A clock that is a day fast: what it sends counts when it came, not tomorrow; and nobody else is moved.
09:51:00  interconnect/call.sample so-tu-phap x3 at 2026-03-03-09:51:00 {"link":"insurance","latency_ms":80,"status":200}
          expect accepted 8
          expect indicator so-tu-phap interconnect.calls@1h 3
          expect indicator so-noi-vu interconnect.calls@1h 1
# What it kept an hour ago and sends now is an hour old.
09:52:00  interconnect/call.sample so-tu-phap at 2026-03-03-08:53:30 {"link":"insurance","latency_ms":80,"status":200}
          expect indicator so-tu-phap interconnect.calls@1h 4
          expect indicator so-tu-phap interconnect.error-rate@5m 0
09:53:00
          expect indicator so-tu-phap interconnect.calls@1h 3
