/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each word of a site says how its alert stands as a whole.  What differs here is brought about by
 * the ordinary moves, so that it is logged, counted and told like anything else; what does not
 * differ brings about nothing, however often it is said.
 */
#include "iocd/mirror.h"

#include <string.h>

#include "mirror_read.h"
#include "mirroring.h"

/* Whether entry was carried by word's site, up to word's transition or beyond. */
static bool is_older(const struct entry *entry, const struct mirror_site *site,
		     const struct word *word)
{
	struct mirrored known;

	return mirroring_is_of(entry, site, &known) && word->mirrored.number <= known.number;
}

/* Whether word opens an alert that nobody here knows, or knows any more.  What is only latched may
 * have been reset here, and the site does not know yet. */
static bool opens(const struct word *word)
{
	return word->stands ||
	       (word->latched && (word->news == NEWS_NORMAL || word->news == NEWS_NOTHING));
}

/* ---- its condition ---- */

static enum judgement judgement_of(const struct entry *entry, const struct word *word)
{
	return word->severity == SEVERITY_CRITICAL &&
			       entry->alert.rule->severity == SEVERITY_CRITICAL
		       ? JUDGE_CRITICAL
		       : JUDGE_WARNING;
}

static void add_sample(struct entry *entry, enum judgement judgement, const struct word *word)
{
	const struct verdict verdict = { .judgement = judgement, .position = word->record };

	entry_absorb(entry, &verdict);
}

/* It stands there, and perhaps they do not know whether it still does. */
static void stand(struct alertbook *book, struct entry *entry, const struct word *word,
		  const struct author *author)
{
	const struct alert_policy policy = { .is_latched = true };
	const struct alert_machine *machine = &entry->alert.machine;
	enum judgement judgement = judgement_of(entry, word);
	bool is_known = alert_state_is_told(machine->state) && machine->judgement == judgement;

	if (!word->uncertain || !is_known) {
		add_sample(entry, judgement, word);
		(void)book_judge(book, entry, &policy, judgement, author);
	}
	if (word->uncertain)
		(void)book_judge(book, entry, &policy, JUDGE_UNKNOWN, author);
}

/* It does not, or only by its latch. */
static void end(struct alertbook *book, struct entry *entry, const struct word *word,
		const struct author *author)
{
	const struct alert_policy policy = {
		.is_latched = word->latched,
		.is_awaited = word->handling == HANDLING_CLEARED_UNACKNOWLEDGED,
	};

	if (word->latched && entry_rests(entry))
		(void)book_judge(book, entry, &policy, judgement_of(entry, word), author);
	entry->alert.closed = word->closed;
	(void)book_judge(book, entry, &policy, JUDGE_CLEAR, author);
	entry->alert.closed = false;
}

static void end_drill(struct alertbook *book, struct entry *entry, const struct word *word,
		      const struct author *author)
{
	struct alert *alert = &entry->alert;
	bool was_drill = alert->drill;

	alert->drill = word->drill;
	if (was_drill && !word->drill)
		book_tell(book, entry, alert_machine_end_drill(&alert->machine), author);
}

/* ---- why it is not told: not there either, or it is no news ---- */

static void suppress(struct alertbook *book, struct entry *entry, const struct word *word,
		     const struct author *author)
{
	if (word->mirrored.suppressed != 0)
		book_suppress(book, entry, SUPPRESSION_ORIGIN, word->suppressed_by,
			      word->suppressed_until_ms, author);
	if (word->is_old && (word->stands || word->latched))
		book_suppress(book, entry, SUPPRESSION_BACKLOG, "", 0, author);
}

static void release(struct alertbook *book, struct entry *entry, const struct word *word,
		    const struct author *author)
{
	if (word->mirrored.suppressed == 0)
		book_release(book, entry, SUPPRESSION_ORIGIN, author);
	if (!word->is_old)
		book_release(book, entry, SUPPRESSION_BACKLOG, author);
}

/* ---- the whole ---- */

static bool is_same_text(const struct mirrored *a, const struct mirrored *b,
			 enum mirrored_text text)
{
	size_t size = a->texts[text].size;

	return size == b->texts[text].size &&
	       (size == 0 || memcmp(a->texts[text].bytes, b->texts[text].bytes, size) == 0);
}

/* Whether both are the same alert at their site: of twins there it tells one, then the other. */
static bool is_same_alert(const struct mirrored *a, const struct mirrored *b)
{
	return is_same_text(a, b, MIRRORED_UNIT) && is_same_text(a, b, MIRRORED_SENDER) &&
	       is_same_text(a, b, MIRRORED_SITE_RULE);
}

/* Puts the words of the site in the place of those that were; orders that are on their way stay,
 * unless entry begins anew. */
