/* SPDX-License-Identifier: Apache-2.0 */
/* An authority that is open: its lock, its book, and what its broker reads. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "enroll.h"
#include "enroll_acl.h"
#include "enroll_files.h"
#include "enroll_password.h"
#include "enroll_ready.h"
#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"

#define AUTHORITY   "/etc/iocd/authority"
#define LIST_AGE_MS INT64_C(3600000) /* dated back, so that it is never of the future */
#define PIDFILE_MAX 64
#define DAYS        365
#define DAYS_MAX    3650
#define PORT_MAX    65535

int enroll_complain(const struct call *call, const char *what, int fault)
{
	fprintf(stderr, SAY(call, "iocctl: '%s': %s\n", "iocctl: '%s': %s\n"), what,
		strerror(-fault));
	return STATUS_UNREACHABLE;
}

static int hold(const struct call *call, struct enroll_site *site)
{
	CLEANUP_TEXT struct text path = { 0 };
	int r = disk_lock(&site->lock, enroll_path(&path, site->directory, ".lock"));

	if (r == DISK_HELD) {
		fprintf(stderr,
			SAY(call, "iocctl: '%s': một lệnh enroll khác đang chạy\n",
			    "iocctl: '%s': another enroll is at work\n"),
			site->directory);
		return STATUS_UNREACHABLE;
	}
	return r < 0 ? enroll_complain(call, text_get(&path), r) : STATUS_GOOD;
}

int enroll_open(const struct call *call, struct enroll_site *ret)
{
	int status, r;

	*ret = (struct enroll_site){
		.directory =
			call->given[OPTION_AUTHORITY] ? call->given[OPTION_AUTHORITY] : AUTHORITY,
		.lock = -1,
		.now_ms = clock_real_ms(),
	};
	if (strcmp(call->arguments[0], "init") == 0)
		return STATUS_GOOD;
	status = hold(call, ret);
	if (status)
		return status;
	r = enroll_book_load(&ret->book, ret->directory);
	if (!r)
		r = enroll_ca_load(&ret->ca, ret->directory);
	return r ? enroll_complain(call, ret->directory, r) : STATUS_GOOD;
}

void enroll_close(struct enroll_site *site)
{
	site->book = enroll_book_free(site->book);
	site->ca = enroll_ca_free(site->ca);
	disk_close(site->lock);
	site->lock = -1;
}

/* ---- what the broker reads ---- */

static int write_lists(const struct enroll_site *site, const char *directory)
{
	CLEANUP_TEXT struct text acl = { 0 };
	CLEANUP_SECRET struct text passwords = { 0 };
	CLEANUP_TEXT struct text revoked = { 0 };
	int r = enroll_ca_revocations(site->ca, site->book, site->book->list_ms, &revoked);

	if (!r)
		r = enroll_write(directory, "crl.pem", &revoked, ENROLL_OPEN);
	enroll_passwords_write(&passwords, site->book);
	if (!r)
		r = enroll_write(directory, "passwords", &passwords, ENROLL_SECRET);
	enroll_acl_write(&acl, site->book);
	if (!r)
		r = enroll_write(directory, "acl", &acl, ENROLL_SECRET);
	return err_pass(r);
}

int enroll_keep(const struct call *call, struct enroll_site *site)
{
	CLEANUP_TEXT struct text broker = { 0 };
	struct enroll_book *book = site->book;
	int r;

	/* Of two lists of one second a broker that has both may believe the older. */
	book->list_ms = site->now_ms - LIST_AGE_MS > book->list_ms + 1000
				? site->now_ms - LIST_AGE_MS
				: book->list_ms + 1000;
	r = enroll_book_save(book, site->directory, site->now_ms);

	if (!r)
		r = write_lists(site, enroll_path(&broker, site->directory, ENROLL_BROKER_FILES));
	return r ? enroll_complain(call, site->directory, r) : STATUS_GOOD;
}

static int read_process(const char *word, pid_t *ret)
{
	char *content = NULL;
	int64_t number = 0;
	size_t size;
	int r;

	if (text_read_integer(word, strlen(word), &number)) {
		r = disk_read_file(word, PIDFILE_MAX, &content, &size);
		if (r)
			return err_pass(r);
		if (text_read_integer(content, strcspn(content, " \r\n"), &number))
			number = 0;
		free(content);
	}
	*ret = (pid_t)number;
	return number > 1 && number < INT32_MAX ? 0 : err_raise(-EINVAL);
}

int enroll_signal(const struct call *call)
{
	const char *word = call->given[OPTION_RELOAD];
	pid_t process;
	int r;

	if (!word)
		return STATUS_GOOD;
	r = read_process(word, &process);
	if (!r && kill(process, SIGHUP))
		r = err_raise(-errno);
	return r ? enroll_complain(call, word, r) : STATUS_GOOD;
}

/* ---- words ---- */

struct enroll_identity *enroll_named(const struct call *call, const struct enroll_site *site)
{
	const char *name = call->arguments[1];
	struct enroll_identity *identity = enroll_book_find(site->book, name);
	const char *near = NULL;

