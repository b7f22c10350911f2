/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/users_file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HASH                                                                                       \
	"$argon2id$v=19$m=32768,t=3,p=1$bm9ib2R5LWxvZ3MtaW4tYQ$"                                   \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define TOTP   "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

#define LONG DIGEST /* for the name of a person */

#define LAN                                                                                        \
	"users:\n"                                                                                 \
	"  lan:\n"                                                                                 \
	"    role: operator\n"

static struct units *plant(void)
{
	static const char *const ids[] = { "home", "east", "west" };
	struct units *units = units_new();
	uint32_t number;

	for (uint32_t i = 0; i < COUNT(ids); i++) {
		const struct unit unit = { .id = ids[i],
					   .level = "x",
					   .name_vi = ids[i],
					   .name_en = ids[i],
					   .parent = i ? 0 : UNIT_NONE };

		assert_int_equal(units_add(units, &unit, &number), 0);
	}
	assert_int_equal(units_add_alias(units, 1, "old-east"), 0);
	return units;
}

static struct users *parse_good(const char *yaml)
{
	CLEANUP(units_free) struct units *units = plant();
	CLEANUP_TEXT struct text report = { 0 };
	struct users *users = NULL;
	int r = users_file_parse(&users, "users.yml", yaml, strlen(yaml), units, &report);

	if (r)
		print_error("%s", text_get(&report));
	assert_int_equal(r, 0);
	assert_string_equal(text_get(&report), "");
	return users;
}

/* Every line of expected must be in the report, in that order. */
static void expect(const char *yaml, const char *expected)
{
	CLEANUP(units_free) struct units *units = plant();
	CLEANUP_TEXT struct text report = { 0 };
	CLEANUP_TEXT struct text told = { 0 };
	struct users *users = NULL;

	assert_int_equal(users_file_parse(&users, "u", yaml, strlen(yaml), units, &report),
			 USERS_FILE_REFUSED);
	assert_null(users);
	for (const char *line = text_get(&report); *line;) {
		size_t n = strcspn(line, "\n");

		if (strncmp(line, "u:", 2) == 0)
			text_add(&told, "%.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
	}
	assert_string_equal(text_get(&told), expected);
}

/* ---- what is read ---- */

static void a_user_is_read_with_all_that_belongs_to_it(void **state)
{
	const char *yaml = "users:\n"
			   "  lan:\n"
			   "    name: Nguyễn Thị Lan\n"
			   "    role: operator\n"
			   "    units: [east, old-east, west]\n"
			   "    password: " HASH "\n"
			   "    totp: " TOTP "\n"
			   "    disabled: yes\n"
			   "    tokens:\n"
			   "      wall: {digest: " DIGEST ", role: viewer, until: 2027-01-31}\n"
			   "      desk:\n"
			   "        digest: " DIGEST "\n"
			   "        role: operator\n"
			   "        until: \"2027-01-31T12:00:00+07:00\"\n"
			   "      for-good: {digest: " DIGEST ", role: viewer}\n"
			   "  an: {role: admin, units: west}\n";
	CLEANUP(users_free) struct users *users = parse_good(yaml);
	const struct access_user *lan = users_find(users, "lan");

	(void)state;
	assert_int_equal(users_count(users), 2);
	assert_string_equal(lan->title, "Nguyễn Thị Lan");
	assert_int_equal(lan->role, ROLE_OPERATOR);
	assert_int_equal(lan->n_units, 3);
	assert_string_equal(lan->units[1], "old-east");
	assert_string_equal(lan->password, HASH);
	assert_string_equal(lan->totp, TOTP);
	assert_true(lan->is_disabled);
	assert_int_equal(lan->n_tokens, 3);
	assert_string_equal(lan->tokens[0].name, "wall");
	assert_int_equal(lan->tokens[0].role, ROLE_VIEWER);
	assert_int_equal(lan->tokens[0].digest[1], 0x11);
	assert_int_equal(lan->tokens[0].digest[31], 0xff);
	assert_true(lan->tokens[0].until_ms == INT64_C(1801440000000)); /* 2027-02-01T00:00Z */
	assert_true(lan->tokens[1].until_ms == INT64_C(1801371600000));
	assert_true(lan->tokens[2].until_ms == 0);
	assert_int_equal(users_find(users, "an")->n_units, 1);
	assert_string_equal(users_find(users, "an")->password, "");
}

static void a_list_may_be_empty(void **state)
{
	static const char *const files[] = { "users: {}\n", "users:\n", "users:\n  # nobody\n" };

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++)
		users_free(parse_good(files[i]));
}

