/* SPDX-License-Identifier: Apache-2.0 */
/* The one table of commands, and the help that is made of it. */
#include <stdio.h>
#include <string.h>

#include "call.h"

#define BIT(option) (1u << OPTION_##option)

/* clang-format off */
const struct command commands[] = {
	{ "status", "", 0, 0, run_status,
	  "Tình trạng của iocd: các bộ phận, sự kiện, nhật ký. Mã thoát 1 nếu có bộ phận hỏng "
	  "hoặc mất sự kiện.",
	  "How iocd is: its parts, events, journal.  Exit status 1 if a part is bad or events "
	  "are unaccounted for.",
	  "iocctl status\n"
	  "iocctl status --json | jq .events\n" },
	{ "watch", "", 0, BIT(ONCE) | BIT(FILTER), run_watch,
	  "Màn hình trực: các cảnh báo đang mở, cập nhật tức thời. --once in màn hình một lần "
	  "rồi thoát.",
	  "The watch's screen: open alerts, live.  --once prints the screen once and ends.",
	  "iocctl watch\n"
	  "iocctl watch --lang en\n"
	  "iocctl watch --once --filter late\n" },
	{ "alerts", "", 0, BIT(UNIT) | BIT(SEVERITY) | BIT(LIMIT), run_alerts,
	  "Các cảnh báo đang mở, nặng nhất trước. --unit gồm cả các đơn vị cấp dưới.",
	  "Open alerts, most severe first.  --unit includes the units below it.",
	  "iocctl alerts\n"
	  "iocctl alerts --severity critical\n"
	  "iocctl alerts --unit UNIT --json\n" },
	{ "explain", "ALERT", 1, 0, run_explain,
	  "Vì sao có cảnh báo: quy tắc, ngưỡng (tệp:dòng), số liệu, sự kiện. ALERT là số thứ "
	  "tự trong 'alerts', id, hoặc UNIT/KEY. Mã thoát 1 nếu không có.",
	  "Why an alert stands: rule, limits (file:line), figures, events.  ALERT is its "
	  "number in 'alerts', its id, or UNIT/KEY.  Exit status 1 if there is none.",
	  "iocctl explain 1\n"
	  "iocctl explain UNIT/RULE\n" },
	{ "findings", "", 0, BIT(UNIT) | BIT(LIMIT), run_findings,
	  "Những gì lẽ ra đã thành cảnh báo nếu đến đúng lúc, mới nhất trước. --unit gồm cả các "
	  "đơn vị cấp dưới.",
	  "What would have been an alert had it come in time, the newest first.  --unit includes "
	  "the units below it.",
	  "iocctl findings\n"
	  "iocctl findings --unit UNIT --limit 10 --json\n" },
	{ "indicators", "[INDICATOR ...]", -1,
	  BIT(UNIT) | BIT(INDICATOR) | BIT(SINCE) | BIT(UNTIL) | BIT(EVERY) | BIT(AS_WAS) |
		  BIT(BELOW) | BIT(FORMAT),
	  run_indicators,
	  "Số liệu hiện tại của một đơn vị theo từng cửa sổ thời gian; không có --unit: danh "
	  "sách chỉ số.\n"
	  "\n"
	  "Với --since, --until hoặc --every: số liệu đã qua theo giờ, ngày, tuần, tháng, năm "
	  "hoặc\n"
	  "cả khoảng (whole). Thời điểm là ngày (2026-10-01), giờ RFC 3339, hoặc cách đây bao lâu\n"
	  "(7d); --until không tính vào. UNIT có thể là nhiều đơn vị, cách nhau bằng dấu phẩy;\n"
	  "--below: cả các đơn vị cấp dưới; --as-was: theo cây đơn vị của thời đó.\n"
	  "--format table, csv hoặc json.",
	  "Present figures of a unit over each window; without --unit: which indicators there "
	  "are.\n"
	  "\n"
	  "With --since, --until or --every: figures of the past by the hour, day, week, month, "
	  "year\n"
	  "or whole.  A time is a day (2026-10-01), a time as in RFC 3339, or how long ago (7d);\n"
	  "--until itself is left out.  UNIT may be several with commas between; --below: the "
	  "units\n"
	  "below them as well; --as-was: along the tree of that time.  --format table, csv or "
	  "json.",
	  "iocctl indicators\n"
	  "iocctl indicators --unit UNIT\n"
	  "iocctl indicators --unit UNIT --indicator INDICATOR --json\n"
	  "iocctl indicators INDICATOR --since 7d --every day\n"
	  "iocctl indicators --unit UNIT --below --since 2026-10-01 --until 2026-11-01 --every "
	  "month "
	  "--format csv\n" },
	{ "rank", "INDICATOR", 1, BIT(UNIT), run_rank,
	  "Xếp hạng các đơn vị theo một chỉ số; đơn vị không báo cáo hoặc quá ít mẫu không có "
	  "hạng. "
	  "--unit: chỉ các đơn vị cấp dưới của nó.",
	  "Ranks units by an indicator; who does not report, or has too few samples, has no "
	  "place.  "
	  "--unit: only those at and below it.",
	  "iocctl rank INDICATOR\n"
	  "iocctl rank INDICATOR --unit UNIT --json\n" },
	{ "records", "", 0, BIT(UNIT) | BIT(TRACK) | BIT(STATE) | BIT(LIMIT), run_records,
	  "Các hồ sơ đang mở, sắp đến hạn trước. --unit gồm cả các đơn vị cấp dưới; --state open, "
	  "due-soon, overdue hoặc paused.",
	  "Open records, soonest due first.  --unit includes the units below it; --state is open, "
	  "due-soon, overdue or paused.",
	  "iocctl records\n"
	  "iocctl records --state overdue --unit UNIT\n"
	  "iocctl records --track TRACK --limit 10 --json\n" },
	{ "feeds", "[try FEED]", -1,
	  BIT(UNIT) | BIT(ALL) | BIT(MISSING) | BIT(PAYLOAD) | BIT(TOPIC) | BIT(AT) | BIT(CONFIG),
	  run_feeds,
	  "Đơn vị nào đang gửi, đơn vị nào im lặng hoặc không báo đủ, đồng hồ nào sai, sự kiện bị "
	  "từ chối. --all: cả đơn vị chưa từng gửi; --missing: chỉ đơn vị phải báo mà không báo.\n"
	  "\n"
	  "  try  iocd sẽ hiểu một thông điệp thế nào, theo --config (/etc/iocd): mọi sự kiện "
	  "được\n"
	  "       tạo ra, và vì sao không; iocd không cần chạy. --payload tệp hoặc -; --topic và\n"
	  "       --unit: nó đến từ đâu; --at: lúc đến. Mã thoát 1 nếu có gì bị từ chối.",
	  "Who sends, who is silent or does not report as expected, whose clock is off, what was "
	  "refused.  --all: units that never sent as well; --missing: only those that must report "
	  "and do not.\n"
	  "\n"
	  "  try  what iocd would make of a message, by --config (/etc/iocd): every event that "
	  "comes\n"
	  "       out, and why not; iocd need not run.  --payload is a file or -; --topic and\n"
	  "       --unit say where it comes from, --at when.  Exit status 1 if anything is "
	  "refused.",
	  "iocctl feeds\n"
	  "iocctl feeds --missing\n"
	  "iocctl feeds --unit UNIT --all\n"
	  "iocctl feeds try FEED --payload FILE --unit UNIT\n" },
	{ "units", "", 0, 0, run_units,
	  "Cây đơn vị với số sự kiện và số cảnh báo.",
	  "The tree of units with their events and alerts.",
	  "iocctl units\n" },
	{ "rules", "", 0, 0, run_rules,
	  "Các quy tắc đang áp dụng, ngưỡng, và nơi viết ra chúng.",
	  "The rules in force, their limits, and where they were written.",
	  "iocctl rules\n"
	  "iocctl rules --json | jq '.rules[].id'\n" },
	{ "report", "[REPORT]", -1, BIT(UNIT) | BIT(PERIOD) | BIT(FORMAT), run_report,
	  "Báo cáo của một ngày, tuần, tháng hoặc năm đã qua; không có REPORT: danh sách báo cáo. "
	  "--period 2026-10, --format table, html, csv hoặc json.",
	  "The report of a day, week, month or year that is over; without REPORT: which there "
	  "are.  --period 2026-10, --format table, html, csv or json.",
	  "iocctl report\n"
	  "iocctl report monthly --period 2026-10\n"
	  "iocctl report monthly --unit UNIT --format html > report.html\n"
	  "iocctl report daily --format csv > report.csv\n" },
	{ "deadletter", "", 0, BIT(UNIT) | BIT(REASON) | BIT(LIMIT), run_deadletter,
	  "Mẫu các sự kiện bị từ chối và lý do, mới nhất trước.",
	  "Samples of refused events and why, the newest first.",
	  "iocctl deadletter\n"
	  "iocctl deadletter --reason bad_time --limit 5\n"
	  "iocctl deadletter --unit UNIT\n" },
	{ "journal", "verify|stat|cat|replay|repair [DIR]", -1,
	  BIT(CONFIG) | BIT(FROM) | BIT(TO) | BIT(TOPIC) | BIT(LIMIT) | BIT(DRY_RUN), run_journal,
	  "Xem và sửa các tệp nhật ký mà không cần iocd. DIR là thư mục nhật ký; không có thì lấy "
	  "journal.directory của --config.\n"
	  "\n"
	  "  verify  đọc mọi bản ghi, kể từng chỗ hỏng; mã thoát 1 nếu có\n"
	  "  stat    các tệp, số bản ghi, khoảng thời gian, tốc độ\n"
	  "  cat     mỗi bản ghi một dòng JSON; --from, --to là vị trí hoặc giờ RFC 3339;\n"
	  "          --topic là bộ lọc MQTT\n"
	  "  replay  đưa các bản ghi qua toàn bộ phép tính của --config: sự kiện, cảnh báo,\n"
	  "          và mã tóm tắt trạng thái; --from là vị trí một bản ghi\n"
	  "  repair  thay chỗ hỏng bằng lỗ, giữ bản sao trong quarantine/; iocd phải dừng.\n"
	  "          --dry-run chỉ kể, không sửa gì, mã thoát 1 nếu có chỗ hỏng\n"
	  "\n"
	  "Mã thoát 3: không đọc được, hoặc iocd đang dùng (repair).",
	  "Looks at and mends a journal's files; iocd need not run.  DIR is the journal's "
	  "directory, by default journal.directory of --config.\n"
	  "\n"
	  "  verify  reads every record and tells each finding; exit status 1 if there is one\n"
	  "  stat    files, records, time span, rates\n"
	  "  cat     a line of JSON for each record; --from and --to are positions or times as in\n"
	  "          RFC 3339, --topic is an MQTT topic filter\n"
	  "  replay  carries the records through all that --config counts and judges: events,\n"
	  "          alerts, and a digest of the state; --from is the position of a record\n"
	  "  repair  puts holes in the place of what is damaged and keeps a copy in quarantine/;\n"
	  "          iocd must not run.  --dry-run only tells; exit status 1 if there is any\n"
	  "\n"
	  "Exit status 3: it cannot be read, or an iocd is using it (repair).",
	  "iocctl journal verify /var/lib/iocd/journal\n"
	  "iocctl journal stat --config /etc/iocd --json | jq .messages_per_s\n"
	  "iocctl journal cat DIR --from 2026-11-22T08:00:00+07:00 --topic 'ioc/v1/+/hydro/#'\n"
	  "iocctl journal replay --config /etc/iocd DIR\n"
	  "iocctl journal repair --dry-run DIR\n" },
	{ "check", "DIR", 1, 0, run_check,
	  "Kiểm tra một thư mục cấu hình mà không cần iocd chạy. Mã thoát 1 nếu có lỗi.",
	  "Checks a configuration directory; iocd need not run.  Exit status 1 if there is a "
	  "mistake.",
	  "iocctl check /etc/iocd\n" },
	{ "reload", "", 0, 0, run_reload,
	  "Bảo iocd đọc lại cấu hình; nếu có lỗi thì giữ cấu hình cũ và mã thoát là 1.",
	  "Has iocd read its configuration again; it keeps the old one if there is a mistake "
	  "(exit status 1).",
	  "iocctl check /etc/iocd && iocctl reload\n" },
	{ "help", "[COMMAND]", -1, 0, run_help,
	  "Giải thích một lệnh.",
	  "Explains a command.",
	  "iocctl help watch\n" },
	{ .name = NULL },
};

