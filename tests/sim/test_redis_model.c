/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulated Redis against a real one: the same random commands, of those that the store sends
 * and with arguments that are at times wrong, to both; every reply must be the same, and what is
 * stored in the end.  Only what cannot be the same is compared in form: ids that the server's clock
 * makes, INFO beyond the two lines that are read, and the order of hashes and sets.
 */
#include "../unit/store/server.h"

#include <inttypes.h>

#include "iocd/base/random.h"
#include "iocd/base/text.h"
#include "redis_server.h"

#define ROUNDS      60
#define COMMANDS    250
#define N_PEERS     2
#define ARGS_MAX    16
#define NOW_MS      INT64_C(1795309200000)
#define ANSWER_SIZE 65536

struct pair {
	struct redis_peer *model;
	redisContext *link;
};

struct duel {
	struct server server;
	struct redis_server *model;
	struct pair peers[N_PEERS];
	struct random_stream random;
	const char *args[ARGS_MAX];
	size_t sizes[ARGS_MAX];
	char bytes[ARGS_MAX][32];
	size_t n;
	char real[ANSWER_SIZE];
	char simulated[ANSWER_SIZE];
};

/* ---- commands ---- */

static uint64_t below(struct duel *duel, uint64_t n)
{
	return random_below(&duel->random, n);
}

static void add(struct duel *duel, const char *arg)
{
	assert_true(duel->n < ARGS_MAX);
	snprintf(duel->bytes[duel->n], sizeof(duel->bytes[duel->n]), "%s", arg);
	duel->args[duel->n] = duel->bytes[duel->n];
	duel->sizes[duel->n] = strlen(duel->bytes[duel->n]);
	duel->n++;
}

static void add_any(struct duel *duel, const char *const *words, size_t n)
{
	add(duel, words[below(duel, n)]);
}

static void add_key(struct duel *duel)
{
	static const char *const keys[] = { "a", "b", "c", "p:live:{d1}", "p:cursor" };

	add_any(duel, keys, COUNT(keys));
}

static void add_word(struct duel *duel)
{
	static const char *const words[] = { "x", "y", "z", "12", "", "số" };

	add_any(duel, words, COUNT(words));
}

static void add_words(struct duel *duel)
{
	for (uint64_t n = below(duel, 5); n > 0; n--)
		add_word(duel);
}

static void add_scores(struct duel *duel)
{
	static const char *const scores[] = { "1", "2.5", "-3", "1795309200.123", "1e3", "none" };

	for (uint64_t n = below(duel, 3); n > 0; n--) {
		add_any(duel, scores, COUNT(scores));
		add_word(duel);
	}
	if (below(duel, 12) == 0)
		add_word(duel);
}

static void add_entry(struct duel *duel)
{
	static const char *const ids[] = { "*", "1-0", "1-1", "7-0", "60000-0", "0-0" };

	add(duel, "MAXLEN");
	add(duel, "~");
	add(duel, "10000");
	add_any(duel, ids, COUNT(ids));
	add_words(duel);
}

static const char *const plain[] = { "HSET", "HSET",   "HDEL",     "HMGET",  "HGETALL", "UNLINK",
				     "SADD", "ZADD",   "SMEMBERS", "ZREM",   "ZRANGE",  "XADD",
				     "XADD", "EXPIRE", "TYPE",     "PUBLISH" };

static void make_plain(struct duel *duel)
{
	const char *name = plain[below(duel, COUNT(plain))];

	add(duel, name);
	add_key(duel);
	if (strcmp(name, "ZADD") == 0)
		add_scores(duel);
	else if (strcmp(name, "XADD") == 0)
		add_entry(duel);
	else if (strcmp(name, "EXPIRE") == 0)
		add(duel, "90000");
	else if (strcmp(name, "ZRANGE") == 0)
		add(duel, "0"), add(duel, "-1");
	else if (strcmp(name, "PUBLISH") == 0)
		add_word(duel);
	else if (name[0] == 'H' && strcmp(name, "HGETALL") != 0)
		add_words(duel);
	else if (strcmp(name, "SADD") == 0 || strcmp(name, "ZREM") == 0)
		add_words(duel);
	if (below(duel, 60) == 0 && duel->n > 2 && strcmp(name, "ZRANGE") != 0 &&
	    strcmp(name, "EXPIRE") != 0 && strcmp(name, "XADD") != 0)
		duel->n--;
}

static void make_command(struct duel *duel)
{
	static const char *const others[] = { "MULTI", "EXEC", "EXEC", "WATCH", "UNWATCH", "INFO" };

	duel->n = 0;
	if (below(duel, 4)) {
		make_plain(duel);
		return;
	}
	add_any(duel, others, COUNT(others));
	if (strcmp(duel->args[0], "WATCH") == 0)
		add_key(duel);
	if (strcmp(duel->args[0], "INFO") == 0)
		add(duel, "memory");
}

/* ---- replies ---- */

