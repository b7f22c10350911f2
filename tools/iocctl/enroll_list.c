/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl enroll list: who may speak at the broker, and until when. */
#include <jansson.h>
#include <stdio.h>
#include <time.h>

#include "api.h"
#include "enroll.h"
#include "show.h"

/* One line of the list. */
struct row {
	const char *name, *unit, *role;
	bool by_password, is_revoked;
	int64_t until_ms; /* 0: without end */
	int64_t days;     /* left */
	bool is_soon;     /* it ends soon, or has ended */
};

static const struct column columns[] = {
	{ "tên", "name", COLUMN_TINTED },
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "là", "is", 0 },
	{ "bằng", "by", 0 },
	{ "đến", "until", 0 },
	{ "còn (ngày)", "days left", COLUMN_RIGHT },
	{ "", "", 0 },
};

static struct row row_of(const struct enroll_site *site, const struct enroll_identity *identity)
{
	int64_t left_ms = identity->until_ms - site->now_ms;
	bool ends = identity->until_ms && !identity->is_revoked;

	return (struct row){
		.name = identity->name,
		.unit = identity->unit,
		.role = enroll_role_name(identity->role),
		.by_password = identity->by_password,
		.is_revoked = identity->is_revoked,
		.until_ms = identity->until_ms,
		.days = left_ms > 0 ? left_ms / ENROLL_DAY_MS : 0,
		.is_soon = ends && left_ms < ENROLL_SOON_MS,
	};
}

static const char *role_word(const struct call *call, const char *role)
{
	switch (*role) {
	case 'a':
		return SAY(call, "cơ quan chứng thực", "authority");
	case 'o':
		return SAY(call, "iocd ở đây", "the iocd here");
	case 'b':
		return SAY(call, "máy chủ MQTT", "broker");
	case 'i':
		return SAY(call, "iocd của đơn vị", "the unit's iocd");
	default:
		return SAY(call, "nguồn gửi", "sender");
	}
}

static const char *state_word(const struct call *call, const struct row *row,
			      const struct enroll_site *site)
{
	if (row->is_revoked)
		return SAY(call, "đã thu hồi", "revoked");
	if (row->is_soon && row->until_ms <= site->now_ms)
		return SAY(call, "ĐÃ HẾT HẠN", "EXPIRED");
	return row->is_soon ? SAY(call, "SẮP HẾT HẠN", "ENDS SOON") : "";
}

static void add_line(const struct call *call, struct table *table, const struct enroll_site *site,
		     const struct row *row)
{
	CLEANUP_TEXT struct text day = { 0 };
	CLEANUP_TEXT struct text days = { 0 };

	enroll_add_day(&day, row->until_ms);
	if (row->until_ms && !row->is_revoked)
		text_add(&days, "%lld", (long long)row->days);
	table_row(table,
		  row->is_soon      ? TINT_RED
		  : row->is_revoked ? TINT_DIM
				    : TINT_NONE,
		  (const char *const[]){
			  row->name,
			  row->unit,
			  role_word(call, row->role),
			  row->by_password ? SAY(call, "mật khẩu", "password")
					   : SAY(call, "chứng thư", "certificate"),
			  text_get(&day),
			  text_get(&days),
			  state_word(call, row, site),
		  });
}

static json_t *write_row(const struct row *row)
{
	time_t seconds = (time_t)(row->until_ms / 1000);
	char until[32] = "";
	struct tm parts;

	if (row->until_ms && gmtime_r(&seconds, &parts))
		(void)strftime(until, sizeof(until), "%Y-%m-%dT%H:%M:%SZ", &parts);
	return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:o, s:b, s:b}", "name", row->name, "unit",
			 row->unit, "role", row->role, "by",
			 row->by_password ? "password" : "certificate", "until",
			 row->until_ms ? until : NULL, "days_left",
			 row->until_ms ? json_integer(row->days) : json_null(), "ends_soon",
			 row->is_soon, "revoked", row->is_revoked);
}

int enroll_list(const struct call *call)
{
	CLEANUP_ENROLL struct enroll_site site = { .lock = -1 };
	CLEANUP(table_free)
	struct table *table = table_new(columns, COUNT(columns), call->vietnamese);
	struct enroll_identity authority = { .name = "ca" };
	json_t *list;
	bool is_soon = false;
	int status = enroll_open(call, &site);

	if (status)
		return status;
	list = json_array();
	authority.until_ms = enroll_ca_until_ms(site.ca);
	for (size_t i = 0; i <= site.book->n_identities; i++) {
		struct row row = row_of(&site, i ? &site.book->identities[i - 1] : &authority);

		if (i == 0)
			row.role = "authority";
		is_soon |= row.is_soon;
		add_line(call, table, &site, &row);
		json_array_append_new(list, write_row(&row));
	}
	if (call->json)
		api_print(list);
	else
		show_table(call, table, NULL);
	json_decref(list);
	return is_soon ? STATUS_FINDING : STATUS_GOOD;
}
