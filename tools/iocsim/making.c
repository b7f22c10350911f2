/* SPDX-License-Identifier: Apache-2.0 */
#include "making.h"

#include <stdio.h>
#include <string.h>

#define LATE_EVERY 50  /* of so many files that are resolved one is late */
#define FAIL_EVERY 500 /* of so many calls one fails */
#define HOSTS      40  /* of one unit */
#define ACCOUNTS   500

static uint32_t chance(struct making *making, uint32_t n)
{
	return (uint32_t)random_below(making->random, n);
}

static void set_subject(struct fact *fact, const char *subject)
{
	(void)snprintf(fact->subject, sizeof(fact->subject), "%s", subject);
}

static void name_file(struct making *making, uint32_t file)
{
	const char *unit = units_at(making->world->units, making->fact->unit)->id;
	CLEANUP_TEXT struct text name = { 0 };

	text_add(&name, "%.32s-%06u", unit, file);
	fact_text(making->fact, making->world, "record", "%s", text_get(&name));
	set_subject(making->fact, text_get(&name));
}

/* Takes any open file away and names it; false if there is none. */
static bool take_file(struct making *making, uint32_t *ret)
{
	struct office *office = making->office;
	uint32_t i;

	if (office->n_open == 0)
		return false;
	i = chance(making, office->n_open);
	*ret = office->open[i];
	office->open[i] = office->open[--office->n_open];
	name_file(making, *ret);
	return true;
}

static bool make_received(struct making *making)
{
	static const char *const channels[] = { "online",  "online",  "online",
						"counter", "counter", "post" };
	static const char *const levels[] = { "full", "full", "partial", "paper" };
	const struct world *world = making->world;
	struct office *office = making->office;
	uint32_t days = 5 + chance(making, 15);

	if (office->n_open == OFFICE_OPEN_MAX)
		return false;
	office->open[office->n_open++] = ++office->n_files;
	name_file(making, office->n_files);
	fact_text(making->fact, world, "procedure", "TT-%03u", 1 + chance(making, 180));
	fact_text(making->fact, world, "channel", "%s", channels[chance(making, COUNT(channels))]);
	fact_text(making->fact, world, "level", "%s", levels[chance(making, COUNT(levels))]);
	fact_time(making->fact, world, "due", making->fact->time_ms + days * INT64_C(86400000));
	return true;
}

static void describe_result(struct making *making, bool late)
{
	const struct world *world = making->world;

	making->office->n_resolved++;
	fact_text(making->fact, world, "result", chance(making, 25) ? "granted" : "refused");
	fact_number(making->fact, world, "digitized", chance(making, 10) != 0);
	fact_number(making->fact, world, "late", late);
}

/* Late ones are spaced, not drawn: a small unit with two in a row would be a finding of its own. */
static bool make_resolved(struct making *making)
{
	struct office *office = making->office;
	uint32_t nth = (office->n_resolved + office->phase) % LATE_EVERY;
	uint32_t file;

	if (!take_file(making, &file))
		return false;
	describe_result(making, nth == LATE_EVERY - 1);
	return true;
}

static bool make_suspended(struct making *making)
{
	return !making->office->resting && take_file(making, &making->office->resting);
}

static bool make_resumed(struct making *making)
{
	struct office *office = making->office;

	if (!office->resting || office->n_open == OFFICE_OPEN_MAX)
		return false;
	name_file(making, office->resting);
	office->open[office->n_open++] = office->resting;
	office->resting = 0;
	return true;
}

static bool make_transferred(struct making *making)
{
	const char *here = units_at(making->world->units, making->fact->unit)->id;
	uint32_t file;

	if (!making->other_unit || strcmp(making->other_unit, here) == 0 ||
	    !take_file(making, &file))
		return false;
	fact_text(making->fact, making->world, "to_unit", "%s", making->other_unit);
	return true;
}

static bool make_withdrawn(struct making *making)
{
	uint32_t file;

	return take_file(making, &file);
}

/* Every unit has one link. */
static void name_link(struct making *making)
{
	static const char *const links[] = { "population", "civil-status", "business-register",
					     "land-register", "social-insurance" };
	const char *name = links[making->fact->unit % COUNT(links)];

	fact_text(making->fact, making->world, "link", "%s", name);
	set_subject(making->fact, name);
}

