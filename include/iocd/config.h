/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config: a directory of YAML files as one immutable snapshot: settings, calendars, units, feeds
 * and their contracts, indicators and tracks, rules, receivers, maintenance, reports.
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

/* What a report says, in parts, for tools and editors; lent during the call. */
struct config_finding {
	const char *file;      /* relative to the directory; NULL: it is about the whole */
	uint32_t line, column; /* from 1, in characters; 0: no line of the file */
	uint32_t end_column;   /* behind the word that is meant */
	bool is_error;
	const char *code;       /* a word that stays the same: "rule-never-fires" */
	const char *message;    /* English */
	const char *source;     /* the line, "" if none */
	const char *suggestion; /* what was probably meant, "" if that is not known */
};
typedef void config_finding_fn(void *context, const struct config_finding *finding);

struct config_check {
	const char *directory;
	const struct config_overrides *overrides; /* or NULL */
	int64_t now_ms;          /* maintenance that is over by then is told; 0: none is */
	struct text *report;     /* or NULL */
	config_finding_fn *each; /* called with what was found, in order of files and lines; or
				    NULL */
	void *context;
};

/* As config_load(), for those who only look. */
int config_check(struct config **ret, const struct config_check *check) MUST_USE;

/* Lend the parts of the snapshot for its life (of units, those at and below settings.site, which is
 * the first; what the files say of others is known to be no mistake, and applies to nobody); of
 * rules those that somebody wrote: behind them the rulebook has iocd's own. */
const struct settings *config_settings(const struct config *config);
const struct units *config_units(const struct config *config);
const struct schema *config_schema(const struct config *config);
const struct contract *config_contracts(const struct config *config, uint32_t *ret_n);
const struct track *config_tracks(const struct config *config, uint32_t *ret_n);
const struct indicator *config_indicators(const struct config *config, uint32_t *ret_n);
const struct rule *config_rules(const struct config *config, uint32_t *ret_n);

/* Fills *ret with all that a reload replaces; lent for the life of the snapshot.  Its source is the
 * text of rules.d, receivers.yml and maintenance.yml in one canonical form, at most
 * CONFIG_SOURCE_MAX bytes: more is an error of the configuration. */
#define CONFIG_SOURCE_MAX (512u << 10)
void config_rulebook(const struct config *config, struct rulebook *ret);

/* Makes a snapshot that is like base in all but its rulebook, which is read from source, size bytes
 * of the form above.  base (of one that was made so itself: what that was made from) is borrowed
 * for the life of the new one.  Warns of nothing.  0 or CONFIG_REFUSED, as config_load(). */
int config_with_rules(struct config **ret, const struct config *base, const char *source,
		      size_t size, struct text *report) MUST_USE;

/* Lends the calendar of that id ("always" is always there) or NULL; all of them. */
const struct calendar *config_find_calendar(const struct config *config, const char *id);
const struct calendar *const *config_calendars(const struct config *config, uint32_t *ret_n);

/* Lends the reports that are made on schedule. */
const struct report_plan *config_reports(const struct config *config, uint32_t *ret_n);

/* Lends the directory as given, and the snapshot's fingerprint (16 hex digits over all files). */
const char *config_directory(const struct config *config);
const char *config_fingerprint(const struct config *config);

/* Lends 16 hex digits over what is counted and how: the timezone and what units.yml (all of it,
 * wherever the site is), calendar.yml, feeds.d and indicators.d mean.  Of two iocds that forward to
 * each other they should be the same. */
const char *config_contract_hash(const struct config *config);

/* Lends, by unit, whether it forwards (enum site_wanted of site.h; to the unit of a site itself
 * nothing is said); and, by feed, whether its events and whether its roll-ups go up: none where
 * nobody is above (forward.host), and never both. */
const uint8_t *config_sites(const struct config *config);
const bool *config_forwarded(const struct config *config);
const bool *config_rolled(const struct config *config);

/* True if both snapshots differ in nothing but their rulebooks, so that a running daemon can take
 * over the second; else false, and *ret_what lends what differs ("units.yml"). */
bool config_same_but_rules(const struct config *a, const struct config *b, const char **ret_what);

/* Lends the table of settings, one line per key (name  "default"  meaning), for --help and
 * manuals. */
const char *config_keys_text(void);

#endif
