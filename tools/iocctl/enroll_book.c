/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll_book.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enroll_files.h"
#include "iocd/base/err.h"

const char *enroll_role_name(enum enroll_role role)
{
	static const char *const names[] = {
#define X(name, text) [ENROLL_ROLE_##name] = (text),
		ENROLL_ROLES(X)
#undef X
	};

	return names[role];
}

static bool read_role(const char *name, enum enroll_role *ret)
{
	for (enum enroll_role role = ENROLL_ROLE_OWN; role <= ENROLL_ROLE_SENDER; role++)
		if (strcmp(name, enroll_role_name(role)) == 0) {
			*ret = role;
			return true;
		}
	return false;
}

bool enroll_is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n < ENROLL_NAME_MAX && name[n] == '\0' && name[0] != '-';
}

const char *enroll_sender(const struct enroll_identity *identity)
{
	return identity->role == ENROLL_ROLE_SENDER ? identity->name : ENROLL_SENDER;
}

struct enroll_book *enroll_book_new(const char *prefix)
{
	struct enroll_book *book = xcalloc(1, sizeof(*book));

	book->prefix = xstrdup(prefix);
	return book;
}

struct enroll_book *enroll_book_free(struct enroll_book *book)
{
	if (!book)
		return NULL;

	for (size_t i = 0; i < book->n_hosts; i++)
		free(book->hosts[i]);
	free(book->hosts);
	free(book->identities);
	free(book->certificates);
	free(book->prefix);
	free(book);
	return NULL;
}

void enroll_book_add_host(struct enroll_book *book, const char *host)
{
	book->hosts = xrealloc(book->hosts, book->n_hosts + 1, sizeof(*book->hosts));
	book->hosts[book->n_hosts++] = xstrdup(host);
}

struct enroll_identity *enroll_book_add(struct enroll_book *book,
					const struct enroll_identity *identity)
{
	book->identities =
		xrealloc(book->identities, book->n_identities + 1, sizeof(*book->identities));
	book->identities[book->n_identities] = *identity;
	return &book->identities[book->n_identities++];
}

void enroll_book_add_certificate(struct enroll_book *book,
				 const struct enroll_certificate *certificate)
{
	book->certificates =
		xrealloc(book->certificates, book->n_certificates + 1, sizeof(*book->certificates));
	book->certificates[book->n_certificates++] = *certificate;
}

struct enroll_identity *enroll_book_find(const struct enroll_book *book, const char *name)
{
	for (size_t i = 0; i < book->n_identities; i++)
		if (strcmp(book->identities[i].name, name) == 0)
			return &book->identities[i];
	return NULL;
}

struct enroll_identity *enroll_book_of_role(const struct enroll_book *book, enum enroll_role role)
{
	for (size_t i = 0; i < book->n_identities; i++)
		if (book->identities[i].role == role)
			return &book->identities[i];
	return NULL;
}

void enroll_book_revoke(struct enroll_book *book, struct enroll_identity *identity, int64_t now_ms)
{
	identity->is_revoked = true;
	identity->hash[0] = '\0';
	for (size_t i = 0; i < book->n_certificates; i++)
		if (strcmp(book->certificates[i].name, identity->name) == 0 &&
		    !book->certificates[i].revoked_ms)
			book->certificates[i].revoked_ms = now_ms;
}

/* ---- the file ---- */

/* Copies a string that must be there and fit. */
static bool take_string(const json_t *object, const char *name, char *ret, size_t size)
{
	const char *value = json_string_value(json_object_get(object, name));

	if (!value || strlen(value) >= size)
		return false;
	(void)snprintf(ret, size, "%s", value);
	return true;
}

static bool read_identity(const json_t *json, struct enroll_identity *ret)
{
	struct enroll_identity identity = {
		.by_password = json_is_true(json_object_get(json, "password")),
		.is_revoked = json_is_true(json_object_get(json, "revoked")),
		.until_ms = json_integer_value(json_object_get(json, "until_ms")),
		.port = (int)json_integer_value(json_object_get(json, "port")),
	};
	const char *role = json_string_value(json_object_get(json, "role"));

	if (!role || !read_role(role, &identity.role) ||
	    !take_string(json, "name", identity.name, sizeof(identity.name)) ||
	    !take_string(json, "unit", identity.unit, sizeof(identity.unit)) ||
	    !take_string(json, "hash", identity.hash, sizeof(identity.hash)) ||
	    !take_string(json, "host", identity.host, sizeof(identity.host)))
		return false;
	*ret = identity;
	return enroll_is_name(identity.name);
}

