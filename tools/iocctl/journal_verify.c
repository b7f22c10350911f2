/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl journal verify and repair: what is wrong, and what is done about it. */
#include <inttypes.h>
#include <stdio.h>

#include "api.h"
#include "journal.h"
#include "progress.h"
#include "show.h"

static uint64_t count_records(const struct journal_survey *survey, uint64_t *ret_bytes)
{
	const struct journal_file *files;
	size_t n = journal_survey_files(survey, &files);
	uint64_t records = 0;

	*ret_bytes = 0;
	for (size_t i = 0; i < n; i++) {
		records += files[i].messages + files[i].times + files[i].holes;
		records += files[i].owns + files[i].others;
		*ret_bytes += files[i].end - files[i].first;
	}
	return records;
}

static void print_torn(const struct call *call, const struct journal_survey *survey)
{
	if (journal_survey_torn_bytes(survey) > 0)
		printf(SAY(call,
			   "đuôi dở dang %" PRIu64 " byte, chưa từng an toàn; iocd sẽ tự cắt\n",
			   "a torn end of %" PRIu64 " bytes that never was safe; iocd cuts it\n"),
		       journal_survey_torn_bytes(survey));
}

static void print_verdict(const struct call *call, const struct journal_place *place,
			  const struct journal_survey *survey, double seconds)
{
	const struct journal_finding *findings;
	const struct journal_file *files;
	uint64_t bytes, records = count_records(survey, &bytes);
	size_t n = journal_survey_findings(survey, &findings);

	journal_print_findings(call, place, survey);
	print_torn(call, survey);
	printf(SAY(call, "%s: %zu tệp, %" PRIu64 " bản ghi, %.1f MB, %.1f s, %.0f MB/s: ",
		   "%s: %zu files, %" PRIu64 " records, %.1f MB, %.1f s, %.0f MB/s: "),
	       place->directory, journal_survey_files(survey, &files), records, (double)bytes / 1e6,
	       seconds, (double)bytes / 1e6 / seconds);
	if (n == 0)
		puts(SAY(call, "tốt", "good"));
	else
		printf(SAY(call,
			   "số chỗ hỏng: %zu; dừng iocd rồi chạy 'iocctl journal repair %s'\n",
			   "findings: %zu; stop iocd and run 'iocctl journal repair %s'\n"),
		       n, place->directory);
}

static void print_json(const struct journal_place *place, const struct journal_survey *survey)
{
	json_t *json = journal_json(place, survey);
	uint64_t bytes, records = count_records(survey, &bytes);

	json_object_set_new(json, "records", json_integer((json_int_t)records));
	json_object_set_new(json, "bytes", json_integer((json_int_t)bytes));
	api_print(json);
	json_decref(json);
}

int journal_verify(const struct call *call, const struct journal_place *place)
{
	CLEANUP(journal_survey_free) struct journal_survey *survey = NULL;
	const struct journal_finding *findings;
	struct progress progress;
	int status;

	progress_begin(&progress, call->vietnamese);
	status = journal_survey(call, place, &survey);
	if (status == STATUS_GOOD)
		status = journal_scan(call, place, survey);
	if (status != STATUS_GOOD)
		return status;

	if (call->json)
		print_json(place, survey);
	else
		print_verdict(call, place, survey, progress_seconds(&progress));
	return journal_survey_findings(survey, &findings) > 0 ? STATUS_FINDING : STATUS_GOOD;
}

static void print_repair(const struct call *call, const struct journal_place *place,
			 const struct journal_survey *survey, const struct journal_repair *sum,
			 bool is_dry)
{
	const struct journal_finding *findings;

	journal_print_findings(call, place, survey);
	print_torn(call, survey);
	if (journal_survey_findings(survey, &findings) == 0) {
		puts(SAY(call, "không có gì phải sửa", "there is nothing to mend"));
		return;
	}
	printf(is_dry ? SAY(call, "sẽ cắt %" PRIu64 " byte, trong đó %" PRIu64 " đã từng an toàn; ",
			    "would cut %" PRIu64 " bytes, of which %" PRIu64 " had been safe; ")
		      : SAY(call, "đã cắt %" PRIu64 " byte, trong đó %" PRIu64 " đã từng an toàn; ",
			    "cut %" PRIu64 " bytes, of which %" PRIu64 " had been safe; "),
	       sum->cut_bytes, sum->safe_bytes);
	printf(SAY(call, "giữ lại %" PRIu32 " tệp, %" PRIu64 " byte trong %s/%s\n",
		   "kept %" PRIu32 " files, %" PRIu64 " bytes in %s/%s\n"),
	       sum->quarantined_files, sum->quarantined_bytes, place->directory,
	       JOURNAL_QUARANTINE);
}

static void print_repair_json(const struct journal_place *place,
			      const struct journal_survey *survey, const struct journal_repair *sum,
			      bool is_dry)
{
	json_t *json = journal_json(place, survey);

	json_object_set_new(json, "dry_run", json_boolean(is_dry));
	json_object_set_new(json, "cut_bytes", json_integer((json_int_t)sum->cut_bytes));
	json_object_set_new(json, "safe_bytes", json_integer((json_int_t)sum->safe_bytes));
	json_object_set_new(json, "quarantined_files", json_integer(sum->quarantined_files));
	json_object_set_new(json, "quarantined_bytes",
			    json_integer((json_int_t)sum->quarantined_bytes));
	api_print(json);
	json_decref(json);
}

int journal_mend(const struct call *call, const struct journal_place *place)
{
	CLEANUP(journal_survey_free) struct journal_survey *survey = NULL;
	bool is_dry = call->given[OPTION_DRY_RUN];
	const struct journal_finding *findings;
	struct journal_repair sum;
	struct progress progress;
	int r;

	progress_begin(&progress, call->vietnamese);
	r = journal_repair(&survey, &sum, place->directory, is_dry, progress_show, &progress);
	progress_end(&progress);
	if (r == JOURNAL_UNMENDABLE)
		journal_print_findings(call, place, survey);
	if (r)
		return journal_complain(call, place->directory, r);

	if (call->json)
		print_repair_json(place, survey, &sum, is_dry);
	else
		print_repair(call, place, survey, &sum, is_dry);
	return is_dry && journal_survey_findings(survey, &findings) > 0 ? STATUS_FINDING
									: STATUS_GOOD;
}
