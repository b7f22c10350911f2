/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that knows libfyaml.  Its events are built into a tree; its documents are not used,
 * because they resolve aliases without a bound.  It never sees bytes that are not clean UTF-8: its
 * printer of diagnostics has had faults there.
 *
 * Its marks count bytes from the start of the input; lines and columns are our own.
 */
#include "node.h"

#include <assert.h>
#include <libfyaml.h>
#include <stdbool.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/map.h"

/* An open list or map. */
struct open {
	struct node *node;
	const char *key; /* read, its value not yet; NULL otherwise */
	struct place key_place;
};

struct builder {
	const struct source *source;
	const struct node_memory *memory;
	struct report *report;
	struct open open[NODE_DEPTH_MAX];
	uint32_t depth; /* of open */
	struct node *root;
	uint32_t n_documents;
	bool lost;    /* the rest of the file cannot be understood */
	bool lacking; /* it can, but a value is not there: the tree would mislead */
};

static struct place place_at(const struct builder *builder, struct fy_token *token, size_t back)
{
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;

	if (!mark)
		return source_place(builder->source, builder->source->size);
	return source_place(builder->source, mark->input_pos >= back ? mark->input_pos - back : 0);
}

static struct open *innermost(struct builder *builder)
{
	return builder->depth ? &builder->open[builder->depth - 1] : NULL;
}

static bool expects_key(struct builder *builder)
{
	const struct open *open = innermost(builder);

	return open && open->node->kind == NODE_MAP && !open->key;
}

static void lose(struct builder *builder, struct place place, const char *message)
{
	if (!builder->lost)
		report_error_as(builder->report, "not-yaml", place, "%s", message);
	builder->lost = true;
}

/* Hangs node into what is open. */
static void attach(struct builder *builder, struct node *node)
{
	struct open *open = innermost(builder);

	if (!open) {
		builder->root = node;
		return;
	}
	node->key = open->key;
	node->key_place = open->key_place;
	open->key = NULL;
	if (open->node->last)
		open->node->last->next = node;
	else
		open->node->first = node;
	open->node->last = node;
	open->node->n++;
}

static struct node *new_node(struct builder *builder, enum node_kind kind, struct place place)
{
	struct node *node = scratch_take(builder->memory->nodes, sizeof(*node));

	*node = (struct node){ .kind = kind, .text = "", .place = place };
	return node;
}

static void begin(struct builder *builder, enum node_kind kind, struct fy_token *token)
{
	struct place place = place_at(builder, token, 0);
	struct node *node;

	if (expects_key(builder)) {
		lose(builder, place, "a key must be a word, not a list or a map");
		return;
	}
	if (builder->depth == NODE_DEPTH_MAX) {
		lose(builder, place, "nested too deeply");
		return;
	}
	node = new_node(builder, kind, place);
	attach(builder, node);
	builder->open[builder->depth++] = (struct open){ .node = node };
}

/* Keeps the first of entries under the same key. */
static void drop_duplicates(struct builder *builder, struct node *map)
{
	CLEANUP(map_free) struct map *keys = map_new();
	struct node **kept = scratch_take(builder->memory->nodes, map->n * sizeof(struct node *));
	uint32_t n = 0;

	for (struct node *entry = map->first; entry; entry = entry->next) {
		if (map_add(keys, entry->key, strlen(entry->key), n) == 0) {
			kept[n++] = entry;
			continue;
		}
		report_error_as(
			builder->report, "given-twice", entry->key_place,
			"'%s' is given twice; first in line %u", entry->key,
			kept[map_find(keys, entry->key, strlen(entry->key))]->key_place.line);
	}
	for (uint32_t i = 0; i + 1 < n; i++)
		kept[i]->next = kept[i + 1];
	kept[n - 1]->next = NULL;
	map->last = kept[n - 1];
	map->n = n;
}

static void end(struct builder *builder)
{
	struct node *node;

	assert(builder->depth > 0);
	node = builder->open[--builder->depth].node;
	if (node->kind == NODE_MAP && node->n > 1)
		drop_duplicates(builder, node);
}