static bool make_link_state(struct making *making)
{
	if (making->link_is_held)
		return false;
	name_link(making);
	fact_number(making->fact, making->world, "up", 1);
	return true;
}

static bool make_sync(struct making *making)
{
	double u = random_unit(making->random);

	if (making->link_is_held)
		return false;
	name_link(making);
	fact_number(making->fact, making->world, "lag_s",
		    2 + 400 * u * u * u + chance(making, 10) * 0.5);
	fact_number(making->fact, making->world, "rows", chance(making, 2000));
	return true;
}

static bool make_call(struct making *making)
{
	double u = random_unit(making->random);
	uint32_t n = making->office->n_calls++ + making->office->phase * 16;

	if (making->link_is_held)
		return false;
	name_link(making);
	fact_number(making->fact, making->world, "latency_ms",
		    35 + 180 * u + 900 * u * u * u * u * u * u);
	fact_number(making->fact, making->world, "status",
		    n % FAIL_EVERY == FAIL_EVERY - 1 ? 503 : 200);
	return true;
}

static void name_host(struct making *making, uint32_t host)
{
	CLEANUP_TEXT struct text name = { 0 };

	text_add(&name, "pc-%u-%u", making->fact->unit, host);
	fact_text(making->fact, making->world, "host", "%s", text_get(&name));
	set_subject(making->fact, text_get(&name));
}

static void describe_incident(struct making *making, const char *severity, const char *category)
{
	fact_text(making->fact, making->world, "severity", "%s", severity);
	fact_text(making->fact, making->world, "category", "%s", category);
}

static bool make_incident(struct making *making)
{
	static const char *const severities[] = { "low", "low", "low", "medium", "high" };
	static const char *const categories[] = { "malware", "scan", "phishing", "policy" };

	name_host(making, 1 + chance(making, HOSTS));
	describe_incident(making, severities[chance(making, COUNT(severities))],
			  categories[chance(making, COUNT(categories))]);
	return true;
}

static void name_account(struct making *making)
{
	fact_text(making->fact, making->world, "account", "user%u", 1 + chance(making, ACCOUNTS));
}

static bool make_login(struct making *making)
{
	if (!making->may_login)
		return false;
	name_host(making, 1 + chance(making, HOSTS));
	name_account(making);
	return true;
}

/* clang-format off */
const struct kind kinds[N_KINDS] = {
	[KIND_RECEIVED]    = { "one-stop", "record.received",   320, AT_OFFICES, make_received },
	[KIND_SUSPENDED]   = { "one-stop", "record.suspended",   40, AT_OFFICES, make_suspended },
	[KIND_RESUMED]     = { "one-stop", "record.resumed",     35, AT_OFFICES, make_resumed },
	[KIND_TRANSFERRED] = { "one-stop", "record.transferred", 15, AT_OFFICES, make_transferred },
	[KIND_RESOLVED]    = { "one-stop", "record.resolved",   260, AT_OFFICES, make_resolved },
	[KIND_WITHDRAWN]   = { "one-stop", "record.withdrawn",   15, AT_OFFICES, make_withdrawn },
	[KIND_LINK]  = { "interconnect", "link.state",     50, AT_LINKS, make_link_state },
	[KIND_SYNC]  = { "interconnect", "sync.completed", 40, AT_LINKS, make_sync },
	[KIND_CALL]  = { "interconnect", "call.sample",   200, AT_LINKS, make_call },
	[KIND_INCIDENT] = { "security", "incident",     15, ANYWHERE, make_incident },
	[KIND_LOGIN]    = { "security", "login.failed", 10, ANYWHERE, make_login },
};
/* clang-format on */

void make_told_resolved(struct making *making, bool late)
{
	uint32_t file;

	if (!take_file(making, &file))
		name_file(making, ++making->office->n_files);
	describe_result(making, late);
}

void make_told_link(struct making *making, bool up)
{
	name_link(making);
	fact_number(making->fact, making->world, "up", up);
}

void make_told_critical(struct making *making)
{
	name_host(making, 0);
	describe_incident(making, "critical", "intrusion");
}

void make_told_login(struct making *making)
{
	name_host(making, 0);
	name_account(making);
}
