/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may see and do what: every kind of caller by every route by every unit, over TCP, against a
 * table that is written here by hand and knows nothing of that in control.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/history_log.h"
#include "iocd/password.h"
#include "iocd/unit.h"
#include "world.h"

#define HOST    "Host: 127.0.0.1\r\n"
#define IDLE_MS (30 * 60000)

/* ---- who ---- */

enum sight { NOTHING, WARD, ALL };
enum means { NO_MEANS, BY_SESSION, BY_TOKEN };

struct person {
	const char *what;
	int rank; /* 0: nobody, 1: viewer, 2: operator, 3: admin */
	enum sight sight;
	enum means means;
	char headers[256];
};

static struct person people[] = {
	{ "viewer of all", 1, ALL, BY_SESSION, "" },
	{ "viewer of ward", 1, WARD, BY_SESSION, "" },
	{ "operator of all", 2, ALL, BY_SESSION, "" },
	{ "operator of ward", 2, WARD, BY_SESSION, "" },
	{ "admin of all", 3, ALL, BY_SESSION, "" },
	{ "admin of ward", 3, WARD, BY_SESSION, "" },
	{ "token of admin of all", 3, ALL, BY_TOKEN, "" },
	{ "token to view of admin of all", 1, ALL, BY_TOKEN, "" },
	{ "token of operator of ward", 2, WARD, BY_TOKEN, "" },
	{ "user of a unit that is no more", 1, NOTHING, BY_SESSION, "" },
	{ "nobody", 0, NOTHING, NO_MEANS, "" },
	{ "session that is over", 0, NOTHING, NO_MEANS, "" },
	{ "session of a disabled user", 0, NOTHING, NO_MEANS, "" },
	{ "session of a user that changed", 0, NOTHING, NO_MEANS, "" },
	{ "token that was revoked", 0, NOTHING, NO_MEANS, "" },
	{ "token that is over", 0, NOTHING, NO_MEANS, "" },
	{ "token of a disabled user", 0, NOTHING, NO_MEANS, "" },
	{ "cookie that was made up", 0, NOTHING, NO_MEANS, "" },
};

static void begin_session(struct world *world, struct person *person, const char *user,
			  int64_t now_ms)
{
	char token[TOKEN_MAX];
	uint64_t ended;

	(void)session_begin(world->sessions, users_find(world->users, user), "127.0.0.1", now_ms,
			    token, &ended);
	snprintf(person->headers, sizeof(person->headers),
		 HOST "Origin: http://127.0.0.1\r\nCookie: __Host-iocd=%s\r\n", token);
}

static void give_token(struct world *world, struct person *person, const char *name,
		       enum access_role role, int64_t until_ms)
{
	struct access_user user = *users_find(world->users, name);
	struct access_token *token = &user.tokens[user.n_tokens++];
	char text[TOKEN_MAX];

	*token = (struct access_token){ .role = role, .until_ms = until_ms };
	snprintf(token->name, sizeof(token->name), "t%u", user.n_tokens);
	token_draw(text, token->digest);
	users_replace(world->users, &user);
	snprintf(person->headers, sizeof(person->headers), HOST "Authorization: Bearer %s\r\n",
		 text);
}

static struct person *find(const char *what)
{
	for (size_t i = 0; i < COUNT(people); i++)
		if (strcmp(people[i].what, what) == 0)
			return &people[i];
	fail_msg("%s", what);
	return NULL;
}

