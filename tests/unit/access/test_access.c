/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct access_user user_named(const char *name)
{
	struct access_user user = { .role = ROLE_VIEWER };

	(void)snprintf(user.name, sizeof(user.name), "%s", name);
	return user;
}

static void give_unit(struct access_user *user, const char *id)
{
	(void)snprintf(user->units[user->n_units++], sizeof(user->units[0]), "%s", id);
}

static struct access_token *give_token(struct access_user *user, const char *name, uint8_t byte)
{
	struct access_token *token = &user->tokens[user->n_tokens++];

	*token = (struct access_token){ .role = ROLE_VIEWER };
	(void)snprintf(token->name, sizeof(token->name), "%s", name);
	memset(token->digest, byte, ACCESS_DIGEST);
	return token;
}

/* ---- the list ---- */

static void users_stand_in_the_order_of_their_names_and_are_found_by_them(void **state)
{
	static const char *const names[] = { "binh", "an", "lan", "chi" };
	CLEANUP(users_free) struct users *users = users_new();

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct access_user user = user_named(names[i]);

		assert_int_equal(users_add(users, &user), 0);
	}
	assert_int_equal(users_count(users), 4);
	assert_string_equal(users_at(users, 0)->name, "an");
	assert_string_equal(users_at(users, 1)->name, "binh");
	assert_string_equal(users_at(users, 3)->name, "lan");
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(users_find(users, names[i])->name, names[i]);
	assert_null(users_find(users, "la"));
	assert_null(users_find(users, "lana"));
	assert_null(users_find(users, ""));
}

static void a_name_is_there_once_and_is_replaced_or_removed(void **state)
{
	CLEANUP(users_free) struct users *users = users_new();
	struct access_user user = user_named("lan");
	struct access_user other = user_named("binh");

	(void)state;
	assert_int_equal(users_add(users, &user), 0);
	user.role = ROLE_ADMIN;
	assert_int_equal(users_add(users, &user), USERS_EXISTS);
	assert_int_equal(users_find(users, "lan")->role, ROLE_VIEWER);
	users_replace(users, &user);
	assert_int_equal(users_find(users, "lan")->role, ROLE_ADMIN);
	users_replace(users, &other); /* nobody of that name */
	assert_int_equal(users_count(users), 1);
	assert_false(users_remove(users, "binh"));
	assert_true(users_remove(users, "lan"));
	assert_int_equal(users_count(users), 0);
}

static void there_are_at_most_so_many(void **state)
{
	CLEANUP(users_free) struct users *users = users_new();
	struct access_user user;
	char name[ACCESS_NAME_MAX];

	(void)state;
	for (int i = 0; i < ACCESS_USERS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "u%d", i);
		user = user_named(name);
		assert_int_equal(users_add(users, &user), 0);
	}
	user = user_named("one-more");
	assert_int_equal(users_add(users, &user), USERS_FULL);
	assert_int_equal(users_count(users), ACCESS_USERS_MAX);
}

static void a_token_is_found_by_its_digest_unless_its_user_is_disabled(void **state)
{
	CLEANUP(users_free) struct users *users = users_new();
	struct access_user user = user_named("lan");
	const struct access_token *token = NULL;
	uint8_t digest[ACCESS_DIGEST];

	(void)state;
	give_token(&user, "wall", 7);
	give_token(&user, "desk", 8);
	assert_int_equal(users_add(users, &user), 0);
	memset(digest, 8, sizeof(digest));
	assert_string_equal(users_find_token(users, digest, &token)->name, "lan");
	assert_string_equal(token->name, "desk");
	digest[ACCESS_DIGEST - 1] = 9;
	assert_null(users_find_token(users, digest, &token));
	digest[ACCESS_DIGEST - 1] = 8;
	user.is_disabled = true;
	users_replace(users, &user);
	assert_null(users_find_token(users, digest, &token));
}

/* ---- names ---- */

