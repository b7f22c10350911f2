/* SPDX-License-Identifier: Apache-2.0 */
#include "disk_image.h"

#include <string.h>

#include "memory.h"

/* ---- images ---- */

void content_free(struct content *image)
{
	own_free(image->bytes);
	*image = (struct content){ 0 };
}

void content_write(struct content *image, const char *bytes, size_t n, uint64_t offset)
{
	if (offset + n > image->capacity) {
		image->capacity = 2 * (offset + n);
		image->bytes = own_grow(image->bytes, image->capacity, 1);
	}
	if (offset + n > image->n) {
		memset(image->bytes + image->n, 0, offset + n - image->n);
		image->n = offset + n;
	}
	if (n > 0)
		memcpy(image->bytes + offset, bytes, n);
	if (image->size < offset + n)
		image->size = offset + n;
}

static void content_cut(struct content *image, uint64_t size)
{
	image->size = size;
	if (image->n > size)
		image->n = size;
}

void content_read(const struct content *image, char *bytes, size_t n, uint64_t offset)
{
	size_t there = offset < image->n ? image->n - offset : 0;

	if (there > n)
		there = n;
	if (there > 0)
		memcpy(bytes, image->bytes + offset, there);
	memset(bytes + there, 0, n - there);
}

void content_copy(struct content *to, const struct content *from)
{
	content_free(to);
	*to = (struct content){ own_copy(from->bytes, from->n), from->n, from->n, from->size };
}

/* ---- names ---- */

struct name *names_find(const struct names *names, const char *text)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->items[i].text, text) == 0)
			return &names->items[i];
	return NULL;
}

static void names_remove(struct names *names, const char *text)
{
	struct name *name = names_find(names, text);

	if (name)
		*name = names->items[--names->n];
}

static void names_put(struct names *names, const char *text, size_t node)
{
	struct name *name = names_find(names, text);

	if (!name) {
		names->items = own_grow(names->items, names->n + 1, sizeof(*name));
		name = &names->items[names->n++];
		memset(name, 0, sizeof(*name));
		strcpy(name->text, text);
	}
	name->node = node;
}

void names_move(struct names *names, const struct move *move)
{
	const struct name *name = *move->from ? names_find(names, move->from) : NULL;

	if (name && name->node == move->node)
		names_remove(names, move->from);
	if (*move->to)
		names_put(names, move->to, move->node);
}

void names_copy(struct names *to, const struct names *from)
{
	own_free(to->items);
	to->items = own_copy(from->items, from->n * sizeof(*from->items));
	to->n = from->n;
}

/* ---- changes ---- */

void content_apply(struct content *image, const struct change *change)
{
	switch (change->kind) {
	case CHANGE_WRITE:
		content_write(image, change->bytes, change->n, change->offset);
		break;
	case CHANGE_RESERVE:
		if (image->size < change->size)
			image->size = change->size;
		break;
	case CHANGE_CUT:
		content_cut(image, change->size);
		break;
	}
}
