/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"

#include <string.h>

/* Without printf: every commit has hundreds of these. */
static void add_unit_key(struct text *key, const char *prefix, const char *kind, const char *unit)
{
	text_add_bytes(key, prefix, strlen(prefix));
	text_add_bytes(key, kind, strlen(kind));
	text_add_bytes(key, unit, strlen(unit));
	text_add_bytes(key, "}", 1);
}

void key_live(struct text *key, const char *prefix, const char *unit)
{
	add_unit_key(key, prefix, ":live:{", unit);
}

void key_meta(struct text *key, const char *prefix, const char *unit)
{
	add_unit_key(key, prefix, ":meta:{", unit);
}

void key_recent(struct text *key, const char *prefix, const char *unit, const char *indicator)
{
	text_add(key, "%s:recent:{%s}:%s", prefix, unit, indicator);
}

void key_alert(struct text *key, const char *prefix, const char *unit, const char *alert)
{
	text_add(key, "%s:alert:{%s}:%s", prefix, unit, alert);
}

void key_alert_of_member(struct text *key, const char *prefix, const char *member, size_t n)
{
	const char *slash = memchr(member, '/', n);

	if (!slash)
		return;

	text_add(key, "%s:alert:{", prefix);
	text_add_bytes(key, member, (size_t)(slash - member));
	text_add(key, "}:");
	text_add_bytes(key, slash + 1, n - (size_t)(slash - member) - 1);
}

void key_alerts(struct text *key, const char *prefix)
{
	text_add(key, "%s:alerts", prefix);
}

void key_alertlog(struct text *key, const char *prefix)
{
	text_add(key, "%s:alertlog", prefix);
}

void key_deadletter(struct text *key, const char *prefix)
{
	text_add(key, "%s:deadletter", prefix);
}

void key_health(struct text *key, const char *prefix)
{
	text_add(key, "%s:health", prefix);
}

void key_units(struct text *key, const char *prefix)
{
	text_add(key, "%s:units", prefix);
}

void key_cursor(struct text *key, const char *prefix)
{
	text_add(key, "%s:cursor", prefix);
}

void key_ranks(struct text *key, const char *prefix)
{
	text_add(key, "%s:ranks", prefix);
}

void key_rank(struct text *key, const char *prefix, const char *indicator)
{
	text_add(key, "%s:rank:%s", prefix, indicator);
}

void key_field(struct text *field, const char *indicator, const char *window)
{
	text_add_bytes(field, indicator, strlen(indicator));
	text_add_bytes(field, "@", 1);
	text_add_bytes(field, window, strlen(window));
}

void key_member(struct text *member, const char *unit, const char *alert)
{
	text_add(member, "%s/%s", unit, alert);
}
