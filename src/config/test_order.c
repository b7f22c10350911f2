/* SPDX-License-Identifier: Apache-2.0 */
/* What people do at a step, and what iocd says of itself. */
#include <stdio.h>
#include <string.h>

#include "rule_tests.h"

/* Verbs about one alert, which has a subject even if it is "". */
static bool is_about_one(enum command_verb verb)
{
	return verb == COMMAND_ACKNOWLEDGE || verb == COMMAND_UNACKNOWLEDGE ||
	       verb == COMMAND_ASSIGN || verb == COMMAND_COMMENT || verb == COMMAND_RESET;
}

static bool put(struct tester *tester, const struct node *node, char *to, size_t room,
		const char *from, size_t n)
{
	if (n >= room) {
		report_error(tester->load->report, node->place, "longer than %zu bytes", room - 1);
		return false;
	}
	memcpy(to, from, n);
	to[n] = '\0';
	return true;
}

static bool put_text(struct tester *tester, const struct node *node, char *to, size_t room)
{
	const char *text;

	return !node || (read_text(tester->load, node, &text) &&
			 put(tester, node, to, room, text, strlen(text)));
}

/* The part before a slash; "*" is "", which stands for all. */
static bool take_part(struct tester *tester, const struct node *node, const char **at, char *to,
		      size_t room)
{
	size_t n = strcspn(*at, "/");
	const char *part = *at;

	*at += n + (part[n] == '/');
	return put(tester, node, to, room, part, n == 1 && *part == '*' ? 0 : n);
}

/* "UNIT/RULE/SUBJECT", the last two perhaps missing. */
static bool read_target(struct tester *tester, const struct node *node, struct command *command)
{
	const char *at;
	uint32_t ignored;

	if (!read_text(tester->load, node, &at) ||
	    !take_part(tester, node, &at, command->unit, sizeof(command->unit)) ||
	    !take_part(tester, node, &at, command->rule, sizeof(command->rule)) ||
	    !put(tester, node, command->subject, sizeof(command->subject), at, strlen(at)))
		return false;
	if (*command->unit && !test_find_unit(tester, command->unit, node->place, &ignored))
		return false;
	if (*command->rule && !test_find_rule(tester, command->rule, node->place, &ignored))
		return false;
	command->has_subject = *command->subject || is_about_one(command->verb);
	if (!is_about_one(command->verb) || (*command->unit && *command->rule))
		return true;
	report_error(tester->load->report, node->place,
		     "name one alert: UNIT/RULE or "
		     "UNIT/RULE/SUBJECT");
	return false;
}

static bool read_rest(struct tester *tester, const struct order_nodes *nodes, int64_t at_ms,
		      struct command *command)
{
	return put_text(tester, nodes->by, command->by, sizeof(command->by)) &&
	       put_text(tester, nodes->note, command->note, sizeof(command->note)) &&
	       put_text(tester, nodes->owner, command->owner, sizeof(command->owner)) &&
	       (!nodes->below || read_flag(tester->load, nodes->below, &command->is_below)) &&
	       (!nodes->until || moment_read(tester, nodes->until, at_ms, &command->until_ms));
}

bool test_order_read(struct tester *tester, const struct node *step,
		     const struct order_nodes *nodes, int64_t at_ms, const struct command **ret)
{
	struct command *command = NULL;

	*ret = NULL;
	for (int verb = 0; verb < N_COMMAND_VERBS; verb++) {
		if (!nodes->verbs[verb])
			continue;
		if (command) {
			report_error(tester->load->report, nodes->verbs[verb]->key_place,
				     "a step has one command; make another step");
			return false;
		}
		command = scratch_take(tester->memory, sizeof(*command));
		*command = (struct command){ .verb = (enum command_verb)verb };
		if (!read_target(tester, nodes->verbs[verb], command))
			return false;
	}
	if (!command &&
	    (nodes->by || nodes->note || nodes->owner || nodes->below || nodes->until)) {
		report_error(tester->load->report, step->place,
			     "what is done? acknowledge, shelve ...");
		return false;
	}
	*ret = command;
	return !command || (read_present(tester->load, step, nodes->by, "by") &&
			    read_rest(tester, nodes, at_ms, command));
}

bool test_own_read(struct tester *tester, const struct node *own, const struct test_own **ret)
{
	struct {
		const struct node *part, *light, *detail;
	} nodes = { 0 };
	static const struct slot slots[] = {
		{ "part", 0 },
		{ "light", sizeof(const struct node *) },
		{ "detail", 2 * sizeof(const struct node *) },
	};
	static const char *const parts[] = {
#define X(name, word) word,
		OWN_PARTS(X)
#undef X
	};
	static const char *const lights[] = { "green", "amber", "red" };
	struct test_own *made = scratch_take(tester->memory, sizeof(*made));
	uint32_t part, light;

	*made = (struct test_own){ .detail = "" };
	if (!read_slots(tester->load, own, slots, COUNT(slots), &nodes) ||
	    !read_present(tester->load, own, nodes.part, "part") ||
	    !read_present(tester->load, own, nodes.light, "light") ||
	    !read_choice(tester->load, nodes.part, parts, COUNT(parts), &part) ||
	    !read_choice(tester->load, nodes.light, lights, COUNT(lights), &light) ||
	    (nodes.detail && !read_text(tester->load, nodes.detail, &made->detail)))
		return false;
	made->part = parts[part];
	made->light = lights[light];
	*ret = made;
	return true;
}
