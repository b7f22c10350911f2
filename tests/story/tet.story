# SPDX-License-Identifier: Apache-2.0
story: during Tet nobody is expected to report, and nothing is told

config: config/binh-duong
date: 2026-02-17
about: one-stop-silent

00:00:00  one-stop/record.received department* {"record":"d","procedure":"p","channel":"online","level":"full"}
00:00:00  one-stop/record.received district* {"record":"e","procedure":"p","channel":"online","level":"full"}
00:00:00  one-stop/record.received commune* {"record":"f","procedure":"p","channel":"online","level":"full"}
          expect indicator binh-duong one-stop.received@today 119
14:00:00
          expect nothing
          expect indicator binh-duong one-stop.received@today 119
          expect indicator di-an.an-binh one-stop.received@today 1
