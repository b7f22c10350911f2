/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head is written last: until then the file has none, whatever became of the state.
 */
#include "image.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#define XXH_STATIC_LINKING_ONLY /* for the size of a digest */
#include <xxhash.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are little-endian");

static const char head_magic[8] = { 'I', 'O', 'C', 'D', 'S', 'N', 'A', '\n' };

/* The head as it stands in the file. */
struct head_bytes {
	char magic[8];
	uint32_t format;
	uint32_t start; /* IMAGE_START */
	char journal_id[IMAGE_ID];
	uint64_t position;
	uint64_t bytes;
	uint64_t state_checksum;
	uint64_t checksum; /* of all before it */
};

static_assert(sizeof(struct head_bytes) == IMAGE_START, "no padding");

void image_init(struct image *image, const char *journal_id, uint64_t position)
{
	size_t n = strlen(journal_id);

	assert(n <= sizeof(image->journal_id));
	*image = (struct image){ .position = position };
	memcpy(image->journal_id, journal_id, n);
}

void image_put_head(const struct image *image, char *bytes)
{
	struct head_bytes head = {
		.format = SNAPSHOT_FORMAT,
		.start = IMAGE_START,
		.position = image->position,
		.bytes = image->bytes,
		.state_checksum = image->checksum,
	};

	memcpy(head.magic, head_magic, sizeof(head.magic));
	memcpy(head.journal_id, image->journal_id, sizeof(head.journal_id));
	head.checksum = XXH3_64bits(&head, offsetof(struct head_bytes, checksum));
	memcpy(bytes, &head, sizeof(head));
}

const char *image_get_head(struct image *image, const char *bytes, uint64_t file_bytes)
{
	struct head_bytes head;

	memcpy(&head, bytes, sizeof(head));
	if (memcmp(head.magic, head_magic, sizeof(head.magic)) != 0)
		return "it is not a snapshot";
	if (head.format != SNAPSHOT_FORMAT || head.start != IMAGE_START)
		return "its format is not the one of this version";
	if (head.checksum != XXH3_64bits(&head, offsetof(struct head_bytes, checksum)))
		return "its head is damaged";
	if (memcmp(head.journal_id, image->journal_id, sizeof(head.journal_id)) != 0)
		return "it belongs to another journal";
	if (head.position != image->position)
		return "it stands at another position than its name says";
	if (file_bytes < IMAGE_START || file_bytes - IMAGE_START != head.bytes)
		return "its length is not the one that was written";

	image->bytes = head.bytes;
	image->checksum = head.state_checksum;
	return NULL;
}

bool image_holds(const struct image *image, const char *state)
{
	return XXH3_64bits(state, image->bytes) == image->checksum;
}

void image_buffer_init(struct image_buffer *buffer, size_t size)
{
	size_t align = _Alignof(XXH3_state_t);
	char *memory = xcalloc(1, size + sizeof(XXH3_state_t) + align);

	*buffer = (struct image_buffer){
		.memory = memory,
		.digest = (XXH3_state_t *)(memory + align - (uintptr_t)memory % align),
		.size = size,
	};
	buffer->bytes = (char *)(buffer->digest + 1);
}

void image_buffer_fini(struct image_buffer *buffer)
{
	free(buffer->memory);
	*buffer = (struct image_buffer){ 0 };
}

/* Where a writer's bytes go. */
struct drain {
	int file;
	uint64_t bytes;       /* so far */
	XXH3_state_t *digest; /* borrowed */
};

static int drain_take(void *context, const void *bytes, size_t n)
{
	struct drain *drain = context;
	int r;

	r = disk_write(drain->file, bytes, n, IMAGE_START + drain->bytes);
	if (r)
		return err_pass(r);

	(void)XXH3_64bits_update(drain->digest, bytes, n);
	drain->bytes += n;
	return 0;
}

static int write_file(const struct image *image, int file, const struct image_buffer *buffer,
		      snapshot_save_fn *save, void *context)
{
	struct drain drain = { .file = file, .digest = buffer->digest };
	struct image whole = *image;
	struct bytes_writer writer;
	char head[IMAGE_START];
	int r;

	(void)XXH3_64bits_reset(drain.digest);
	bytes_writer_init(&writer, drain_take, &drain, buffer->bytes, buffer->size);
	save(context, &writer);
	r = bytes_flush(&writer);
	if (r)
		return err_pass(r);

	whole.bytes = drain.bytes;
	whole.checksum = XXH3_64bits_digest(drain.digest);
	image_put_head(&whole, head);
	r = disk_write(file, head, sizeof(head), 0);
	if (r == 0)
		r = disk_sync(file);
	return err_pass(r);
}

void image_discard(const char *path)
{
	int r = disk_remove(path);

	(void)r;
}

int image_write(const struct image *image, const char *path, const struct image_buffer *buffer,
		snapshot_save_fn *save, void *context)
{
	int file, r;

	r = disk_create(&file, path);
	if (r == -EEXIST) {
		r = disk_remove(path);
		if (r == 0)
			r = disk_create(&file, path);
	}
	if (r)
		return err_pass(r);

	r = write_file(image, file, buffer, save, context);
	disk_close(file);
	if (r)
		image_discard(path);
	return r ? err_pass(r) : 0;
}

static const char *read_head(struct image *image, int file)
{
	char head[IMAGE_START];
	uint64_t bytes;
	int r;

	r = disk_size(file, &bytes);
	if (r == 0)
		r = disk_read(file, head, sizeof(head), 0);
	if (r)
		return r > 0 ? "it is too short" : "it cannot be read";
	return image_get_head(image, head, bytes);
}

static const char *read_state(const struct image *image, int file, char **ret)
{
	char *state;

	if (image->bytes > SIZE_MAX)
		return "it is too large";
	state = xcalloc(image->bytes, 1);
	if (disk_read(file, state, image->bytes, IMAGE_START)) {
		free(state);
		return "it cannot be read";
	}
	if (!image_holds(image, state)) {
		free(state);
		return "its checksum is wrong: it is damaged";
	}

	*ret = state;
	return NULL;
}

const char *image_look(struct image *image, const char *path)
{
	const char *why;
	int file;

	if (disk_open(&file, path))
		return "it cannot be opened";
	why = read_head(image, file);
	disk_close(file);
	return why;
}

const char *image_read(struct image *image, const char *path, char **ret_state)
{
	const char *why;
	int file;

	if (disk_open(&file, path))
		return "it cannot be opened";
	why = read_head(image, file);
	if (!why)
		why = read_state(image, file, ret_state);
	disk_close(file);
	return why;
}
