/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "province.h"

#define EXIT_USAGE 2
#define ROUNDS_MAX SAMPLES_MAX
#define COUNT_MS   10000

static const char usage[] =
	"Usage: iocbench [OPTION]... "
	"ingest|batch|latency|replay|restart|stall|records|history|null|all\n"
	"       iocbench [OPTION]... count HOST PORT FILTER\n"
	"\n"
	"Measures iocd on this machine, with a broker and a Redis of its own, and prints a table "
	"in\n"
	"Markdown.\n"
	"\n"
	"  ingest   single events: processor time and rate, by turns with the null subscriber\n"
	"  batch    batches of 64 events\n"
	"  latency  from a critical event to its alert at a subscriber, under load\n"
	"  replay   a start with a million events in the journal and no snapshot\n"
	"  restart  starts after kill -9 under load\n"
	"  stall    the longest turn of the loop with 100,000 series, under load\n"
	"  records  1,000,000 open records: memory, time per change, a wave that comes due, alone\n"
	"           and through the whole fold\n"
	"  history  hours and days of figures in a file: rates, size, questions\n"
	"  null     the null subscriber alone: the stock MQTT library, counting\n"
	"  all      everything but null\n"
	"  count    be the null subscriber of a broker of yours for ten seconds\n"
	"\n"
	"  -q, --quick        fewer events and rounds: under three minutes\n"
	"  -r, --rounds N     rounds of every contestant, instead of 5 (quick: 3)\n"
	"  -n, --events N     events of one round\n"
	"  -c, --config DIR   configuration, instead of config/binh-duong\n"
	"  -i, --iocd FILE    program to measure, instead of the one built with us\n"
	"  -h, --help\n"
	"\n"
	"Build with --buildtype=release and without sanitizers first.  See iocbench(1).\n";

struct arguments {
	const char *config;
	const char *iocd; /* NULL: beside us */
	bool quick;
	int rounds; /* 0: as usual */
	uint64_t n_events;
	const char *what;
};

