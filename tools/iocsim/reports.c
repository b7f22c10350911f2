/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What offices report of themselves: meetings, mail, training, indexes, plans and how far they are.
 */
#include <math.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "maker.h"

#define PAPER_EVERY      500 /* of so many files of work one is on paper */
#define INSPECTION_EVERY 3   /* of so many inspections one is held in person */

enum { DONE_WORK, DONE_INSPECTION };

/* True for each n-th of what this unit does. */
static bool is_nth(struct making *making, size_t what, uint32_t n)
{
	return (making->office->n_done[what]++ + making->office->phase) % n == n - 1;
}

static uint32_t count_staff(const struct making *making)
{
	return 30 + making->fact->unit * 13 % 70;
}

/* A little better or worse in each unit, 0 to 1, the same in a whole run. */
static double quality(const struct making *making)
{
	return making->office->phase / 25.0;
}

bool make_meeting(struct making *making)
{
	maker_number(making, "paperless", maker_draw(making, 10) < 8);
	maker_number(making, "online", maker_draw(making, 10) < 4);
	return true;
}

bool make_mail(struct making *making)
{
	uint32_t staff = count_staff(making);

	maker_number(making, "accounts", staff);
	maker_number(making, "active", staff * (0.85 + 0.14 * quality(making)));
	return true;
}

bool make_antimalware(struct making *making)
{
	uint32_t staff = count_staff(making);

	maker_number(making, "endpoints", staff);
	maker_number(making, "installed", ceil(staff * (0.96 + 0.04 * quality(making))));
	return true;
}

bool make_work(struct making *making)
{
	bool is_paper = is_nth(making, DONE_WORK, PAPER_EVERY);

	maker_number(making, "digital", !is_paper);
	maker_number(making, "state_secret", maker_rarely(making, 100));
	return true;
}

bool make_inspection(struct making *making)
{
	maker_number(making, "digital", !is_nth(making, DONE_INSPECTION, INSPECTION_EVERY));
	return true;
}

bool make_training(struct making *making)
{
	maker_text(making, "person", "CB-%u-%03u", making->fact->unit,
		   making->office->trained++ % count_staff(making));
	return true;
}

/* A little ahead of a plan that goes evenly through the year. */
bool make_staff(struct making *making)
{
	uint32_t staff = count_staff(making);
	int64_t now_ms = making->fact->time_ms;
	double year = (double)(now_ms % (365 * DAY_MS + DAY_MS / 4)) / (365.25 * (double)DAY_MS);

	maker_number(making, "people", staff);
	maker_number(making, "trained", ceil(staff * fmin(1, year + 0.06)));
	return true;
}

bool make_signed(struct making *making)
{
	uint32_t sent = 20 + maker_draw(making, 80);

	maker_number(making, "sent", sent);
	maker_number(making, "signed", sent - (maker_rarely(making, 10) ? 1 : 0));
	return true;
}

bool make_paid(struct making *making)
{
	maker_number(making, "online", maker_draw(making, 200));
	return true;
}

bool make_services(struct making *making)
{
	maker_number(making, "services", 120);
	maker_number(making, "with_records", 60 + 2 * making->office->phase);
	return true;
}

bool make_records(struct making *making)
{
	uint32_t received = 50 + maker_draw(making, 100);

	maker_number(making, "received", received);
	maker_number(making, "online", received * (0.6 + 0.3 * quality(making)));
	return true;
}

static void score_criterion(struct making *making)
{
	static const char *const reform[] = { "leadership",   "institutions",  "procedures",
					      "organisation", "civil-service", "finance",
					      "digital",      "impact" };
	static const char *const transformation[] = { "awareness", "infrastructure", "people",
						      "security",  "government",     "economy",
						      "society" };
	uint32_t set = maker_draw(making, making->is_branch ? 3 : 2);

	if (set == 0) {
		maker_text(making, "set", "dti");
		maker_pick(making, "criterion", transformation, COUNT(transformation));
	} else {
		maker_text(making, "set", set == 1 ? "service" : "par-district");
		maker_pick(making, "criterion", reform, COUNT(reform));
	}
}

/* A province has its total, districts the criteria of reform, all how they serve and transform. */
bool make_score(struct making *making)
{
	bool is_root = units_at(making->world->units, making->fact->unit)->depth == 0;
	double max = is_root ? 100 : 12.5;

	if (is_root) {
		maker_text(making, "set", "par-province");
		maker_text(making, "criterion", "total");
	} else {
		score_criterion(making);
	}
	maker_number(making, "max", max);
	maker_number(making, "score", round(max * (0.8 + 0.12 * quality(making)) * 100) / 100);
	return true;
}

/* What is planned of an item where a province has said so; all else is a share of 10,000. */
static double find_plan(const char *item)
{
	static const struct {
		const char *item;
		double planned;
	} plans[] = {
		{ "essential-services", 25 }, { "linked-services", 6 },
		{ "health-facilities", 177 }, { "licence-facilities", 31 },
		{ "community-teams", 91 },    { "sme-platform", 7000 },
		{ "ocop-products", 38 },      { "commune-teams", 100 },
		{ "village-teams", 850 },     { "team-members", 5500 },
	};

	for (size_t i = 0; i < COUNT(plans); i++)
		if (strcmp(plans[i].item, item) == 0)
			return plans[i].planned;
	return 10000;
}

/* Any item that the pack knows; one of them is behind. */
static bool report_progress(struct making *making)
{
	const struct event_type *type = schema_type(making->world->schema, making->fact->type);
	uint32_t i = event_type_find_field(type, "item", strlen("item"));
	uint32_t n = i == TYPE_NONE ? 0 : type->fields[i].n_choices;
	uint32_t choice = n ? maker_draw(making, n) : 0;
	const char *item = n ? type->fields[i].choices[choice] : "";
	double planned = find_plan(item);

	maker_text(making, "item", "%s", item);
	maker_number(making, "planned", planned);
	maker_number(making, "done", choice == n / 2 ? floor(planned * 0.7) : planned);
	return true;
}

bool make_project(struct making *making)
{
	return report_progress(making);
}

bool make_society(struct making *making)
{
	return report_progress(making);
}