static bool is_quoted(enum fy_scalar_style style)
{
	return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

/* Copies the text of token, without the line end of a block; or loses the thread if there are
 * control characters in it. */
static const char *copy_text(struct builder *builder, struct fy_token *token, struct place place)
{
	size_t size = 0;
	const char *bytes = token ? fy_token_get_text(token, &size) : NULL;

	if (!bytes)
		return "";
	while (size > 0 && bytes[size - 1] == '\n')
		size--;
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)bytes[i] >= 0x20 && bytes[i] != 0x7f)
			continue;
		lose(builder, place, "a text must be one line without control characters");
		return "";
	}
	return scratch_copy(builder->memory->texts, bytes, size);
}

static void take_key(struct builder *builder, const char *text, struct place place, bool quoted)
{
	struct open *open = innermost(builder);

	if (!quoted && strcmp(text, "<<") == 0) {
		report_error(builder->report, place,
			     "merge keys are not supported; write the values out");
		builder->lacking = true;
	}
	open->key = text;
	open->key_place = place;
}

static void take_scalar(struct builder *builder, struct fy_token *token)
{
	bool quoted = token && is_quoted(fy_token_scalar_style(token));
	struct place place = place_at(builder, token, quoted);
	const char *text = copy_text(builder, token, place);
	struct node *node;

	if (builder->lost)
		return;
	if (expects_key(builder)) {
		take_key(builder, text, place, quoted);
		return;
	}
	node = new_node(builder, NODE_TEXT, place);
	node->text = text;
	if (innermost(builder) && (!token || !fy_token_start_mark(token)))
		node->place = innermost(builder)->key ? innermost(builder)->key_place
						      : innermost(builder)->node->place;
	attach(builder, node);
}

static void refuse_anchor(struct builder *builder, struct fy_token *anchor)
{
	if (anchor)
		report_error(builder->report, place_at(builder, anchor, 1),
			     "anchors are not supported; write the value out where it is used");
}

static void refuse_tag(struct builder *builder, struct fy_token *tag)
{
	if (tag)
		report_error(builder->report, place_at(builder, tag, 0),
			     "tags are not supported; the key says what its value is");
}

static void take_alias(struct builder *builder, struct fy_token *anchor)
{
	report_error(builder->report, place_at(builder, anchor, 1),
		     "aliases are not supported; write the value out");
	builder->lacking = true;
	take_scalar(builder, NULL);
}

static void begin_document(struct builder *builder, struct fy_token *token)
{
	if (builder->n_documents++ > 0)
		lose(builder, place_at(builder, token, 0), "a file holds one document only");
}

static void take_event(struct builder *builder, const struct fy_event *event)
{
	switch (event->type) {
	case FYET_DOCUMENT_START:
		begin_document(builder, event->document_start.document_start);
		break;
	case FYET_SCALAR:
		refuse_anchor(builder, event->scalar.anchor);
		refuse_tag(builder, event->scalar.tag);
		take_scalar(builder, event->scalar.value);
		break;
	case FYET_ALIAS:
		take_alias(builder, event->alias.anchor);
		break;
	case FYET_MAPPING_START:
		refuse_anchor(builder, event->mapping_start.anchor);
		refuse_tag(builder, event->mapping_start.tag);
		begin(builder, NODE_MAP, event->mapping_start.mapping_start);
		break;
	case FYET_SEQUENCE_START:
		refuse_anchor(builder, event->sequence_start.anchor);
		refuse_tag(builder, event->sequence_start.tag);
		begin(builder, NODE_LIST, event->sequence_start.sequence_start);
		break;
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		end(builder);
		break;
	case FYET_NONE:
	case FYET_STREAM_START:
	case FYET_STREAM_END:
	case FYET_DOCUMENT_END:
		break;
	}
}

/* If a line of source is indented with a tab: that is the mistake, whatever the parser says. */
static bool find_tab(const struct source *source, struct place *ret)
{
	for (uint32_t line = 1; line <= source->n_lines; line++) {
		size_t size;
		const char *bytes = source_line(source, line, &size);
		size_t blanks = 0;

		while (blanks < size && bytes[blanks] == ' ')
			blanks++;
		if (blanks < size && bytes[blanks] == '\t') {
			*ret = source_place(source, (size_t)(bytes - source->bytes) + blanks);
			return true;
		}
	}
	return false;
}

