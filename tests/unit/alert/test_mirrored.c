/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mirrored.h"

static struct slice of(const char *text)
{
	return (struct slice){ .bytes = text, .size = strlen(text) };
}

static struct mirrored make(void)
{
	return (struct mirrored){
		.flags = { [MIRRORED_OWNER] = true },
		.number = 42,
		.raised_ms = 1000,
		.suppressed = 5,
		.texts = {
			[MIRRORED_UNIT] = of("u3"),
			[MIRRORED_SENDER] = of("iocd"),
			[MIRRORED_RULE] = of("high"),
			[MIRRORED_SUBJECT] = of("a:b 7:\x1f"),
			[MIRRORED_SITE_RULE] = of(""),
			[MIRRORED_THRESHOLD] = of("> 5%"),
			[MIRRORED_TITLE_VI] = of("Cao"),
			[MIRRORED_TITLE_EN] = of("High"),
			[MIRRORED_REASON_VI] = of("vì thế"),
			[MIRRORED_REASON_EN] = of("because"),
			[MIRRORED_SITE] = of("desk"),
		},
	};
}

static void check_same(const struct mirrored *a, const struct mirrored *b)
{
	assert_memory_equal(a->flags, b->flags, sizeof(a->flags));
	assert_int_equal(a->number, b->number);
	assert_int_equal(a->raised_ms, b->raised_ms);
	assert_int_equal(a->suppressed, b->suppressed);
	for (unsigned i = 0; i < N_MIRRORED_TEXTS; i++) {
		assert_int_equal(a->texts[i].size, b->texts[i].size);
		assert_memory_equal(a->texts[i].bytes, b->texts[i].bytes, a->texts[i].size);
	}
}

static void what_is_packed_is_found_again(void **state)
{
	char detail[ALERT_DETAIL_MAX], again[ALERT_DETAIL_MAX];
	struct mirrored packed = make(), found;

	(void)state;
	mirrored_pack(detail, &packed);
	assert_true(mirrored_unpack(detail, &found));
	check_same(&packed, &found);
	assert_string_equal(found.texts[MIRRORED_SITE].bytes, "desk");
	mirrored_pack(again, &found);
	assert_memory_equal(detail, again, sizeof(detail));

	packed.number = UINT64_MAX;
	packed.raised_ms = INT64_MAX;
	packed.suppressed = (1u << N_SUPPRESSIONS) - 1;
	mirrored_pack(detail, &packed);
	assert_true(mirrored_unpack(detail, &found));
	check_same(&packed, &found);
}

static void flags_are_set_where_they_stand(void **state)
{
	char detail[ALERT_DETAIL_MAX], plain[ALERT_DETAIL_MAX];
	struct mirrored packed = make();

	(void)state;
	mirrored_pack(plain, &packed);
	for (enum mirrored_flag flag = 0; flag < N_MIRRORED_FLAGS; flag++)
		for (int is_set = 0; is_set < 2; is_set++) {
			struct mirrored other = make();

			other.flags[flag] = is_set;
			memcpy(detail, plain, sizeof(detail));
			mirrored_set(detail, flag, is_set);
			assert_int_equal(mirrored_is_set(detail, flag), is_set);
			mirrored_pack(plain, &other);
			assert_memory_equal(detail, plain, sizeof(detail));
			mirrored_pack(plain, &packed);
		}
}

