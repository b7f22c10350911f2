/* SPDX-License-Identifier: Apache-2.0 */
#include "audit_note.h"

#include <stdio.h>

#include "gate.h"
#include "iocd/base/clock.h"
#include "iocd/base/counter.h"

#define MINUTE_MS 60000

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* Of whoever comes over the socket the system tells the user's number. */
static const char *name_local(char ret[32], const struct caller *caller)
{
	if (caller->uid < 0)
		return "unix";
	(void)snprintf(ret, 32, "unix:%lld", (long long)caller->uid);
	return ret;
}

static const char *role_of(const struct caller *caller)
{
	return caller->is_known && !caller->is_local ? access_role_name(caller->role) : "";
}

void audit_note(const struct views *views, const struct history_audit *entry)
{
	const struct caller *caller = views->caller;
	char local[32];
	const struct history_audit note = {
		.time_ms = clock_real_ms(),
		.who = caller->is_local ? name_local(local, caller) : caller->name,
		.role = role_of(caller),
		.from = caller->address,
		.what = or_empty(entry->what),
		.unit = or_empty(entry->unit),
		.about = or_empty(entry->about),
		.outcome = or_empty(entry->outcome),
		.detail = or_empty(entry->detail),
		.key = or_empty(entry->key),
	};

	if (views->source.history)
		history_put_audit(views->source.history, &note);
}

/* Whoever is refused may come back as often as he likes: the audit must not grow by that. */
static bool has_room(struct gate *gate, int64_t now_ms)
{
	if (now_ms < gate->denials_ms || now_ms - gate->denials_ms >= MINUTE_MS) {
		gate->denials_ms = now_ms;
		gate->denials = 0;
	}
	return gate->denials++ < AUDIT_DENIALS;
}

void audit_note_denial(const struct views *views, const struct http_request *request,
		       const char *why)
{
	if (!has_room(views->gate, clock_real_ms())) {
		counter_add(COUNTER_denials_unaudited, 1);
		return;
	}
	audit_note(views, &(struct history_audit){ .what = "denied",
						   .about = request->path,
						   .outcome = "refused",
						   .detail = why });
}
