/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is opened and has to be closed: files at the one-stop, documents, feedback, questions.
 */
#include "maker.h"

#define LATE_EVERY    100 /* of so many files that are received one is too late */
#define CROSS_UNIT_MS 5000
#define DELIVERY_MS   (10 * 60000)

/* What another unit goes on with must have been told before. */
static int64_t ready_ms(const struct making *making)
{
	return making->run_ms + (making->world->batched ? CROSS_UNIT_MS : 0);
}

static void name_file(struct making *making, const struct file *file)
{
	making->fact->in_order = true;
	maker_name(making, "record", "", file->origin, file->number);
}

/* Takes the file away that is due first of those that may be handled and, for late, are overdue or
 * not; false if there is none. */
static bool take_file(struct making *making, bool late, struct file *ret)
{
	struct office *office = making->office;
	uint32_t best = office->n_open;

	for (uint32_t i = 0; i < office->n_open; i++) {
		const struct file *file = &office->open[i];

		if (file->ready_ms <= making->run_ms &&
		    late == (file->due_ms < making->fact->time_ms) &&
		    (best == office->n_open || file->due_ms < office->open[best].due_ms))
			best = i;
	}
	if (best == office->n_open)
		return false;
	*ret = office->open[best];
	office->open[best] = office->open[--office->n_open];
	name_file(making, ret);
	return true;
}

static bool receive(struct making *making, int64_t due_ms)
{
	static const char *const channels[] = { "online",  "online",  "online",
						"counter", "counter", "post" };
	static const char *const levels[] = { "full", "full", "partial", "paper" };
	struct office *office = making->office;
	struct file file = { .origin = making->fact->unit, .due_ms = due_ms };

	if (office->n_open == FILES_MAX)
		return false;
	file.number = ++office->n_files;
	office->open[office->n_open++] = file;
	name_file(making, &file);
	maker_text(making, "procedure", "TT-%03u", 1 + maker_draw(making, 180));
	maker_pick(making, "channel", channels, COUNT(channels));
	maker_pick(making, "level", levels, COUNT(levels));
	maker_time(making, "due", due_ms);
	return true;
}

/* Late ones are spaced, not drawn: a small unit with two in a row would be a finding of its own. */
bool make_received(struct making *making)
{
	uint32_t nth = (making->office->n_files + making->office->phase) % LATE_EVERY;
	uint32_t days = 5 + maker_draw(making, 15);

	return receive(making, making->fact->time_ms + (nth == LATE_EVERY - 1 ? 0 : days * DAY_MS));
}

static void describe_result(struct making *making)
{
	maker_text(making, "result", maker_rarely(making, 25) ? "refused" : "granted");
	maker_number(making, "digitized", !maker_rarely(making, 10));
}

bool make_resolved(struct making *making)
{
	struct file file;

	if (!take_file(making, true, &file) && !take_file(making, false, &file))
		return false;
	describe_result(making);
	return true;
}

bool make_suspended(struct making *making)
{
	return !making->office->resting.number &&
	       take_file(making, false, &making->office->resting);
}

bool make_resumed(struct making *making)
{
	struct office *office = making->office;

	if (!office->resting.number || office->n_open == FILES_MAX)
		return false;
	name_file(making, &office->resting);
	office->open[office->n_open++] = office->resting;
	office->resting.number = 0;
	return true;
}

bool make_transferred(struct making *making)
{
	struct office *other;
	struct file file;

	if (making->other_unit == UNIT_NONE || making->other_unit == making->fact->unit)
		return false;
	other = &making->offices[making->other_unit];
	if (other->n_open == FILES_MAX || !take_file(making, false, &file))
		return false;
	file.ready_ms = ready_ms(making);
	other->open[other->n_open++] = file;
	maker_text(making, "to_unit", "%s", units_at(making->world->units, making->other_unit)->id);
	return true;
}

bool make_withdrawn(struct making *making)
{
	struct file file;

	return take_file(making, false, &file);
}

enum kind_number told_file_kind(const struct making *making, bool late)
{
	const struct office *office = making->office;

	for (uint32_t i = 0; i < office->n_open; i++)
		if (office->open[i].ready_ms <= making->run_ms &&
		    late == (office->open[i].due_ms < making->fact->time_ms))
			return KIND_RESOLVED;
	return KIND_RECEIVED;
}

