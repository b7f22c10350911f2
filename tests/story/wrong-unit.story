# SPDX-License-Identifier: Apache-2.0
story: nobody speaks for another unit, and what cannot be read is refused with its reason

config: config/binh-duong
date: 2026-03-02

# The topic is proven by the broker; the payload only claims.
09:00:00  topic ioc/v1/thuan-an/security/evt/incident {"specversion":"1.0","id":"1","source":"/unit/di-an/ids","type":"incident","time":"2026-03-02T09:00:00+07:00","data":{"severity":"critical","category":"c","host":"h"}}
          expect refused unit_mismatch 1
09:00:01  topic ioc/v1/thuan-an/security/evt/incident {"specversion":"1.0","id":"2","source":"ids","unit":"di-an","type":"incident","time":"2026-03-02T09:00:01+07:00","data":{"severity":"critical","category":"c","host":"h"}}
          expect refused unit_mismatch 2
09:00:02  security/incident thu-duc {"severity":"critical","category":"c","host":"h"}
          expect refused unknown_unit 1
09:00:03  topic ioc/v1/thuan-an/security/evt/incident not JSON
          expect refused json_syntax 1
09:00:04  security/incident thuan-an {"severity":"terrible","category":"c","host":"h"}
          expect refused out_of_range 1
09:00:05  security/incident thuan-an {"severity":"critical","category":"c"}
          expect refused no_field 1
09:00:06  security/incident thuan-an {"severity":"critical","category":"c","host":7}
          expect refused bad_type 1
09:00:07  security/outage thuan-an {"severity":"critical","category":"c","host":"h"}
          expect refused unknown_type 1
          expect accepted 0
          expect nothing

09:01:00  security/incident thuan-an {"severity":"critical","category":"c","host":"h"}
          expect alert security-critical thuan-an raised
          expect accepted 1
