/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/secret.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"

#define CREDENTIAL "credential:"
#define DIRECTORY  "CREDENTIALS_DIRECTORY"

#define GROUP_READS 0040u
#define OTHERS      0077u

static int refuse(char why[SECRET_WHY_MAX], int fault, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse(char why[SECRET_WHY_MAX], int fault, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	(void)vsnprintf(why, SECRET_WHY_MAX, format, list);
	va_end(list);
	return err_raise(fault);
}

static int find_credential(char **ret, const char *name, char why[SECRET_WHY_MAX])
{
	const char *directory = getenv(DIRECTORY);
	char *path;
	size_t n;

	if (!*name || strchr(name, '/'))
		return refuse(why, -EINVAL, "'%s' is no name of a credential", name);
	if (!directory)
		return refuse(why, -ENOENT,
			      "credential '%s' is not there: " DIRECTORY " is not set; write "
			      "LoadCredential=%s:FILE into the service",
			      name, name);
	n = strlen(directory) + strlen(name) + 2;
	path = xcalloc(n, 1);
	(void)snprintf(path, n, "%s/%s", directory, name);
	*ret = path;
	return 0;
}

static int check(const char *path, char why[SECRET_WHY_MAX])
{
	struct disk_access access;
	int r = disk_look(path, &access);

	if (r)
		return refuse(why, r, "%s: %s", path, strerror(-r));
	if (access.owner != access.us && access.owner != 0)
		return refuse(why, -EACCES,
			      "%s belongs to user %u, who is neither root nor the one that this "
			      "runs as; run: chown %u '%s'",
			      path, access.owner, access.us, path);
	if (access.mode & OTHERS & ~(access.owner == 0 ? GROUP_READS : 0))
		return refuse(why, -EACCES,
			      "%s has mode %04o: others can read or change it; run: chmod %s '%s'",
			      path, access.mode,
			      access.owner == 0 && access.mode & GROUP_READS ? "640" : "600", path);
	return 0;
}

int secret_find(char **ret, const char *name, char why[SECRET_WHY_MAX])
{
	char *path = NULL;
	int r;

	why[0] = '\0';
	if (strncmp(name, CREDENTIAL, strlen(CREDENTIAL)) == 0) {
		r = find_credential(&path, name + strlen(CREDENTIAL), why);
		if (r)
			return err_pass(r);
	} else {
		path = xstrdup(name);
	}
	r = check(path, why);
	if (r) {
		free(path);
		return err_pass(r);
	}
	*ret = path;
	return 0;
}

int secret_read(char **ret, const char *name, char why[SECRET_WHY_MAX])
{
	char *path, *bytes;
	size_t size;
	int r;

	r = secret_find(&path, name, why);
	if (r)
		return err_pass(r);
	r = disk_read_file(path, SECRET_MAX, &bytes, &size);
	if (r)
		(void)snprintf(why, SECRET_WHY_MAX, "%s: %s", path, strerror(-r));
	free(path);
	if (r)
		return err_pass(r);
	bytes[strcspn(bytes, "\r\n")] = '\0';
	*ret = bytes;
	return 0;
}
