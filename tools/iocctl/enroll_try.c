/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll_try.h"

#include <stdio.h>
#include <string.h>

#include "enroll_acl.h"
#include "enroll_trial.h"
#include "iocd/base/err.h"

/* ---- what it may and may not ---- */

/* A broker may cut the connection with its refusal: then what follows needs a new one. */
static int try_topic(struct trial *trial, const char *what, const char *topic)
{
	int reason;
	int r = enroll_line_publish(trial->line, topic, &reason);

	if (r) {
		trial->line = enroll_line_close(trial->line);
		r = trial_open(trial);
		if (!r)
			r = enroll_line_publish(trial->line, topic, &reason);
	}
	if (!r)
		trial_note(trial, what, topic, false, reason < WIRE_REASON_FAILED, reason);
	return err_pass(r);
}

/* Tries <prefix>/<unit>/<rest>. */
static int try_rest(struct trial *trial, const char *what, const char *unit, const char *rest)
{
	CLEANUP_TEXT struct text topic = { 0 };

	text_add(&topic, "%s/%s/%s", trial->site->book->prefix, unit, rest);
	return err_pass(try_topic(trial, what, text_get(&topic)));
}

static void add_other(struct trial *trial, const char *unit)
{
	if (strcmp(unit, trial->identity->unit) == 0 || trial->n_others == TRIAL_OTHERS_MAX)
		return;
	for (size_t i = 0; i < trial->n_others; i++)
		if (strcmp(unit, trial->others[i]) == 0)
			return;
	(void)snprintf(trial->others[trial->n_others++], sizeof(trial->others[0]), "%s", unit);
}

/* A neighbour whose id only begins like its own, and those that others speak for. */
static void find_others(struct trial *trial)
{
	const struct enroll_book *book = trial->site->book;
	char neighbour[ENROLL_UNIT_MAX + 2];

	(void)snprintf(neighbour, sizeof(neighbour), "%sx", trial->identity->unit);
	add_other(trial, neighbour);
	for (size_t i = 0; i < book->n_identities; i++)
		if (*book->identities[i].unit)
			add_other(trial, book->identities[i].unit);
}

static int try_others(struct trial *trial)
{
	static const struct {
		const char *what, *rest;
	} rows[] = {
		{ "another's event", "probe/evt/probe" },
		{ "another's presence", "iocd/state" },
		{ "another's forwarding", "iocd/fwd/iocd" },
		{ "another's receipt", "iocd/ack/iocd" },
	};
	int r = 0;

	for (size_t i = 0; i < trial->n_others; i++)
		for (size_t j = 0; j < COUNT(rows) && !r; j++)
			r = try_rest(trial, rows[j].what, trial->others[i], rows[j].rest);
	return err_pass(r);
}

/* Topics of its own unit that only the iocd here, or the unit's own iocd, may write. */
static int try_own(struct trial *trial)
{
	const struct enroll_identity *identity = trial->identity;
	CLEANUP_TEXT struct text receipt = { 0 };
	int r = try_rest(trial, "canary", identity->unit, "iocd/canary");

	text_add(&receipt, "iocd/ack/%s", enroll_sender(identity));
	if (!r)
		r = try_rest(trial, "receipt", identity->unit, text_get(&receipt));
	if (!r)
		r = try_rest(trial, "another sender", identity->unit, "iocd/fwd/probe");
	if (!r && identity->role == ENROLL_ROLE_SENDER)
		r = try_rest(trial, "the unit's presence", identity->unit, "iocd/state");
	if (!r && identity->role == ENROLL_ROLE_SENDER)
		r = try_rest(trial, "the unit's own event", identity->unit, "iocd/evt/probe");
	return err_pass(r);
}

static int try_alerts(struct trial *trial)
{
	CLEANUP_TEXT struct text alert = { 0 };
	CLEANUP_TEXT struct text beat = { 0 };
	int r;

	text_add(&alert, "%s/probe/probe", trial->identity->unit);
	r = try_rest(trial, "alert", "alert", text_get(&alert));
	text_clear(&alert);
	text_add(&alert, "%s/probe", trial->identity->unit);
	if (!r)
		r = try_rest(trial, "log of alerts", "alertlog", text_get(&alert));
	if (!r)
		r = try_topic(trial, "$SYS", "$SYS/broker/probe");
	text_add(&beat, "iocd/beat/%s",
		 enroll_book_of_role(trial->site->book, ENROLL_ROLE_OWN)->name);
	if (!r)
		r = try_topic(trial, "another's heartbeat", text_get(&beat));
	return err_pass(r);
}

