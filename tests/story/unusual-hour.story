# SPDX-License-Identifier: Apache-2.0
story: what differs from the same hour of the week before is told when the hour is over

config: config/binh-duong
about: payments-cashless-drop feedback-environment-surge
once: three weeks pass
date: 2026-03-02

# Mondays from ten to eleven: 24 of 30 payments without cash; 5, then 9, then 5 reports on one topic.
10:10:00  feedback/feedback.received phu-giao x5 {"ticket":"a","topic":"environment","channel":"app"}
date: 2026-03-09
10:10:00  feedback/feedback.received phu-giao x9 {"ticket":"b","topic":"environment","channel":"app"}
date: 2026-03-16
10:10:00  payments/payment.completed tan-uyen x24 {"kind":"water","cashless":true,"amount":90000,"payer":"h"}
10:20:00  payments/payment.completed tan-uyen x6 {"kind":"fee","cashless":false,"amount":10000,"payer":"h"}
10:20:00  feedback/feedback.received phu-giao x5 {"ticket":"c","topic":"environment","channel":"app"}
          expect indicator tan-uyen payments.cashless-rate@1h 0.8
11:00:05
          expect indicator phu-giao feedback.environment-usual@1h unknown
          expect nothing

# Now half of the payments, and three times the reports that are usual.
date: 2026-03-23
10:10:00  payments/payment.completed tan-uyen x15 {"kind":"water","cashless":true,"amount":90000,"payer":"h"}
10:20:00  payments/payment.completed tan-uyen x15 {"kind":"fee","cashless":false,"amount":10000,"payer":"h"}
10:30:00  feedback/feedback.received phu-giao x16 {"ticket":"e","topic":"environment","channel":"app"}
10:59:50
          expect nothing
11:00:05
          expect alert feedback-environment-surge binh-duong raised warning
          expect alert feedback-environment-surge phu-giao raised warning
          expect alert payments-cashless-drop binh-duong raised warning
          expect alert payments-cashless-drop tan-uyen raised warning
          expect indicator tan-uyen payments.cashless-usual@1h 0.625
          expect indicator phu-giao feedback.environment-usual@1h 3.2
