/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl enroll revoke: somebody is out, also the one who is in at this moment. */
#include <stdio.h>

#include "api.h"
#include "enroll.h"
#include "enroll_ready.h"
#include "enroll_try.h"

static void print(const struct call *call, const struct enroll_identity *identity,
		  const struct enroll_try *try, int status)
{
	bool is_told = call->given[OPTION_RELOAD] != NULL;

	if (call->json) {
		json_t *json =
			json_pack("{s:s, s:s, s:b, s:O?, s:s?}", "name", identity->name, "unit",
				  identity->unit, "revoked", true, "tested", try->found, "why",
				  try->why.size ? text_get(&try->why) : NULL);

		api_print(json);
		json_decref(json);
		return;
	}
	printf(SAY(call, "%s: đã thu hồi\n", "%s: revoked\n"), identity->name);
	if (is_told)
		enroll_try_print(call, identity, try, status);
	else
		printf(SAY(call,
			   "Máy chủ MQTT chưa biết (--reload, hoặc systemctl reload mosquitto): "
			   "cho "
			   "đến khi đó %s vẫn vào được; sau đó: iocctl enroll test %s\n",
			   "The broker does not know it yet (--reload, or systemctl reload "
			   "mosquitto): "
			   "until then %s is still in; after that: iocctl enroll test %s\n"),
		       identity->name, identity->name);
}

static bool may_go(const struct call *call, const struct enroll_identity *identity)
{
	if (identity->role != ENROLL_ROLE_BROKER)
		return true;
	fputs(SAY(call,
		  "iocctl: máy chủ MQTT không thu hồi được; xem 'iocctl enroll renew broker'\n",
		  "iocctl: the broker cannot be revoked; see 'iocctl enroll renew broker'\n"),
	      stderr);
	return false;
}

int enroll_revoke(const struct call *call)
{
	CLEANUP_ENROLL struct enroll_site site = { .lock = -1 };
	CLEANUP_TRY struct enroll_try try = { .is_fresh = true };
	struct enroll_identity *identity;
	int status = enroll_open(call, &site);

	if (status)
		return status;
	identity = enroll_named(call, &site);
	if (!identity)
		return STATUS_FINDING;
	if (!may_go(call, identity))
		return STATUS_USAGE;
	status = enroll_read_above(call, identity);
	if (status)
		return status;
	enroll_book_revoke(site.book, identity, site.now_ms);
	status = enroll_keep(call, &site);
	if (!status)
		status = enroll_signal(call);
	if (status)
		return status;
	if (call->given[OPTION_RELOAD])
		status = enroll_evict(&site, identity, &try);
	enroll_proof_remove(site.directory, identity);
	print(call, identity, &try, status);
	return status;
}