void make_told_file(struct making *making, bool late, enum kind_number kind)
{
	struct file file;

	if (kind == KIND_RESOLVED) {
		if (take_file(making, late, &file))
			describe_result(making);
		return;
	}
	if (making->office->n_open == FILES_MAX)
		making->office->n_open--; /* forgotten on some desk */
	(void)receive(making, making->fact->time_ms + (late ? 0 : 10 * DAY_MS));
}

bool make_sent(struct making *making)
{
	static const char *const levels[] = { "central", "province", "district", "commune" };
	uint32_t depth = units_at(making->world->units, making->fact->unit)->depth;
	uint32_t number;

	if (!papers_add(&making->office->documents, making->fact->time_ms, DELIVERY_MS, &number))
		return false;
	making->fact->in_order = true;
	maker_name(making, "document", "VB-", making->fact->unit, number);
	maker_number(making, "signed", !maker_rarely(making, 500));
	maker_text(making, "from_level", "%s", levels[1 + (depth < 2 ? depth : 2)]);
	maker_pick(making, "to_level", levels, COUNT(levels));
	maker_time(making, "due", making->fact->time_ms + 30 * 60000);
	return true;
}

bool make_delivered(struct making *making)
{
	uint32_t number;

	if (!papers_take(&making->office->documents, making->fact->time_ms, &number))
		return false;
	making->fact->in_order = true;
	maker_name(making, "document", "VB-", making->fact->unit, number);
	return true;
}

bool make_feedback(struct making *making)
{
	static const char *const topics[] = { "environment", "environment", "land", "traffic",
					      "traffic",     "procedures",  "other" };
	static const char *const channels[] = { "app", "app", "hotline", "portal", "counter" };
	uint32_t number;

	if (!papers_add(&making->office->tickets, making->fact->time_ms, DAY_MS, &number))
		return false;
	making->fact->in_order = true;
	maker_name(making, "ticket", "PA-", making->fact->unit, number);
	maker_pick(making, "topic", topics, COUNT(topics));
	maker_pick(making, "channel", channels, COUNT(channels));
	maker_time(making, "due", making->fact->time_ms + 7 * DAY_MS);
	return true;
}

bool make_answer(struct making *making)
{
	uint32_t number;

	if (!papers_take(&making->office->tickets, making->fact->time_ms, &number))
		return false;
	making->fact->in_order = true;
	maker_name(making, "ticket", "PA-", making->fact->unit, number);
	if (!maker_rarely(making, 3))
		maker_number(making, "satisfied", !maker_rarely(making, 8));
	return true;
}

static void name_question(struct making *making, const struct question *question)
{
	making->fact->in_order = true;
	maker_name(making, "record", "XD-", question->asker, question->number);
	maker_text(making, "asked_unit", "%s", units_at(making->world->units, question->asked)->id);
}

/* Now and then the answer is wanted by tomorrow: that is told at once. */
bool make_question(struct making *making)
{
	struct questions *questions = making->questions;
	struct question question = { .asker = making->fact->unit,
				     .asked = making->other_unit,
				     .ready_ms = ready_ms(making) };

	if (questions->n_open == QUESTIONS_MAX || question.asked == UNIT_NONE)
		return false;
	question.number = ++questions->n;
	question.due_ms = making->fact->time_ms + (question.number % 20 == 0 ? 1 : 7) * DAY_MS;
	questions->open[questions->n_open++] = question;
	name_question(making, &question);
	maker_time(making, "due", question.due_ms);
	return true;
}

/* What is due first is answered first. */
bool make_comment(struct making *making)
{
	struct questions *questions = making->questions;
	struct question question;
	uint32_t best = 0;

	for (uint32_t i = 1; i < questions->n_open; i++)
		if (questions->open[i].due_ms < questions->open[best].due_ms)
			best = i;
	if (questions->n_open == 0 || questions->open[best].ready_ms > making->run_ms)
		return false;
	question = questions->open[best];
	questions->open[best] = questions->open[--questions->n_open];
	making->fact->unit = question.asked;
	name_question(making, &question);
	return true;
}
