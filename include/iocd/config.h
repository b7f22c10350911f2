/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config: a directory of YAML files as one immutable snapshot: settings, units, feeds, indicators,
 * rules.
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
#include "iocd/decode.h"
#include "iocd/indicator.h"
#include "iocd/rule.h"

enum config_outcome {
	CONFIG_REFUSED = 1, /* there are errors; the report has them */
};

/* iocd.yml; each member is described with its default in src/config/keys.tbl. */
struct settings {
	const char *instance; /* name of this iocd: MQTT client id, owner of the Redis view */
	int offset_minutes;   /* of local time, from timezone: "+07:00" */

	struct {
		const char *host;
		int port;
		const char *prefix; /* of all topics */
		const char *username;
		const char *password_file;
		const char *ca_file;
		const char *cert_file;
		const char *key_file;
		int64_t keepalive_ms;
		int64_t session_expiry_ms;
	} mqtt;

	struct {
		const char *socket; /* "" : use address and port */
		const char *address;
		int port;
		const char *prefix; /* of all keys */
		const char *username;
		const char *password_file;
		int64_t timeout_ms;
		int64_t commit_every_ms;
	} redis;

	struct {
		const char *directory;
		int64_t segment_bytes;
		const char *sync; /* "interval" or "each" */
		int64_t keep_ms;
		int64_t keep_bytes;
		int64_t stop_below_bytes;
		int64_t snapshot_ms;
	} journal;

	struct {
		const char *socket;
		const char *address; /* "" : UNIX socket only */
		int port;
	} http;

	struct {
		int64_t payload_bytes;
		int64_t string_bytes;
		int depth;
		int keys;
		int batch;
		int64_t age_ms;
		int64_t future_ms;
		int rate;  /* events per second and unit; 0: no limit */
		int burst; /* events that a unit may send at once beyond the rate */
		int dedup_ids;
		int64_t dedup_memory_ms;
		int dedup_window;
		int dedup_sources;
		int64_t sketch_bytes;
	} limits;

	const char *log_level; /* "error", "warning", "info", "debug" */
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
const struct indicator *config_indicators(const struct config *config, uint32_t *ret_n);
const struct rule *config_rules(const struct config *config, uint32_t *ret_n);

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
