/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "hint.h"
#include "outbox_scan.h"
#include "stash.h"

#define NONE UINT64_MAX

struct outbox {
	char *directory;
	char name[RECORD_JOURNAL_MAX]; /* of the journal that keys are of */
	uint64_t segment_bytes;
	struct journal *journal;
	struct text first_note;
	struct marks marks;
	struct stash stash;
	uint64_t n;      /* items put, in this epoch; of the stash none */
	bool has_key;    /* of the present journal something was put: */
	struct key last; /* the key of the last, of the stash too */
	int64_t last_ms; /* when the last item was recorded */
	int fault;

	struct mark safe;    /* all before it is on the disk */
	struct mark next;    /* ... and will be before this */
	uint64_t note;       /* position of the last note that is on the disk, or NONE */
	uint64_t next_note;  /* of the last note */
	uint64_t trim;       /* position that files may go up to ... */
	uint64_t trim_after; /* ... when all before this is on the disk; NONE: nothing is wanted */
	uint64_t hinted;     /* position up to which the hint knows */
};

/* ---- opening ---- */

/* "-" would say that there is no key. */
static void name_journal(struct outbox *outbox, const char *id)
{
	size_t n = strcspn(id, " ");

	if (n == 0) {
		id = "none";
		n = strlen(id);
	}
	if (n > RECORD_JOURNAL_MAX - 1)
		n = RECORD_JOURNAL_MAX - 1;
	memcpy(outbox->name, id, n);
	outbox->name[n] = '\0';
}

static int open_journal(struct outbox *outbox)
{
	const struct journal_options options = {
		.directory = outbox->directory,
		.segment_bytes = outbox->segment_bytes,
		.mode = JOURNAL_INTERVAL,
	};
	struct journal_recovery recovery;
	int r;

	r = journal_open(&outbox->journal, &options, &recovery);
	if (r == JOURNAL_HELD)
		return err_raise(-EBUSY);
	if (r == JOURNAL_CORRUPT) {
		log_error("outbox.damaged", "directory=%s where=\"%s\"", outbox->directory,
			  recovery.where);
		return err_raise(-EUCLEAN);
	}
	return r > 0 ? err_fold(r) : err_pass(r);
}

static int look_through(struct outbox *outbox)
{
	struct outbox_scan scan = { .journal = outbox->journal,
				    .directory = outbox->directory,
				    .name = outbox->name,
				    .marks = &outbox->marks,
				    .note = &outbox->first_note };
	uint64_t end = journal_end(outbox->journal);
	int r;

	r = outbox_scan(&scan);
	if (r) {
		log_error("outbox.damaged", "directory=%s error=\"%s\"", outbox->directory,
			  strerror(-r));
		return err_pass(r);
	}
	outbox->n = scan.n;
	outbox->has_key = scan.has_key;
	outbox->last = scan.last;
	outbox->last_ms = scan.last_ms;
	outbox->note = outbox->next_note = scan.note_position;
	outbox->safe = outbox->next = (struct mark){ outbox->n, end };
	outbox->hinted = end;
	return 0;
}

int outbox_open(struct outbox **ret, const struct outbox_options *options)
{
	CLEANUP(outbox_free) struct outbox *outbox = xcalloc(1, sizeof(*outbox));
	int r;

	outbox->directory = xstrdup(options->directory);
	outbox->segment_bytes = options->segment_bytes;
	outbox->trim_after = NONE;
	name_journal(outbox, options->journal_id);
	marks_init(&outbox->marks, options->mark_ms);
	r = open_journal(outbox);
	if (r == 0)
		r = look_through(outbox);
	if (r)
		return err_pass(r);

	*ret = outbox;
	outbox = NULL;
	return 0;
}

int outbox_start(struct outbox *outbox, journal_synced_fn *synced, void *context)
{
	return err_pass(journal_start(outbox->journal, synced, context));
}

static void write_hint(struct outbox *outbox)
{
	const struct hint hint = { .epoch = journal_id(outbox->journal), .note = outbox->note };

	hint_write(&hint, &outbox->marks, journal_synced(outbox->journal), outbox->directory);
	outbox->hinted = journal_end(outbox->journal);
}

