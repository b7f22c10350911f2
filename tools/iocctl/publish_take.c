/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_run.h"

#include "iocd/base/err.h"

#define PIECES   256  /* that are read in one turn */
#define TOLD_MAX 1000 /* refusals of one file that are told */

/* Whether a piece can be put; then it stands in publish->event.  If not, *ret_refusal says why. */
static bool make_event(struct publish *publish, const struct publish_piece *piece,
		       const struct publish_origin *origin, struct publish_refusal *ret_refusal)
{
	*ret_refusal = (struct publish_refusal){ .reason = REASON_json_syntax, .why = piece->why };
	if (!piece->json)
		return false;
	ret_refusal->reason = publish_event_make(&publish->event, &publish->options.form, origin,
						 piece->json, &ret_refusal->what);
	if (!ret_refusal->reason && publish->check)
		ret_refusal->reason =
			publish_check(publish->check, &publish->event, &ret_refusal->what);
	return ret_refusal->reason == REASON_NONE;
}

/* Whether it goes on. */
static bool take(struct publish *publish, const struct publish_piece *piece,
		 const struct publish_origin *origin)
{
	CLEANUP_TEXT struct text place = { 0 };
	struct publish_refusal refusal;
	int r;

	if (!make_event(publish, piece, origin, &refusal)) {
		publish_input_add_place(&place, &publish->input, piece);
		publish_tell_refused(&publish->tell, text_get(&place), &refusal);
		return true;
	}
	r = publish_post_take(publish->post, &publish->event);
	publish->tell.n_known += r == PUBLISH_KNOWN;
	publish->is_full = r == PUBLISH_FULL;
	if (r < 0)
		publish->fault = r;
	return r == 0 || r == PUBLISH_KNOWN;
}

static bool flush(struct publish *publish)
{
	int r = publish_post_flush(publish->post);

	publish->is_full = r == PUBLISH_FULL;
	if (r < 0)
		publish->fault = r;
	return r == 0;
}

enum take publish_take_some(struct publish *publish)
{
	struct publish_origin origin;
	struct publish_piece piece;
	int r = 0;

	for (int i = 0; r == 0 && i < PIECES; i++) {
		r = publish_input_next(&publish->input, &piece, &origin);
		if (r == 0 && !take(publish, &piece, &origin))
			return TAKE_FAILED;
	}
	if (!flush(publish))
		return TAKE_FAILED;
	if (r < 0) {
		publish->fault = err_pass(r);
		return TAKE_FAILED;
	}
	if (r == 0)
		return TAKE_MORE;
	return r == PUBLISH_LATER ? TAKE_LATER : TAKE_OVER;
}

void publish_take_check(struct publish *publish, struct text *why, uint64_t *ret_n)
{
	struct publish_refusal refusal;
	struct publish_origin origin;
	struct publish_piece piece;
	uint64_t n_told = 0;

	for (*ret_n = 0; publish_input_next(&publish->input, &piece, &origin) == 0; ++*ret_n) {
		CLEANUP_TEXT struct text place = { 0 };

		if (make_event(publish, &piece, &origin, &refusal) || n_told++ >= TOLD_MAX)
			continue;
		publish_input_add_place(&place, &publish->input, &piece);
		publish_tell_add(why, publish->call, text_get(&place), &refusal);
		publish_tell_refused(&publish->tell, text_get(&place), &refusal);
	}
}