static void a_name_is_of_small_letters_digits_and_three_marks(void **state)
{
	static const char *const good[] = { "a", "lan", "tran.van-binh_2",
					    "abcdefghijklmnopqrstuvwxyzabcdef" };
	static const char *const bad[] = { "",     "Lan",  "1lan",
					   "-lan", ".lan", "l n",
					   "lân",  "a/b",  "a:b",
					   "a\"b", "a\nb", "abcdefghijklmnopqrstuvwxyzabcdefg" };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_null(access_check_name(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_non_null(access_check_name(bad[i]));
}

static void a_title_is_any_text_without_control_characters(void **state)
{
	char title[ACCESS_TITLE_MAX + 1];

	(void)state;
	assert_null(access_check_title(""));
	assert_null(access_check_title("Nguyễn Thị Lan \xf0\x9f\x9a\xa6 <b>\"'"));
	assert_non_null(access_check_title("L\xc3"));
	assert_non_null(access_check_title("\xed\xa0\x80")); /* a surrogate */
	assert_non_null(access_check_title("\xc0\xaf"));     /* longer than needed */
	assert_non_null(access_check_title("\xe0\x80\xaf"));
	assert_non_null(access_check_title("\xf4\x90\x80\x80")); /* beyond Unicode */
	assert_non_null(access_check_title("a\x1b[31m"));
	assert_non_null(access_check_title("a\xc2\x9b"));
	memset(title, 'a', sizeof(title));
	title[ACCESS_TITLE_MAX] = '\0';
	assert_non_null(access_check_title(title));
	title[ACCESS_TITLE_MAX - 1] = '\0';
	assert_null(access_check_title(title));
}

static void a_role_is_found_by_its_name(void **state)
{
	(void)state;
	assert_int_equal(access_find_role("viewer"), ROLE_VIEWER);
	assert_int_equal(access_find_role("operator"), ROLE_OPERATOR);
	assert_int_equal(access_find_role("admin"), ROLE_ADMIN);
	assert_int_equal(access_find_role("Admin"), N_ROLES);
	assert_int_equal(access_find_role(""), N_ROLES);
	assert_string_equal(access_role_name(ROLE_OPERATOR), "operator");
	assert_true(ROLE_VIEWER < ROLE_OPERATOR && ROLE_OPERATOR < ROLE_ADMIN);
}

/* ---- as a file ---- */

static void a_list_is_written_as_people_would(void **state)
{
	CLEANUP(users_free) struct users *users = users_new();
	CLEANUP_TEXT struct text yaml = { 0 };
	struct access_user user = user_named("lan");
	struct access_user other = user_named("wall");

	(void)state;
	(void)snprintf(user.title, sizeof(user.title), "Lan \"A\": #1");
	(void)snprintf(user.password, sizeof(user.password), "$argon2id$x");
	(void)snprintf(user.totp, sizeof(user.totp), "JBSWY3DPEHPK3PXP");
	user.role = ROLE_OPERATOR;
	give_unit(&user, "one");
	give_unit(&user, "two");
	other.is_disabled = true;
	give_token(&other, "a", 0xab)->until_ms = INT64_C(1769904000000); /* 2026-02-01T00:00Z */
	give_token(&other, "b", 0x01)->until_ms = INT64_C(1769904001500);
	assert_int_equal(users_add(users, &user), 0);
	assert_int_equal(users_add(users, &other), 0);
	users_write(&yaml, users);
	assert_non_null(strstr(text_get(&yaml),
			       "users:\n"
			       "  lan:\n"
			       "    name: \"Lan \\\"A\\\": #1\"\n"
			       "    role: operator\n"
			       "    units: [one, two]\n"
			       "    password: \"$argon2id$x\"\n"
			       "    totp: \"JBSWY3DPEHPK3PXP\"\n"
			       "  wall:\n"
			       "    role: viewer\n"
			       "    disabled: yes\n"
			       "    tokens:\n"
			       "      a: {digest: "
			       "abababababababababababababababababababababababababababababababab, "
			       "role: viewer, until: 2026-01-31}\n"));
	assert_non_null(strstr(text_get(&yaml), "until: \"2026-02-01T00:00:01.500"));
}

static void an_empty_list_is_one_too(void **state)
{
	CLEANUP(users_free) struct users *users = users_new();
	CLEANUP_TEXT struct text yaml = { 0 };

	(void)state;
	users_write(&yaml, users);
	assert_non_null(strstr(text_get(&yaml), "\nusers: {}\n"));
}

/* ---- scope ---- */

struct tree {
	struct units *units;
	uint32_t root, left, right, below, former;
};

static uint32_t add_unit(struct units *units, const char *id, uint32_t parent)
{
	const struct unit unit = {
		.id = id, .level = "x", .name_vi = id, .name_en = id, .parent = parent
	};
	uint32_t number = UNIT_NONE;

	assert_int_equal(units_add(units, &unit, &number), 0);
	return number;
}

static void plant(struct tree *tree)
{
	const struct unit former = { .id = "old",
				     .level = "x",
				     .name_vi = "old",
				     .name_en = "old",
				     .parent = 0,
				     .until_day = 100 };

	tree->units = units_new();
	tree->root = add_unit(tree->units, "root", UNIT_NONE);
	tree->left = add_unit(tree->units, "left", tree->root);
	tree->right = add_unit(tree->units, "right", tree->root);
	tree->below = add_unit(tree->units, "below", tree->left);
	assert_int_equal(units_add_former(tree->units, &former, tree->right, &tree->former), 0);
}

static void who_has_no_units_has_all_and_what_is_of_no_unit(void **state)
{
	struct access_user user = user_named("lan");
	struct scope scope;
	struct tree tree;

	(void)state;
	plant(&tree);
	scope_init(&scope, tree.units, &user);
	assert_true(scope.is_whole);
	assert_true(scope_has(&scope, tree.below));
	assert_true(scope_has(&scope, UNIT_NONE));
	scope_fini(&scope);
	scope_init_whole(&scope);
	assert_true(scope_has(&scope, UNIT_NONE));
	scope_fini(&scope);
	units_free(tree.units);
}

static void a_scope_has_the_units_below_and_none_beside_or_above(void **state)
{
	struct access_user user = user_named("lan");
	struct scope scope;
	struct tree tree;

	(void)state;
	plant(&tree);
	give_unit(&user, "left");
	scope_init(&scope, tree.units, &user);
	assert_false(scope.is_whole);
	assert_true(scope_has(&scope, tree.left));
	assert_true(scope_has(&scope, tree.below));
	assert_false(scope_has(&scope, tree.root));
	assert_false(scope_has(&scope, tree.right));
	assert_false(scope_has(&scope, tree.former));
	assert_false(scope_has(&scope, UNIT_NONE));
	scope_fini(&scope);
	units_free(tree.units);
}

static void even_the_root_is_not_the_whole(void **state)
{
	struct access_user user = user_named("lan");
	struct scope scope;
	struct tree tree;

	(void)state;
	plant(&tree);
	give_unit(&user, "root");
	scope_init(&scope, tree.units, &user);
	assert_true(scope_has(&scope, tree.below));
	assert_true(scope_has(&scope, tree.right));
	assert_false(scope_has(&scope, UNIT_NONE));
	scope_fini(&scope);
	units_free(tree.units);
}

static void a_former_id_means_who_counts_for_it_now_and_a_typo_means_nobody(void **state)
{
	struct access_user user = user_named("lan");
	struct scope scope;
	struct tree tree;

	(void)state;
	plant(&tree);
	give_unit(&user, "old");
	scope_init(&scope, tree.units, &user);
	assert_true(scope_has(&scope, tree.right));
	assert_false(scope_has(&scope, tree.left));
	scope_fini(&scope);
	user.n_units = 0;
	give_unit(&user, "lefd");
	scope_init(&scope, tree.units, &user);
	assert_false(scope.is_whole);
	for (uint32_t i = 0; i < units_count(tree.units); i++)
		assert_false(scope_has(&scope, i));
	scope_fini(&scope);
	units_free(tree.units);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_stand_in_the_order_of_their_names_and_are_found_by_them),
		cmocka_unit_test(a_name_is_there_once_and_is_replaced_or_removed),
		cmocka_unit_test(there_are_at_most_so_many),
		cmocka_unit_test(a_token_is_found_by_its_digest_unless_its_user_is_disabled),
		cmocka_unit_test(a_name_is_of_small_letters_digits_and_three_marks),
		cmocka_unit_test(a_title_is_any_text_without_control_characters),
		cmocka_unit_test(a_role_is_found_by_its_name),
		cmocka_unit_test(a_list_is_written_as_people_would),
		cmocka_unit_test(an_empty_list_is_one_too),
		cmocka_unit_test(who_has_no_units_has_all_and_what_is_of_no_unit),
		cmocka_unit_test(a_scope_has_the_units_below_and_none_beside_or_above),
		cmocka_unit_test(even_the_root_is_not_the_whole),
		cmocka_unit_test(a_former_id_means_who_counts_for_it_now_and_a_typo_means_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