static const char *const options_vi =
	"Tùy chọn:\n"
	"  -S, --socket PATH   ổ cắm của iocd (IOCD_SOCKET; /run/iocd/iocd.sock)\n"
	"  -u, --url URL       hỏi qua HTTP, ví dụ http://127.0.0.1:8080\n"
	"  -j, --json          in nguyên câu trả lời JSON của iocd\n"
	"  -l, --lang vi|en    ngôn ngữ (mặc định theo LANG)\n"
	"  -h, --help          trợ giúp; sau một lệnh: của lệnh đó\n"
	"  -V, --version       phiên bản\n"
	"\n"
	"Mã thoát: 0 tốt, 1 có điều cần xem, 2 gọi sai, 3 không kết nối được iocd.\n";
static const char *const options_en =
	"Options:\n"
	"  -S, --socket PATH   iocd's socket (IOCD_SOCKET; /run/iocd/iocd.sock)\n"
	"  -u, --url URL       ask by HTTP instead, such as http://127.0.0.1:8080\n"
	"  -j, --json          print iocd's JSON answer\n"
	"  -l, --lang vi|en    language (by default that of LANG)\n"
	"  -h, --help          help; behind a command: for that command\n"
	"  -V, --version       the version\n"
	"\n"
	"Exit status: 0 good, 1 a finding, 2 called wrongly, 3 iocd cannot be reached.\n";

