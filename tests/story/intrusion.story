# SPDX-License-Identifier: Apache-2.0
story: a critical incident is told at once, and once per host

config: config/binh-duong
date: 2026-03-02
about: security-critical

09:00:00  security/incident so-tai-chinh {"severity":"medium","category":"scan","host":"web-1"}
          expect nothing
09:00:05  security/incident so-tai-chinh {"severity":"critical","category":"ransomware","host":"web-1"}
          expect alert security-critical so-tai-chinh raised critical
09:00:10  security/incident so-tai-chinh {"severity":"critical","category":"ransomware","host":"web-1"}
          expect nothing
09:00:12  security/incident so-tai-chinh {"severity":"critical","category":"ransomware","host":"db-1"}
          expect alert security-critical so-tai-chinh raised critical

# Each is quiet 15 s after its last event, but stands until somebody resets it.
09:00:24
          expect nothing
09:00:25
          expect alert security-critical so-tai-chinh normal
09:00:26
          expect nothing
09:00:27
          expect alert security-critical so-tai-chinh normal
          expect indicator binh-duong security.incidents-critical@1h 3
          expect indicator binh-duong security.incidents@1h 4
