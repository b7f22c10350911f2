/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/users_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "iocd/base/civil.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/password.h"
#include "read.h"
#include "users_shown.h"

#define MEMORY_BLOCK    (64 << 10)
#define SUGGESTIONS_MAX 200000
#define DAY_MS          INT64_C(86400000)
#define GROUP_READS     0040u
#define OTHERS          0077u
#define DIGEST_HEX      (2 * ACCESS_DIGEST)

struct perusal {
	struct load *load;
	struct users *users;
	const struct units *units; /* borrowed; or NULL */
};

struct user_nodes {
	const struct node *name, *role, *units, *password, *totp, *disabled, *tokens;
};

static const struct slot user_slots[] = {
	{ "name", offsetof(struct user_nodes, name) },
	{ "role", offsetof(struct user_nodes, role) },
	{ "units", offsetof(struct user_nodes, units) },
	{ "password", offsetof(struct user_nodes, password) },
	{ "totp", offsetof(struct user_nodes, totp) },
	{ "disabled", offsetof(struct user_nodes, disabled) },
	{ "tokens", offsetof(struct user_nodes, tokens) },
};

struct token_nodes {
	const struct node *digest, *role, *until;
};

static const struct slot token_slots[] = {
	{ "digest", offsetof(struct token_nodes, digest) },
	{ "role", offsetof(struct token_nodes, role) },
	{ "until", offsetof(struct token_nodes, until) },
};

static void read_role(struct load *load, const struct node *map, const struct node *node,
		      enum access_role *ret)
{
	const char *words[N_ROLES];
	uint32_t choice;

	for (size_t i = 0; i < N_ROLES; i++)
		words[i] = access_role_name((enum access_role)i);
	if (read_present(load, map, node, "role") &&
	    read_choice(load, node, words, N_ROLES, &choice))
		*ret = (enum access_role)choice;
}

/* Copies a text that the rules for it, which may be NULL, find no fault with.  A secret itself is
 * never told. */
static void read_checked(struct load *load, const struct node *node,
			 const char *(*check)(const char *text), char *ret, size_t size)
{
	const char *text, *wrong;

	if (!node || !read_text(load, node, &text))
		return;
	wrong = check(text);
	if (wrong)
		report_error_as(load->report, "bad-value", node->place, "'%s': %s", node->key,
				wrong);
	else
		(void)snprintf(ret, size, "%s", text);
}

/* ---- units ---- */

static bool find_unit(const struct perusal *perusal, const struct node *node, const char *id)
{
	const struct units *units = perusal->units;
	struct hint hint;

	if (!units || units_find(units, id, strlen(id)) != UNIT_NONE)
		return true;
	hint_begin(&hint, perusal->load, id);
	for (uint32_t i = 0; i < units_count(units); i++)
		hint_consider(&hint, units_at(units, i)->id);
	report_error_as(perusal->load->report, "unknown-name", node->place, "unknown unit '%s'%s",
			id, hint_end(&hint));
	return false;
}

static void read_unit(const struct perusal *perusal, const struct node *item,
		      struct access_user *user)
{
	static const struct naming naming = { .what = "unit", .more = "._-", .max_size = 64 };
	const char *id;

	if (!read_text(perusal->load, item, &id) ||
	    !read_name(perusal->load, id, item->place, &naming) || !find_unit(perusal, item, id))
		return;
	if (user->n_units == ACCESS_UNITS_MAX)
		report_error_as(perusal->load->report, "too-many", item->place,
				"more than %d units of one user", ACCESS_UNITS_MAX);
	if (user->n_units++ < ACCESS_UNITS_MAX)
		(void)snprintf(user->units[user->n_units - 1], sizeof(user->units[0]), "%s", id);
}

/* Whoever has no units has all: so that must not happen by mistake. */
static void read_units(const struct perusal *perusal, const struct node *list,
		       struct access_user *user)
{
	if (!list)
		return;
	if (list->kind == NODE_MAP) {
		(void)read_kind(perusal->load, list, NODE_LIST);
		return;
	}
	if (list->kind == NODE_TEXT ? !list->text[0] : list->n == 0) {
		report_error_as(perusal->load->report, "missing-value", list->key_place,
				"'units' names none; leave it out for all units");
		return;
	}
	for (const struct node *item = node_first_item(list); item;
	     item = node_next_item(list, item))
		read_unit(perusal, item, user);
	if (user->n_units > ACCESS_UNITS_MAX)
		user->n_units = ACCESS_UNITS_MAX;
}

/* ---- tokens ---- */

