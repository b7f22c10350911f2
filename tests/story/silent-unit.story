# SPDX-License-Identifier: Apache-2.0
story: a unit that falls silent becomes stale, and that is neither bad news nor good

config: config/binh-duong
date: 2026-03-02
about: interconnect-errors

# Another department keeps the province's own figures good.
09:00:00  interconnect/call.sample so-noi-vu x400 {"link":"insurance","latency_ms":80,"status":200}
09:00:00  interconnect/call.sample so-y-te x95 {"link":"insurance","latency_ms":80,"status":200}
09:00:00  interconnect/call.sample so-y-te x5 {"link":"insurance","latency_ms":80,"status":503}
          expect indicator so-y-te interconnect.error-rate@5m 0.05
09:00:31
          expect alert interconnect-errors so-y-te raised warning

# Its feed allows 15 minutes of silence.
09:14:00  interconnect/call.sample so-noi-vu {"link":"insurance","latency_ms":80,"status":200}
09:14:59
          expect indicator so-y-te interconnect.error-rate@1h 0.05
09:16:00
          expect indicator so-y-te interconnect.error-rate@1h stale
          expect indicator so-y-te interconnect.calls@1h stale
          expect indicator so-noi-vu interconnect.calls@1h 401
          expect indicator binh-duong interconnect.calls@1h 501~1/20

# What is known of it is only a consequence now: that it is silent is the news.
          expect alert interconnect-errors so-y-te suppressed
          expect nothing
11:00:00
          expect nothing

# What it says first is too little to judge; then it is well.
11:00:00  interconnect/call.sample so-y-te x19 {"link":"insurance","latency_ms":80,"status":200}
          expect indicator so-y-te interconnect.error-rate@5m 0
11:02:00  interconnect/call.sample so-y-te {"link":"insurance","latency_ms":80,"status":200}
          expect alert interconnect-errors so-y-te released warning
11:02:59
          expect nothing
11:03:01
          expect alert interconnect-errors so-y-te cleared
