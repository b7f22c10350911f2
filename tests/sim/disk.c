/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/disk.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "disk_image.h"
#include "disk_model.h"
#include "iocd/base/err.h"
#include "memory.h"

#define FILES_MAX  64   /* open at once */
#define SECTOR     512u /* drives promise that one is never torn */
#define ATOM       16u  /* bytes of a write that a kill does not part; in fact a page */
#define FIRST_FILE 1000 /* not to be taken for a descriptor of the system */

static struct disk {
	struct random_stream *random;
	struct node *nodes; /* owned */
	size_t n_nodes;
	struct names now;
	struct names safe;
	struct move *moves; /* owned: of names, not yet durable */
	size_t n_moves;
	struct {
		bool is_open;
		size_t node;
	} files[FILES_MAX];
	bool is_locked;
	int lock;
	uint64_t limit;
	uint64_t n_calls;
	uint64_t doom;
	bool is_watched;
	uint64_t fail_write;
	uint64_t fail_sync;
	disk_death_fn *on_death;
} disk;

/* ---- names and changes ---- */

/* The name in a path of our only directory. */
static const char *name_in(const char *path)
{
	size_t n = strlen(DISK_MODEL_DIRECTORY);

	assert(strncmp(path, DISK_MODEL_DIRECTORY "/", n + 1) == 0);
	assert(strlen(path + n + 1) < NAME_MAX_BYTES);
	return path + n + 1;
}

static void note_move(const char *from, const char *to, size_t node)
{
	struct move *move;

	disk.moves = own_grow(disk.moves, disk.n_moves + 1, sizeof(*move));
	move = &disk.moves[disk.n_moves++];
	memset(move, 0, sizeof(*move));
	strcpy(move->from, from);
	strcpy(move->to, to);
	move->node = node;
	names_move(&disk.now, move);
}

static void note_change(size_t node, struct change change)
{
	struct node *of = &disk.nodes[node];

	of->changes = own_grow(of->changes, of->n_changes + 1, sizeof(change));
	of->changes[of->n_changes++] = change;
	content_apply(&of->now, &change);
}

static void forget_changes(struct node *node)
{
	for (size_t i = 0; i < node->n_changes; i++)
		own_free(node->changes[i].bytes);
	own_free(node->changes);
	node->changes = NULL;
	node->n_changes = 0;
}

/* ---- life and death ---- */

static uint64_t below(uint64_t n)
{
	return random_below(disk.random, n);
}

static void die(void)
{
	disk.doom = 0;
	disk.on_death();
	abort();
}

/* Begins a call.  True if the process must die within it. */
static bool is_doomed(void)
{
	if (disk.is_watched)
		return false;
	disk.n_calls++;
	return disk.doom > 0 && --disk.doom == 0;
}

/* For calls that happen as a whole: dies before the call, or says that it must die after it. */
static bool begin(void)
{
	bool dies = is_doomed();

	if (dies && below(2) == 0)
		die();
	return dies;
}

static int end(bool dies, int r)
{
	if (dies)
		die();
	return r;
}

void disk_model_begin(struct random_stream *random)
{
	disk = (struct disk){ .random = random, .limit = UINT64_MAX, .lock = -1 };
}

void disk_model_end(void)
{
	for (size_t i = 0; i < disk.n_nodes; i++) {
		content_free(&disk.nodes[i].now);
		content_free(&disk.nodes[i].safe);
		forget_changes(&disk.nodes[i]);
	}
	own_free(disk.nodes);
	own_free(disk.now.items);
	own_free(disk.safe.items);
	own_free(disk.moves);
	disk = (struct disk){ 0 };
}

void disk_model_doom(uint64_t n, disk_death_fn *fn)
{
	disk.doom = n;
	disk.on_death = fn;
}

void disk_model_is_watched(bool watched)
{
	disk.is_watched = watched;
}

void disk_model_process_died(void)
{
	memset(disk.files, 0, sizeof(disk.files));
	disk.is_locked = false;
	disk.doom = 0;
	disk.is_watched = false;
	disk.fail_write = 0;
	disk.fail_sync = 0;
}

void disk_model_fail_write(uint64_t n)
{
	disk.fail_write = n;
}

void disk_model_fail_sync(uint64_t n)
{
	disk.fail_sync = n;
}

void disk_model_limit(uint64_t bytes)
{
	disk.limit = bytes;
}

uint64_t disk_model_used(void)
{
	uint64_t used = 0;

	for (size_t i = 0; i < disk.now.n; i++)
		used += disk.nodes[disk.now.items[i].node].now.size;
	return used;
}

uint64_t disk_model_calls(void)
{
	return disk.n_calls;
}

