/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl user add, change, passwd, disable, enable, remove. */
#include <stdio.h>
#include <string.h>

#include "user.h"

/* ---- what options say ---- */

static bool find_unit(const struct call *call, const struct user_book *book, const char *id)
{
	const struct units *units = book->config ? config_units(book->config) : NULL;
	const char *near = NULL;

	if (!units || units_find(units, id, strlen(id)) != UNIT_NONE)
		return true;
	for (uint32_t i = 0; i < units_count(units) && !near; i++)
		if (text_distance(id, units_at(units, i)->id, 2) <= 2)
			near = units_at(units, i)->id;
	if (near)
		fprintf(stderr,
			SAY(call, "iocctl: không có đơn vị '%s'; có phải '%s'?\n",
			    "iocctl: there is no unit '%s'; did you mean '%s'?\n"),
			id, near);
	else
		fprintf(stderr,
			SAY(call, "iocctl: không có đơn vị '%s'\n",
			    "iocctl: there is no unit '%s'\n"),
			id);
	return false;
}

static int add_unit(const struct call *call, const struct user_book *book, const char *id, size_t n,
		    struct access_user *user)
{
	char *unit;

	if (n == 0 || n >= sizeof(user->units[0]) || user->n_units == ACCESS_UNITS_MAX ||
	    strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789._-") < n || strchr("-._", *id)) {
		fprintf(stderr,
			SAY(call, "iocctl: '%.*s' không phải là đơn vị, hoặc có quá 64 đơn vị\n",
			    "iocctl: '%.*s' is no unit, or there are more than 64\n"),
			(int)n, id);
		return STATUS_USAGE;
	}
	unit = user->units[user->n_units];
	(void)snprintf(unit, sizeof(user->units[0]), "%.*s", (int)n, id);
	if (!find_unit(call, book, unit))
		return STATUS_USAGE;
	user->n_units++;
	return STATUS_GOOD;
}

/* Each --unit may be several with commas between; "-" alone is all. */
static int read_units(const struct call *call, const struct user_book *book,
		      struct access_user *user)
{
	int status = STATUS_GOOD;

	if (call->n_units == 0)
		return STATUS_GOOD;
	user->n_units = 0;
	if (call->n_units == 1 && strcmp(call->units[0], "-") == 0)
		return STATUS_GOOD;
	if (call->given[OPTION_UNIT] != call->units[call->n_units - 1])
		return add_unit(call, book, "", 0, user); /* there are too many */
	for (int i = 0; i < call->n_units; i++)
		for (const char *at = call->units[i]; !status; at += strcspn(at, ",") + 1) {
			size_t n = strcspn(at, ",");

			status = add_unit(call, book, at, n, user);
			if (!at[n])
				break;
		}
	return status;
}

static int read_title(const struct call *call, struct access_user *user)
{
	const char *title = call->given[OPTION_NAME];

	if (!title)
		return STATUS_GOOD;
	if (access_check_title(title)) {
		fputs(SAY(call, "iocctl: họ tên phải là văn bản UTF-8, nhiều nhất 63 byte\n",
			  "iocctl: a person's name must be UTF-8 of at most 63 bytes\n"),
		      stderr);
		return STATUS_USAGE;
	}
	(void)snprintf(user->title, sizeof(user->title), "%s", title);
	return STATUS_GOOD;
}

static int read_options(const struct call *call, const struct user_book *book,
			struct access_user *user)
{
	int status = user_read_role(call, &user->role);

	if (!status)
		status = read_units(call, book, user);
	return status ? status : read_title(call, user);
}

/* ---- verbs ---- */

int user_add(const struct call *call)
{
	CLEANUP_BOOK struct user_book book = { .path = NULL };
	struct access_user user = { .role = ROLE_VIEWER };
	const char *name = call->arguments[1];
	int status, r;

	if (!user_check_name(call, name))
		return STATUS_USAGE;
	(void)snprintf(user.name, sizeof(user.name), "%s", name);
	status = user_open(call, &book);
	if (!status)
		status = read_options(call, &book, &user);
	if (status)
		return status;
	if (users_find(book.users, name)) {
		fprintf(stderr,
			SAY(call, "iocctl: đã có người dùng '%s'; dùng change hoặc passwd\n",
			    "iocctl: there is a user '%s' already; use change or passwd\n"),
			name);
		return STATUS_FINDING;
	}
	status = user_ask_password(call, name, true, user.password);
	if (status)
		return status;
	r = users_add(book.users, &user);
	if (r) {
		fprintf(stderr,
			SAY(call, "iocctl: đã có %d người dùng, nhiều nhất có thể\n",
			    "iocctl: there are %d users, as many as there may be\n"),
			ACCESS_USERS_MAX);
		return STATUS_FINDING;
	}
	return user_keep_one(call, &book, &user,
			     user.password[0]
				     ? SAY(call, "đã thêm", "added")
				     : SAY(call, "đã thêm, không có mật khẩu: chỉ dùng khóa",
					   "added, without a password: for tokens only"));
}

/* Tokens may do no more than their user. */
static void lower_tokens(struct access_user *user)
{
	for (uint32_t i = 0; i < user->n_tokens; i++)
		if (user->tokens[i].role > user->role)
			user->tokens[i].role = user->role;
}

/* Opens the list and copies the user that is meant. */
static int open_one(const struct call *call, struct user_book *book, struct access_user *user)
{
	int status = user_open(call, book);

	if (status)
		return status;
	return user_named(call, book, call->arguments[1], user) ? STATUS_GOOD : STATUS_FINDING;
}

int user_change(const struct call *call)
{
	CLEANUP_BOOK struct user_book book = { .path = NULL };
	struct access_user user;
	int status = open_one(call, &book, &user);

	if (!status)
		status = read_options(call, &book, &user);
	if (status)
		return status;
	lower_tokens(&user);
	return user_keep_one(call, &book, &user, SAY(call, "đã đổi", "changed"));
}

int user_passwd(const struct call *call)
{
	CLEANUP_BOOK struct user_book book = { .path = NULL };
	struct access_user user;
	int status = open_one(call, &book, &user);

	if (!status)
		status = user_ask_password(call, user.name, false, user.password);
	if (status)
		return status;
	return user_keep_one(call, &book, &user,
			     SAY(call, "đã có mật khẩu mới; phải đăng nhập lại",
				 "has a new password, and must log in again"));
}

static int set_disabled(const struct call *call, bool is_disabled)
{
	CLEANUP_BOOK struct user_book book = { .path = NULL };
	struct access_user user;
	int status = open_one(call, &book, &user);

	if (status)
		return status;
	user.is_disabled = is_disabled;
	return user_keep_one(call, &book, &user,
			     is_disabled ? SAY(call, "đã tạm khóa", "disabled")
					 : SAY(call, "đã mở lại", "enabled"));
}

int user_disable(const struct call *call)
{
	return set_disabled(call, true);
}

int user_enable(const struct call *call)
{
	return set_disabled(call, false);
}

int user_remove(const struct call *call)
{
	CLEANUP_BOOK struct user_book book = { .path = NULL };
	struct access_user user;
	int status = open_one(call, &book, &user);

	if (status)
		return status;
	(void)users_remove(book.users, user.name);
	return user_keep_one(call, &book, &user, SAY(call, "đã xóa", "removed"));
}