static void absorb(struct entry *entry, const struct mirror_site *site, const struct word *word,
		   bool is_new)
{
	struct mirrored mirrored = word->mirrored, known;

	if (!is_new && mirroring_is_of(entry, site, &known) && is_same_alert(&known, &mirrored)) {
		mirrored.flags[MIRRORED_ACKNOWLEDGEMENT] = known.flags[MIRRORED_ACKNOWLEDGEMENT];
		mirrored.flags[MIRRORED_OWNER] = known.flags[MIRRORED_OWNER];
	}
	mirrored_pack(entry->alert.detail, &mirrored);
	entry->alert.origin = site->unit;
}

static void carry(struct alertbook *book, struct entry *entry, const struct word *word)
{
	const struct author author = { .by = word->by.name, .note = word->note };

	suppress(book, entry, word, &author);
	if (entry_rests(entry))
		release(book, entry, word, &author);
	if (alert_machine_stands(&entry->alert.machine))
		end_drill(book, entry, word, &author);
	else
		entry->alert.drill = word->drill;

	if (word->stands)
		stand(book, entry, word, &author);
	else if (word->latched || alert_machine_stands(&entry->alert.machine))
		end(book, entry, word, &author);
	mirroring_handle(book, entry, word);
	release(book, entry, word, &author);
	book_settle(book, entry);
}

static int carry_transition(struct alertbook *book, const struct mirror_site *site,
			    const struct word *word)
{
	struct open_key key = { .rule = book->causes.mirror_rule, .unit = word->unit };
	struct entry *entry;
	bool is_new;

	if (key.rule == UINT32_MAX || !rules_at(book->rules, key.rule)->applies[word->unit])
		return MIRROR_FULL;
	memcpy(key.subject, word->subject, sizeof(key.subject));
	entry = book_find(book, &key);
	if (entry && is_older(entry, site, word))
		return MIRROR_OLDER;

	is_new = (!entry || entry_rests(entry)) && opens(word);
	if (is_new) {
		entry = book_begin(book, entry, &key,
				   word->severity == SEVERITY_CRITICAL ? ALERTBOOK_EVENTS
								       : ALERTBOOK_MINOR);
		if (!entry)
			return MIRROR_FULL;
	}
	if (!entry)
		return 0;
	absorb(entry, site, word, is_new);
	if (is_new)
		causes_look(book, entry, &book_itself); /* its twin is known only now */
	if (is_new || !entry_rests(entry) || !word->latched)
		carry(book, entry, word);
	return 0;
}

int alertbook_mirror(struct alertbook *book, const struct units *units,
		     const struct mirror_site *site, const char *json, size_t size, int64_t now_ms,
		     uint64_t position)
{
	CLEANUP_WORD struct word word;
	int r = word_read(&word, units, site, json, size);

	alertbook_tick(book, now_ms, position);
	if (r)
		return r;
	word.is_old = site->is_old;
	word.record = site->record;
	if (!word.standing)
		return carry_transition(book, site, &word);
	mirroring_list(book, units, site, &word);
	return 0;
}

void alertbook_mirror_moved(struct alertbook *book, const struct mirror_site *site, bool is_lost,
			    int64_t now_ms, uint64_t position)
{
	const struct alert_policy policy = { .is_latched = true };
	const struct author author = { .by = "",
				       .note = is_lost ? "its site is lost"
						       : "its site is heard again" };
	struct entry *entry, *next;

	alertbook_tick(book, now_ms, position);
	HASH_ITER (hh, book->entries, entry, next) {
		const struct alert_machine *machine = &entry->alert.machine;
		struct mirrored known;

		if (!mirroring_is_of(entry, site, &known) || !alert_state_is_told(machine->state))
			continue;
		if (is_lost)
			(void)book_judge(book, entry, &policy, JUDGE_UNKNOWN, &author);
		else if (!known.flags[MIRRORED_UNCERTAIN])
			(void)book_judge(book, entry, &policy, machine->judgement, &author);
		book_settle(book, entry);
	}
}

void alertbook_mirror_caught_up(struct alertbook *book, const struct mirror_site *site,
				int64_t now_ms, uint64_t position)
{
	static const struct author author = { .by = "", .note = "its site has caught up" };
	struct entry *entry, *next;

	alertbook_tick(book, now_ms, position);
	HASH_ITER (hh, book->entries, entry, next) {
		const struct alert_machine *machine = &entry->alert.machine;
		struct mirrored known;

		if (!(machine->suppressed & SUPPRESSION_BIT(SUPPRESSION_BACKLOG)) ||
		    !mirroring_is_of(entry, site, &known))
			continue;
		book_release(book, entry, SUPPRESSION_BACKLOG, &author);
		book_settle(book, entry);
	}
}