static void spell(char *answer, char sort, const char *text, size_t size)
{
	size_t n = strlen(answer);

	snprintf(answer + n, ANSWER_SIZE - n, "%c<%.*s>", sort, (int)size, text);
}

/* What no two servers can have in common is spelt by its form. */
static bool spell_form(char *answer, const char *text)
{
	const char *policy = strstr(text, "\nmaxmemory_policy:");
	const char *limit = strstr(text, "\nmaxmemory:");
	char form[128];
	uint64_t ms;
	int end = 0;

	if (sscanf(text, "%" SCNu64 "-%*u%n", &ms, &end) == 1 && end > 0 && !text[end] &&
	    ms > 1600000000000) {
		spell(answer, '$', "an id", 5);
		return true;
	}
	if (!policy || !limit)
		return false;
	snprintf(form, sizeof(form), "%.*s %.*s", (int)strcspn(limit + 1, "\r\n"), limit + 1,
		 (int)strcspn(policy + 1, "\r\n"), policy + 1);
	spell(answer, '$', form, strlen(form));
	return true;
}

static void spell_real(char *answer, const redisReply *reply)
{
	char number[32];

	switch (reply->type) {
	case REDIS_REPLY_INTEGER:
		snprintf(number, sizeof(number), "%lld", reply->integer);
		spell(answer, ':', number, strlen(number));
		break;
	case REDIS_REPLY_NIL:
		spell(answer, '_', "", 0);
		break;
	case REDIS_REPLY_ARRAY:
		spell(answer, '*', "", 0);
		for (size_t i = 0; i < reply->elements; i++)
			spell_real(answer, reply->element[i]);
		break;
	default:
		if (!spell_form(answer, reply->str))
			spell(answer,
			      reply->type == REDIS_REPLY_ERROR    ? '-'
			      : reply->type == REDIS_REPLY_STATUS ? '+'
								  : '$',
			      reply->str, reply->len);
	}
}

static void spell_simulated(char *answer, const struct redis_reply *reply)
{
	char number[32];

	switch (reply->kind) {
	case REPLY_INTEGER:
		snprintf(number, sizeof(number), "%lld", (long long)reply->integer);
		spell(answer, ':', number, strlen(number));
		break;
	case REPLY_NIL:
		spell(answer, '_', "", 0);
		break;
	case REPLY_ARRAY:
		spell(answer, '*', "", 0);
		for (size_t i = 0; i < reply->n; i++)
			spell_simulated(answer, reply->items[i]);
		break;
	case REPLY_STATUS:
	case REPLY_ERROR:
	case REPLY_STRING:
		if (!spell_form(answer, reply->text))
			spell(answer, "+-$"[reply->kind], reply -> text, reply -> size);
		break;
	}
}

