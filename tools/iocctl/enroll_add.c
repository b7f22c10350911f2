/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl enroll UNIT: a new identity, all that it needs, and the proof that it fits. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "enroll.h"
#include "enroll_ready.h"
#include "enroll_try.h"
#include "iocd/config.h"

#define CONFIG "/etc/iocd"

static const char *config_of(const struct call *call)
{
	return call->given[OPTION_CONFIG] ? call->given[OPTION_CONFIG] : CONFIG;
}

/* ---- the unit ---- */

static int complain_unit(const struct call *call, const struct units *units, const char *id)
{
	const char *near = NULL;
	int nearest = 3;

	for (uint32_t i = 0; i < units_count(units); i++) {
		int distance = text_distance(id, units_at(units, i)->id, 2);

		if (distance < nearest) {
			nearest = distance;
			near = units_at(units, i)->id;
		}
	}
	if (near)
		fprintf(stderr,
			SAY(call, "iocctl: units.yml không có đơn vị '%s'; có phải '%s'?\n",
			    "iocctl: units.yml has no unit '%s'; did you mean '%s'?\n"),
			id, near);
	else
		fprintf(stderr,
			SAY(call, "iocctl: units.yml không có đơn vị '%s'\n",
			    "iocctl: units.yml has no unit '%s'\n"),
			id);
	return STATUS_FINDING;
}

/* Checks the unit and the prefix against the configuration, and takes the unit's present id. */
static int check_unit(const struct call *call, const struct enroll_site *site,
		      struct enroll_identity *identity)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	const char *id = call->arguments[1];
	const struct units *units;
	uint32_t unit;

	if (config_load(&config, config_of(call), NULL, &report)) {
		fputs(text_get(&report), stderr);
		return STATUS_FINDING;
	}
	units = config_units(config);
	unit = units_find(units, id, strlen(id));
	if (unit == UNIT_NONE)
		return complain_unit(call, units, id);
	if (strcmp(config_settings(config)->mqtt.prefix, site->book->prefix) != 0) {
		fprintf(stderr,
			SAY(call,
			    "iocctl: mqtt.prefix của '%s' là '%s', của máy chủ MQTT là '%s'\n",
			    "iocctl: mqtt.prefix of '%s' is '%s', the broker's is '%s'\n"),
			config_of(call), config_settings(config)->mqtt.prefix, site->book->prefix);
		return STATUS_FINDING;
	}
	(void)snprintf(identity->unit, sizeof(identity->unit), "%s", units_at(units, unit)->id);
	return STATUS_GOOD;
}

/* ---- the name ---- */

/* A unit's id as a name: what a name cannot have becomes '-'. */
static void name_after_unit(struct enroll_identity *identity)
{
	(void)snprintf(identity->name, sizeof(identity->name), "%.*s", ENROLL_NAME_MAX - 1,
		       identity->unit);
	for (char *at = identity->name; *at; at++)
		if (*at == '.' || *at == '_')
			*at = '-';
}

/* Names that mean something else, and units whose topics would be those of alerts. */
static bool is_taken_word(const struct enroll_identity *identity)
{
	size_t n = strlen(identity->name), up = strlen(ENROLL_UP);

	return (n > up && strcmp(identity->name + n - up, ENROLL_UP) == 0) ||
	       strcmp(identity->name, ENROLL_PROBE) == 0 ||
	       strcmp(identity->name, ENROLL_BROKER) == 0 ||
	       strcmp(identity->name, ENROLL_SENDER) == 0 || strcmp(identity->unit, "alert") == 0 ||
	       strcmp(identity->unit, "alertlog") == 0;
}

static int check_name(const struct call *call, const struct enroll_site *site,
		      const struct enroll_identity *identity)
{
	const struct enroll_identity *there = enroll_book_find(site->book, identity->name);

	if (!enroll_is_name(identity->name) || is_taken_word(identity)) {
		fprintf(stderr,
			SAY(call,
			    "iocctl: tên dùng a-z, 0-9 và '-', không quá 32 ký tự, không phải "
			    "của iocd: '%s'; xem --as\n",
			    "iocctl: a name has a-z, 0-9 and '-', at most 32 of them, and is none "
			    "of "
			    "iocd's own: '%s'; see --as\n"),
			identity->name);
		return STATUS_USAGE;
	}
	if (!there)
		return STATUS_GOOD;
	fprintf(stderr,
		SAY(call, "iocctl: '%s' đã có (đơn vị '%s'); xem 'iocctl enroll renew %s'\n",
		    "iocctl: '%s' is there already (unit '%s'); see 'iocctl enroll renew %s'\n"),
		identity->name, there->unit, identity->name);
	return STATUS_FINDING;
}