static void add_people(struct world *world)
{
	static const struct {
		const char *what, *name, *role, *unit;
	} users[] = {
		{ "session that is over", "so", "admin", NULL }, /* time goes on from then */
		{ "viewer of all", "va", "viewer", NULL },
		{ "viewer of ward", "vw", "viewer", "quarter" }, /* as it was called once */
		{ "operator of all", "oa", "operator", NULL },
		{ "operator of ward", "ow", "operator", "ward" },
		{ "admin of all", "aa", "admin", NULL },
		{ "admin of ward", "aw", "admin", "ward" },
		{ "user of a unit that is no more", "vn", "viewer", "nowhere" },
		{ "session of a disabled user", "sd", "admin", NULL },
		{ "session of a user that changed", "sc", "admin", NULL },
	};
	int64_t now_ms = clock_real_ms();
	struct access_user user;

	for (size_t i = 0; i < COUNT(users); i++) {
		world_add_user(world, users[i].name, users[i].role, users[i].unit);
		begin_session(world, find(users[i].what), users[i].name,
			      strcmp(users[i].name, "so") == 0 ? now_ms - IDLE_MS : now_ms);
	}
	give_token(world, find("token of admin of all"), "aa", ROLE_ADMIN, 0);
	give_token(world, find("token to view of admin of all"), "aa", ROLE_VIEWER, 0);
	give_token(world, find("token of operator of ward"), "ow", ROLE_ADMIN, now_ms + 3600000);
	give_token(world, find("token that is over"), "aa", ROLE_ADMIN, now_ms - 1);
	give_token(world, find("token of a disabled user"), "sd", ROLE_ADMIN, 0);
	give_token(world, find("token that was revoked"), "va", ROLE_VIEWER, 0);
	user = *users_find(world->users, "va");
	user.n_tokens = 0;
	users_replace(world->users, &user);
	user = *users_find(world->users, "sd");
	user.is_disabled = true;
	users_replace(world->users, &user);
	user = *users_find(world->users, "sc");
	user.role = ROLE_VIEWER;
	users_replace(world->users, &user);
	snprintf(find("nobody")->headers, 256, HOST);
	snprintf(find("cookie that was made up")->headers, 256,
		 HOST "Cookie: __Host-iocd=iocd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n");
	control_replace_users(world->control, world->users);
}

/* ---- what ---- */

enum shape {
	PLAIN,     /* takes no unit */
	FILTER,    /* unit= may be there */
	DEMAND,    /* unit= must be there */
	ANY_ALERT, /* alert=unit/rule may be there */
	OF_ALERT,  /* it must */
	OF_WHOLE,  /* only who sees everything */
	A_STREAM,
	A_COMMAND,
	A_RELOAD,
};

/* clang-format off */
static const struct route {
	const char *path;   /* with what is always asked for; ends so that unit= may follow */
	const char *name;   /* of the argument */
	enum shape shape;
	int rank;           /* the least */
} routes[] = {
	{ "/api/v1/status?",                          "unit",  PLAIN,    1 },
	{ "/health?",                                 "unit",  PLAIN,    1 },
	{ "/live?",                                   "unit",  PLAIN,    0 },
	{ "/ready?",                                  "unit",  PLAIN,    0 },
	{ "/api/v1/units?",                           "x",     PLAIN,    1 },
	{ "/api/v1/rules?",                           "x",     PLAIN,    1 },
	{ "/api/v1/alerts?state=all&",                "unit",  FILTER,   1 },
	{ "/api/v1/alerts?state=all&fold=cause&",     "unit",  FILTER,   1 },
	{ "/api/v1/alerts?",                          "alert", ANY_ALERT, 1 },
	{ "/api/v1/explain?",                         "alert", OF_ALERT, 1 },
	{ "/api/v1/explain-not?rule=gate&",           "unit",  DEMAND,   1 },
	{ "/api/v1/indicators?",                      "unit",  FILTER,   1 },
	{ "/api/v1/indicators?indicator=desk.closed&", "unit", FILTER,   1 },
	{ "/api/v1/history?every=hour&below=1&",      "unit",  FILTER,   1 },
	{ "/api/v1/history?view=as-was&",             "unit",  FILTER,   1 },
	{ "/api/v1/rank?indicator=desk.late-rate&",   "under", FILTER,   1 },
	{ "/api/v1/feeds?",                           "unit",  FILTER,   1 },
	{ "/api/v1/feeds?brief=1&",                   "unit",  FILTER,   1 },
	{ "/api/v1/sites?",                           "unit",  FILTER,   1 },
	{ "/api/v1/gaps?",                            "unit",  FILTER,   1 },
	{ "/api/v1/deadletter?",                      "unit",  FILTER,   1 },
	{ "/api/v1/report?report=daily&format=json&", "unit",  FILTER,   1 },
	{ "/api/v1/report?report=daily&format=csv&",  "unit",  FILTER,   1 },
	{ "/api/v1/report?report=daily&format=html&", "unit",  FILTER,   1 },
	{ "/api/v1/report?",                          "x",     PLAIN,    1 },
	{ "/api/v1/records?",                         "unit",  FILTER,   1 },
	{ "/api/v1/findings?",                        "unit",  FILTER,   1 },
	{ "/api/v1/suppressions?",                    "unit",  FILTER,   1 },
	{ "/api/v1/alert-log?",                       "unit",  FILTER,   1 },
	{ "/api/v1/handover?",                        "unit",  FILTER,   1 },
	{ "/api/v1/handover?until=1s&",               "unit",  FILTER,   1 },
	{ "/api/v1/curve?indicator=desk.closed&",     "unit",  DEMAND,   1 },
	{ "/api/v1/audit?",                           "unit",  FILTER,   1 },
	{ "/api/v1/workload?",                        "x",     OF_WHOLE, 1 },
	{ "/api/v1/counters?",                        "x",     OF_WHOLE, 1 },
	{ "/metrics?",                                "x",     OF_WHOLE, 1 },
	{ "/api/v1/diff?directory=/etc/new&",         "x",     OF_WHOLE, 3 },
	{ "/api/v1/config?",                          "x",     PLAIN,    1 },
	{ "/api/v1/backtest?",                        "x",     OF_WHOLE, 3 },
	{ "/api/v1/openapi.json?",                    "x",     PLAIN,    1 },
	{ "/api/v1/session?",                         "x",     PLAIN,    1 },
	{ "/api/v1/stream?",                          "unit",  A_STREAM, 1 },
	{ "/api/v1/commands",                         "unit",  A_COMMAND, 2 },
	{ "/api/v1/reload",                           "x",     A_RELOAD, 3 },
};
/* clang-format on */

