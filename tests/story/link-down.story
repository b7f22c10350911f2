# SPDX-License-Identifier: Apache-2.0
story: a link that is down for 59 s is not told, for 61 s it is

config: config/binh-duong
date: 2026-03-02
about: interconnect-link-down

09:00:00  interconnect/link.state so-tu-phap {"link":"population","up":true}
09:10:00  interconnect/link.state so-tu-phap {"link":"population","up":false}
09:10:59  interconnect/link.state so-tu-phap {"link":"population","up":true}
09:15:00
          expect nothing

09:20:00  interconnect/link.state so-tu-phap {"link":"population","up":false}
09:20:59
          expect nothing
# The province sees what its units last said.
09:21:01
          expect alert interconnect-link-down binh-duong raised critical
          expect alert interconnect-link-down so-tu-phap raised critical

# It must be back for ten seconds.
09:25:00  interconnect/link.state so-tu-phap {"link":"population","up":true}
09:25:05  interconnect/link.state so-tu-phap {"link":"population","up":false}
09:25:30  interconnect/link.state so-tu-phap {"link":"population","up":true}
          expect nothing
09:25:41
          expect alert interconnect-link-down binh-duong cleared
          expect alert interconnect-link-down so-tu-phap cleared