static void what_is_written_is_read_back(void **state)
{
	CLEANUP(users_free) struct users *users = users_new();
	CLEANUP(users_free) struct users *again = NULL;
	CLEANUP_TEXT struct text yaml = { 0 };
	CLEANUP_TEXT struct text once_more = { 0 };
	struct access_user user = { .name = "lan",
				    .role = ROLE_ADMIN,
				    .n_units = 2,
				    .password = HASH,
				    .totp = TOTP,
				    .n_tokens = 2,
				    .units = { "east", "no" } };

	(void)state;
	(void)snprintf(user.title, sizeof(user.title), "%s", "\"Lan\": #1 {x} 'đ' \\ & *a");
	user.tokens[0] = (struct access_token){ .name = "a",
						.role = ROLE_ADMIN,
						.until_ms = INT64_C(1801440000000) };
	user.tokens[1] = (struct access_token){ .name = "b",
						.role = ROLE_VIEWER,
						.until_ms = INT64_C(1801440000123) };
	memset(user.tokens[1].digest, 0xa5, ACCESS_DIGEST);
	assert_int_equal(users_add(users, &user), 0);
	user = (struct access_user){ .name = "yes", .is_disabled = true };
	assert_int_equal(users_add(users, &user), 0);
	users_write(&yaml, users);
	assert_int_equal(users_file_parse(&again, "u", yaml.bytes, yaml.size, NULL, &once_more), 0);
	users_write(&once_more, again);
	assert_string_equal(text_get(&yaml), text_get(&once_more));
	assert_string_equal(users_find(again, "lan")->title, "\"Lan\": #1 {x} 'đ' \\ & *a");
}

/* ---- what is refused ---- */

/* clang-format off */
static const struct { const char *yaml, *told; } mistakes[] = {
	{ "", "u:1:1: error: 'users' is missing\n" },
	{ "user: {}\n", "u:1:1: error: unknown key 'user'; did you mean 'users'?\n" },
	{ "users: [lan]\n", "u:1:8: error: 'users' must be a map of keys and values, not a list\n" },
	{ "users: {lan: operator}\n", "u:1:14: error: 'lan' must be a map of keys and values, not a text\n" },
	{ "users: {lan: {}}\n", "u:1:9: error: 'role' is missing\n" },
	{ "users: {Lan: {role: viewer}}\n", "u:1:9: error: 'Lan': a name begins with a letter from a to z\n" },
	{ "users: {lan: {role: operater}}\n", "u:1:21: error: 'operater' is not viewer, operator or admin; did you mean 'operator'?\n" },
	{ LAN "    unit: [east]\n", "u:4:5: error: unknown key 'unit'; did you mean 'units'?\n" },
	{ LAN "    units: [eats]\n", "u:4:13: error: unknown unit 'eats'; did you mean 'east'?\n" },
	{ LAN "    units: []\n", "u:4:5: error: 'units' names none; leave it out for all units\n" },
	{ LAN "    units:\n", "u:4:5: error: 'units' names none; leave it out for all units\n" },
	{ LAN "    units: {east: 1}\n", "u:4:12: error: 'units' must be a list, not a map of keys and values\n" },
	{ LAN "    units: [East]\n", "u:4:13: error: 'East' cannot name a unit; use a to z, 0 to 9, '.', '_' and '-', beginning with a letter or digit, at most 64\n" },
	{ LAN "    password: secret words\n", "u:4:15: error: 'password': not the hash of a password that iocd knows: argon2id, as 'iocctl user passwd' writes it\n" },
	{ LAN "    totp: SECRET1\n", "u:4:11: error: 'totp': not the secret of a second factor, which has only A to Z and 2 to 7, at most 64\n" },
	{ LAN "    disabled: maybe\n", "u:4:15: error: 'maybe' is neither yes nor no\n" },
	{ LAN "    name: " LONG "\n", "u:4:11: error: 'name': a person's name has at most 63 bytes\n" },
	{ LAN "    tokens: {wall: {role: viewer}}\n", "u:4:14: error: 'digest' is missing\n" },
	{ LAN "    tokens: {wall: {digest: " DIGEST "}}\n", "u:4:14: error: 'role' is missing\n" },
	{ LAN "    tokens: {wall: {digest: 00aa, role: viewer}}\n", "u:4:29: error: 'digest' is not 64 digits from 0 to 9 and a to f, as 'iocctl user token add' writes them\n" },
	{ LAN "    tokens: {wall: {digest: " DIGEST ", role: admin}}\n", "u:4:101: error: token 'wall' may do more ('admin') than its user ('operator')\n" },
	{ LAN "    tokens: {wall: {digest: " DIGEST ", role: viewer, until: soon}}\n", "u:4:116: error: 'soon' is neither a day, such as 2027-01-31, nor a time as in RFC 3339\n" },
	{ LAN "    tokens: {Wall: {digest: " DIGEST ", role: viewer}}\n", "u:4:14: error: 'Wall': a name begins with a letter from a to z\n" },
	{ "users: {lan: {role: a}, binh: {role: b}}\n",
	  "u:1:21: error: 'a' is not viewer, operator or admin\n"
	  "u:1:38: error: 'b' is not viewer, operator or admin\n" },
};
/* clang-format on */

