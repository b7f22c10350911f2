/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"

#define FILE_MAX (8u << 20)

const char *enroll_path(struct text *text, const char *directory, const char *name)
{
	text_clear(text);
	text_add(text, "%s/%s", directory, name);
	return text_get(text);
}

int enroll_make_directory(const char *path, mode_t mode)
{
	struct stat status;

	if (mkdir(path, mode) && errno != EEXIST)
		return err_raise(-errno);
	if (stat(path, &status))
		return err_raise(-errno);
	if (!S_ISDIR(status.st_mode))
		return err_raise(-ENOTDIR);
	return chmod(path, mode) ? err_raise(-errno) : 0; /* whatever the umask was */
}

void enroll_give_directory(const char *path, const char *user)
{
	const struct passwd *entry = geteuid() == 0 ? getpwnam(user) : NULL;

	if (entry && chown(path, entry->pw_uid, entry->pw_gid))
		perror(path);
}

static int fill(int file, const char *directory, const struct text *content, mode_t mode)
{
	struct stat status;

	if (stat(directory, &status))
		return err_raise(-errno);
	if (geteuid() == 0 && fchown(file, status.st_uid, status.st_gid))
		return err_raise(-errno);
	if (fchmod(file, mode))
		return err_raise(-errno);
	if (content->size > 0) {
		int r = disk_write(file, content->bytes, content->size, 0);

		if (r)
			return err_pass(r);
	}
	return err_pass(disk_sync(file));
}

int enroll_write(const char *directory, const char *name, const struct text *content, mode_t mode)
{
	CLEANUP_TEXT struct text draft = { 0 };
	CLEANUP_TEXT struct text path = { 0 };
	int file, r;

	text_add(&draft, "%s/.%s.XXXXXX", directory, name);
	file = mkostemp(draft.bytes, O_CLOEXEC); /* mode 0600 from the first moment */
	if (file < 0)
		return err_raise(-errno);

	r = fill(file, directory, content, mode);
	if (close(file) && !r)
		r = err_raise(-errno);
	if (!r)
		r = disk_rename(text_get(&draft), enroll_path(&path, directory, name));
	if (!r)
		return err_pass(disk_sync_directory(directory));
	(void)unlink(text_get(&draft));
	return err_pass(r);
}

int enroll_read(const char *directory, const char *name, struct text *ret)
{
	CLEANUP_TEXT struct text path = { 0 };
	char *bytes;
	size_t size;
	int r = disk_read_file(enroll_path(&path, directory, name), FILE_MAX, &bytes, &size);

	if (r)
		return err_pass(r);
	text_clear(ret);
	text_add_bytes(ret, bytes, size);
	OPENSSL_cleanse(bytes, size);
	free(bytes);
	return 0;
}

void enroll_wipe(struct text *text)
{
	if (text->bytes)
		OPENSSL_cleanse(text->bytes, text->capacity);
	text_fini(text);
}

/* ---- a configuration ---- */

static bool ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && strcmp(name + n - m, suffix) == 0;
}

/* What a configuration has beside its YAML files, such as keys, is never copied. */
static bool is_wanted(const char *name)
{
	return *name != '.' && ends_in(name, ".yml") && strcmp(name, "iocd.yml") != 0 &&
	       strcmp(name, "users.yml") != 0;
}

static int copy_files(const char *from, const char *to)
{
	CLEANUP_TEXT struct text content = { 0 };
	DIR *directory = opendir(from);
	const struct dirent *entry;
	int r = 0;

	if (!directory)
		return err_raise(-errno);
	while (!r && (entry = readdir(directory))) {
		if (!is_wanted(entry->d_name))
			continue;
		r = enroll_read(from, entry->d_name, &content);
		if (!r)
			r = enroll_write(to, entry->d_name, &content, ENROLL_OPEN);
	}
	(void)closedir(directory);
	return err_pass(r);
}

static int copy_folder(const char *from, const char *to, const char *name)
{
	CLEANUP_TEXT struct text old = { 0 };
	CLEANUP_TEXT struct text new = { 0 };
	struct stat status;
	int r;

	if (stat(enroll_path(&old, from, name), &status) || !S_ISDIR(status.st_mode))
		return 0;
	r = enroll_make_directory(enroll_path(&new, to, name), 0755);
	return r ? err_pass(r) : err_pass(copy_files(text_get(&old), text_get(&new)));
}

int enroll_copy_pack(const char *from, const char *to)
{
	const struct dirent *entry;
	DIR *directory;
	int r = copy_files(from, to);

	if (r)
		return err_pass(r);
	directory = opendir(from);
	if (!directory)
		return err_raise(-errno);
	while (!r && (entry = readdir(directory)))
		if (*entry->d_name != '.' && ends_in(entry->d_name, ".d"))
			r = copy_folder(from, to, entry->d_name);
	(void)closedir(directory);
	return err_pass(r);
}
