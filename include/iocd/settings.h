/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings: what iocd.yml says.
 *
 * Strings live as long as the configuration that they were read with.  Each member is described,
 * with its default and range, in src/config/keys.tbl.
 */
#ifndef IOCD_SETTINGS_H
#define IOCD_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

struct settings {
	const char *instance; /* name of this iocd: MQTT client id, owner of the Redis view */
	int offset_minutes;   /* of local time, from timezone: "+07:00" */
	const char *site;     /* unit whose tree this iocd serves; "": all of units.yml */
	int operators;        /* people on watch; what load one can bear is counted for each */

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
		bool events; /* senders speak to this iocd itself, not only others that forward */
	} mqtt;

	/* The way to the iocd above; host "": there is none. */
	struct {
		const char *host;
		int port;
		const char *prefix;
		const char *username;
		const char *password_file;
		const char *ca_file;
		const char *cert_file;
		const char *key_file;
		int64_t keepalive_ms;
		const char *directory;
		const char *sender;
		const char *events;  /* "none", "all", or ids of feeds with commas between */
		const char *rollups; /* likewise; no feed may go up both ways */
		const char *alerts;  /* "none", "warning" or "critical": the least that goes up */
		bool compress;
		int64_t heartbeat_ms;
		int64_t batch_ms;
		int64_t batch_bytes;
		int64_t keep_bytes;
		int64_t keep_ms;
		int64_t segment_bytes;
	} forward;

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
		int64_t lateness_ms;
		int64_t future_ms;
		int64_t ahead_ms;
		int rate;  /* events per second and unit; 0: no limit */
		int burst; /* events that a unit may send at once beyond the rate */
		int dedup_ids;
		int64_t dedup_memory_ms;
		int dedup_window;
		int dedup_sources;
		int64_t sketch_bytes;
		int records; /* open ones, of all tracks */
	} limits;

	struct {
		const char *file;
		int64_t hours_ms; /* how long figures by the hour are kept */
		int64_t days_ms;  /* the same by the day */
	} history;

	/* The operator's web page, and who may use it and the API over TCP. */
	struct {
		const char *users;    /* file; "": users.yml of the configuration */
		const char *sessions; /* file */
		const char *origin;   /* "": what a request says it is for */
		int64_t idle_ms;
		int64_t longest_ms;
		const char *second_factor; /* "none", or the least role that must have one */
	} console;

	struct {
		const char *directory;
	} reports;

	struct {
		int64_t every_ms;
	} canary;

	struct {
		int64_t timeout_ms;
	} delivery; /* to receivers */

	const char *log_level; /* "error", "warning", "info", "debug" */
};

#endif
