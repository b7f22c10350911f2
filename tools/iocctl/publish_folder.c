/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"

#define SUFFIX   ".json"
#define SENT     "sent"
#define REFUSED  "refused"
#define CALM_MS  1000
#define NAMES    10000 /* that are tried for one file */
#define NS_OF_MS 1000000

/* A file in the folder. */
struct found {
	char *name;         /* owned */
	int64_t written_ns; /* as seen last; likewise size */
	uint64_t size;
	int64_t since_ms;  /* monotonic: that it is so */
	bool is_left;      /* it cannot be taken: until it changes */
	bool is_complete;  /* and to be taken */
	bool is_forgotten; /* it is not there any more */
};

struct publish_folder {
	char *path;
	struct found *list; /* owned; by age, then by name */
	size_t n;
	int64_t mono_ms; /* of the scan; likewise the next */
	int64_t real_ms;
};

static const char *path_of(struct text *text, const char *folder, const char *name)
{
	text_clear(text);
	text_add(text, "%s/%s", folder, name);
	return text_get(text);
}

static int64_t written_of(const struct stat *status)
{
	return (int64_t)status->st_mtim.tv_sec * 1000 * NS_OF_MS + status->st_mtim.tv_nsec;
}

/* ---- one file ---- */

int publish_file_read(struct publish_file *ret, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat before, after;
	int r;

	*ret = (struct publish_file){ .name = xstrdup(slash ? slash + 1 : path), .written_ns = -1 };
	if (stat(path, &before))
		return err_raise(-errno);
	if (S_ISDIR(before.st_mode))
		return err_raise(-EISDIR);
	r = disk_read_file(path, PUBLISH_FILE_MAX, &ret->bytes, &ret->size);
	if (r && r != -EFBIG)
		return err_pass(r);
	if (!S_ISREG(before.st_mode)) /* a pipe, say */
		return 0;
	if (stat(path, &after))
		return err_raise(-errno);
	if (written_of(&before) != written_of(&after) || before.st_size != after.st_size)
		return err_raise(-EBUSY);
	ret->written_ns = written_of(&after);
	return 0;
}

void publish_file_fini(struct publish_file *file)
{
	free(file->name);
	free(file->bytes);
	*file = (struct publish_file){ .name = NULL };
}

/* ---- the folder ---- */

int publish_folder_open(struct publish_folder **ret, const char *path)
{
	static const char *const inner[] = { SENT, REFUSED };
	CLEANUP(publish_folder_close) struct publish_folder *folder = xcalloc(1, sizeof(*folder));
	CLEANUP_TEXT struct text text = { 0 };

	folder->path = realpath(path, NULL);
	if (!folder->path)
		return err_raise(-errno);
	for (size_t i = 0; i < COUNT(inner); i++)
		if (mkdir(path_of(&text, folder->path, inner[i]), 0750) && errno != EEXIST)
			return err_raise(-errno);

	*ret = folder;
	folder = NULL;
	return 0;
}

struct publish_folder *publish_folder_close(struct publish_folder *folder)
{
	if (!folder)
		return NULL;

	for (size_t i = 0; i < folder->n; i++)
		free(folder->list[i].name);
	free(folder->list);
	free(folder->path);
	free(folder);
	return NULL;
}

const char *publish_folder_path(const struct publish_folder *folder)
{
	return folder->path;
}

static struct found *find(const struct publish_folder *folder, const char *name)
{
	for (size_t i = 0; i < folder->n; i++)
		if (strcmp(folder->list[i].name, name) == 0)
			return &folder->list[i];
	return NULL;
}

static struct found *find_or_add(struct publish_folder *folder, const char *name)
{
	struct found *found = find(folder, name);

	if (found || folder->n == PUBLISH_FOLDER_MAX)
		return found;
	folder->list = xrealloc(folder->list, folder->n + 1, sizeof(*folder->list));
	found = &folder->list[folder->n++];
	*found = (struct found){ .name = xstrdup(name), .written_ns = -1 };
	return found;
}