/* How the usage shows the options of a command. */
static const char *const option_usage[N_OPTIONS] = {
	[OPTION_UNIT] = "--unit UNIT",
	[OPTION_SEVERITY] = "--severity warning|critical",
	[OPTION_INDICATOR] = "--indicator INDICATOR",
	[OPTION_REASON] = "--reason REASON",
	[OPTION_LIMIT] = "--limit N",
	[OPTION_FILTER] = "--filter TEXT",
	[OPTION_ALL] = "--all",
	[OPTION_ONCE] = "--once",
	[OPTION_CONFIG] = "--config DIR",
	[OPTION_DRY_RUN] = "--dry-run",
	[OPTION_FROM] = "--from WHERE",
	[OPTION_TO] = "--to WHERE",
	[OPTION_TOPIC] = "--topic TOPIC",
	[OPTION_PAYLOAD] = "--payload FILE",
	[OPTION_AT] = "--at TIME",
	[OPTION_TRACK] = "--track TRACK",
	[OPTION_STATE] = "--state open|due-soon|overdue|paused",
	[OPTION_MISSING] = "--missing",
	[OPTION_SINCE] = "--since TIME",
	[OPTION_UNTIL] = "--until TIME",
	[OPTION_EVERY] = "--every hour|day|week|month|year|whole",
	[OPTION_AS_WAS] = "--as-was",
	[OPTION_BELOW] = "--below",
	[OPTION_FORMAT] = "--format FORMAT",
	[OPTION_PERIOD] = "--period PERIOD",
};
/* clang-format on */

