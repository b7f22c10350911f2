/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "enroll_trial.h"

int enroll_evict(const struct enroll_site *site, const struct enroll_identity *identity,
		 struct enroll_try *ret)
{
	struct trial trial;
	int reason = 0;
	int r;

	trial_begin(&trial, site, identity, ret);
	/* Who connects under its name takes the place of its connection and of its session. */
	r = trial_open_as(&trial, identity->name, &trial.line);
	if (!r)
		r = trial_publish(&trial, false, &reason);
	if (!r)
		trial_note(&trial, "its own topic", trial.probe, false, reason < WIRE_REASON_FAILED,
			   reason);
	trial.line = enroll_line_close(trial.line);
	if (r)
		return trial_status(&trial, r);

	r = trial_open_with_proof(&trial, &trial.line);
	if (r == 0 || r == ENROLL_LINE_REFUSED) {
		trial_note(&trial, "to come in again", "", false, r == 0, 0);
		text_clear(&ret->why); /* it is as it should be */
	}
	trial.line = enroll_line_close(trial.line);
	return trial_status(&trial, r == -ENOENT || r == ENROLL_LINE_REFUSED ? 0 : r);
}