/* ---- what it may read ---- */

static int subscribe(struct trial *trial)
{
	CLEANUP_TEXT struct text filter = { 0 };
	int reason;
	int r;

	/* This broker grants every subscription, and asks its list for each message. */
	text_add(&filter, "%s/#", trial->site->book->prefix);
	r = enroll_line_subscribe(trial->line, text_get(&filter), &reason);
	if (!r)
		r = enroll_line_subscribe(trial->line, "iocd/#", &reason);
	return err_pass(r);
}

/* Somebody else speaks to the others, then to the identity: what came by then was let through. */
static int try_reading(struct trial *trial)
{
	CLEANUP(enroll_line_close) struct enroll_line *probe = NULL;
	CLEANUP_TEXT struct text topic = { 0 };
	int reason = WIRE_REASON_FAILED;
	int r;

	trial->line = enroll_line_close(trial->line); /* refusals may have cut it */
	r = trial_open(trial);
	if (!r)
		r = subscribe(trial);

	if (!r)
		r = trial_open_as(trial, ENROLL_PROBE, &probe);
	for (size_t i = 0; i < trial->n_others && !r; i++) {
		text_clear(&topic);
		enroll_probe_topic(&topic, trial->site->book, trial->others[i],
				   trial->identity->name);
		r = enroll_line_publish(probe, text_get(&topic), &reason);
	}
	if (!r)
		r = enroll_line_publish(probe, trial->probe, &reason);
	if (r)
		return r;
	if (reason < WIRE_REASON_FAILED)
		r = enroll_line_await(trial->line, trial->probe);
	trial_note(trial, "read its own", trial->probe, true, reason < WIRE_REASON_FAILED && !r,
		   reason);
	return 0;
}

int enroll_try(const struct enroll_site *site, const struct enroll_identity *identity,
	       struct enroll_try *ret)
{
	struct trial trial;
	int reason = 0;
	int r;

	trial_begin(&trial, site, identity, ret);
	find_others(&trial);
	r = trial_open(&trial);
	if (!r)
		r = trial_publish(&trial, true, &reason);
	if (!r) {
		trial_note(&trial, "its own topic", trial.probe, true, reason < WIRE_REASON_FAILED,
			   reason);
		r = try_others(&trial);
	}
	if (!r)
		r = try_own(&trial);
	if (!r)
		r = try_alerts(&trial);
	if (!r && reason < WIRE_REASON_FAILED)
		r = try_reading(&trial);
	trial.line = enroll_line_close(trial.line);
	return trial_status(&trial, r);
}

/* ---- words ---- */

void enroll_try_print(const struct call *call, const struct enroll_identity *identity,
		      const struct enroll_try *try, int status)
{
	const json_t *at;
	size_t i;

	json_array_foreach(try->found, i, at)
	{
		if (!json_is_true(json_object_get(at, "good")))
			printf(SAY(call, "  SAI: %s %s: phải %s, nhưng %s\n",
				   "  WRONG: %s %s: should be %s, but was %s\n"),
			       json_string_value(json_object_get(at, "what")),
			       json_string_value(json_object_get(at, "topic")),
			       json_string_value(json_object_get(at, "expected")),
			       json_string_value(json_object_get(at, "found")));
	}
	if (status == STATUS_GOOD)
		printf(SAY(call, "%s: đã thử %zu điều ở máy chủ MQTT, đều đúng\n",
			   "%s: %zu things tried at the broker, all as they should be\n"),
		       identity->name, json_array_size(try->found));
	else if (try->n_bad)
		printf(SAY(call, "%s: %zu điều không đúng\n",
			   "%s: %zu things are not as they should be\n"),
		       identity->name, try->n_bad);
	else
		printf(SAY(call, "%s: không thử được: %s\n", "%s: cannot be tried: %s\n"),
		       identity->name, text_get(&try->why));
}