/* A unit that an alert stands on, as the case may name it; NULL: none is named. */
static const struct spot {
	const char *id;
	enum sight sight; /* who sees it; NOTHING: there is no such unit */
} spots[] = {
	{ "ward", WARD }, { "dock", ALL }, { "city", ALL }, { "nowhere", NOTHING }, { NULL, WARD }
};

/* ---- what must come ---- */

static bool sees(const struct person *person, const struct spot *spot)
{
	return spot->sight != NOTHING && person->sight >= spot->sight;
}

static int expect_read(const struct person *person, const struct route *route,
		       const struct spot *spot)
{
	bool needs_unit = route->shape == DEMAND || route->shape == OF_ALERT;

	if (route->shape == OF_WHOLE)
		return person->sight == ALL ? 200 : 403;
	if (route->shape == PLAIN)
		return 200;
	if (!spot->id)
		return needs_unit ? 400 : 200;
	return sees(person, spot) ? 200 : 404;
}

static int expect_command(const struct person *person, const struct spot *spot)
{
	if (!spot->id) /* shelves a rule of all units */
		return person->sight == ALL ? 200 : 403;
	return sees(person, spot) ? 200 : 404;
}

static int expect(const struct person *person, const struct route *route, const struct spot *spot)
{
	if (route->rank > 0 && person->rank == 0)
		return 401;
	if (person->rank < route->rank)
		return 403;
	if (route->shape == A_COMMAND)
		return expect_command(person, spot);
	if (route->shape == A_RELOAD)
		return person->sight == ALL ? 200 : 403;
	return expect_read(person, route, spot);
}

/* ---- asking ---- */

static void name_target(char *ret, size_t size, const struct route *route, const struct spot *spot)
{
	const char *rule = "gate/g%252F1";

	if (!spot->id)
		snprintf(ret, size, "%s", route->path);
	else if (route->shape == OF_ALERT || route->shape == ANY_ALERT)
		snprintf(ret, size, "%s%s=%s/%s", route->path, route->name, spot->id, rule);
	else
		snprintf(ret, size, "%s%s=%s", route->path, route->name, spot->id);
}

static int ask_stream(struct world *world, const struct person *person, const char *target)
{
	world->is_tcp = true;
	/* Two Hosts would be malformed: world_stream_of() has one. */
	world_stream_of(world, target, person->headers + strlen(HOST), "\r\n\r\n");
	world->is_tcp = false;
	world_hang_up(world);
	assert_int_equal(sscanf(text_get(&world->raw), "HTTP/1.1 %d", &world->status), 1);
	world->body = strstr(text_get(&world->raw), "\r\n\r\n");
	return world->status;
}