	if (identity)
		return identity;
	for (size_t i = 0; i < site->book->n_identities && !near; i++)
		if (text_distance(name, site->book->identities[i].name, 2) <= 2)
			near = site->book->identities[i].name;
	if (near)
		fprintf(stderr,
			SAY(call, "iocctl: không có ai tên '%s'; có phải '%s'?\n",
			    "iocctl: nobody is called '%s'; did you mean '%s'?\n"),
			name, near);
	else
		fprintf(stderr,
			SAY(call, "iocctl: không có ai tên '%s'\n",
			    "iocctl: nobody is called '%s'\n"),
			name);
	return NULL;
}

int enroll_read_days(const struct call *call, int64_t *ret_ms)
{
	const char *word = call->given[OPTION_DAYS];
	int64_t days = DAYS;

	if (word && (text_read_integer(word, strlen(word), &days) || days < 1 || days > DAYS_MAX)) {
		fprintf(stderr,
			SAY(call, "iocctl: --days là số từ 1 đến %d: '%s'\n",
			    "iocctl: --days is a number from 1 to %d: '%s'\n"),
			DAYS_MAX, word);
		return STATUS_USAGE;
	}
	*ret_ms = days * ENROLL_DAY_MS;
	return STATUS_GOOD;
}

int enroll_read_above(const struct call *call, struct enroll_identity *identity)
{
	const char *word = call->given[OPTION_ABOVE];
	const char *colon = word ? strrchr(word, ':') : NULL;
	size_t n;
	int64_t port;

	if (!word)
		return STATUS_GOOD;
	n = colon ? (size_t)(colon - word) : 0;
	if (n > 2 && word[0] == '[' && word[n - 1] == ']') { /* [address of IPv6]:port */
		word++;
		n -= 2;
	}
	if (n == 0 || n >= sizeof(identity->host) ||
	    strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:") < n ||
	    text_read_integer(colon + 1, strlen(colon + 1), &port) || port < 1 || port > PORT_MAX) {
		fprintf(stderr,
			SAY(call, "iocctl: --above là HOST:PORT: '%s'\n",
			    "iocctl: --above is HOST:PORT: '%s'\n"),
			call->given[OPTION_ABOVE]);
		return STATUS_USAGE;
	}
	(void)snprintf(identity->host, sizeof(identity->host), "%.*s", (int)n, word);
	identity->port = (int)port;
	return STATUS_GOOD;
}

void enroll_add_day(struct text *text, int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	struct tm parts;
	char day[16];

	if (time_ms && localtime_r(&seconds, &parts) &&
	    strftime(day, sizeof(day), "%Y-%m-%d", &parts) > 0)
		text_add(text, "%s", day);
}

/* ---- proofs ---- */

static int make_certificate(struct enroll_site *site, struct enroll_identity *identity,
			    int64_t for_ms, struct enroll_credentials *ret)
{
	bool is_server = identity->role == ENROLL_ROLE_BROKER;
	const struct enroll_wanted wanted = {
		.name = is_server ? site->book->hosts[0] : identity->name,
		.hosts = is_server ? site->book->hosts : NULL,
		.n_hosts = is_server ? site->book->n_hosts : 0,
		.now_ms = site->now_ms,
		.for_ms = for_ms,
	};
	struct enroll_certificate certificate = { .until_ms = 0 };
	int r = enroll_ca_issue(site->ca, &wanted, ret);

	if (r)
		return err_pass(r);
	identity->until_ms = certificate.until_ms = ret->until_ms;
	(void)snprintf(certificate.name, sizeof(certificate.name), "%s", identity->name);
	(void)snprintf(certificate.serial, sizeof(certificate.serial), "%s", ret->serial);
	enroll_book_add_certificate(site->book, &certificate);
	return 0;
}

/* The broker's own goes where the broker reads it. */
static int write_broker(const struct enroll_site *site,
			const struct enroll_credentials *credentials)
{
	CLEANUP_TEXT struct text path = { 0 };
	const char *directory = enroll_path(&path, site->directory, ENROLL_BROKER_FILES);
	int r = enroll_write(directory, ENROLL_CA_CERTIFICATE, enroll_ca_certificate(site->ca),
			     ENROLL_OPEN);

	if (!r)
		r = enroll_write(directory, "broker.key", &credentials->key, ENROLL_SECRET);
	if (!r)
		r = enroll_write(directory, "broker.crt", &credentials->certificate, ENROLL_OPEN);
	return err_pass(r);
}

int enroll_prove(const struct call *call, struct enroll_site *site,
		 struct enroll_identity *identity, int64_t for_ms)
{
	CLEANUP_CREDENTIALS struct enroll_credentials credentials = { .until_ms = 0 };
	CLEANUP_SECRET struct text password = { 0 };
	int r;

	if (identity->by_password)
		r = enroll_password_new(&password, identity->hash);
	else
		r = make_certificate(site, identity, for_ms, &credentials);
	/* What is not in the book could never be revoked. */
	if (!r)
		r = enroll_book_save(site->book, site->directory, site->now_ms);
	if (!r && identity->role == ENROLL_ROLE_BROKER)
		r = write_broker(site, &credentials);
	else if (!r)
		r = enroll_proof_write(site->directory, identity, enroll_ca_certificate(site->ca),
				       &credentials, &password);
	return r ? enroll_complain(call, site->directory, r) : STATUS_GOOD;
}