int users_read_until(const char *text, int64_t *ret_ms)
{
	int64_t time_ms;
	int32_t day;

	if (date_parse(text, strlen(text), &day)) {
		*ret_ms = (day + 1) * DAY_MS;
		return 0;
	}
	if (civil_parse(text, strlen(text), &time_ms) || time_ms == 0)
		return USERS_FILE_REFUSED;
	*ret_ms = time_ms;
	return 0;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void read_digest(struct load *load, const struct node *map, const struct node *node,
			uint8_t ret[ACCESS_DIGEST])
{
	const char *text;
	bool good;

	if (!read_present(load, map, node, "digest") || !read_text(load, node, &text))
		return;
	good = strlen(text) == DIGEST_HEX;
	for (size_t i = 0; good && i < ACCESS_DIGEST; i++) {
		int high = digit_of(text[2 * i]), low = digit_of(text[2 * i + 1]);

		good = high >= 0 && low >= 0;
		if (good)
			ret[i] = (uint8_t)(high << 4 | low);
	}
	if (!good)
		report_error_as(load->report, "bad-value", node->place,
				"'digest' is not %d digits from 0 to 9 and a to f, as 'iocctl user "
				"token add' writes them",
				DIGEST_HEX);
}

static void read_until(struct load *load, const struct node *node, int64_t *ret_ms)
{
	const char *text;

	if (!node || !read_text(load, node, &text))
		return;
	if (users_read_until(text, ret_ms))
		report_error_as(load->report, "bad-value", node->place,
				"'%s' is neither a day, such as 2027-01-31, nor a time as in "
				"RFC 3339",
				text);
}

static void read_token(struct load *load, const struct node *entry, struct access_user *user)
{
	struct token_nodes nodes = { .digest = NULL };
	struct access_token token = { .role = ROLE_VIEWER };
	const char *wrong = access_check_name(entry->key);
	uint32_t errors = report_errors(load->report);

	if (wrong)
		report_error_as(load->report, "bad-name", entry->key_place, "'%s': %s", entry->key,
				wrong);
	if (read_kind(load, entry, NODE_MAP)) {
		(void)read_slots(load, entry, token_slots, COUNT(token_slots), &nodes);
		read_digest(load, entry, nodes.digest, token.digest);
		read_role(load, entry, nodes.role, &token.role);
		read_until(load, nodes.until, &token.until_ms);
	}
	if (report_errors(load->report) > errors)
		return;
	if (token.role > user->role)
		report_error_as(load->report, "bad-value", nodes.role->place,
				"token '%s' may do more ('%s') than its user ('%s')", entry->key,
				access_role_name(token.role), access_role_name(user->role));
	(void)snprintf(token.name, sizeof(token.name), "%s", entry->key);
	user->tokens[user->n_tokens++] = token;
}

static void read_tokens(struct load *load, const struct node *map, struct access_user *user)
{
	if (!map || (map->kind == NODE_TEXT && !map->text[0]) || !read_kind(load, map, NODE_MAP))
		return;
	if (map->n > ACCESS_TOKENS_MAX) {
		report_error_as(load->report, "too-many", map->key_place,
				"more than %d tokens of one user", ACCESS_TOKENS_MAX);
		return;
	}
	for (const struct node *entry = map->first; entry; entry = entry->next)
		read_token(load, entry, user);
}

/* ---- users ---- */

static void fill_user(const struct perusal *perusal, const struct node *entry,
		      struct access_user *user)
{
	struct user_nodes nodes = { .name = NULL };
	struct load *load = perusal->load;

	(void)read_slots(load, entry, user_slots, COUNT(user_slots), &nodes);
	read_checked(load, nodes.name, access_check_title, user->title, sizeof(user->title));
	read_role(load, entry, nodes.role, &user->role);
	read_units(perusal, nodes.units, user);
	read_checked(load, nodes.password, password_check_hash, user->password,
		     sizeof(user->password));
	read_checked(load, nodes.totp, totp_check_secret, user->totp, sizeof(user->totp));
	if (nodes.disabled)
		(void)read_flag(load, nodes.disabled, &user->is_disabled);
	read_tokens(load, nodes.tokens, user);
}

static void read_user(const struct perusal *perusal, const struct node *entry)
{
	struct access_user user = { .role = ROLE_VIEWER };
	struct load *load = perusal->load;
	const char *wrong = access_check_name(entry->key);

	if (wrong)
		report_error_as(load->report, "bad-name", entry->key_place, "'%s': %s", entry->key,
				wrong);
	else
		(void)snprintf(user.name, sizeof(user.name), "%s", entry->key);
	if (read_kind(load, entry, NODE_MAP))
		fill_user(perusal, entry, &user);
	if (users_add(perusal->users, &user) == USERS_FULL)
		report_error_as(load->report, "too-many", entry->key_place, "more than %d users",
				ACCESS_USERS_MAX);
	explicit_bzero(&user, sizeof(user));
}

static void read_root(const struct perusal *perusal, const struct node *root)
{
	static const struct slot slots[] = { { "users", 0 } };
	const struct node *list = NULL;
	struct load *load = perusal->load;

	if (!read_kind(load, root, NODE_MAP))
		return;
	(void)read_slots(load, root, slots, COUNT(slots), &list);
	if (!read_present(load, root, list, "users") ||
	    (list->kind == NODE_TEXT && !list->text[0]) || !read_kind(load, list, NODE_MAP))
		return;
	for (const struct node *entry = list->first; entry; entry = entry->next)
		read_user(perusal, entry);
}

/* Reads the one source that there is. */
static int read_source(struct config *held, const struct units *units, struct users *users,
		       struct text *report)
{
	struct source *source = held->sources->list[0];
	struct load *load = xcalloc(1, sizeof(*load)); /* large */
	const struct perusal perusal = { .load = load, .users = users, .units = units };
	const struct node *root;
	uint32_t errors;

	load->config = held;
	load->report = report_new(held->sources);
	load->trees = scratch_new(MEMORY_BLOCK);
	load->suggestions_left = SUGGESTIONS_MAX;
	root = node_parse(source,
			  &(struct node_memory){ .nodes = load->trees, .texts = held->memory },
			  load->report);
	if (root)
		read_root(&perusal, root);
	errors = report_errors(load->report);
	users_hide_secrets(source->bytes, source->size);
	report_write(load->report, report);
	report_free(load->report);
	scratch_free(load->trees);
	free(load);
	return errors > 0 ? USERS_FILE_REFUSED : 0;
}

int users_file_parse(struct users **ret, const char *name, const char *bytes, size_t size,
		     const struct units *units, struct text *report)
{
	CLEANUP(users_free) struct users *users = users_new();
	CLEANUP(config_free) struct config *held = xcalloc(1, sizeof(*held));
	int r;

	held->sources = sources_new();
	held->memory = scratch_new(MEMORY_BLOCK);
	sources_add(held->sources, PART_USERS, name, bytes, size);
	r = read_source(held, units, users, report);
	if (r)
		return r;
	*ret = users;
	users = NULL;
	return 0;
}

/* ---- the file ---- */

/* As a secret (base/secret.h), but for root, who looks after the files of others. */
static int check_access(const char *path, struct text *report)
{
	struct disk_access access;
	unsigned allowed;
	int r = disk_look(path, &access);

	if (r)
		return err_pass(r);
	allowed = access.owner == 0 ? GROUP_READS : 0;
	if (access.us != 0 && access.owner != access.us && access.owner != 0)
		text_add(report,
			 "%s: belongs to user %u, who is neither root nor the one that this runs "
			 "as; run: chown %u '%s'\n",
			 path, access.owner, access.us, path);
	else if (access.mode & OTHERS & ~allowed)
		text_add(report,
			 "%s: has mode %04o: others can read or change it; run: chmod %s '%s'\n",
			 path, access.mode,
			 access.owner == 0 && access.mode & GROUP_READS ? "640" : "600", path);
	else
		return 0;
	return err_raise(-EACCES);
}

int users_file_read(struct users **ret, const char *path, const struct units *units,
		    struct text *report)
{
	size_t told = report->size;
	char *bytes;
	size_t size;
	int r = check_access(path, report);

	if (r == -ENOENT)
		return USERS_FILE_ABSENT;
	if (!r)
		r = disk_read_file(path, SOURCE_BYTES_MAX, &bytes, &size);
	if (r && report->size == told)
		text_add(report, "%s: %s\n", path, strerror(-r));
	if (r)
		return err_pass(r);
	r = users_file_parse(ret, path, bytes, size, units, report);
	explicit_bzero(bytes, size);
	free(bytes);
	return r;
}

int users_file_write(const char *path, const struct users *users)
{
	struct text yaml = { 0 };
	int r = -EFBIG;

	users_write(&yaml, users);
	if (yaml.size <= SOURCE_BYTES_MAX) /* else nobody could read it again */
		r = disk_replace(path, yaml.bytes, yaml.size, 0600);
	explicit_bzero(yaml.bytes, yaml.capacity);
	text_fini(&yaml);
	return r == -EFBIG ? err_raise(r) : err_pass(r);
}

uint64_t users_file_mark(const char *path)
{
	return disk_mark(path);
}