const struct command *command_find(const char *name)
{
	for (const struct command *command = commands; command->name; command++)
		if (strcmp(command->name, name) == 0)
			return command;

	return NULL;
}

static void print_usage(const struct command *command)
{
	printf("iocctl %s", command->name);
	for (int i = 0; i < N_OPTIONS; i++)
		if (command->options & 1u << i)
			printf(" [%s]", option_usage[i]);
	if (*command->arguments)
		printf(" %s", command->arguments);
	putchar('\n');
}

static void print_examples(const struct command *command)
{
	const char *at = command->examples;

	while (*at) {
		size_t size = strcspn(at, "\n");

		printf("  %.*s\n", (int)size, at);
		at += size + (at[size] == '\n');
	}
}

static void help_all(bool vietnamese)
{
	puts(vietnamese ? "Cách dùng: iocctl [TÙY CHỌN] LỆNH [ĐỐI SỐ]\n\nLệnh:"
			: "Usage: iocctl [OPTION]... COMMAND [ARGUMENT]...\n\nCommands:");
	for (const struct command *command = commands; command->name; command++) {
		const char *text = vietnamese ? command->vi : command->en;

		/* Only the first sentence. */
		printf("  %-11s %.*s\n", command->name, (int)strcspn(text, ".:;"), text);
	}
	printf("\n%s\n%s\n", vietnamese ? options_vi : options_en,
	       vietnamese ? "Ví dụ:" : "Examples:");
	for (const struct command *command = commands; command->name; command++)
		printf("  %.*s\n", (int)strcspn(command->examples, "\n"), command->examples);
}

void command_help(const struct command *command, bool vietnamese)
{
	if (!command) {
		help_all(vietnamese);
		return;
	}
	print_usage(command);
	printf("\n%s\n\n%s\n", vietnamese ? command->vi : command->en,
	       vietnamese ? "Ví dụ:" : "Examples:");
	print_examples(command);
	printf("\n%s", vietnamese ? options_vi : options_en);
}

int run_help(const struct call *call)
{
	const struct command *command = NULL;

	if (call->n_arguments > 0) {
		command = command_find(call->arguments[0]);
		if (!command) {
			fprintf(stderr,
				SAY(call, "iocctl: không có lệnh '%s'\n",
				    "iocctl: there is no command '%s'\n"),
				call->arguments[0]);
			return STATUS_USAGE;
		}
	}
	command_help(command, call->vietnamese);
	return STATUS_GOOD;
}
