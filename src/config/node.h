/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node: a file's contents as a tree of texts, lists and maps, each with its place.
 *
 * A text is what was written: "yes", "010" and "5%" mean nothing yet.  A tree lives in the scratch
 * it was made in; its texts live as long as the configuration.  Keys of a map differ.  At most
 * NODE_DEPTH_MAX deep, so that recursion is safe.
 */
#ifndef IOCD_CONFIG_NODE_H
#define IOCD_CONFIG_NODE_H

#include <stdint.h>

#include "iocd/base/place.h"
#include "iocd/base/scratch.h"
#include "report.h"
#include "source.h"

#define NODE_DEPTH_MAX 16

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	const char *text;   /* NODE_TEXT: "" if nothing was written */
	struct place place; /* of the value; of its key if nothing was written */
	const char *key;    /* in a map: the key that the value stands under; else NULL */
	struct place key_place;
	struct node *next;  /* in the parent's children */
	struct node *first; /* of the children: items of a list, values of a map */
	struct node *last;
	uint32_t n; /* how many children */
};

/* Where trees are made. */
struct node_memory {
	struct scratch *nodes; /* borrowed */
	struct scratch *texts; /* borrowed */
};

/* Reads source as one YAML document without anchors, aliases, tags and merge keys.  Lends the tree;
 * an empty map if nothing is written; NULL if it cannot be read.  All mistakes are told in report,
 * also those that leave a tree (a key given twice: the first counts). */
const struct node *node_parse(const struct source *source, const struct node_memory *memory,
			      struct report *report);

/* Lends the value under key, or NULL. */
const struct node *node_find(const struct node *map, const char *key);

/* Walk the items of a list, where a single text counts as a list of itself. */
const struct node *node_first_item(const struct node *list);
const struct node *node_next_item(const struct node *list, const struct node *item);

/* XXH3-64 of the meaning of a tree (NULL: 0). */
uint64_t node_digest(const struct node *node);

#endif
