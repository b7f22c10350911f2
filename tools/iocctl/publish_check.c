/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_check.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/flow_options.h"

struct publish_check {
	struct flow_options flow; /* what the configuration means */
	struct decoder *decoder;
	struct text topic;
};

struct publish_check *publish_check_new(const struct config *config)
{
	struct publish_check *check = xcalloc(1, sizeof(*check));

	flow_options_from(&check->flow, config);
	check->decoder = decoder_new(&(struct decode_options){
		.prefix = check->flow.prefix,
		.units = check->flow.units,
		.schema = check->flow.schema,
		.limits = check->flow.limits,
	});
	return check;
}

struct publish_check *publish_check_free(struct publish_check *check)
{
	if (!check)
		return NULL;

	decoder_free(check->decoder);
	text_fini(&check->topic);
	free(check);
	return NULL;
}

enum reason publish_check(struct publish_check *check, const struct publish_event *event,
			  const char **ret_what)
{
	const char *about = text_get(&event->about), *type = strrchr(about, '/');
	struct decode_input input = {
		.payload = text_get(&event->json),
		.payload_size = event->json.size,
		.arrival_ms = clock_real_ms(),
	};
	const struct decoded *list;

	text_clear(&check->topic);
	text_add(&check->topic, "%s/%.*s/evt%s", check->flow.prefix, (int)(type - about), about,
		 type);
	input.topic = text_get(&check->topic);
	input.topic_size = check->topic.size;
	(void)decode(check->decoder, &input, &list); /* one object is one element */
	*ret_what = list[0].about;
	return list[0].reason;
}