/* clang-format off */
static const struct option long_options[] = {
	{ "quick",  no_argument,       NULL, 'q' },
	{ "rounds", required_argument, NULL, 'r' },
	{ "events", required_argument, NULL, 'n' },
	{ "config", required_argument, NULL, 'c' },
	{ "iocd",   required_argument, NULL, 'i' },
	{ "help",   no_argument,       NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const struct {
	const char *name;
	int (*run)(const struct bench *bench);
	bool in_all;
} benches[] = {
	{ "ingest",  bench_ingest,  true },
	{ "batch",   bench_batch,   true },
	{ "latency", bench_latency, true },
	{ "replay",  bench_replay,  true },
	{ "restart", bench_restart, true },
	{ "stall",   bench_stall,   true },
	{ "records", bench_records, true },
	{ "history", bench_history, true },
	{ "null",    bench_null,    false },
};
/* clang-format on */

static int complain(const char *what, const char *argument)
{
	fprintf(stderr, "iocbench: %s: '%s'\nTry 'iocbench --help'.\n", what, argument);
	return EXIT_USAGE;
}

static int read_count(const char *text, int64_t max, int64_t *ret)
{
	if (text_read_integer(text, strlen(text), ret) || *ret < 1 || *ret > max)
		return complain("not a number that can be used", text);
	return 0;
}

static int take_option(struct arguments *arguments, int option)
{
	int64_t number;

	switch (option) {
	case 'q':
		arguments->quick = true;
		return 0;
	case 'r':
		if (read_count(optarg, ROUNDS_MAX, &number))
			return EXIT_USAGE;
		arguments->rounds = (int)number;
		return 0;
	case 'n':
		if (read_count(optarg, 100000000, &number))
			return EXIT_USAGE;
		arguments->n_events = (uint64_t)number;
		return 0;
	case 'c':
		arguments->config = optarg;
		return 0;
	case 'i':
		arguments->iocd = optarg;
		return 0;
	default:
		fputs("Try 'iocbench --help'.\n", stderr);
		return EXIT_USAGE;
	}
}

/* Writes to path the iocd of our build tree, or else the one in our own directory. */
static const char *find_iocd(char path[PATH_MAX])
{
	static const char *const places[] = { "../../src/app/iocd", "iocd" };
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		slash[1] = '\0';
	for (size_t i = 0; i < COUNT(places); i++) {
		CLEANUP_TEXT struct text candidate = { 0 };

		text_add(&candidate, "%s%s", self, places[i]);
		if (candidate.size < PATH_MAX && access(text_get(&candidate), X_OK) == 0) {
			memcpy(path, text_get(&candidate), candidate.size + 1);
			return path;
		}
	}
	return "iocd";
}

static int load(struct config **ret, const char *directory)
{
	CLEANUP_TEXT struct text report = { 0 };
	int r = config_load(ret, directory, NULL, &report);

	fputs(text_get(&report), stderr);
	return r;
}

/* Whether there is anything in the configuration that can be sent. */
static bool can_simulate(const struct world *world)
{
	const struct province_options options = { .world = world };
	CLEANUP(province_free) struct province *province = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	int r = province_new(&province, &options, &report);

	fputs(text_get(&report), stderr);
	return r == 0;
}

static struct world world_of(const struct config *config)
{
	struct world world = {
		.settings = config_settings(config),
		.units = config_units(config),
		.schema = config_schema(config),
		.seed = 1,
	};

	world.indicators = config_indicators(config, &world.n_indicators);
	return world;
}

static int run_benches(const struct bench *bench, const char *what)
{
	bool all = strcmp(what, "all") == 0;
	int r = 0;

	for (size_t i = 0; !r && i < COUNT(benches); i++)
		if (all ? benches[i].in_all : strcmp(what, benches[i].name) == 0)
			r = benches[i].run(bench);
	return r ? EXIT_FAILURE : EXIT_SUCCESS;
}

static bool is_known(const char *what)
{
	for (size_t i = 0; i < COUNT(benches); i++)
		if (strcmp(what, benches[i].name) == 0)
			return true;
	return strcmp(what, "all") == 0;
}

static void print(const struct bench *bench)
{
	CLEANUP_TEXT struct text head = { 0 };

#ifdef __SANITIZE_ADDRESS__
	puts("(built with sanitizers: these figures are of no value)\n");
#endif
	table_head(&head);
	if (bench->table->size)
		printf("%s%s", text_get(&head), text_get(bench->table));
	fputs(text_get(bench->notes), stdout);
}

static int run(const struct arguments *arguments)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text table = { 0 };
	CLEANUP_TEXT struct text notes = { 0 };
	struct bench bench = {
		.quick = arguments->quick,
		.rounds = arguments->rounds  ? arguments->rounds
			  : arguments->quick ? 3
					     : 5,
		.n_events = arguments->n_events,
		.table = &table,
		.notes = &notes,
	};
	char path[PATH_MAX];
	int r;

	if (load(&config, arguments->config))
		return EXIT_FAILURE;
	bench.world = world_of(config);
	bench.config = config;
	if (!can_simulate(&bench.world))
		return EXIT_FAILURE;
	bench.site = (struct site_options){
		.iocd = arguments->iocd ? arguments->iocd : find_iocd(path),
		.config = arguments->config,
		.prefix = bench.world.settings->mqtt.prefix,
	};

	(void)site_interrupted(); /* from now on Ctrl-C ends us in order */
	r = run_benches(&bench, arguments->what);
	print(&bench);
	return r;
}

/* Counts for a while at a broker of the user's. */
static int count(char **words)
{
	struct null_counts counts = { 0 };
	const struct null_target target = { words[1], words[2], words[3], COUNT_MS };
	int r = null_run(&target, &counts);

	printf("%" PRIuFAST64 " messages, %" PRIuFAST64 " bytes of payload in %d s\n",
	       atomic_load(&counts.messages), atomic_load(&counts.bytes), COUNT_MS / 1000);
	return r;
}

int main(int argc, char **argv)
{
	struct arguments arguments = { .config = "config/binh-duong" };
	int option, r;

	while ((option = getopt_long(argc, argv, "qr:n:c:i:h", long_options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		}
		r = take_option(&arguments, option);
		if (r)
			return r;
	}
	argc -= optind;
	argv += optind;
	if (argc == 4 && strcmp(argv[0], "count") == 0)
		return count(argv);
	if (argc != 1 || !is_known(argv[0]))
		return complain("not a benchmark", argc > 0 ? argv[0] : "");
	arguments.what = argv[0];
	return run(&arguments);
}
