/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "notify.h"
#include "parts.h"

static void apply(struct app *app, struct config *config)
{
	const struct rule *list;
	uint32_t n;

	app->configs = xrealloc(app->configs, app->n_configs + 1, sizeof(struct config *));
	app->configs[app->n_configs++] = config;

	list = config_rules(config, &n);
	flow_replace_rules(app->flow, list, n, config_fingerprint(config));
	app_await_time(app);
	state_want_snapshot(app); /* so that no start judges what came before by these rules */
	control_replace_config(app->control, config, flow_rules(app->flow));

	app->health.refused_ms = 0;
	counter_add(COUNTER_reloads_applied, 1);
	log_info("config.applied", "fingerprint=%s rules=%u", config_fingerprint(config), n);
}

static int refuse(struct app *app, const struct text *report)
{
	const char *why = text_get(report);

	app->health.refused_ms = clock_real_ms();
	(void)snprintf(app->health.refused_why, sizeof(app->health.refused_why), "%.*s",
		       (int)strcspn(why, "\n"), why);
	counter_add(COUNTER_reloads_refused, 1);
	log_warning("config.refused", "first=%s running=%s", app->health.refused_why,
		    config_fingerprint(app_config(app)));
	return 1;
}

/* A file can be caught half-written: whoever wrote it reloads again, and until then the old
 * configuration stays whole. */
static int load(struct app *app, struct config **ret, struct text *report)
{
	const struct config_overrides overrides = { .pairs = app->args->set,
						    .n_pairs = app->args->n_set };
	CLEANUP(config_free) struct config *config = NULL;
	const char *what;

	if (config_load(&config, app->args->directory, &overrides, report))
		return 1;

	if (!config_same_but_rules(app_config(app), config, &what)) {
		text_add(report,
			 "%s changed: only rules.d can be reloaded while iocd runs; restart it to "
			 "apply "
			 "the rest (nothing is lost: the journal is read again)\n",
			 what);
		return 1;
	}

	*ret = config;
	config = NULL;
	return 0;
}

int app_reload(void *context, struct text *report)
{
	struct app *app = context;
	struct config *config;
	int r = 0;

	notify_reloading();
	if (load(app, &config, report))
		r = refuse(app, report);
	else
		apply(app, config);
	notify_ready();
	return r;
}