static int post(struct world *world, const struct person *person, const char *target,
		const char *body)
{
	char headers[512];

	snprintf(headers, sizeof(headers),
		 "%sX-Iocd: 1\r\nContent-Type: application/json\r\n"
		 "Idempotency-Key: one\r\n",
		 person->headers);
	world->n_orders = world->n_carried = 0;
	return world_tcp(world, "POST", target, headers, body);
}

static int ask_command(struct world *world, const struct person *person, const struct spot *spot)
{
	char body[256];

	if (spot->id)
		snprintf(body, sizeof(body),
			 "{\"verb\":\"maintain\",\"note\":\"x\",\"until\":\"2099-01-01T00:00:00Z\","
			 "\"unit\":\"%s\"}",
			 spot->id);
	else
		snprintf(body, sizeof(body),
			 "{\"verb\":\"shelve\",\"note\":\"x\",\"until\":\"2099-01-01T00:00:00Z\","
			 "\"rule\":\"busy\"}");
	world->now_ms = WORLD_NOW_MS;
	return post(world, person, "/api/v1/commands", body);
}

static int ask(struct world *world, const struct person *person, const struct route *route,
	       const struct spot *spot)
{
	char target[160];

	name_target(target, sizeof(target), route, spot);
	switch (route->shape) {
	case A_STREAM:
		return ask_stream(world, person, target);
	case A_COMMAND:
		return ask_command(world, person, spot);
	case A_RELOAD:
		return post(world, person, route->path, "{}");
	case PLAIN:
	case FILTER:
	case DEMAND:
	case ANY_ALERT:
	case OF_ALERT:
	case OF_WHOLE:
		break;
	}
	return world_tcp(world, "GET", target, person->headers, "");
}

/* ---- what must not come ---- */

/* Ids and names of units that ward does not see, and notes about them. */
static const char *const secrets[] = { "dock",      "Bến",  "Dock",       "city",
				       "Thành phố", "City", "secret note" };

/* The answer may repeat what was asked for. */
static void assert_no_leak(const struct world *world, const struct person *person,
			   const struct route *route, const struct spot *spot)
{
	for (size_t i = 0; i < COUNT(secrets); i++) {
		const char *at = world->body;

		if (person->sight == ALL)
			return;
		while ((at = strstr(at, secrets[i]))) {
			const char *before = at > world->body ? at - 1 : "";

			if (!spot->id || strcmp(spot->id, secrets[i]) != 0 || *before != '\'')
				fail_msg("%s, %s, %s: '%s' in %s", person->what, route->path,
					 spot->id ? spot->id : "-", secrets[i], world->body);
			at++;
		}
	}
}

/* What is there and may not be seen, and what is not there: alike but for the name. */
static void assert_alike(const struct person *person, const struct route *route,
			 const struct text *other, const struct text *unknown)
{
	const char *a = text_get(other), *b = text_get(unknown);

	while (*a && *b) {
		if (strncmp(b, "nowhere", 7) == 0 && strncmp(a, "dock", 4) == 0) {
			a += 4;
			b += 7;
		} else if (*a++ != *b++) {
			fail_msg("%s, %s: %s %s", person->what, route->path, text_get(other),
				 text_get(unknown));
		}
	}
	assert_true(!*a && !*b);
}

/* ---- the whole ---- */

static unsigned try_route(struct world *world, const struct person *person,
			  const struct route *route)
{
	CLEANUP_TEXT struct text other = { 0 };
	CLEANUP_TEXT struct text unknown = { 0 };

	for (size_t i = 0; i < COUNT(spots); i++) {
		int expected = expect(person, route, &spots[i]);
		int status;

		if ((route->shape == OF_ALERT || route->shape == ANY_ALERT) && spots[i].id &&
		    strcmp(spots[i].id, "city") == 0)
			continue; /* there is no such alert */
		status = ask(world, person, route, &spots[i]);
		if (status != expected)
			fail_msg("%s, %s, %s: %d instead of %d: %s", person->what, route->path,
				 spots[i].id ? spots[i].id : "-", status, expected, world->body);
		assert_no_leak(world, person, route, &spots[i]);
		if (spots[i].id && strcmp(spots[i].id, "dock") == 0)
			text_add(&other, "%s", world->body);
		if (spots[i].id && spots[i].sight == NOTHING)
			text_add(&unknown, "%s", world->body);
	}
	if (person->sight != ALL && route->shape != PLAIN && route->shape != A_STREAM)
		assert_alike(person, route, &other, &unknown);
	return COUNT(spots);
}

