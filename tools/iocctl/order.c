/* SPDX-License-Identifier: Apache-2.0 */
#include "order.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "iocd/base/random.h"
#include "screen.h"
#include "show.h"

#define TRIES 2

json_t *order_about(const json_t *alert)
{
	return json_pack("{s:s, s:s, s:s}", "rule",
			 show_string(json_object_get(alert, "rule"), "id"), "unit",
			 show_string(json_object_get(alert, "unit"), "id"), "subject",
			 show_string(alert, "subject"));
}

void order_add_end(json_t *members, int64_t for_ms)
{
	json_object_set_new(members, "until", json_integer(clock_real_ms() + for_ms));
}

void order_name(struct text *text, const json_t *alert, bool vietnamese)
{
	const char *subject = show_string(alert, "subject");

	screen_clean(text, show_words(json_object_get(alert, "unit"), "name", vietnamese));
	text_add(text, " – ");
	screen_clean(text, show_words(json_object_get(alert, "rule"), "title", vietnamese));
	if (*subject) {
		text_add(text, " ");
		screen_clean(text, subject);
	}
}

static bool is_worth_another(int status, const json_t *answer)
{
	return status == STATUS_UNREACHABLE ||
	       strcmp(show_string(json_object_get(answer, "error"), "code"), "not_yet") == 0;
}

int order_send(const struct call *call, const char *verb, json_t *members, json_t **ret,
	       struct text *why)
{
	CLEANUP_TEXT struct text key = { 0 };
	uint64_t numbers[2];
	char *body;
	int status = STATUS_UNREACHABLE;

	random_bytes(numbers, sizeof(numbers));
	text_add(&key, "%016" PRIx64 "%016" PRIx64, numbers[0], numbers[1]);
	json_object_set_new(members, "verb", json_string(verb));
	/* Of who has a token iocd knows the name. */
	body = *call->by && json_object_set_new(members, "by", json_string(call->by))
		       ? NULL
		       : json_dumps(members, JSON_COMPACT);
	*ret = NULL;
	for (int i = 0; i < TRIES && body; i++) {
		json_decref(*ret);
		text_clear(why);
		status = api_send(call, "commands", body, text_get(&key), ret, why);
		if (!is_worth_another(status, *ret))
			break;
	}
	if (!body) {
		text_add(why, "%s", SAY(call, "chữ không phải UTF-8", "the words are no UTF-8"));
		status = STATUS_USAGE;
	}
	free(body);
	json_decref(members);
	return status;
}