static void each_mistake_is_told_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++)
		expect(mistakes[i].yaml, mistakes[i].told);
}

static void a_user_who_is_there_twice_is_refused(void **state)
{
	const char *yaml = "users:\n  lan: {role: viewer}\n  lan: {role: admin}\n";
	CLEANUP_TEXT struct text report = { 0 };
	struct users *users = NULL;

	(void)state;
	assert_int_equal(users_file_parse(&users, "u", yaml, strlen(yaml), NULL, &report),
			 USERS_FILE_REFUSED);
	assert_non_null(strstr(text_get(&report), "u:3:3: error: "));
}

static void there_are_limits(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	CLEANUP_TEXT struct text report = { 0 };
	struct users *users = NULL;

	(void)state;
	text_add(&yaml, "users:\n  lan:\n    role: viewer\n    units: [east");
	for (int i = 0; i < ACCESS_UNITS_MAX; i++)
		text_add(&yaml, ", east");
	text_add(&yaml, "]\n    tokens:\n");
	for (int i = 0; i <= ACCESS_TOKENS_MAX; i++)
		text_add(&yaml, "      t%d: {digest: " DIGEST ", role: viewer}\n", i);
	for (int i = 0; i < ACCESS_USERS_MAX; i++)
		text_add(&yaml, "  u%d: {role: viewer}\n", i);
	assert_int_equal(users_file_parse(&users, "u", yaml.bytes, yaml.size, NULL, &report),
			 USERS_FILE_REFUSED);
	assert_non_null(strstr(text_get(&report), "error: more than 64 units of one user"));
	assert_non_null(strstr(text_get(&report), "error: more than 16 tokens of one user"));
	assert_non_null(strstr(text_get(&report), "error: more than 1000 users"));
}

static void a_report_shows_the_line_but_no_secret(void **state)
{
	const char *yaml = LAN "    passwrod: " HASH "\n"
			       "    totp: " TOTP "1\n"
			       "    'password' : short secret, and more\n"
			       "    units: [eats]\n"
			       "    tokens: {wall: {digest: 123abc, role: viewr}}\n";
	CLEANUP(units_free) struct units *units = plant();
	CLEANUP_TEXT struct text report = { 0 };
	struct users *users = NULL;

	(void)state;
	assert_int_equal(users_file_parse(&users, "u", yaml, strlen(yaml), units, &report),
			 USERS_FILE_REFUSED);
	assert_non_null(strstr(text_get(&report), "unknown key 'passwrod'"));
	assert_non_null(strstr(text_get(&report), "    units: [eats]\n"));
	assert_non_null(strstr(text_get(&report), "role: viewr"));
	assert_null(strstr(text_get(&report), "bm9ib2R5"));
	assert_null(strstr(text_get(&report), "AAAAAAAA"));
	assert_null(strstr(text_get(&report), "GEZDGNBV"));
	assert_null(strstr(text_get(&report), "secret, and"));
	assert_null(strstr(text_get(&report), "123abc"));
}

/* ---- the file ---- */

struct folder {
	char path[64];
	char file[96];
};

static int set_up(void **state)
{
	static struct folder folder;

	(void)snprintf(folder.path, sizeof(folder.path), "/tmp/iocd-users-XXXXXX");
	assert_non_null(mkdtemp(folder.path));
	(void)snprintf(folder.file, sizeof(folder.file), "%s/users.yml", folder.path);
	*state = &folder;
	return 0;
}

static int tear_down(void **state)
{
	struct folder *folder = *state;

	(void)unlink(folder->file);
	assert_int_equal(rmdir(folder->path), 0); /* nothing else is left */
	return 0;
}

static int write_one(const char *path, enum access_role role)
{
	CLEANUP(users_free) struct users *users = users_new();
	const struct access_user user = { .name = "lan", .role = role };

	assert_int_equal(users_add(users, &user), 0);
	return users_file_write(path, users);
}

static unsigned mode_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 07777;
}