struct outbox *outbox_free(struct outbox *outbox)
{
	if (!outbox)
		return NULL;

	if (outbox->journal)
		write_hint(outbox);
	journal_free(outbox->journal);
	stash_fini(&outbox->stash);
	marks_fini(&outbox->marks);
	text_fini(&outbox->first_note);
	free(outbox->directory);
	free(outbox);
	return NULL;
}

/* ---- what is there ---- */

const char *outbox_epoch(const struct outbox *outbox)
{
	return journal_id(outbox->journal);
}

struct slice outbox_first_note(const struct outbox *outbox)
{
	return (struct slice){ text_get(&outbox->first_note), outbox->first_note.size };
}

bool outbox_last_key(const struct outbox *outbox, struct key *ret)
{
	if (outbox->has_key)
		*ret = outbox->last;
	return outbox->has_key;
}

bool outbox_has(const struct outbox *outbox, struct key key)
{
	return outbox->has_key && !key_is_behind(key, outbox->last);
}

struct mark outbox_head(const struct outbox *outbox)
{
	return (struct mark){ outbox->n, journal_end(outbox->journal) };
}

struct mark outbox_safe_head(const struct outbox *outbox)
{
	return outbox->safe;
}

int64_t outbox_last_ms(const struct outbox *outbox)
{
	return outbox->last_ms;
}

int outbox_fault(const struct outbox *outbox)
{
	int fault = journal_fault(outbox->journal);

	return fault ? fault : outbox->fault;
}

void outbox_set_fault(struct outbox *outbox, int fault)
{
	if (!outbox->fault)
		outbox->fault = fault;
}

bool outbox_is_whole(const struct outbox *outbox)
{
	return outbox_fault(outbox) == 0 && stash_is_empty(&outbox->stash);
}

bool outbox_is_settled(const struct outbox *outbox)
{
	return outbox_is_whole(outbox) &&
	       journal_synced(outbox->journal) == journal_end(outbox->journal);
}

const struct marks *outbox_marks(const struct outbox *outbox)
{
	return &outbox->marks;
}

struct journal *outbox_journal(const struct outbox *outbox)
{
	return outbox->journal;
}

uint64_t outbox_segment_bytes(const struct outbox *outbox)
{
	return outbox->segment_bytes;
}

/* ---- putting ---- */

static bool is_full(int fault)
{
	return fault == -ENOSPC || fault == -EDQUOT;
}

/* 0, OUTBOX_TIGHT or a fault. */
static int append(struct outbox *outbox, enum record_kind kind, const struct stashed *item)
{
	struct title title = { .number = outbox->n, .key = item->key, .about = item->about };
	char topic[RECORD_TOPIC_MAX];
	struct record record = {
		.kind = kind,
		.topic = topic,
		.payload = item->body.bytes,
		.payload_size = item->body.size,
	};
	int r;

	memcpy(title.journal, item->journal, sizeof(title.journal));
	record.topic_size = title_write(&title, topic);
	r = journal_append(outbox->journal, &record, item->recorded_ms);
	if (is_full(r) && journal_fault(outbox->journal) == 0)
		return OUTBOX_TIGHT;
	return r > 0 ? err_fold(r) : err_pass(r);
}

static int append_item(struct outbox *outbox, const struct stashed *item)
{
	struct placed placed = { .mark = outbox_head(outbox) };
	int r;

	r = append(outbox, RECORD_MESSAGE, item);
	if (r)
		return r > 0 ? r : err_pass(r);

	if (item->recorded_ms > outbox->last_ms)
		outbox->last_ms = item->recorded_ms;
	placed.recorded_ms = outbox->last_ms;
	marks_note(&outbox->marks, &placed);
	outbox->n++;
	return 0;
}

static int fail(struct outbox *outbox, int fault)
{
	log_error("outbox.put", "directory=%s error=\"%s\" at=%s", outbox->directory,
		  strerror(-fault), err_trace());
	outbox_set_fault(outbox, fault);
	return err_pass(fault);
}