uint64_t disk_model_digest(void)
{
	uint64_t digest = disk.n_calls;

	for (size_t i = 0; i < disk.now.n; i++) {
		const struct name *name = &disk.now.items[i];
		const struct content *image = &disk.nodes[name->node].now;

		digest = XXH3_64bits_withSeed(name->text, strlen(name->text), digest);
		digest = XXH3_64bits_withSeed(image->bytes, image->n, digest ^ image->size);
	}
	return digest;
}

/* ---- power ---- */

/* The sectors of a write arrive one by one, in any order; or it breaks off between two. */
static void apply_torn(struct content *image, const struct change *change)
{
	bool breaks_off = below(2) == 0;
	size_t n;

	for (size_t i = 0; i < change->n; i += n) {
		n = SECTOR - (change->offset + i) % SECTOR;
		if (n > change->n - i)
			n = change->n - i;
		if (below(2) == 0)
			content_write(image, change->bytes + i, n, change->offset + i);
		else if (breaks_off)
			return;
	}
}

static void settle_node(struct node *node)
{
	unsigned mood = (unsigned)below(4); /* nothing, all, or some of it */

	for (size_t i = 0; i < node->n_changes; i++) {
		const struct change *change = &node->changes[i];
		bool is_last = i + 1 == node->n_changes;

		if (mood == 0 || (mood >= 2 && below(2) == 0))
			continue;
		if (change->kind == CHANGE_WRITE && change->n > 0 &&
		    (mood == 3 || (mood == 2 && is_last)) && below(2) == 0)
			apply_torn(&node->safe, change);
		else
			content_apply(&node->safe, change);
	}
	forget_changes(node);
	content_copy(&node->now, &node->safe);
}

void disk_model_cut_power(void)
{
	unsigned mood = (unsigned)below(4);

	for (size_t i = 0; i < disk.n_moves; i++)
		if (mood != 0 && (mood == 1 || below(2) == 0))
			names_move(&disk.safe, &disk.moves[i]);
	disk.n_moves = 0;
	names_copy(&disk.now, &disk.safe);
	for (size_t i = 0; i < disk.n_nodes; i++)
		if (disk.nodes[i].n_changes > 0)
			settle_node(&disk.nodes[i]);
}

/* ---- the door ---- */

static int take_file(size_t node)
{
	for (int i = 0; i < FILES_MAX; i++) {
		if (disk.files[i].is_open)
			continue;
		disk.files[i].is_open = true;
		disk.files[i].node = node;
		return FIRST_FILE + i;
	}
	abort();
}

static size_t node_of(int file)
{
	assert(file >= FIRST_FILE && file < FIRST_FILE + FILES_MAX);
	assert(disk.files[file - FIRST_FILE].is_open);
	return disk.files[file - FIRST_FILE].node;
}

int disk_open(int *ret, const char *path)
{
	bool dies = begin();
	const struct name *name = names_find(&disk.now, name_in(path));

	if (name)
		*ret = take_file(name->node);
	return end(dies, name ? 0 : err_raise(-ENOENT));
}

static size_t make_node(const char *name)
{
	disk.nodes = own_grow(disk.nodes, disk.n_nodes + 1, sizeof(*disk.nodes));
	memset(&disk.nodes[disk.n_nodes], 0, sizeof(*disk.nodes));
	note_move("", name, disk.n_nodes);
	return disk.n_nodes++;
}

int disk_create(int *ret, const char *path)
{
	bool dies = begin();

	if (names_find(&disk.now, name_in(path)))
		return end(dies, err_raise(-EEXIST));
	*ret = take_file(make_node(name_in(path)));
	return end(dies, 0);
}

void disk_close(int file)
{
	if (file < 0)
		return;
	(void)node_of(file);
	disk.files[file - FIRST_FILE].is_open = false;
	if (file == disk.lock)
		disk.is_locked = false;
}

int disk_make_directory(const char *path)
{
	assert(strcmp(path, DISK_MODEL_DIRECTORY) == 0);
	return end(begin(), 0);
}

int disk_lock(int *ret, const char *path)
{
	bool dies = begin();
	const struct name *name = names_find(&disk.now, name_in(path));

	if (disk.is_locked)
		return end(dies, DISK_HELD);
	*ret = disk.lock = take_file(name ? name->node : make_node(name_in(path)));
	disk.is_locked = true;
	return end(dies, 0);
}

static bool has_room(size_t node, uint64_t size)
{
	uint64_t present = disk.nodes[node].now.size;
	uint64_t used = disk_model_used();

	return size <= present || (used < disk.limit && size - present <= disk.limit - used);
}

static void write_all(size_t node, const char *bytes, size_t n, uint64_t offset)
{
	if (n > 0)
		note_change(node, (struct change){ .kind = CHANGE_WRITE,
						   .offset = offset,
						   .n = n,
						   .bytes = own_copy(bytes, n) });
}

/* The kernel was interrupted on the way. */
static void write_part(size_t node, const char *bytes, size_t n, uint64_t offset)
{
	uint64_t end = offset + below(n + 1);

	if (end < offset + n)
		end -= end % ATOM;
	if (end > offset)
		write_all(node, bytes, end - offset, offset);
}

