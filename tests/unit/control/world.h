/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world: a small domain with two alerts, shown by a real control on a UNIX socket, and a client.
 *
 * The client runs on a thread of its own while the loop turns.  Everything fails the test by
 * itself.
 */
#ifndef IOCD_TESTS_CONTROL_WORLD_H
#define IOCD_TESTS_CONTROL_WORLD_H

#include <jansson.h>
#include <pthread.h>

#include "iocd/control.h"
#include "iocd/history.h"
#include "iocd/net/loop.h"
#include "iocd/site.h"

#define WORLD_NOW_MS 1795309200000 /* 2026-11-22T08:00:00+07:00 */
#define WORLD_TOPIC  "ioc/v1/ward/desk/evt/gate.alarm"

/* What happens over and over while an answer to a POST is awaited. */
enum world_turn {
	WORLD_TICKS,   /* control_tick() */
	WORLD_CARRIES, /* commands are carried out */
	WORLD_RESTS,   /* nothing */
};

struct world {
	char directory[64];
	char socket[96];
	struct config *config;
	bool has_own_rules;
	struct indicators *indicators;
	struct rules *rules;
	struct alertbook *book;
	struct ledger *ledger;
	struct deadletter *deadletter;
	struct findings *findings;
	struct workload *workload; /* of two operators; follows the book by workload_follow() */
	struct dedup *dedup;
	struct calendar_week week; /* of the next, and that of the two behind it */
	struct calendar *calendar;
	struct track track;
	struct trackers *trackers;
	struct contracts *contracts;
	struct clocks *clocks;
	struct sites *sites;           /* nobody forwards, until a test has somebody do so */
	struct forward_status *uplink; /* borrowed; NULL: there is none */
	struct loop *loop;
	struct wake *answered;
	struct timer *guard;
	struct timer *ticks;
	struct history *history;
	struct users *users;       /* see world_add_user() */
	struct sessions *sessions; /* idle 30 minutes, longest 12 hours */
	int port;                  /* of TCP, on 127.0.0.1 */
	bool is_tcp;               /* ask that way */
	enum access_role second_factor;
	struct control *control;
	struct control_health health; /* what the hook tells */
	int reload_result;
	int n_reloads;
	char reloader[64];
	const char *wanted;                     /* generation of what is reloaded */
	const char *generation;                 /* in force */
	struct control_rules_state rules_state; /* what the hook tells */
	struct control_backtest test;           /* likewise */
	int start_result;                       /* of a back-test */
	char tester[64];
	uint32_t test_days;

	/* Commands that were journaled: the first n_carried have been carried out. */
	struct command orders[80];
	enum command_outcome outcomes[80];
	uint32_t n_alerts[80]; /* that each concerned */
	uint64_t n_orders, n_carried;
	uint64_t stop_at; /* the loop stops when so many are in the journal */
	int submit_result;
	int forced;          /* an outcome that stands for the book's; -1: none */
	uint64_t unreadable; /* position of an event that is gone */
	struct text written; /* the report "daily" of 2026-11-21, as it was made before */
	int64_t now_ms;
	uint64_t n_events;

	/* Of the request under way. */
	pthread_t thread;
	int fd;
	enum world_turn turn;
	const char *request;
	const char *until; /* what to read until; NULL: the end */
	struct text raw;
	int status;       /* of the answer */
	const char *body; /* of the answer, lent by raw */
};

/* cmocka's set-up and tear-down of a group: one world for each program, as counters are.  In it: */
/*   30 files closed by ward, 3 of them late (10 %): a warning on ward and one on city; */
/*   an alarm at the gate "g/1" of ward: critical; */
/*   a refusal of ward, and one of a sender that is not known; */
/*   ward reports as it should, dock never did and is not connected; a clock of ward is fast; */
/*   open records: r/1 of ward has time, r/2 of dock is overdue, r/3 of ward is due soon. */
int world_set_up(void **state);
/* The same, with iocd's own rules in force. */
int world_set_up_own(void **state);
int world_tear_down(void **state);

/* Counts n closed files of ward, late or not; lets a rise be judged. */
void world_close_files(struct world *world, unsigned n, bool late);
/* An alarm at a gate of ward, or of that unit. */
void world_alarm(struct world *world, const char *gate);
void world_alarm_at(struct world *world, const char *unit, const char *gate);
/* The same long ago, at a gate of unit: a late finding. */
void world_late_alarm(struct world *world, const char *unit, const char *gate, int64_t ago_ms);
/* Lets time pass. */
void world_pass(struct world *world, int64_t ms);

/* Asks method and target (path and query) with further header lines (each with \r\n; "" for none).
 * Returns the status; the answer is in world. */
int world_ask(struct world *world, const char *method, const char *target, const char *headers);

/* POSTs a body, with world->turn.  Returns the status. */
int world_post(struct world *world, const char *target, const char *headers, const char *body);

/* Sends a POST of a command and returns, when it stands in the journal, the descriptor on which its
 * answer will come; reads that answer as world_ask() does, and closes it. */
int world_begin(struct world *world, const char *body);
int world_finish(struct world *world, int fd);

/* Carries out what is journaled, and tells control. */
void world_carry(struct world *world);

/* Adds a user of that role (of a unit, NULL: of all) with password "pass-NAME" and puts control
 * under the new list. */
void world_add_user(struct world *world, const char *name, const char *role, const char *unit);

/* Makes control anew: under world->sessions, and with that least role for a second factor. */
void world_replace_access(struct world *world, enum access_role second_factor);

/* Asks as world_ask() by TCP, with all header lines; Host is left to them. */
int world_tcp(struct world *world, const char *method, const char *target, const char *headers,
	      const char *body);

/* What the answer is as JSON, given. */
json_t *world_answer(struct world *world);

/* GETs target, which must answer with that status in JSON.  Gives the JSON. */
json_t *world_get(struct world *world, const char *target, int status);

/* Opens the live stream and turns the loop, with control_tick() each few milliseconds, until the
 * words came; then again with world_follow(); world_hang_up() ends it. */
void world_stream(struct world *world, const char *until);
/* The same of that target, with further header lines; by TCP if world->is_tcp. */
void world_stream_of(struct world *world, const char *target, const char *headers,
		     const char *until);
void world_follow(struct world *world, const char *until);
void world_hang_up(struct world *world);

/* Lends the string at a path of names and indexes, "alerts.0.rule.id"; NULL if it is none. */
const char *world_string(const json_t *json, const char *path);
/* The same for a number: NAN if it is none. */
double world_number(const json_t *json, const char *path);
/* Lends what is at path; NULL: nothing. */
json_t *world_at(const json_t *json, const char *path);

#endif
