/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll_ready.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "enroll_files.h"
#include "iocd/base/err.h"

#define PROOF    "above"
#define PASSWORD "password"
#define SETTINGS "iocd.yml"

const char *enroll_ready_path(struct text *text, const char *authority,
			      const struct enroll_identity *identity)
{
	text_clear(text);
	text_add(text, "%s/%s/%s", authority, ENROLL_READY, identity->name);
	return text_get(text);
}

const char *enroll_proof_path(struct text *text, const char *authority,
			      const struct enroll_identity *identity)
{
	(void)enroll_ready_path(text, authority, identity);
	if (identity->role == ENROLL_ROLE_SITE)
		text_add(text, "/%s", PROOF);
	return text_get(text);
}

static const char *file_name(struct text *text, const struct enroll_identity *identity,
			     const char *suffix)
{
	text_clear(text);
	text_add(text, "%s.%s", identity->name, suffix);
	return text_get(text);
}

static int make_directories(const char *authority, const struct enroll_identity *identity)
{
	CLEANUP_TEXT struct text path = { 0 };
	int r = enroll_make_directory(enroll_path(&path, authority, ENROLL_READY), 0700);

	if (!r)
		r = enroll_make_directory(enroll_ready_path(&path, authority, identity), 0700);
	if (!r)
		r = enroll_make_directory(enroll_proof_path(&path, authority, identity), 0700);
	return err_pass(r);
}

int enroll_proof_write(const char *authority, const struct enroll_identity *identity,
		       const struct text *ca, const struct enroll_credentials *credentials,
		       const struct text *password)
{
	CLEANUP_TEXT struct text path = { 0 };
	CLEANUP_TEXT struct text name = { 0 };
	const char *directory = enroll_proof_path(&path, authority, identity);
	int r = make_directories(authority, identity);

	if (!r)
		r = enroll_write(directory, ENROLL_CA_CERTIFICATE, ca, ENROLL_OPEN);
	if (!r && identity->by_password)
		return err_pass(enroll_write(directory, PASSWORD, password, ENROLL_SECRET));
	if (!r)
		r = enroll_write(directory, file_name(&name, identity, "key"), &credentials->key,
				 ENROLL_SECRET);
	if (!r)
		r = enroll_write(directory, file_name(&name, identity, "crt"),
				 &credentials->certificate, ENROLL_OPEN);
	return err_pass(r);
}

int enroll_proof_read(const char *authority, const struct enroll_identity *identity,
		      struct enroll_credentials *ret, struct text *ret_password)
{
	CLEANUP_TEXT struct text path = { 0 };
	CLEANUP_TEXT struct text name = { 0 };
	const char *directory = enroll_proof_path(&path, authority, identity);
	int r;

	if (identity->by_password)
		return err_pass(enroll_read(directory, PASSWORD, ret_password));
	r = enroll_read(directory, file_name(&name, identity, "key"), &ret->key);
	if (!r)
		r = enroll_read(directory, file_name(&name, identity, "crt"), &ret->certificate);
	return err_pass(r);
}

void enroll_proof_remove(const char *authority, const struct enroll_identity *identity)
{
	CLEANUP_TEXT struct text path = { 0 };
	CLEANUP_TEXT struct text name = { 0 };
	CLEANUP_TEXT struct text file = { 0 };
	const char *directory = enroll_proof_path(&path, authority, identity);

	(void)unlink(enroll_path(&file, directory, file_name(&name, identity, "key")));
	(void)unlink(enroll_path(&file, directory, PASSWORD));
}

/* ---- the configuration of a unit's iocd ---- */

/* Whether a line begins a member of the whole that each iocd has of its own. */
static bool is_own_member(const char *line)
{
	static const char *const members[] = { "instance", "site", "mqtt", "forward" };
	size_t n = strcspn(line, ": \t\n");

	for (size_t i = 0; i < COUNT(members); i++)
		if (n == strlen(members[i]) && strncmp(line, members[i], n) == 0)
			return true;
	return false;
}

/* Whether a line goes on with the member that an earlier one began. */
static bool goes_on(const char *line)
{
	return strchr(" \t\r\n", *line);
}

void enroll_ready_cut(struct text *ret, const char *yml)
{
	bool is_dropping = false;

	while (*yml) {
		size_t n = strcspn(yml, "\n");

		n += yml[n] == '\n';
		if (!goes_on(yml))
			is_dropping = is_own_member(yml);
		if (!is_dropping)
			text_add_bytes(ret, yml, n);
		yml += n;
	}
	if (ret->size > 0 && ret->bytes[ret->size - 1] != '\n')
		text_add(ret, "\n");
}

static void add_proof(struct text *ret, const struct enroll_identity *identity)
{
	const char *name = identity->name;

	text_add(ret, "  ca-file: %s/%s/%s\n", ENROLL_HOME, PROOF, ENROLL_CA_CERTIFICATE);
	if (identity->by_password) {
		text_add(ret, "  username: %s\n  password-file: %s/%s/%s\n", name, ENROLL_HOME,
			 PROOF, PASSWORD);
		return;
	}
	text_add(ret, "  cert-file: %s/%s/%s.crt\n  key-file: %s/%s/%s.key\n", ENROLL_HOME, PROOF,
		 name, ENROLL_HOME, PROOF, name);
}

/* The client id at the site's own broker is the instance, above it is the identity's name. */
static void add_own(struct text *ret, const struct enroll_book *book,
		    const struct enroll_identity *identity)
{
	text_add(ret, "\ninstance: %s\n", identity->name);
	text_add(ret, "site: %s              # this unit, and all below it\n", identity->unit);
	text_add(ret, "\nmqtt:                     # the broker here\n");
	text_add(ret, "  host: localhost\n  port: 1883\n  prefix: %s\n", book->prefix);
	text_add(ret, "\nforward:                  # the broker of the iocd above\n");
	text_add(ret, "  host: \"%s\"\n  port: %d\n  prefix: %s\n", identity->host, identity->port,
		 book->prefix);
	add_proof(ret, identity);
}

int enroll_ready_write(const char *authority, const struct enroll_book *book,
		       const struct enroll_identity *identity, const char *pack)
{
	CLEANUP_TEXT struct text path = { 0 };
	CLEANUP_TEXT struct text old = { 0 };
	CLEANUP_TEXT struct text new = { 0 };
	const char *directory = enroll_ready_path(&path, authority, identity);
	int r = make_directories(authority, identity);

	if (!r)
		r = enroll_copy_pack(pack, directory);
	if (!r)
		r = enroll_read(pack, SETTINGS, &old);
	if (r && r != -ENOENT) /* without one every key has its default */
		return err_pass(r);
	enroll_ready_cut(&new, text_get(&old));
	add_own(&new, book, identity);
	return err_pass(enroll_write(directory, SETTINGS, &new, ENROLL_OPEN));
}
