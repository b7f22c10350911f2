/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image: one snapshot as a file: a head of IMAGE_START bytes, and the state behind it.
 *
 * The head says what the file is, of which journal, at which position, and how many bytes of state
 * follow, with their XXH3-64; the last word of the head is the XXH3-64 of the head before it.  So
 * there is no byte that could change unnoticed.  Numbers are little-endian.
 *
 * Takes nothing from the heap but where it says so, no lock, and writes no log.
 */
#ifndef IOCD_SNAPSHOT_IMAGE_H
#define IOCD_SNAPSHOT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/snapshot.h"

#define IMAGE_START 80u /* bytes of the head */
#define IMAGE_ID    32u /* of the journal's id; a shorter one is filled up with zeros */

struct image {
	char journal_id[IMAGE_ID];
	uint64_t position; /* of the journal */
	uint64_t bytes;    /* of the state */
	uint64_t checksum; /* of the state */
};

/* Puts a journal's id (at most IMAGE_ID characters) and a position into image. */
void image_init(struct image *image, const char *journal_id, uint64_t position);

/* Turn a head into its IMAGE_START bytes, and back.  What was read is checked against what image
 * was prepared for by image_init(), and against the size of its file; then bytes and checksum are
 * filled in.  NULL, or why it is not that head: lent for ever. */
void image_put_head(const struct image *image, char *bytes);
const char *image_get_head(struct image *image, const char *bytes, uint64_t file_bytes);

/* Whether the bytes of state are those that the head tells of. */
bool image_holds(const struct image *image, const char *state);

/* Memory for writing. */
struct image_buffer {
	char *memory; /* owned; what follows lies in it */
	char *bytes;
	size_t size;
	struct XXH3_state_s *digest; /* wants an alignment that not every stack has */
};

/* Makes a buffer of size bytes, and frees it. */
void image_buffer_init(struct image_buffer *buffer, size_t size);
void image_buffer_fini(struct image_buffer *buffer);

/* Makes the file at path, which replaces an old one, with what save puts, and syncs it.  0 or a
 * fault: then there is no such file. */
int image_write(const struct image *image, const char *path, const struct image_buffer *buffer,
		snapshot_save_fn *save, void *context) MUST_USE;

/* Removes the file at path, if it is there.  What cannot be removed is found by the next start. */
void image_discard(const char *path);

/* Reads the head of the file at path into image, prepared by image_init().  NULL, or why it cannot
 * be used. */
const char *image_look(struct image *image, const char *path);

/* The same, and gives the state (from the heap).  It stays NULL if the file cannot be used. */
const char *image_read(struct image *image, const char *path, char **ret_state);

#endif