/* Hashes and sets have no order: the bytes of an answer to HGETALL and SMEMBERS do. */
static int compare_bytes(const void *a, const void *b)
{
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

static void forget_order(struct duel *duel)
{
	const char *name = duel->args[0];

	if (strcmp(name, "HGETALL") && strcmp(name, "SMEMBERS") && strcmp(name, "EXEC"))
		return;
	qsort(duel->real, strlen(duel->real), 1, compare_bytes);
	qsort(duel->simulated, strlen(duel->simulated), 1, compare_bytes);
}

static void tell(const struct duel *duel, const char *what)
{
	print_message("%s:", what);
	for (size_t i = 0; i < duel->n; i++)
		print_message(" '%s'", duel->args[i]);
	print_message("\n");
}

static void fight(struct duel *duel, struct pair *peer)
{
	redisReply *real =
		redisCommandArgv(peer->link, (int)duel->n, (const char **)duel->args, duel->sizes);
	struct redis_reply *simulated =
		redis_server_run(peer->model, duel->n, duel->args, duel->sizes, NOW_MS);

	assert_non_null(real);
	duel->real[0] = duel->simulated[0] = '\0';
	spell_real(duel->real, real);
	spell_simulated(duel->simulated, simulated);
	forget_order(duel);
	if (strcmp(duel->real, duel->simulated) != 0)
		tell(duel, "differs");
	assert_string_equal(duel->simulated, duel->real);
	freeReplyObject(real);
	reply_free(simulated);
}

static void fight_plainly(struct duel *duel, const char *name, const char *key, const char *a,
			  const char *b)
{
	duel->n = 0;
	add(duel, name);
	if (key)
		add(duel, key);
	if (a)
		add(duel, a);
	if (b)
		add(duel, b);
	fight(duel, &duel->peers[0]);
}

/* ---- tests ---- */

static void connect_peers(struct duel *duel)
{
	for (int i = 0; i < N_PEERS; i++) {
		duel->peers[i].model = redis_peer_new(duel->model);
		duel->peers[i].link = redisConnectUnix(duel->server.socket);
		assert_int_equal(duel->peers[i].link->err, 0);
	}
}

static void disconnect_peers(struct duel *duel)
{
	for (int i = 0; i < N_PEERS; i++) {
		redis_peer_free(duel->peers[i].model);
		redisFree(duel->peers[i].link);
	}
}

static int begin(void **state)
{
	struct duel *duel = calloc(1, sizeof(*duel));

	assert_non_null(duel);
	server_init(&duel->server);
	duel->model = redis_server_new();
	connect_peers(duel);
	*state = duel;
	return 0;
}

static int end(void **state)
{
	struct duel *duel = *state;

	disconnect_peers(duel);
	redis_server_free(duel->model);
	server_fini(&duel->server);
	free(duel);
	return 0;
}

static void compare_all(struct duel *duel)
{
	static const char *const keys[] = { "a", "b", "c", "p:live:{d1}", "p:cursor" };
	static const char *const looks[] = { "HGETALL", "SMEMBERS", "TYPE" };

	for (size_t i = 0; i < COUNT(keys); i++) {
		for (size_t j = 0; j < COUNT(looks); j++)
			fight_plainly(duel, looks[j], keys[i], NULL, NULL);
		fight_plainly(duel, "ZRANGE", keys[i], "0", "-1");
	}
}

static void random_commands_have_the_same_answers_as_from_redis(void **state)
{
	struct duel *duel = *state;

	for (uint64_t round = 0; round < ROUNDS; round++) {
		random_seed(&duel->random, round);
		for (int i = 0; i < COMMANDS; i++) {
			make_command(duel);
			fight(duel, &duel->peers[below(duel, N_PEERS)]);
		}
		disconnect_peers(duel); /* and with them what they had not executed */
		connect_peers(duel);
		compare_all(duel);
		server_ask(&duel->server, "FLUSHALL");
		redis_server_wipe(duel->model);
	}
}

static void a_redis_without_memory_refuses_what_grows_and_transactions_with_it(void **state)
{
	struct duel *duel = *state;
	static const char oom[] = "OOM command not allowed when used memory > 'maxmemory'.";

	fight_plainly(duel, "SADD", "a", "x", NULL);
	fight_plainly(duel, "MULTI", NULL, NULL, NULL);
	fight_plainly(duel, "SADD", "a", "y", NULL);
	assert_string_equal(server_ask(&duel->server, "CONFIG SET maxmemory 1"), "OK");
	redis_server_refuse(duel->model, oom, REFUSE_GROWING);
	fight_plainly(duel, "EXEC", NULL, NULL, NULL);
	fight_plainly(duel, "SADD", "a", "z", NULL);
	fight_plainly(duel, "UNLINK", "a", NULL, NULL);
	fight_plainly(duel, "MULTI", NULL, NULL, NULL);
	fight_plainly(duel, "SADD", "a", "y", NULL);
	fight_plainly(duel, "UNLINK", "a", NULL, NULL);
	fight_plainly(duel, "EXEC", NULL, NULL, NULL);
	assert_string_equal(server_ask(&duel->server, "CONFIG SET maxmemory 0"), "OK");
	redis_server_refuse(duel->model, NULL, REFUSE_GROWING);
	fight_plainly(duel, "SADD", "a", "z", NULL);
	fight_plainly(duel, "SMEMBERS", "a", NULL, NULL);
}

static void a_replica_refuses_what_writes_and_transactions_with_it(void **state)
{
	struct duel *duel = *state;
	static const char readonly[] = "READONLY You can't write against a read only replica.";

	fight_plainly(duel, "MULTI", NULL, NULL, NULL);
	fight_plainly(duel, "SADD", "a", "y", NULL);
	assert_string_equal(server_ask(&duel->server, "REPLICAOF 127.0.0.1 1"), "OK");
	assert_string_equal(server_ask(&duel->server, "CONFIG SET replica-serve-stale-data yes"),
			    "OK");
	redis_server_refuse(duel->model, readonly, REFUSE_WRITING);
	fight_plainly(duel, "EXEC", NULL, NULL, NULL);
	fight_plainly(duel, "UNLINK", "a", NULL, NULL);
	fight_plainly(duel, "MULTI", NULL, NULL, NULL);
	fight_plainly(duel, "HGETALL", "a", NULL, NULL);
	fight_plainly(duel, "SADD", "a", "y", NULL);
	fight_plainly(duel, "EXEC", NULL, NULL, NULL);
	assert_string_equal(server_ask(&duel->server, "REPLICAOF NO ONE"), "OK");
	redis_server_refuse(duel->model, NULL, REFUSE_WRITING);
	fight_plainly(duel, "SADD", "a", "z", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_commands_have_the_same_answers_as_from_redis,
						begin, end),
		cmocka_unit_test_setup_teardown(
			a_redis_without_memory_refuses_what_grows_and_transactions_with_it, begin,
			end),
		cmocka_unit_test_setup_teardown(
			a_replica_refuses_what_writes_and_transactions_with_it, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