static void a_file_is_written_for_its_owner_only_and_read_again(void **state)
{
	struct folder *folder = *state;
	CLEANUP(users_free) struct users *users = NULL;
	CLEANUP_TEXT struct text report = { 0 };

	assert_int_equal(users_file_read(&users, folder->file, NULL, &report), USERS_FILE_ABSENT);
	assert_int_equal(users_file_mark(folder->file), 0);
	assert_int_equal(write_one(folder->file, ROLE_ADMIN), 0);
	assert_int_equal(mode_of(folder->file), 0600);
	assert_int_equal(users_file_read(&users, folder->file, NULL, &report), 0);
	assert_int_equal(users_find(users, "lan")->role, ROLE_ADMIN);
	assert_string_equal(text_get(&report), "");
}

static void a_file_that_is_replaced_keeps_its_mode_and_changes_its_mark(void **state)
{
	struct folder *folder = *state;
	uint64_t before;

	assert_int_equal(write_one(folder->file, ROLE_ADMIN), 0);
	assert_int_equal(chmod(folder->file, 0400), 0);
	before = users_file_mark(folder->file);
	assert_int_equal(users_file_mark(folder->file), before);
	assert_int_equal(write_one(folder->file, ROLE_VIEWER), 0);
	assert_int_equal(mode_of(folder->file), 0400);
	assert_int_not_equal(users_file_mark(folder->file), before);
	assert_int_not_equal(users_file_mark(folder->file), 0);
}

static void a_file_that_others_may_read_is_refused_with_what_to_do(void **state)
{
	static const unsigned modes[] = { 0604, 0602, 0620, 0601, 0660 };
	struct folder *folder = *state;
	struct users *users = NULL;

	assert_int_equal(write_one(folder->file, ROLE_ADMIN), 0);
	for (size_t i = 0; i < COUNT(modes); i++) {
		CLEANUP_TEXT struct text report = { 0 };

		assert_int_equal(chmod(folder->file, modes[i]), 0);
		assert_int_equal(users_file_read(&users, folder->file, NULL, &report), -EACCES);
		assert_null(users);
		assert_non_null(strstr(text_get(&report), "run: chmod 6"));
	}
}

static void a_mistake_in_the_file_is_told_under_its_path(void **state)
{
	struct folder *folder = *state;
	CLEANUP_TEXT struct text report = { 0 };
	CLEANUP_TEXT struct text expected = { 0 };
	struct users *users = NULL;
	FILE *file = fopen(folder->file, "w");

	assert_non_null(file);
	assert_true(fputs("users: {lan: {role: boss}}\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(folder->file, 0600), 0);
	assert_int_equal(users_file_read(&users, folder->file, NULL, &report), USERS_FILE_REFUSED);
	text_add(&expected, "%s:1:21: error: 'boss' is not viewer, operator or admin",
		 folder->file);
	assert_memory_equal(text_get(&report), text_get(&expected), expected.size);
}

static void a_file_that_cannot_be_written_leaves_the_old_one(void **state)
{
	struct folder *folder = *state;
	char other[sizeof(folder->file) + 8];

	(void)snprintf(other, sizeof(other), "%s/no/u.yml", folder->path);
	assert_int_equal(write_one(other, ROLE_ADMIN), -ENOENT);
	assert_int_equal(write_one(folder->file, ROLE_ADMIN), 0);
}

static void whatever_is_larger_than_can_be_read_is_not_written(void **state)
{
	struct folder *folder = *state;
	CLEANUP(users_free) struct users *users = users_new();
	struct access_user user = { .role = ROLE_VIEWER, .n_units = ACCESS_UNITS_MAX };

	for (uint32_t i = 0; i < ACCESS_UNITS_MAX; i++)
		memset(user.units[i], 'a', sizeof(user.units[0]) - 1);
	for (int i = 0; i < 300; i++) {
		(void)snprintf(user.name, sizeof(user.name), "u%d", i);
		assert_int_equal(users_add(users, &user), 0);
	}
	assert_int_equal(users_file_write(folder->file, users), -EFBIG);
	assert_int_equal(users_file_mark(folder->file), 0);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_is_read_with_all_that_belongs_to_it),
		cmocka_unit_test(a_list_may_be_empty),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(each_mistake_is_told_at_its_place),
		cmocka_unit_test(a_user_who_is_there_twice_is_refused),
		cmocka_unit_test(there_are_limits),
		cmocka_unit_test(a_report_shows_the_line_but_no_secret),
		FILE_TEST(a_file_is_written_for_its_owner_only_and_read_again),
		FILE_TEST(a_file_that_is_replaced_keeps_its_mode_and_changes_its_mark),
		FILE_TEST(a_file_that_others_may_read_is_refused_with_what_to_do),
		FILE_TEST(a_mistake_in_the_file_is_told_under_its_path),
		FILE_TEST(a_file_that_cannot_be_written_leaves_the_old_one),
		FILE_TEST(whatever_is_larger_than_can_be_read_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