int disk_write(int file, const void *bytes, size_t n, uint64_t offset)
{
	size_t node = node_of(file);
	bool dies = is_doomed();

	if (dies) {
		write_part(node, bytes, n, offset);
		die();
	}
	if (!disk.is_watched && disk.fail_write > 0 && --disk.fail_write == 0) {
		write_part(node, bytes, n, offset);
		return err_raise(-EIO);
	}
	if (!has_room(node, offset + n))
		return err_raise(-ENOSPC);
	write_all(node, bytes, n, offset);
	return 0;
}

int disk_read(int file, void *bytes, size_t n, uint64_t offset)
{
	const struct content *image = &disk.nodes[node_of(file)].now;
	bool dies = begin();

	if (offset > image->size || n > image->size - offset)
		return end(dies, DISK_END);
	content_read(image, bytes, n, offset);
	return end(dies, 0);
}

int disk_reserve(int file, uint64_t size)
{
	size_t node = node_of(file);
	bool dies = begin();

	if (!has_room(node, size))
		return end(dies, err_raise(-ENOSPC));
	if (disk.nodes[node].now.size < size)
		note_change(node, (struct change){ .kind = CHANGE_RESERVE, .size = size });
	return end(dies, 0);
}

int disk_truncate(int file, uint64_t size)
{
	size_t node = node_of(file);
	bool dies = begin();

	note_change(node, (struct change){ .kind = CHANGE_CUT, .size = size });
	return end(dies, 0);
}

int disk_size(int file, uint64_t *ret)
{
	bool dies = begin();

	*ret = disk.nodes[node_of(file)].now.size;
	return end(dies, 0);
}

int disk_sync(int file)
{
	struct node *node = &disk.nodes[node_of(file)];
	bool dies = begin();

	if (!disk.is_watched && disk.fail_sync > 0 && --disk.fail_sync == 0)
		return end(dies, err_raise(-EIO));
	for (size_t i = 0; i < node->n_changes; i++)
		content_apply(&node->safe, &node->changes[i]);
	forget_changes(node);
	return end(dies, 0);
}

int disk_sync_directory(const char *path)
{
	bool dies = begin();

	assert(strcmp(path, DISK_MODEL_DIRECTORY) == 0);
	if (!disk.is_watched && disk.fail_sync > 0 && --disk.fail_sync == 0)
		return end(dies, err_raise(-EIO));
	for (size_t i = 0; i < disk.n_moves; i++)
		names_move(&disk.safe, &disk.moves[i]);
	disk.n_moves = 0;
	return end(dies, 0);
}

int disk_rename(const char *from, const char *to)
{
	bool dies = begin();
	const struct name *name = names_find(&disk.now, name_in(from));

	if (!name)
		return end(dies, err_raise(-ENOENT));
	note_move(name_in(from), name_in(to), name->node);
	return end(dies, 0);
}

int disk_remove(const char *path)
{
	bool dies = begin();
	const struct name *name = names_find(&disk.now, name_in(path));

	if (!name)
		return end(dies, err_raise(-ENOENT));
	note_move(name_in(path), "", name->node);
	return end(dies, 0);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->text, ((const struct name *)b)->text);
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t size = strlen(name);
	size_t n = strlen(suffix);

	return size >= n && strcmp(name + size - n, suffix) == 0;
}

int disk_list(const char *path, const char *suffix, disk_name_fn *each, void *context)
{
	bool dies = begin();
	size_t n = disk.now.n;
	struct name *names = xcalloc(n, sizeof(*names)); /* each may end the process */

	assert(strcmp(path, DISK_MODEL_DIRECTORY) == 0);
	if (n > 0)
		memcpy(names, disk.now.items, n * sizeof(*names));
	qsort(names, n, sizeof(*names), compare_names);
	for (size_t i = 0; i < n; i++)
		if (ends_in(names[i].text, suffix))
			each(context, names[i].text);
	free(names);
	return end(dies, 0);
}

int disk_free_bytes(const char *path, uint64_t *ret)
{
	uint64_t used = disk_model_used();

	(void)path;
	*ret = used < disk.limit ? disk.limit - used : 0;
	return 0;
}

int disk_read_file(const char *path, size_t max, char **ret, size_t *ret_size)
{
	const struct name *name;
	const struct content *image;
	bool dies = begin();

	name = names_find(&disk.now, name_in(path));
	if (!name)
		return end(dies, err_raise(-ENOENT));
	image = &disk.nodes[name->node].now;
	if (image->size > max)
		return end(dies, err_raise(-EFBIG));
	*ret = xrealloc(NULL, image->size + 1, 1);
	content_read(image, *ret, image->size, 0);
	(*ret)[image->size] = '\0';
	*ret_size = image->size;
	return end(dies, 0);
}
