/* SPDX-License-Identifier: Apache-2.0 */
#include "account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static bool is_holding(enum deed deed)
{
	return deed == DEED_HOLDS_WARNING || deed == DEED_HOLDS_CRITICAL;
}

static bool is_judgement(enum deed deed)
{
	return is_holding(deed) || deed == DEED_GONE || deed == DEED_UNKNOWN;
}

/* Since when it has been known without a gap that the condition holds, or is gone; -1: it is not
 * so. */
static int64_t since_ms(const struct account *account, bool holding)
{
	int64_t since_ms = -1;

	for (int i = account->n - 1; i > 0; i--) {
		const struct moment *moment = &account->moments[i];

		if (moment->deed == DEED_CLOSE)
			break;
		if (!is_judgement(moment->deed))
			continue;
		if (holding ? !is_holding(moment->deed) : moment->deed != DEED_GONE)
			break;
		since_ms = moment->at_ms;
	}
	return since_ms;
}

static bool has_lasted(const struct account *account, bool holding, int64_t ms)
{
	int64_t from_ms = since_ms(account, holding);

	return from_ms >= 0 && account->moments[account->n - 1].at_ms - from_ms >= ms;
}

/* How bad the condition was when it last held. */
static enum severity judged_severity(const struct account *account)
{
	for (int i = account->n - 1; i > 0; i--) {
		enum deed deed = account->moments[i].deed;

		if (is_holding(deed))
			return deed == DEED_HOLDS_CRITICAL ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	}
	return SEVERITY_NONE;
}

bool moment_stands(const struct moment *moment)
{
	return moment->is_on || moment->is_latched;
}

/* Works out the condition of the last moment. */
static void work_out_condition(struct account *account)
{
	struct moment *now = &account->moments[account->n - 1];
	const struct moment *before = now - 1;
	bool is_fading_over = before->is_on && has_lasted(account, false, account->policy.fade_ms);

	now->is_on = before->is_on && !is_fading_over && now->deed != DEED_CLOSE;
	if (!before->is_on && has_lasted(account, true, account->policy.hold_ms))
		now->is_on = now->has_begun = true;

	now->is_latched = before->is_latched || (is_fading_over && account->policy.is_latched);
	if (now->has_begun || now->deed == DEED_RESET || now->deed == DEED_CLOSE)
		now->is_latched = false;

	if (now->is_on)
		now->severity = judged_severity(account);
	else if (now->is_latched)
		now->severity = before->severity;
}

/* Number of the last moment up to at when what stands at `at` did not stand. */
static int start_of(const struct account *account, int at)
{
	while (at > 0 && moment_stands(&account->moments[at]))
		at--;
	return at;
}

static bool is_caused(const struct account *account, int at, enum deed begin, enum deed end)
{
	for (; at > 0; at--) {
		if (account->moments[at].deed == begin)
			return true;
		if (account->moments[at].deed == end)
			return false;
	}
	return false;
}

bool account_is_suppressed(const struct account *account, int at)
{
	return is_caused(account, at, DEED_SHELVE, DEED_UNSHELVE) ||
	       is_caused(account, at, DEED_INHIBIT, DEED_UNINHIBIT);
}

int account_belief(const struct account *account, int at)
{
	for (int i = at; i > start_of(account, at); i--)
		if (account->moments[i].is_heard)
			return (int)account->moments[i].message;
	return -1;
}

/* How bad it is for those who hear of it. */
static enum severity present(const struct moment *moment)
{
	return moment->is_on ? moment->severity : SEVERITY_NONE;
}

/* Whether receivers hear of the last moment. */
static bool is_heard(const struct account *account)
{
	int last = account->n - 1;
	const struct moment *now = &account->moments[last];
	int belief = account_belief(account, last - 1);

	if (!moment_stands(now))
		return belief >= 0;
	if (account_is_suppressed(account, last))
		return false;
	if (!moment_stands(now - 1) || belief < 0)
		return true;
	if (now->has_begun)
		return belief != (int)present(now);
	if (present(now) != present(now - 1))
		return true;
	return account_is_suppressed(account, last - 1) && (int)present(now) > belief;
}

/* How what stands at the last moment is handled: what happened last counts. */
static enum handling handling_of_standing(const struct account *account)
{
	int start = start_of(account, account->n - 1);

	for (int i = account->n - 1; i > start; i--) {
		const struct moment *moment = &account->moments[i];

		if (moment->has_begun || moment->deed == DEED_UNACKNOWLEDGE ||
		    (moment->is_on && moment->severity > moment[-1].severity))
			return HANDLING_UNACKNOWLEDGED;
		if (moment->deed == DEED_ACKNOWLEDGE)
			return HANDLING_ACKNOWLEDGED;
	}
	return HANDLING_UNACKNOWLEDGED;
}

/* The same of what does not stand: it waits if it ended by itself, nobody knew of it then, and
 * nobody was told to let it be since. */
static enum handling handling_of_over(const struct account *account)
{
	for (int i = account->n - 1; i > 0; i--) {
		const struct moment *moment = &account->moments[i];

		if (moment->deed == DEED_ACKNOWLEDGE || moment->deed == DEED_FORGET ||
		    moment->deed == DEED_CLOSE || !account->policy.is_awaited)
			return HANDLING_NONE;
		if (moment_stands(moment - 1))
			return moment->deed == DEED_RESET ||
					       moment[-1].handling == HANDLING_ACKNOWLEDGED
				       ? HANDLING_NONE
				       : HANDLING_CLEARED_UNACKNOWLEDGED;
	}
	return HANDLING_NONE;
}

void account_init(struct account *account, const struct alert_policy *policy)
{
	*account = (struct account){ .policy = *policy, .n = 1 };
}

const struct moment *account_add(struct account *account, enum deed deed)
{
	struct moment *now = &account->moments[account->n];

	assert_true(account->n < MOMENTS_MAX);
	*now = (struct moment){ .deed = deed, .at_ms = now[-1].at_ms + (deed == DEED_MOMENT) };
	account->n++;

	work_out_condition(account);
	now->is_heard = (moment_stands(now) || moment_stands(now - 1)) && is_heard(account);
	if (now->is_heard)
		now->message = present(now);
	now->handling =
		moment_stands(now) ? handling_of_standing(account) : handling_of_over(account);
	return now;
}

/* How long ago that was, as far as it matters. */
static uint64_t age(const struct account *account, int64_t since_ms)
{
	int64_t age_ms = account->moments[account->n - 1].at_ms - since_ms;

	return since_ms < 0 ? 7 : (uint64_t)(age_ms > WHILE_MS ? WHILE_MS : age_ms);
}

uint64_t account_digest(const struct account *account)
{
	const struct moment *now = &account->moments[account->n - 1];
	uint64_t digest = now->is_on;

	digest = digest << 1 | now->is_latched;
	digest = digest << 2 | now->severity;
	digest = digest << 2 | judged_severity(account);
	digest = digest << 2 | now->handling;
	digest = digest << 3 | age(account, since_ms(account, true));
	digest = digest << 3 | age(account, since_ms(account, false));
	digest = digest << 2 | (uint64_t)(account_belief(account, account->n - 1) + 1);
	digest = digest << 1 | is_caused(account, account->n - 1, DEED_SHELVE, DEED_UNSHELVE);
	digest = digest << 1 | is_caused(account, account->n - 1, DEED_INHIBIT, DEED_UNINHIBIT);
	return digest;
}
