/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk_image: the bytes of one simulated file, the names of a directory, and what changes either.
 */
#ifndef SIM_DISK_IMAGE_H
#define SIM_DISK_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#define NAME_MAX_BYTES 64

/* What a file holds; bytes behind n are zero up to size. */
struct content {
	char *bytes; /* owned */
	size_t n;
	size_t capacity;
	uint64_t size;
};

enum change_kind { CHANGE_WRITE, CHANGE_RESERVE, CHANGE_CUT };

struct change {
	enum change_kind kind;
	uint64_t offset;
	size_t n;
	char *bytes;   /* owned; CHANGE_WRITE */
	uint64_t size; /* the others */
};

/* A file, whatever its name; kept until the end of the disk. */
struct node {
	struct content now;
	struct content safe;    /* what is on the device */
	struct change *changes; /* owned: since then, oldest first */
	size_t n_changes;
};

struct name {
	char text[NAME_MAX_BYTES];
	size_t node;
};

struct names {
	struct name *items; /* owned */
	size_t n;
};

/* A name that came (to set), went (from set), or both at once. */
struct move {
	char from[NAME_MAX_BYTES];
	char to[NAME_MAX_BYTES];
	size_t node;
};

/* Give back the memory; write n bytes at offset, growing; read them, zero where nothing was
 * written; make to a copy. */
void content_free(struct content *image);
void content_write(struct content *image, const char *bytes, size_t n, uint64_t offset);
void content_read(const struct content *image, char *bytes, size_t n, uint64_t offset);
void content_copy(struct content *to, const struct content *from);

/* Changes image as change says. */
void content_apply(struct content *image, const struct change *change);

/* Lends the name, or NULL; makes to a copy; changes names as move says. */
struct name *names_find(const struct names *names, const char *text);
void names_copy(struct names *to, const struct names *from);
void names_move(struct names *names, const struct move *move);

#endif
