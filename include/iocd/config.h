/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config: a directory of YAML files as one immutable snapshot: settings, calendars, units, feeds
 * and their contracts, indicators and tracks, rules, reports.
 *
 * Loading reads every file, checks everything it can, and tells all it dislikes in one go: file,
 * line, column, message, the source line and a caret, with a "did you mean" where a word is nearly
 * right.  A directory with any error gives no snapshot.  Hides libfyaml.  Blocks on files;
 * allocates freely; not for the hot path.  Any thread, one call at a time per snapshot.
 */
#ifndef IOCD_CONFIG_H
#define IOCD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/calendar.h"
#include "iocd/contract.h"
#include "iocd/decode.h"
#include "iocd/indicator.h"
#include "iocd/report.h"
#include "iocd/rule.h"
#include "iocd/settings.h"
#include "iocd/tracker.h"

enum config_outcome {
	CONFIG_REFUSED = 1, /* there are errors; the report has them */
};

struct config;

/* A "key=value" that stands above the files ("mqtt.port=1884"); both parts as one string. */
struct config_overrides {
	const char *const *pairs;
	size_t n_pairs;
};

/* Loads directory under overrides (may be NULL).  Appends every error and warning to report,
 * readable as it stands.  Gives the snapshot in *ret and returns 0; or CONFIG_REFUSED; or a fault
 * (the directory cannot be read: told in report too). */
int config_load(struct config **ret, const char *directory,
		const struct config_overrides *overrides, struct text *report) MUST_USE;
struct config *config_free(struct config *config);
DEFINE_CLEANUP(struct config, config_free)

/* Lend the parts of the snapshot for its life. */
const struct settings *config_settings(const struct config *config);
const struct units *config_units(const struct config *config);
const struct schema *config_schema(const struct config *config);
const struct contract *config_contracts(const struct config *config, uint32_t *ret_n);
const struct track *config_tracks(const struct config *config, uint32_t *ret_n);
const struct indicator *config_indicators(const struct config *config, uint32_t *ret_n);
const struct rule *config_rules(const struct config *config, uint32_t *ret_n);

/* Lends the calendar of that id ("always" is always there) or NULL; all of them. */
const struct calendar *config_find_calendar(const struct config *config, const char *id);
const struct calendar *const *config_calendars(const struct config *config, uint32_t *ret_n);

/* Lends the reports that are made on schedule. */
const struct report_plan *config_reports(const struct config *config, uint32_t *ret_n);

/* Lends the directory as given, and the snapshot's fingerprint (16 hex digits over all files). */
const char *config_directory(const struct config *config);
const char *config_fingerprint(const struct config *config);

/* True if both snapshots differ in nothing but rules, so that a running daemon can take over the
 * second; else false, and *ret_what lends what differs ("units.yml"). */
bool config_same_but_rules(const struct config *a, const struct config *b, const char **ret_what);

/* Lends the table of settings, one line per key (name  "default"  meaning), for --help and
 * manuals. */
const char *config_keys_text(void);

#endif
