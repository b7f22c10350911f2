/* SPDX-License-Identifier: Apache-2.0 */
#include "incident.h"

#include <string.h>

#define LINK_REPORT_MS 2000
#define LOGINS         500 /* of one intrusion: over 60 a minute for five minutes is a storm */
#define RECOVERY       25  /* times the length of an overdue incident until its mark is gone */
#define OVERDUE_SHARE  0.08
#define LATE_SHARE     0.4

/* clang-format off */
static const struct {
	const char *name;
	int64_t length_ms; /* where none is given */
} kinds[] = {
	[INCIDENT_OVERDUE]   = { "overdue",   15000 },
	[INCIDENT_LINK_DOWN] = { "link-down", 75000 },
	[INCIDENT_INTRUSION] = { "intrusion",  5000 },
};
/* clang-format on */

static int read_kind(struct incident_wish *wish, const char *text, size_t n)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (strlen(kinds[i].name) != n || memcmp(kinds[i].name, text, n) != 0)
			continue;
		*wish = (struct incident_wish){
			.kind = (enum incident_kind)i,
			.start_ms = 5000,
			.length_ms = kinds[i].length_ms,
		};
		return 0;
	}
	return TEXT_SYNTAX;
}

static int read_span(struct incident_wish *wish, const char *text)
{
	size_t n = strcspn(text, "+");

	if (text_read_duration(text, n, &wish->start_ms))
		return TEXT_SYNTAX;
	if (!text[n])
		return 0;
	text += n + 1;
	if (text_read_duration(text, strlen(text), &wish->length_ms) || wish->length_ms == 0)
		return TEXT_SYNTAX;
	return 0;
}

int incident_read(struct incident_wish *ret, const char *text)
{
	struct incident_wish wish;
	size_t n = strcspn(text, "@:");

	if (read_kind(&wish, text, n))
		return TEXT_SYNTAX;
	text += n;
	if (*text == '@') {
		n = strcspn(++text, ":");
		if (n == 0 || n >= sizeof(wish.unit))
			return TEXT_SYNTAX;
		memcpy(wish.unit, text, n);
		wish.unit[n] = '\0';
		text += n;
	}
	if (*text == ':' && read_span(&wish, text + 1))
		return TEXT_SYNTAX;

	*ret = wish;
	return 0;
}

const char *incident_name(enum incident_kind kind)
{
	return kinds[kind].name;
}

static enum incident_act next_overdue(struct incident *incident, int64_t since_ms,
				      struct random_stream *random)
{
	incident->is_over = since_ms > incident->wish.length_ms * RECOVERY;
	if (incident->is_over || random_unit(random) >= OVERDUE_SHARE)
		return ACT_NOTHING;
	if (since_ms >= incident->wish.length_ms)
		return ACT_RESOLVE_ON_TIME;
	return random_unit(random) < LATE_SHARE ? ACT_RESOLVE_LATE : ACT_RESOLVE_ON_TIME;
}

static enum incident_act next_link(struct incident *incident, int64_t since_ms)
{
	if (since_ms >= incident->wish.length_ms) {
		incident->is_over = true;
		return ACT_LINK_UP;
	}
	if (since_ms < (int64_t)incident->n_acts * LINK_REPORT_MS)
		return ACT_NOTHING;
	incident->n_acts++;
	return ACT_LINK_DOWN;
}

static enum incident_act next_intrusion(struct incident *incident, int64_t since_ms,
					struct random_stream *random)
{
	if (incident->n_acts == 0) {
		incident->n_acts++;
		return ACT_CRITICAL;
	}
	incident->is_over = incident->n_acts > LOGINS;
	if (incident->is_over || random_unit(random) >= 0.5 ||
	    since_ms * LOGINS < (int64_t)incident->n_acts * incident->wish.length_ms)
		return ACT_NOTHING;
	incident->n_acts++;
	return ACT_LOGIN;
}

enum incident_act incident_next(struct incident *incident, int64_t now_ms,
				struct random_stream *random)
{
	int64_t since_ms = now_ms - incident->wish.start_ms;

	if (incident->is_over || since_ms < 0)
		return ACT_NOTHING;

	switch (incident->wish.kind) {
	case INCIDENT_OVERDUE:
		return next_overdue(incident, since_ms, random);
	case INCIDENT_LINK_DOWN:
		return next_link(incident, since_ms);
	case INCIDENT_INTRUSION:
		return next_intrusion(incident, since_ms, random);
	}
	return ACT_NOTHING;
}

bool incident_holds_link(const struct incident *incident, uint32_t unit, int64_t now_ms)
{
	return incident->wish.kind == INCIDENT_LINK_DOWN && incident->unit == unit &&
	       !incident->is_over && now_ms >= incident->wish.start_ms;
}
