# SPDX-License-Identifier: Apache-2.0
story: a storm of failed logins is told where it is and above, and ends when it has calmed down

config: config/binh-duong
date: 2026-03-02
about: security-critical security-login-storm

# 60 a minute over five minutes is the limit: 300.
09:00:00  security/login.failed bql-vsip x300 {"account":"admin","host":"vpn-1"}
          expect indicator bql-vsip security.login-rate@5m 60
          expect indicator bql-vsip security.attacked-accounts@1h 1
          expect nothing
09:00:30  security/login.failed bql-vsip {"account":"root","host":"vpn-1"}
          expect alert security-login-storm bql-vsip raised warning
          expect alert security-login-storm binh-duong raised warning
          expect indicator bql-vsip security.attacked-accounts@1h 2

# Five minutes later it is over, for a minute.
09:04:59
          expect indicator bql-vsip security.login-rate@5m 60.2
09:05:01
          expect indicator bql-vsip security.login-rate@5m 0
09:05:59
          expect nothing
09:06:01
          expect alert security-login-storm binh-duong cleared
          expect alert security-login-storm bql-vsip cleared
