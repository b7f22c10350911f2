# SPDX-License-Identifier: Apache-2.0
story: one of 91 communes is silent: it alone is named, and what it lacks is partial above it

config: config/binh-duong
date: 2026-03-02
about: one-stop-silent

# All report as the office opens.  Their feed expects something every two working hours, and waits 15 m.
07:30:00  one-stop/record.received department* {"record":"d","procedure":"p","channel":"online","level":"full"}
07:30:00  one-stop/record.received district* {"record":"e","procedure":"p","channel":"online","level":"full"}
07:30:00  one-stop/record.received commune* {"record":"f","procedure":"p","channel":"online","level":"full"}
          expect indicator binh-duong one-stop.received@today 119

# At the next round one is missing; it stays connected all the same.
07:31:00  topic ioc/v1/di-an.an-binh/one-stop/state {"state":"online","session":1}
09:20:00  one-stop/record.received department* {"record":"g","procedure":"p","channel":"online","level":"full"}
09:20:00  one-stop/record.received district* {"record":"h","procedure":"p","channel":"online","level":"full"}
09:20:00  one-stop/record.received commune*!di-an.an-binh {"record":"i","procedure":"p","channel":"online","level":"full"}
09:44:59
          expect nothing
09:45:01
          expect alert one-stop-silent di-an.an-binh raised warning
          expect nothing
          expect indicator binh-duong one-stop.received@today 237~118/119
          expect indicator di-an.di-an one-stop.received@today 2
          expect indicator di-an.an-binh one-stop.received@today stale

# It comes back, and that is told once, too.
09:50:00  one-stop/record.received di-an.an-binh {"record":"k","procedure":"p","channel":"online","level":"full"}
09:50:02
          expect alert one-stop-silent di-an.an-binh cleared
          expect indicator binh-duong one-stop.received@today 238
