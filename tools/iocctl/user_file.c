/* SPDX-License-Identifier: Apache-2.0 */
/* The list of users: where it stands, and how it is written. */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "user.h"

#define DIRECTORY "/etc/iocd"
#define FILE_NAME "users.yml"
#define GROUP     "iocd" /* that the service runs as */

/* Loads the configuration, for the units and for where the file is. */
static int open_config(const struct call *call, struct user_book *book)
{
	CLEANUP_TEXT struct text report = { 0 };
	const char *directory = call->given[OPTION_CONFIG];

	if (call->given[OPTION_USERS] && !directory)
		return STATUS_GOOD;
	if (config_load(&book->config, directory ? directory : DIRECTORY, NULL, &report) == 0)
		return STATUS_GOOD;
	fputs(text_get(&report), stderr);
	fprintf(stderr,
		SAY(call,
		    "iocctl: cấu hình không đọc được; chỉ ra tệp bằng --users nếu cần sửa ngay\n",
		    "iocctl: the configuration cannot be read; name the file with --users if this "
		    "cannot wait\n"));
	return STATUS_UNREACHABLE;
}

static char *path_of(const struct call *call, const struct user_book *book)
{
	CLEANUP_TEXT struct text path = { 0 };

	if (call->given[OPTION_USERS])
		return xstrdup(call->given[OPTION_USERS]);
	if (*config_settings(book->config)->console.users)
		return xstrdup(config_settings(book->config)->console.users);
	text_add(&path, "%s/" FILE_NAME, config_directory(book->config));
	return xstrdup(text_get(&path));
}

int user_open(const struct call *call, struct user_book *ret)
{
	CLEANUP_TEXT struct text report = { 0 };
	int status, r;

	*ret = (struct user_book){ .path = NULL };
	status = open_config(call, ret);
	if (status)
		return status;
	ret->path = path_of(call, ret);
	ret->mark = users_file_mark(ret->path);
	r = users_file_read(&ret->users, ret->path, ret->config ? config_units(ret->config) : NULL,
			    &report);
	if (r == USERS_FILE_ABSENT) {
		ret->users = users_new();
		return STATUS_GOOD;
	}
	fputs(text_get(&report), stderr);
	return r == 0 ? STATUS_GOOD : r > 0 ? STATUS_FINDING : STATUS_UNREACHABLE;
}

void user_close(struct user_book *book)
{
	users_free(book->users);
	config_free(book->config);
	free(book->path);
}

/* A new file that root makes is of no use to a service that may not read it. */
static void hand_over(const struct user_book *book)
{
	const struct group *group;

	if (book->mark != 0 || geteuid() != 0)
		return;
	group = getgrnam(GROUP);
	if (group && (chown(book->path, 0, group->gr_gid) || chmod(book->path, 0640)))
		perror(book->path);
}

int user_keep(const struct call *call, const struct user_book *book)
{
	int r;

	if (users_file_mark(book->path) != book->mark) {
		fprintf(stderr,
			SAY(call, "iocctl: '%s' vừa được người khác sửa; hãy làm lại\n",
			    "iocctl: '%s' was changed by somebody else meanwhile; try again\n"),
			book->path);
		return STATUS_UNREACHABLE;
	}
	r = users_file_write(book->path, book->users);
	if (r) {
		fprintf(stderr, "iocctl: '%s': %s\n", book->path, strerror(-r));
		return STATUS_UNREACHABLE;
	}
	hand_over(book);
	return STATUS_GOOD;
}

static const char *nearest(const struct user_book *book, const char *name)
{
	for (size_t i = 0; i < users_count(book->users); i++)
		if (text_distance(name, users_at(book->users, i)->name, 2) <= 2)
			return users_at(book->users, i)->name;
	return NULL;
}

bool user_named(const struct call *call, const struct user_book *book, const char *name,
		struct access_user *ret)
{
	const struct access_user *user = users_find(book->users, name);
	const char *near = user ? NULL : nearest(book, name);

	if (user) {
		*ret = *user;
		return true;
	}
	if (near)
		fprintf(stderr,
			SAY(call, "iocctl: không có người dùng '%s'; có phải '%s'?\n",
			    "iocctl: there is no user '%s'; did you mean '%s'?\n"),
			name, near);
	else
		fprintf(stderr,
			SAY(call, "iocctl: không có người dùng '%s' trong '%s'\n",
			    "iocctl: there is no user '%s' in '%s'\n"),
			name, book->path);
	return false;
}

int user_keep_one(const struct call *call, struct user_book *book, const struct access_user *user,
		  const char *told)
{
	json_t *json;
	int status;

	users_replace(book->users, user);
	status = user_keep(call, book);
	if (status)
		return status;
	if (!call->json) {
		printf("%s: %s\n", user->name, told);
		return STATUS_GOOD;
	}
	json = user_json(user, clock_real_ms());
	api_print(json);
	json_decref(json);
	return STATUS_GOOD;
}

bool user_check_name(const struct call *call, const char *name)
{
	if (!access_check_name(name))
		return true;
	fprintf(stderr,
		SAY(call,
		    "iocctl: '%s' không dùng làm tên được; chỉ a đến z, 0 đến 9, '.', '_' và '-', "
		    "bắt đầu bằng một chữ, tối đa 32\n",
		    "iocctl: '%s' cannot be a name; use a to z, 0 to 9, '.', '_' and '-', "
		    "beginning with a letter, at most 32\n"),
		name);
	return false;
}

int user_read_role(const struct call *call, enum access_role *ret)
{
	const char *word = call->given[OPTION_ROLE];
	enum access_role role;

	if (!word)
		return STATUS_GOOD;
	role = access_find_role(word);
	if (role == N_ROLES) {
		fprintf(stderr,
			SAY(call,
			    "iocctl: vai trò là viewer, operator hoặc admin, không phải '%s'\n",
			    "iocctl: a role is viewer, operator or admin, not '%s'\n"),
			word);
		return STATUS_USAGE;
	}
	*ret = role;
	return STATUS_GOOD;
}

int user_read_until(const struct call *call, int64_t *ret_ms)
{
	const char *word = call->given[OPTION_UNTIL];

	if (!word || users_read_until(word, ret_ms) == 0)
		return STATUS_GOOD;
	fprintf(stderr,
		SAY(call, "iocctl: '%s' không phải là ngày (2027-01-31) hay giờ RFC 3339\n",
		    "iocctl: '%s' is neither a day (2027-01-31) nor a time as in RFC 3339\n"),
		word);
	return STATUS_USAGE;
}