static int describe(const struct call *call, const struct enroll_site *site,
		    struct enroll_identity *ret)
{
	const struct enroll_identity *own = enroll_book_of_role(site->book, ENROLL_ROLE_OWN);
	int status;

	*ret = (struct enroll_identity){
		.role = call->as ? ENROLL_ROLE_SENDER : ENROLL_ROLE_SITE,
		.by_password = call->given[OPTION_PASSWORD] != NULL,
		.port = own->port,
	};
	if (ret->by_password)
		ret->port = ENROLL_PASSWORD_PORT;
	(void)snprintf(ret->host, sizeof(ret->host), "%s", own->host);
	if (call->as && strlen(call->as) >= sizeof(ret->name)) {
		(void)snprintf(ret->name, sizeof(ret->name), "/"); /* no name: too long */
	} else if (call->as) {
		(void)snprintf(ret->name, sizeof(ret->name), "%s", call->as);
	}
	if (call->as && !enroll_is_name(ret->name))
		return check_name(call, site, ret);
	status = enroll_read_above(call, ret);
	if (!status)
		status = check_unit(call, site, ret);
	if (!status && !call->as)
		name_after_unit(ret);
	return status ? status : check_name(call, site, ret);
}

/* ---- what is printed ---- */

static void print_where(const struct call *call, const struct enroll_site *site,
			const struct enroll_identity *identity)
{
	CLEANUP_TEXT struct text path = { 0 };
	CLEANUP_TEXT struct text day = { 0 };

	enroll_add_day(&day, identity->until_ms);
	(void)enroll_ready_path(&path, site->directory, identity);
	if (identity->by_password)
		printf(SAY(call, "%s: mật khẩu trong %s\n", "%s: a password, in %s\n"),
		       identity->name, text_get(&path));
	else
		printf(SAY(call, "%s: khóa và chứng thư đến %s, trong %s\n",
			   "%s: a key and a certificate until %s, in %s\n"),
		       identity->name, text_get(&day), text_get(&path));
	if (identity->role == ENROLL_ROLE_SITE)
		printf(SAY(call,
			   "Tiếp theo: chép thư mục đó vào %s ở đơn vị (chủ là người dùng của "
			   "iocd), "
			   "chạy iocd ở đó, rồi xóa bản ở đây.\n",
			   "Next: copy that directory to %s at the unit (owned by iocd's user), "
			   "start "
			   "iocd there, and remove it here.\n"),
		       ENROLL_HOME);
	else if (identity->role == ENROLL_ROLE_SENDER)
		printf(SAY(call,
			   "Tiếp theo: đưa thư mục đó cho hệ thống gửi; máy chủ %s, cổng %d, tên "
			   "'%s', "
			   "chủ đề %s/%s/FEED/evt/EVENT.\n",
			   "Next: hand that directory to the system that sends; broker %s, port "
			   "%d, name "
			   "'%s', topics %s/%s/FEED/evt/EVENT.\n"),
		       identity->host, identity->port, identity->name, site->book->prefix,
		       identity->unit);
}

static void print_reload(const struct call *call, const struct enroll_identity *identity)
{
	printf(SAY(call,
		   "Máy chủ MQTT chưa đọc lại tệp của nó (--reload, hoặc systemctl reload "
		   "mosquitto); "
		   "sau đó: iocctl enroll test %s\n",
		   "The broker has not read its files again yet (--reload, or systemctl reload "
		   "mosquitto); after that: iocctl enroll test %s\n"),
	       identity->name);
}