static void words_are_cut_between_characters_and_names_never(void **state)
{
	char words[1200], name[ALERT_SUBJECT_MAX], detail[ALERT_DETAIL_MAX];
	struct mirrored packed = make(), found;

	(void)state;
	for (size_t i = 0; i + 3 <= sizeof(words) - 1; i += 3)
		memcpy(words + i, "ổ", 3);
	words[sizeof(words) - 1 - (sizeof(words) - 1) % 3] = '\0';
	memset(name, 'n', sizeof(name));
	for (unsigned extra = 0; extra < 3; extra++) {
		packed.texts[MIRRORED_UNIT] = (struct slice){ name, MIRRORED_ID_MAX - 1 };
		packed.texts[MIRRORED_RULE] = (struct slice){ name, MIRRORED_ID_MAX - 1 };
		packed.texts[MIRRORED_SITE_RULE] = (struct slice){ name, MIRRORED_ID_MAX - 1 };
		packed.texts[MIRRORED_SENDER] = (struct slice){ name, MIRRORED_SENDER_MAX - 1 };
		packed.texts[MIRRORED_SITE] =
			(struct slice){ name, MIRRORED_SENDER_MAX - 1 - extra };
		packed.texts[MIRRORED_SUBJECT] = (struct slice){ name, ALERT_SUBJECT_MAX - 1 };
		packed.texts[MIRRORED_REASON_VI] = of(words);
		packed.texts[MIRRORED_REASON_EN] = of(words);
		packed.number = UINT64_MAX;
		packed.raised_ms = INT64_MAX;
		mirrored_pack(detail, &packed);
		assert_true(mirrored_unpack(detail, &found));
		for (unsigned i = 0; i < N_MIRRORED_TEXTS; i++) {
			if (i == MIRRORED_REASON_VI || i == MIRRORED_REASON_EN) {
				assert_true(found.texts[i].size > 0);
				assert_int_equal(found.texts[i].size % 3, 0);
			} else {
				assert_int_equal(found.texts[i].size, packed.texts[i].size);
			}
		}
	}
}

/* Short words leave their room to the long ones. */
static void the_room_is_used(void **state)
{
	char words[1200], detail[ALERT_DETAIL_MAX];
	struct mirrored packed = make();

	(void)state;
	memset(words, 'w', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	packed.texts[MIRRORED_REASON_VI] = of(words);
	packed.texts[MIRRORED_REASON_EN] = of(words);
	mirrored_pack(detail, &packed);
	assert_in_range(strlen(detail), ALERT_DETAIL_MAX - 30, ALERT_DETAIL_MAX - 1);
}

static void what_is_not_packed_so_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"---",
		"---1 2 3 ",
		"---01 0 0 0:0:1:r0:0:0:0:0:0:0:0:",
		"---1 0 128 0:0:1:r0:0:0:0:0:0:0:0:",
		"-?-1 0 0 0:0:1:r0:0:0:0:0:0:0:0:",
		"---1 0 0 0:0:0:0:0:0:0:0:0:0:0:",
		"---1 0 0 0:0:1:r0:0:0:0:0:0:0:0:0",
		"---1 0 0 0:0:1:r0:0:0:0:0:0:0:1:",
		"---1 0 0 0:33:123456789012345678901234567890123:1:r0:0:0:0:0:0:0:0:",
		"---18446744073709551616 0 0 0:0:1:r0:0:0:0:0:0:0:0:",
		"---1 9223372036854775808 0 0:0:1:r0:0:0:0:0:0:0:0:",
		"---1 0 0 0:0:1:r0:0:0:0:0:0:0:999999999999999999999:",
	};
	struct mirrored found;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (mirrored_unpack(bad[i], &found))
			fail_msg("case %zu", i);
	assert_true(mirrored_unpack("---1 0 0 0:0:1:r0:0:0:0:0:0:0:0:", &found));
}

static void a_subject_names_rule_and_subject(void **state)
{
	char to[ALERT_SUBJECT_MAX], other[ALERT_SUBJECT_MAX], subject[ALERT_SUBJECT_MAX];

	(void)state;
	mirrored_subject(to, of("high"), of(""));
	assert_string_equal(to, "high");
	mirrored_subject(to, of("high"), of("cổng/1"));
	assert_string_equal(to, "high/cổng/1");
	memset(subject, 's', sizeof(subject));
	subject[122] = '\0';
	mirrored_subject(to, of("high"), of(subject));
	assert_int_equal(strlen(to), ALERT_SUBJECT_MAX - 1);
	assert_null(strchr(to, '~'));
	subject[122] = 's';
	subject[123] = '\0';
	memcpy(subject + 104, "ổ", 3);
	mirrored_subject(to, of("high"), of(subject));
	assert_int_equal(strlen(to), 5 + 104 + 17);
	assert_int_equal(to[5 + 104], '~');
	subject[122] = 't';
	mirrored_subject(other, of("high"), of(subject));
	assert_string_not_equal(to, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_is_found_again),
		cmocka_unit_test(flags_are_set_where_they_stand),
		cmocka_unit_test(words_are_cut_between_characters_and_names_never),
		cmocka_unit_test(the_room_is_used),
		cmocka_unit_test(what_is_not_packed_so_is_refused),
		cmocka_unit_test(a_subject_names_rule_and_subject),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
