/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll_acl.h"

#include "iocd/own.h"

void enroll_probe_topic(struct text *text, const struct enroll_book *book, const char *unit,
			const char *name)
{
	text_add(text, "%s/%s/iocd/probe/%s", book->prefix, unit, name);
}

/* The client's heartbeat to itself (net/mqtt.h), which keeps its socket busy: on a topic after the
 * id that it asks for, whatever the broker makes of that. */
static void add_user(struct text *text, const struct enroll_identity *identity)
{
	const char *name = identity->name;

	text_add(text, "\nuser %s\ntopic readwrite iocd/beat/%s\n", name, name);
	if (identity->role == ENROLL_ROLE_SITE)
		text_add(text, "topic readwrite iocd/beat/%s%s\n", name, ENROLL_UP);
}

/* It hears everything; it says what only it may say, and no event. */
static void add_own(struct text *text, const struct enroll_book *book,
		    const struct enroll_identity *identity)
{
	const char *prefix = book->prefix;

	add_user(text, identity);
	text_add(text, "topic read #\ntopic read %s\n", OWN_DROPPED_TOPIC);
	text_add(text, "topic write %s/alert/#\ntopic write %s/alertlog/#\n", prefix, prefix);
	text_add(text, "topic write %s/+/iocd/ack/+\ntopic write %s/+/iocd/canary\n", prefix,
		 prefix);
}

static void add_sender(struct text *text, const struct enroll_book *book,
		       const struct enroll_identity *identity)
{
	const char *sender = enroll_sender(identity);
	const char *prefix = book->prefix, *unit = identity->unit;

	add_user(text, identity);
	if (identity->role == ENROLL_ROLE_SENDER) /* the feed "iocd" speaks for all of the unit */
		text_add(text, "topic deny %s/%s/iocd/evt/+\ntopic deny %s/%s/iocd/state\n", prefix,
			 unit, prefix, unit);
	text_add(text, "topic write %s/%s/+/evt/+\ntopic write %s/%s/+/state\n", prefix, unit,
		 prefix, unit);
	text_add(text, "topic write %s/%s/iocd/fwd/%s\ntopic read %s/%s/iocd/ack/%s\n", prefix,
		 unit, sender, prefix, unit, sender);
	text_add(text, "topic readwrite ");
	enroll_probe_topic(text, book, unit, identity->name);
	text_add(text, "\n");
}

void enroll_acl_write(struct text *text, const struct enroll_book *book)
{
	text_add(text, "# Written by iocctl enroll, which writes it anew; do not edit.\n");
	text_add(text, "\nuser %s\ntopic write %s/+/iocd/probe/+\n", ENROLL_PROBE, book->prefix);
	for (size_t i = 0; i < book->n_identities; i++) {
		const struct enroll_identity *identity = &book->identities[i];

		if (identity->is_revoked || identity->role == ENROLL_ROLE_BROKER)
			continue;
		if (identity->role == ENROLL_ROLE_OWN)
			add_own(text, book, identity);
		else
			add_sender(text, book, identity);
	}
}

void enroll_passwords_write(struct text *text, const struct enroll_book *book)
{
	for (size_t i = 0; i < book->n_identities; i++) {
		const struct enroll_identity *identity = &book->identities[i];

		if (identity->by_password && !identity->is_revoked)
			text_add(text, "%s:%s\n", identity->name, identity->hash);
	}
}
