/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll_trial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "enroll_acl.h"
#include "enroll_files.h"
#include "enroll_ready.h"
#include "iocd/base/err.h"

#define MINUTES_MS INT64_C(600000) /* how long a certificate lives that is made for one try */
#define TURNS      100             /* a broker that was told to reload is asked so often */
#define TURN_NS    50000000

void enroll_try_fini(struct enroll_try *try)
{
	json_decref(try->found);
	text_fini(&try->why);
}

static void pause_a_turn(void)
{
	const struct timespec turn = { .tv_nsec = TURN_NS };

	(void)nanosleep(&turn, NULL);
}

void trial_note(struct trial *trial, const char *what, const char *topic, bool may, bool did,
		int reason)
{
	struct enroll_try *out = trial->out;

	json_array_append_new(out->found,
			      json_pack("{s:s, s:s, s:s, s:s, s:i, s:b}", "what", what, "topic",
					topic, "expected", may ? "taken" : "refused", "found",
					did ? "taken" : "refused", "reason", reason, "good",
					may == did));
	out->n_bad += may != did;
}

void trial_begin(struct trial *trial, const struct enroll_site *site,
		 const struct enroll_identity *identity, struct enroll_try *out)
{
	CLEANUP_TEXT struct text topic = { 0 };

	*trial = (struct trial){ .site = site, .identity = identity, .out = out };
	out->found = json_array();
	enroll_probe_topic(&topic, site->book, identity->unit, identity->name);
	(void)snprintf(trial->probe, sizeof(trial->probe), "%s", text_get(&topic));
}

/* ---- connecting ---- */

/* What comes to an identity: anything but its own is somebody else's. */
static void on_message(void *context, struct slice topic)
{
	struct trial *trial = context;
	const struct enroll_book *book = trial->site->book;
	const struct enroll_identity *identity = trial->identity;
	CLEANUP_TEXT struct text came = { 0 };
	CLEANUP_TEXT struct text receipts = { 0 };
	bool is_own;

	text_add_bytes(&came, topic.bytes, topic.size);
	text_add(&receipts, "%s/%s/iocd/ack/%s", book->prefix, identity->unit,
		 enroll_sender(identity));
	is_own = strcmp(text_get(&came), trial->probe) == 0 ||
		 strcmp(text_get(&came), text_get(&receipts)) == 0;
	if (!is_own)
		trial_note(trial, "read", text_get(&came), false, true, 0);
}

static void name_broker(const struct trial *trial, bool by_password,
			struct enroll_line_options *ret)
{
	const struct enroll_identity *at = trial->identity;

	/* Who has a password knows only the listener for passwords. */
	if (at->by_password && !by_password)
		at = enroll_book_of_role(trial->site->book, ENROLL_ROLE_OWN);
	ret->host = at->host;
	ret->port = at->port;
	ret->authority = enroll_ca_certificate(trial->site->ca);
}

/* Connects under that name with a certificate that nobody else ever sees. */
int trial_open_as(struct trial *trial, const char *name, struct enroll_line **ret)
{
	CLEANUP_CREDENTIALS struct enroll_credentials credentials = { .until_ms = 0 };
	const struct enroll_wanted wanted = { .name = name,
					      .now_ms = trial->site->now_ms,
					      .for_ms = MINUTES_MS };
	struct enroll_line_options options = {
		.name = name, .credentials = &credentials, .fn = on_message, .context = trial
	};
	int r = enroll_ca_issue(trial->site->ca, &wanted, &credentials);

	if (r)
		return err_pass(r);
	name_broker(trial, false, &options);
	return enroll_line_open(ret, &options, &trial->out->why);
}

/* Connects with what the identity was handed; 0, an outcome, a fault; -ENOENT: it is not here. */
int trial_open_with_proof(struct trial *trial, struct enroll_line **ret)
{
	const struct enroll_identity *identity = trial->identity;
	CLEANUP_CREDENTIALS struct enroll_credentials credentials = { .until_ms = 0 };
	CLEANUP_SECRET struct text password = { 0 };
	struct enroll_line_options options = { .name = identity->name,
					       .fn = on_message,
					       .context = trial };
	int r = enroll_proof_read(trial->site->directory, identity, &credentials, &password);

	if (r)
		return err_pass(r);
	name_broker(trial, identity->by_password, &options);
	if (identity->by_password)
		options.password = text_get(&password);
	else
		options.credentials = &credentials;
	return enroll_line_open(ret, &options, &trial->out->why);
}

/* A new password is refused until the broker has read it. */
int trial_open(struct trial *trial)
{
	int r = ENROLL_LINE_REFUSED;

	for (int turn = 0; turn < TURNS && r == ENROLL_LINE_REFUSED; turn++) {
		if (turn > 0)
			pause_a_turn();
		text_clear(&trial->out->why);
		r = trial_open_with_proof(trial, &trial->line);
		if (r == -ENOENT)
			r = trial_open_as(trial, trial->identity->name, &trial->line);
		if (!trial->out->is_fresh)
			break;
	}
	return r;
}

/* Publishes on the probe's topic until the answer is the one that is looked for. */
int trial_publish(struct trial *trial, bool may, int *ret_reason)
{
	int r = 0;

	for (int turn = 0; turn < TURNS; turn++) {
		if (turn > 0)
			pause_a_turn();
		r = enroll_line_publish(trial->line, trial->probe, ret_reason);
		if (r || !trial->out->is_fresh || (*ret_reason < WIRE_REASON_FAILED) == may)
			break;
	}
	return err_pass(r);
}

int trial_status(const struct trial *trial, int r)
{
	if (r == ENROLL_LINE_REFUSED || r == ENROLL_LINE_STRANGER)
		return r == ENROLL_LINE_REFUSED ? STATUS_FINDING : STATUS_UNREACHABLE;
	if (r < 0) {
		if (trial->out->why.size == 0)
			text_add(&trial->out->why, "%s", strerror(-r));
		return STATUS_UNREACHABLE;
	}
	return trial->out->n_bad ? STATUS_FINDING : STATUS_GOOD;
}
