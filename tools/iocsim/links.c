/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machines: links to other databases, the portal, security, the operation centers themselves.
 */
#include "maker.h"

#define FAIL_EVERY 500 /* of so many calls one fails */
#define HOSTS      40  /* of one unit */
#define ACCOUNTS   500
#define SERVICES   240 /* of the largest unit */
#define DOWN_MS    20000

/* Every unit has one link. */
static void name_link(struct making *making)
{
	static const char *const links[] = { "population", "civil-status", "business-register",
					     "land-register", "social-insurance" };
	const char *name = links[making->fact->unit % COUNT(links)];

	maker_text(making, "link", "%s", name);
	fact_set_subject(making->fact, name);
}

/* A link goes down now and then, and comes back before anybody is called. */
bool make_link_state(struct making *making)
{
	struct office *office = making->office;
	int64_t now_ms = making->fact->time_ms;

	if (making->link_is_held)
		return false;
	if (office->link_down_ms == 0 && maker_rarely(making, 1000))
		office->link_down_ms = now_ms + DOWN_MS;
	else if (office->link_down_ms <= now_ms)
		office->link_down_ms = 0;
	name_link(making);
	maker_number(making, "up", office->link_down_ms == 0);
	return true;
}

bool make_sync(struct making *making)
{
	double u = random_unit(making->random);

	if (making->link_is_held || making->office->link_down_ms)
		return false;
	name_link(making);
	maker_number(making, "lag_s", 2 + 400 * u * u * u + maker_draw(making, 10) * 0.5);
	maker_number(making, "rows", maker_draw(making, 2000));
	return true;
}

/* One call or request, of which few are slow and fewer fail. */
static void describe_call(struct making *making)
{
	double u = random_unit(making->random);
	uint32_t n = making->office->n_calls++ + making->office->phase * 16;

	maker_number(making, "latency_ms", 35 + 180 * u + 900 * u * u * u * u * u * u);
	maker_number(making, "status", n % FAIL_EVERY == FAIL_EVERY - 1 ? 503 : 200);
}

bool make_call(struct making *making)
{
	if (making->link_is_held)
		return false;
	name_link(making);
	describe_call(making);
	return true;
}

static void name_host(struct making *making, uint32_t host)
{
	CLEANUP_TEXT struct text name = { 0 };

	text_add(&name, "pc-%u-%u", making->fact->unit, host);
	maker_text(making, "host", "%s", text_get(&name));
	fact_set_subject(making->fact, text_get(&name));
}

static void describe_incident(struct making *making, const char *severity, const char *category)
{
	maker_text(making, "severity", "%s", severity);
	maker_text(making, "category", "%s", category);
}

bool make_incident(struct making *making)
{
	static const char *const severities[] = { "low", "low", "low", "medium", "high" };
	static const char *const categories[] = { "malware", "scan", "phishing", "policy" };

	name_host(making, 1 + maker_draw(making, HOSTS));
	describe_incident(making, severities[maker_draw(making, COUNT(severities))],
			  categories[maker_draw(making, COUNT(categories))]);
	return true;
}

static void name_account(struct making *making)
{
	maker_text(making, "account", "user%u", 1 + maker_draw(making, ACCOUNTS));
}

bool make_login(struct making *making)
{
	if (!making->may_login)
		return false;
	name_host(making, 1 + maker_draw(making, HOSTS));
	name_account(making);
	return true;
}

void make_told_link(struct making *making, bool up)
{
	name_link(making);
	maker_number(making, "up", up);
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

/* How many services a unit offers: fewer the further down it stands. */
static uint32_t count_services(const struct making *making)
{
	uint32_t depth = units_at(making->world->units, making->fact->unit)->depth;

	return SERVICES / (1 + depth);
}

bool make_submission(struct making *making)
{
	static const char *const levels[] = { "full", "full", "partial" };

	maker_text(making, "service", "DVC-%u-%03u", making->fact->unit,
		   1 + maker_draw(making, count_services(making)));
	maker_pick(making, "level", levels, COUNT(levels));
	return true;
}

bool make_sample(struct making *making)
{
	describe_call(making);
	return true;
}

bool make_catalog(struct making *making)
{
	uint32_t n = count_services(making);

	maker_number(making, "services", n);
	maker_number(making, "with_records", n * (0.55 + 0.01 * making->office->phase));
	return true;
}

bool make_heartbeat(struct making *making)
{
	uint32_t units = units_count(making->world->units);
	uint32_t feeds = schema_n_feeds(making->world->schema);
	bool is_root = units_at(making->world->units, making->fact->unit)->depth == 0;
	uint32_t late = maker_draw(making, 3);

	maker_text(making, "instance", "%s",
		   units_at(making->world->units, making->fact->unit)->id);
	maker_number(making, "events_per_s", (is_root ? 100 : 10) * random_unit(making->random));
	maker_number(making, "units_live", (is_root ? units : 10) - late);
	maker_number(making, "units_late", late);
	maker_number(making, "units_lost", 0);
	maker_number(making, "feeds_live", feeds - late % 2);
	maker_number(making, "feeds_late", late % 2);
	maker_number(making, "feeds_lost", 0);
	maker_number(making, "alerts_warning", maker_draw(making, 12));
	maker_number(making, "alerts_critical", maker_draw(making, 2));
	return true;
}

bool make_mirrored(struct making *making)
{
	static const char *const severities[] = { "warning", "warning", "critical" };
	static const char *const moves[] = { "raised", "cleared", "changed" };

	maker_text(making, "alert", "A-%u-%u", making->fact->unit, maker_draw(making, 100));
	maker_pick(making, "severity", severities, COUNT(severities));
	maker_pick(making, "change", moves, COUNT(moves));
	return true;
}

bool make_forward(struct making *making)
{
	uint32_t backlog = maker_draw(making, 20);

	maker_number(making, "events", 200 + maker_draw(making, 400));
	maker_number(making, "rollups", 60);
	maker_number(making, "backlog", backlog);
	maker_number(making, "oldest_s", backlog ? 1 + maker_draw(making, 20) : 0);
	maker_number(making, "lag_s", 0.2 + random_unit(making->random));
	maker_number(making, "gaps", 0);
	return true;
}

bool make_bridge(struct making *making)
{
	maker_text(making, "bridge", "%s", units_at(making->world->units, making->fact->unit)->id);
	maker_number(making, "up", 1);
	return true;
}