static void look_at(struct publish_folder *folder, const char *name)
{
	CLEANUP_TEXT struct text path = { 0 };
	struct found *found;
	struct stat status;
	size_t n = strlen(name);

	if (*name == '.' || n < strlen(SUFFIX) || strcmp(name + n - strlen(SUFFIX), SUFFIX) != 0 ||
	    lstat(path_of(&path, folder->path, name), &status) || !S_ISREG(status.st_mode))
		return;
	found = find_or_add(folder, name);
	if (!found)
		return;

	found->is_forgotten = false;
	if (found->written_ns != written_of(&status) || found->size != (uint64_t)status.st_size) {
		found->written_ns = written_of(&status);
		found->size = (uint64_t)status.st_size;
		found->since_ms = folder->mono_ms;
		found->is_left = false;
	}
	/* By its own time, if that is past, it need not be watched; a clock may be wrong. */
	found->is_complete =
		!found->is_left && (folder->mono_ms - found->since_ms >= CALM_MS ||
				    folder->real_ms - found->written_ns / NS_OF_MS >= CALM_MS);
}

static void forget(struct publish_folder *folder)
{
	size_t n = 0;

	for (size_t i = 0; i < folder->n; i++)
		if (folder->list[i].is_forgotten)
			free(folder->list[i].name);
		else
			folder->list[n++] = folder->list[i];
	folder->n = n;
}

static int compare(const void *a, const void *b)
{
	const struct found *left = a, *right = b;

	if (left->written_ns != right->written_ns)
		return left->written_ns < right->written_ns ? -1 : 1;
	return strcmp(left->name, right->name);
}

int publish_folder_scan(struct publish_folder *folder, int64_t mono_ms, int64_t real_ms)
{
	DIR *directory = opendir(folder->path);
	const struct dirent *entry;

	if (!directory)
		return err_raise(-errno);
	folder->mono_ms = mono_ms;
	folder->real_ms = real_ms;
	for (size_t i = 0; i < folder->n; i++)
		folder->list[i].is_forgotten = true;
	while ((entry = readdir(directory)))
		look_at(folder, entry->d_name);
	(void)closedir(directory);
	forget(folder);
	if (folder->n > 1)
		qsort(folder->list, folder->n, sizeof(*folder->list), compare);
	return 0;
}

static void leave(struct publish_folder *folder, const char *name)
{
	struct found *found = find(folder, name);

	if (found)
		found->is_left = true;
}

int publish_folder_next(struct publish_folder *folder, struct publish_file *ret)
{
	CLEANUP_TEXT struct text path = { 0 };
	int r;

	*ret = (struct publish_file){ .name = NULL };
	for (size_t i = 0; i < folder->n; i++) {
		struct found *found = &folder->list[i];

		if (!found->is_complete)
			continue;
		found->is_complete = false;
		r = publish_file_read(ret, path_of(&path, folder->path, found->name));
		if (r == 0 && ret->written_ns == found->written_ns)
			return 0;
		if (r && r != -EBUSY && r != -ENOENT) {
			found->is_left = true;
			return err_pass(r);
		}
		publish_file_fini(ret); /* it was not complete after all, or is gone */
	}
	return PUBLISH_NO_FILE;
}

/* ---- moving ---- */

/* A path in the folder's inner folder that is not taken yet. */
static int find_place(struct text *ret, const struct publish_folder *folder, const char *inner,
		      const char *name)
{
	int n = (int)(strlen(name) - strlen(SUFFIX));

	for (int i = 1; i <= NAMES; i++) {
		text_clear(ret);
		if (i == 1)
			text_add(ret, "%s/%s/%s", folder->path, inner, name);
		else
			text_add(ret, "%s/%s/%.*s-%d" SUFFIX, folder->path, inner, n, name, i);
		if (access(text_get(ret), F_OK))
			return errno == ENOENT ? 0 : err_raise(-errno);
	}
	return err_raise(-EEXIST);
}

static int write_why(const char *path, const struct text *why)
{
	CLEANUP_TEXT struct text name = { 0 };
	int file, r;

	text_add(&name, "%s.why", path);
	r = disk_remove(text_get(&name));
	if (r == 0 || r == -ENOENT)
		r = disk_create(&file, text_get(&name));
	if (r)
		return err_pass(r);
	r = disk_write(file, text_get(why), why->size, 0);
	disk_close(file);
	return err_pass(r);
}

int publish_folder_move(struct publish_folder *folder, const struct publish_file *file,
			const struct text *why)
{
	CLEANUP_TEXT struct text from = { 0 };
	CLEANUP_TEXT struct text to = { 0 };
	int r = find_place(&to, folder, why ? REFUSED : SENT, file->name);

	if (r == 0 && why)
		r = write_why(text_get(&to), why);
	if (r == 0)
		r = disk_rename(path_of(&from, folder->path, file->name), text_get(&to));
	if (r)
		leave(folder, file->name);
	return err_pass(r);
}