/* The parser's lines and columns count from 1; what it says may lie behind the end of the file. */
static struct place place_of_error(const struct builder *builder, const struct fy_diag_error *error)
{
	const struct source *source = builder->source;
	uint32_t line = error->line > 0 ? (uint32_t)error->line : 1;
	uint32_t column = error->column > 0 ? (uint32_t)error->column : 1;
	size_t size;

	if (builder->depth && strstr(error->msg, "without a closing"))
		return builder->open[builder->depth - 1].node->place;
	if (line > source->n_lines)
		return source_place(source, source->size);
	(void)source_line(source, line, &size);
	if (column > size + 1)
		column = (uint32_t)size + 1;
	return (struct place){ .file = source->name, .line = line, .column = column };
}

static void report_syntax(struct builder *builder, struct fy_diag *diag)
{
	void *position = NULL;
	const struct fy_diag_error *error;
	struct place place;

	if (find_tab(builder->source, &place)) {
		lose(builder, place, "lines are indented with spaces, not with tabs");
		return;
	}
	while ((error = fy_diag_errors_iterate(diag, &position)))
		if (error->type == FYET_ERROR)
			lose(builder, place_of_error(builder, error), error->msg);
	lose(builder, source_place(builder->source, builder->source->size), "not valid YAML");
}

static void run(struct builder *builder, struct fy_parser *parser, struct fy_diag *diag)
{
	struct fy_event *event;

	if (fy_parser_set_string(parser, builder->source->bytes, builder->source->size)) {
		report_syntax(builder, diag);
		return;
	}
	while (!builder->lost && (event = fy_parser_parse(parser))) {
		take_event(builder, event);
		fy_parser_event_free(parser, event);
	}
	if (!builder->lost && fy_parser_get_stream_error(parser))
		report_syntax(builder, diag);
}

static void keep_quiet(struct fy_diag *diag, void *user, const char *bytes, size_t size)
{
	(void)diag;
	(void)user;
	(void)bytes;
	(void)size;
}

static void parse(struct builder *builder)
{
	struct fy_diag_cfg diag_options;
	struct fy_parse_cfg options = { .flags = FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE };
	struct fy_parser *parser;

	fy_diag_cfg_default(&diag_options);
	diag_options.fp = NULL;
	diag_options.output_fn = keep_quiet;
	options.diag = fy_diag_create(&diag_options);
	assert(options.diag);
	fy_diag_set_collect_errors(options.diag, true);
	parser = fy_parser_create(&options);
	assert(parser);

	run(builder, parser, options.diag);
	fy_parser_destroy(parser);
	fy_diag_destroy(options.diag);
}

/* Bytes of the well-formed character at bytes (RFC 3629), or 0.  Control characters that no text
 * file holds are not well-formed here. */
static size_t utf8_size(const unsigned char *bytes, size_t left)
{
	unsigned char first = bytes[0];
	size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t code = size == 1 ? first : first & (0x7fu >> size);

	if (first < 0x80)
		return first >= 0x20 || (first >= '\t' && first <= '\r') ? 1 : 0;
	if (first < 0xc2 || first > 0xf4 || left < size)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	if ((size == 3 && code < 0x800) || (size == 4 && (code < 0x10000 || code > 0x10ffff)) ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return size;
}

static bool check_bytes(struct builder *builder)
{
	const struct source *source = builder->source;
	const unsigned char *bytes = (const unsigned char *)source->bytes;
	size_t size;

	for (size_t i = 0; i < source->size; i += size) {
		size = utf8_size(bytes + i, source->size - i);
		if (size > 0)
			continue;
		lose(builder, source_place(source, i),
		     bytes[i] < 0x80 ? "control character" : "not UTF-8");
		return false;
	}
	return true;
}

const struct node *node_parse(const struct source *source, const struct node_memory *memory,
			      struct report *report)
{
	struct builder builder = { .source = source, .memory = memory, .report = report };

	if (check_bytes(&builder))
		parse(&builder);
	if (builder.lost || builder.lacking)
		return NULL;
	if (!builder.root || (builder.root->kind == NODE_TEXT && !builder.root->text[0]))
		return new_node(&builder, NODE_MAP, source_place(source, 0));
	return builder.root;
}