static struct stashed item_of(const struct outbox *outbox, struct key key, struct slice about,
			      struct slice body, int64_t recorded_ms)
{
	struct stashed item = {
		.key = key,
		.recorded_ms = recorded_ms > 0 ? recorded_ms : 0,
		.about = about,
		.body = body,
	};

	memcpy(item.journal, outbox->name, sizeof(item.journal));
	return item;
}

static void note_key(struct outbox *outbox, struct key key)
{
	outbox->has_key = true;
	outbox->last = key;
}

static int stash_or_fail(struct outbox *outbox, const struct stashed *item)
{
	if (!stash_put(&outbox->stash, item))
		return fail(outbox, err_raise(-ENOSPC));

	note_key(outbox, item->key);
	return 0;
}

int outbox_put_now(struct outbox *outbox, struct key key, struct slice about, struct slice body,
		   int64_t recorded_ms)
{
	const struct stashed item = item_of(outbox, key, about, body, recorded_ms);
	int r = outbox_fault(outbox);

	if (r)
		return err_pass(r);
	if (outbox_has(outbox, key))
		return OUTBOX_KNOWN;
	if (!stash_is_empty(&outbox->stash))
		return OUTBOX_TIGHT;

	r = append_item(outbox, &item);
	if (r)
		return r > 0 ? r : err_pass(fail(outbox, r));
	note_key(outbox, key);
	return 0;
}

int outbox_put(struct outbox *outbox, struct key key, struct slice about, struct slice body,
	       int64_t recorded_ms)
{
	int r = outbox_put_now(outbox, key, about, body, recorded_ms);

	if (r == OUTBOX_TIGHT) {
		const struct stashed item = item_of(outbox, key, about, body, recorded_ms);

		r = stash_or_fail(outbox, &item);
	}
	return r > 0 ? r : err_pass(r);
}

int outbox_note(struct outbox *outbox, struct slice note)
{
	struct stashed item =
		item_of(outbox, outbox->last, (struct slice){ "", 0 }, note, outbox->last_ms);
	uint64_t position = journal_end(outbox->journal);
	int r = outbox_fault(outbox);

	if (r)
		return err_pass(r);
	if (!stash_is_empty(&outbox->stash))
		return OUTBOX_TIGHT; /* its key would be ahead of its items */
	if (!outbox->has_key)
		memcpy(item.journal, "-", 2);

	r = append(outbox, RECORD_OWN, &item);
	if (r)
		return r > 0 ? r : err_pass(fail(outbox, r));
	outbox->next_note = position;
	return 0;
}

/* ---- keeping ---- */

void outbox_trim(struct outbox *outbox, uint64_t position)
{
	outbox->trim = position;
	outbox->trim_after = journal_end(outbox->journal);
}

static void retry(struct outbox *outbox)
{
	while (outbox_fault(outbox) == 0 && !stash_is_empty(&outbox->stash)) {
		struct stashed item = stash_peek(&outbox->stash);
		int r = append_item(outbox, &item);

		if (r < 0)
			(void)fail(outbox, r);
		if (r)
			return;
		stash_pass(&outbox->stash);
	}
}

void outbox_tick(struct outbox *outbox)
{
	uint64_t synced = journal_synced(outbox->journal);

	retry(outbox);
	if (synced >= outbox->next.position) {
		outbox->safe = outbox->next;
		outbox->next = outbox_head(outbox);
	}
	if (synced >= outbox->next.position)
		outbox->safe = outbox->next;
	if (outbox->next_note != NONE && synced > outbox->next_note)
		outbox->note = outbox->next_note;
	if (outbox->trim_after != NONE && synced >= outbox->trim_after) {
		journal_retain(outbox->journal, outbox->trim, 0, 0);
		marks_drop(&outbox->marks, outbox->trim);
	}
	if (outbox->next.position >= outbox->hinted + outbox->segment_bytes)
		write_hint(outbox);
}