static void print_json(const struct enroll_site *site, const struct enroll_identity *identity,
		       const struct enroll_try *try)
{
	CLEANUP_TEXT struct text path = { 0 };
	json_t *json = json_pack("{s:s, s:s, s:s, s:b, s:b, s:I, s:s, s:s, s:i, s:O?, s:s?}",
				 "name", identity->name, "unit", identity->unit, "role",
				 enroll_role_name(identity->role), "password",
				 identity->by_password, "revoked", identity->is_revoked, "until_ms",
				 (json_int_t)identity->until_ms, "directory",
				 enroll_ready_path(&path, site->directory, identity), "host",
				 identity->host, "port", identity->port, "tested", try->found,
				 "why", try->why.size ? text_get(&try->why) : NULL);

	api_print(json);
	json_decref(json);
}

/* ---- the verbs ---- */

/* Has the broker know, and proves that it does; only what is wrong makes a difference: a broker
 * that does not run will read its files when it starts. */
static int tell_broker(const struct call *call, const struct enroll_site *site,
		       const struct enroll_identity *identity)
{
	CLEANUP_TRY struct enroll_try try = { .is_fresh = true };
	int status = enroll_signal(call);
	bool is_tried = !status && call->given[OPTION_RELOAD];

	if (is_tried && *identity->unit)
		status = enroll_try(site, identity, &try);
	if (call->json) {
		print_json(site, identity, &try);
	} else {
		if (identity->role != ENROLL_ROLE_BROKER)
			print_where(call, site, identity);
		if (!is_tried)
			print_reload(call, identity);
		else if (*identity->unit)
			enroll_try_print(call, identity, &try, status);
	}
	return is_tried && status == STATUS_UNREACHABLE ? STATUS_GOOD : status;
}

int enroll_add(const struct call *call)
{
	CLEANUP_ENROLL struct enroll_site site = { .lock = -1 };
	struct enroll_identity identity, *added;
	int64_t for_ms;
	int status = enroll_read_days(call, &for_ms);
	int r;

	if (!status)
		status = enroll_open(call, &site);
	if (!status)
		status = describe(call, &site, &identity);
	if (status)
		return status;
	if (identity.role == ENROLL_ROLE_SITE) {
		r = enroll_ready_write(site.directory, site.book, &identity, config_of(call));
		if (r)
			return enroll_complain(call, config_of(call), r);
	}
	added = enroll_book_add(site.book, &identity);
	status = enroll_prove(call, &site, added, for_ms);
	if (!status)
		status = enroll_keep(call, &site);
	return status ? status : tell_broker(call, &site, added);
}

int enroll_renew(const struct call *call)
{
	CLEANUP_ENROLL struct enroll_site site = { .lock = -1 };
	struct enroll_identity *identity = NULL;
	int64_t for_ms;
	int status = enroll_read_days(call, &for_ms);

	if (!status)
		status = enroll_open(call, &site);
	if (!status)
		identity = enroll_named(call, &site);
	if (!status && !identity)
		status = STATUS_FINDING;
	if (!status)
		status = enroll_read_above(call, identity);
	if (status)
		return status;
	identity->is_revoked = false;
	status = enroll_prove(call, &site, identity, for_ms);
	if (!status)
		status = enroll_keep(call, &site);
	return status ? status : tell_broker(call, &site, identity);
}

int enroll_test(const struct call *call)
{
	CLEANUP_ENROLL struct enroll_site site = { .lock = -1 };
	CLEANUP_TRY struct enroll_try try = { 0 };
	struct enroll_identity *identity;
	int status = enroll_open(call, &site);

	if (status)
		return status;
	identity = enroll_named(call, &site);
	if (!identity)
		return STATUS_FINDING;
	if (!*identity->unit) {
		fprintf(stderr,
			SAY(call, "iocctl: '%s' không gửi cho đơn vị nào\n",
			    "iocctl: '%s' sends for no unit\n"),
			identity->name);
		return STATUS_USAGE;
	}
	status = enroll_read_above(call, identity);
	if (status)
		return status;
	status = identity->is_revoked ? enroll_evict(&site, identity, &try)
				      : enroll_try(&site, identity, &try);
	if (call->json)
		print_json(&site, identity, &try);
	else
		enroll_try_print(call, identity, &try, status);
	return status;
}