static bool read_certificate(const json_t *json, struct enroll_certificate *ret)
{
	struct enroll_certificate certificate = {
		.until_ms = json_integer_value(json_object_get(json, "until_ms")),
		.revoked_ms = json_integer_value(json_object_get(json, "revoked_ms")),
	};

	if (!take_string(json, "serial", certificate.serial, sizeof(certificate.serial)) ||
	    !take_string(json, "name", certificate.name, sizeof(certificate.name)))
		return false;
	*ret = certificate;
	return true;
}

static bool read_members(struct enroll_book *book, const json_t *root)
{
	struct enroll_identity identity;
	struct enroll_certificate certificate;
	const json_t *member;
	size_t i;

	json_array_foreach(json_object_get(root, "hosts"), i, member)
	{
		if (!json_is_string(member))
			return false;
		enroll_book_add_host(book, json_string_value(member));
	}
	json_array_foreach(json_object_get(root, "identities"), i, member)
	{
		if (!read_identity(member, &identity))
			return false;
		(void)enroll_book_add(book, &identity);
	}
	json_array_foreach(json_object_get(root, "certificates"), i, member)
	{
		if (!read_certificate(member, &certificate))
			return false;
		enroll_book_add_certificate(book, &certificate);
	}
	return enroll_book_of_role(book, ENROLL_ROLE_OWN) &&
	       enroll_book_of_role(book, ENROLL_ROLE_BROKER);
}

int enroll_book_load(struct enroll_book **ret, const char *directory)
{
	CLEANUP(enroll_book_free) struct enroll_book *book = NULL;
	CLEANUP_SECRET struct text content = { 0 };
	const char *prefix;
	bool is_good;
	json_t *root;
	int r = enroll_read(directory, ENROLL_BOOK, &content);

	if (r)
		return err_pass(r);
	root = json_loadb(text_get(&content), content.size, JSON_REJECT_DUPLICATES, NULL);
	prefix = json_string_value(json_object_get(root, "prefix"));
	is_good = prefix != NULL;
	if (is_good) {
		book = enroll_book_new(prefix);
		book->list_ms = json_integer_value(json_object_get(root, "list_ms"));
		is_good = read_members(book, root);
	}
	json_decref(root);
	if (!is_good)
		return err_raise(-EBADMSG);
	*ret = book;
	book = NULL;
	return 0;
}

static json_t *write_identity(const struct enroll_identity *identity)
{
	return json_pack("{s:s, s:s, s:s, s:b, s:b, s:I, s:s, s:s, s:i}", "name", identity->name,
			 "unit", identity->unit, "role", enroll_role_name(identity->role),
			 "password", identity->by_password, "revoked", identity->is_revoked,
			 "until_ms", (json_int_t)identity->until_ms, "hash", identity->hash, "host",
			 identity->host, "port", identity->port);
}

static json_t *write_book(const struct enroll_book *book, int64_t now_ms)
{
	json_t *hosts = json_array();
	json_t *identities = json_array();
	json_t *certificates = json_array();

	for (size_t i = 0; i < book->n_hosts; i++)
		json_array_append_new(hosts, json_string(book->hosts[i]));
	for (size_t i = 0; i < book->n_identities; i++)
		json_array_append_new(identities, write_identity(&book->identities[i]));
	for (size_t i = 0; i < book->n_certificates; i++) {
		const struct enroll_certificate *at = &book->certificates[i];

		if (at->until_ms >= now_ms)
			json_array_append_new(certificates,
					      json_pack("{s:s, s:s, s:I, s:I}", "serial",
							at->serial, "name", at->name, "until_ms",
							(json_int_t)at->until_ms, "revoked_ms",
							(json_int_t)at->revoked_ms));
	}
	return json_pack("{s:i, s:s, s:I, s:o, s:o, s:o}", "version", 1, "prefix", book->prefix,
			 "list_ms", (json_int_t)book->list_ms, "hosts", hosts, "identities",
			 identities, "certificates", certificates);
}

int enroll_book_save(const struct enroll_book *book, const char *directory, int64_t now_ms)
{
	CLEANUP_SECRET struct text content = { 0 };
	json_t *root = write_book(book, now_ms);
	char *bytes = json_dumps(root, JSON_INDENT(1));
	int r;

	json_decref(root);
	if (!bytes)
		return err_raise(-ENOMEM);
	text_add(&content, "%s\n", bytes);
	free(bytes);
	r = enroll_write(directory, ENROLL_BOOK, &content, ENROLL_SECRET);
	return err_pass(r);
}