static void everybody_sees_and_does_what_he_may_and_nothing_else(void **state)
{
	struct world *world = *state;
	unsigned n = 0;

	for (size_t p = 0; p < COUNT(people); p++)
		for (size_t r = 0; r < COUNT(routes); r++)
			n += try_route(world, &people[p], &routes[r]);
	assert_true(n >= 300);
	print_message("%u cases\n", n);
}

/* ---- figures ---- */

static json_t *get(struct world *world, const char *what, const char *target)
{
	if (world_tcp(world, "GET", target, find(what)->headers, "") != 200)
		fail_msg("%s: %d", target, world->status);
	return world_answer(world);
}

static void assert_number(struct world *world, const char *what, const char *target,
			  const char *path, double expected)
{
	json_t *json = get(world, what, target);

	if (world_number(json, path) != expected)
		fail_msg("%s, %s, %s: %g instead of %g", what, target, path,
			 world_number(json, path), expected);
	json_decref(json);
}

static void assert_null_at(struct world *world, const char *what, const char *target,
			   const char *path)
{
	json_t *json = get(world, what, target);
	const json_t *at = world_at(json, path);

	if (at && !json_is_null(at))
		fail_msg("%s, %s: %s is there", what, target, path);
	json_decref(json);
}

static void sums_and_counts_are_of_what_is_seen(void **state)
{
	static const struct {
		const char *target, *path;
		double all, ward;
	} rows[] = {
		{ "/api/v1/status", "alerts.open", 4, 2 },
		{ "/api/v1/status", "alerts.critical", 2, 1 },
		{ "/api/v1/status", "alerts.warning", 2, 1 },
		{ "/api/v1/status", "events.accepted", 32, 31 },
		{ "/api/v1/status", "events.seen", 35, 32 },
		{ "/api/v1/alerts", "counts.open", 4, 2 },
		{ "/api/v1/alerts", "counts.matching", 4, 2 },
		{ "/api/v1/alerts?fold=cause", "counts.matching", 4, 2 },
		{ "/api/v1/alerts?fold=cause", "n_groups", 2, 2 },
		{ "/api/v1/rank?indicator=desk.late-rate", "rows.0.place", 1, 1 },
		{ "/api/v1/rank?indicator=desk.late-rate", "among", 2, 1 },
		{ "/api/v1/feeds", "feeds.0.expect.expected", 2, 1 },
		{ "/api/v1/deadletter", "last", 2, 1 },
		{ "/api/v1/findings", "matching", 2, 1 },
		{ "/api/v1/findings", "last", 2, 1 },
		{ "/api/v1/records", "matching", 3, 2 },
		{ "/api/v1/report?report=parts", "units", 2, 1 },
		{ "/api/v1/rules", "rules.0.alerts", 2, 1 },
		{ "/api/v1/rules", "rules.2.alerts", 2, 1 },
		{ "/api/v1/rules", "rules.0.units", 2, 1 },
		{ "/api/v1/handover", "n_standing", 4, 2 },
		{ "/api/v1/sites", "counts.sites", 2, 1 },
		{ "/api/v1/status", "sites.sites", 2, 1 },
		{ "/api/v1/gaps", "matching", 2, 1 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_number(*state, "viewer of all", rows[i].target, rows[i].path, rows[i].all);
		assert_number(*state, "viewer of ward", rows[i].target, rows[i].path, rows[i].ward);
	}
}

static void lists_have_what_is_seen(void **state)
{
	static const struct {
		const char *target, *path;
		size_t all, ward;
	} rows[] = {
		{ "/api/v1/units", "units", 3, 1 },
		{ "/api/v1/feeds", "refused", 3, 1 },
		{ "/api/v1/feeds", "clocks", 2, 1 },
		{ "/api/v1/feeds", "feeds.0.units", 3, 1 },
		{ "/api/v1/feeds", "feeds.0.expect.missing_units", 1, 0 },
		{ "/api/v1/feeds?brief=1", "feeds.0.amiss", 1, 0 },
		{ "/api/v1/history?every=hour", "units", 1, 1 },
		{ "/api/v1/alert-log", "log", 6, 3 },
		{ "/api/v1/handover", "log", 6, 3 },
		{ "/api/v1/handover", "silent", 1, 0 },
		{ "/api/v1/suppressions", "suppressions", 4, 2 },
		{ "/api/v1/report?report=parts", "rows", 2, 1 },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int k = 0; k < 2; k++) {
			const char *who = k == 0 ? "viewer of all" : "viewer of ward";
			json_t *json = get(*state, who, rows[i].target);
			size_t n = json_array_size(world_at(json, rows[i].path));

			if (n != (k == 0 ? rows[i].all : rows[i].ward))
				fail_msg("%s, %s, %s: %zu", who, rows[i].target, rows[i].path, n);
			json_decref(json);
		}
}

/* As if it followed from an alert of the city. */
static void inhibit_by_city(struct world *world)
{
	uint32_t ward = units_find(config_units(world->config), "ward", 4);
	uint32_t rule = rules_find(world->rules, "late", 4);
	struct alert *alert = (struct alert *)alertbook_find(world->book, rule, ward, "");

	assert_non_null(alert);
	alert->machine.suppressed |= SUPPRESSION_BIT(SUPPRESSION_INHIBITED);
	snprintf(alert->suppressed_by[SUPPRESSION_INHIBITED], ALERT_BY_MAX, "city/late");
}

static void what_explains_names_no_other_unit(void **state)
{
	static const char *const targets[] = {
		"/api/v1/explain?alert=ward/late",
		"/api/v1/explain?alert=ward/gate/g%252F1",
		"/api/v1/explain-not?rule=busy&unit=ward",
		"/api/v1/explain-not?rule=late&unit=ward",
		"/api/v1/alert-log?rule=late",
	};
	struct world *world = *state;
	const struct person *person = find("viewer of ward");

	inhibit_by_city(world);
	for (size_t i = 0; i < COUNT(targets); i++) {
		assert_int_equal(
			world_tcp(world, "GET", targets[i], find("viewer of all")->headers, ""),
			200);
		if (strstr(targets[i], "late") && !strstr(world->body, "city/late"))
			fail_msg("%s: %s", targets[i], world->body);
		assert_int_equal(world_tcp(world, "GET", targets[i], person->headers, ""), 200);
		assert_no_leak(world, person, &routes[0], &spots[0]);
	}
}

static void what_is_not_known_by_unit_is_not_told(void **state)
{
	static const struct {
		const char *target, *path;
	} rows[] = {
		{ "/api/v1/status", "journal" },       { "/api/v1/status", "load" },
		{ "/api/v1/status", "told" },          { "/api/v1/status", "uplink" },
		{ "/api/v1/status", "events.per_s" },  { "/api/v1/records", "counts" },
		{ "/api/v1/handover", "load" },        { "/api/v1/feeds", "feeds.0.missing" },
		{ "/api/v1/units", "units.0.parent" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_null_at(*state, "operator of ward", rows[i].target, rows[i].path);
}

static void numbers_of_alerts_count_what_is_seen(void **state)
{
	struct world *world = *state;
	json_t *json = get(world, "viewer of ward", "/api/v1/alerts");
	char target[64];
	size_t n = json_array_size(world_at(json, "alerts"));

	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++) {
		char path[32];
		json_t *one;

		snprintf(path, sizeof(path), "alerts.%zu.id", i);
		snprintf(target, sizeof(target), "/api/v1/alerts?alert=%zu", i + 1);
		one = get(world, "viewer of ward", target);
		assert_string_equal(world_string(one, "alerts.0.id"), world_string(json, path));
		json_decref(one);
	}
	json_decref(json);
	assert_int_equal(world_tcp(world, "GET", "/api/v1/alerts?alert=3",
				   find("viewer of ward")->headers, ""),
			 404);
}

static void what_is_secret_is_there_to_be_seen(void **state)
{
	struct world *world = *state;

	(void)world_tcp(world, "GET", "/api/v1/suppressions", find("viewer of all")->headers, "");
	assert_non_null(strstr(world->body, "secret note"));
	assert_non_null(strstr(world->body, "dock"));
	(void)world_tcp(world, "GET", "/api/v1/alerts", find("viewer of all")->headers, "");
	assert_non_null(strstr(world->body, "\"by\":\"city/late\""));
	(void)world_tcp(world, "GET", "/health", find("viewer of all")->headers, "");
	assert_non_null(strstr(world->body, "secret note"));
}

/* As an alert says of one that it follows from, by a name that nobody could have. */
static void shelve_by_city(struct world *world)
{
	struct command command = { .verb = COMMAND_SHELVE,
				   .key = "by-city",
				   .by = "city/late",
				   .note = "x",
				   .rule = "late",
				   .unit = "ward",
				   .until_ms = world->now_ms + 86400000 };
	uint32_t n;

	assert_int_equal(alertbook_command(world->book, &command, world->now_ms, 1, &n),
			 OUTCOME_DONE);
	assert_int_equal(n, 1);
}

/* An iocd that forwards from there; two of its events are missing. */
static void forward_from(struct world *world, const char *unit)
{
	static const struct slice sender = { "iocd", 4 };
	const struct heartbeat beat = {
		.instance = "there", .version = IOCD_VERSION, .hash = "ours", .every_ms = 15000
	};
	struct frame frame = { .class = FRAME_EVENT, .epoch = "00112233445566778899aabbccddeeff" };
	uint32_t number = units_find(config_units(world->config), unit, 4), site;

	assert_int_equal(sites_hear(world->sites, number, sender, &beat, WORLD_NOW_MS, &site), 0);
	for (uint64_t from = 0; from <= 4; from += 4) {
		frame.range = (struct frame_range){ { from, from }, { from + 2, from + 2 } };
		frame.n = 2;
		assert_int_equal(
			sites_begin(world->sites, number, sender, &frame, WORLD_NOW_MS, &site), 0);
		sites_end(world->sites, site, &frame, WORLD_NOW_MS);
	}
}

static void run_fast(struct world *world, const char *unit)
{
	struct event event = { .unit = units_find(config_units(world->config), unit, 4),
			       .source = { "gate-9", 6 } };

	for (int i = 0; i < 10; i++) {
		event.arrival_ms = WORLD_NOW_MS + i * 10000;
		event.time_ms = event.arrival_ms + 180000;
		clocks_correct(world->clocks, &event);
	}
}

static int set_up(void **state)
{
	static const char *const orders[] = {
		"{\"verb\":\"maintain\",\"by\":\"An\",\"note\":\"secret note\",\"unit\":\"dock\","
		"\"until\":\"2099-01-01T00:00:00Z\"}",
		"{\"verb\":\"shelve\",\"by\":\"An\",\"note\":\"secret note\",\"rule\":\"busy\","
		"\"until\":\"2099-01-01T00:00:00Z\"}",
		"{\"verb\":\"shelve\",\"by\":\"An\",\"note\":\"secret note\",\"unit\":\"city\","
		"\"below\":true,\"rule\":\"busy\",\"until\":\"2099-01-01T00:00:00Z\"}",
	};
	struct alert_context context = { .offset_minutes = 420 };
	struct world *world;

	if (world_set_up(state))
		return 1;
	world = *state;
	context.units = config_units(world->config);
	context.book = world->book;
	context.schema = config_schema(world->config);
	world->turn = WORLD_CARRIES;
	world_late_alarm(world, "ward", "g/7", 86400000);
	world_late_alarm(world, "dock", "g/8", 86400000);
	world_alarm_at(world, "dock", "g/1");
	ledger_refuse(world->ledger, units_find(config_units(world->config), "dock", 4),
		      REASON_out_of_range);
	counter_add(COUNTER_events_seen, 1);
	world->health.parts[1].detail = "dock: \"secret note\"";
	for (size_t i = 0; i < COUNT(orders); i++)
		assert_int_equal(world_post(world, "/api/v1/commands", "X-Iocd: 1\r\n", orders[i]),
				 200);
	shelve_by_city(world);
	forward_from(world, "ward");
	forward_from(world, "dock");
	run_fast(world, "dock");
	history_put_transitions(world->history, world->book, &context);
	add_people(world);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_and_counts_are_of_what_is_seen),
		cmocka_unit_test(lists_have_what_is_seen),
		cmocka_unit_test(what_explains_names_no_other_unit),
		cmocka_unit_test(what_is_not_known_by_unit_is_not_told),
		cmocka_unit_test(numbers_of_alerts_count_what_is_seen),
		cmocka_unit_test(what_is_secret_is_there_to_be_seen),
		cmocka_unit_test(everybody_sees_and_does_what_he_may_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, set_up, world_tear_down);
}
