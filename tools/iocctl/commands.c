/* SPDX-License-Identifier: Apache-2.0 */
/* The one table of commands, and the help that is made of it. */
#include <stdio.h>
#include <string.h>

#include "call.h"
#include "publish_help.h"
#include "enroll_help.h"
#include "user_help.h"

#define BIT(option) ((option_set)1 << OPTION_##option)

/* clang-format off */
const struct subcommand commands[] = {
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
	{ "alerts", "", 0, BIT(UNIT) | BIT(SEVERITY) | BIT(LIMIT) | BIT(ALL) | BIT(FOLD),
	  run_alerts,
	  "Các cảnh báo đang mở, nặng nhất trước. --unit gồm cả các đơn vị cấp dưới; --all: cả "
	  "những cảnh báo đã hết mà chưa ai nhận; --fold gộp theo nguyên nhân.",
	  "Open alerts, most severe first.  --unit includes the units below it; --all those as "
	  "well that are over and that nobody acknowledged; --fold puts together what has one "
	  "cause.",
	  "iocctl alerts\n"
	  "iocctl alerts --severity critical\n"
	  "iocctl alerts --all --fold\n"
	  "iocctl alerts --unit UNIT --json\n" },
	{ "explain", "ALERT | RULE UNIT [SUBJECT]", -1, BIT(NOT), run_explain,
	  "Vì sao có cảnh báo: quy tắc, ngưỡng (tệp:dòng), số liệu, sự kiện, ai được báo. ALERT "
	  "là số "
	  "thứ tự trong 'alerts', id, hoặc UNIT/KEY. Mã thoát 1 nếu không có.\n"
	  "\n"
	  "--not RULE UNIT [SUBJECT]: điều gì đang giữ cảnh báo lại: thiếu mẫu, chưa đủ lâu, bị "
	  "gác,\n"
	  "thiếu số liệu, ngoài giờ. Mã thoát 1 nếu cảnh báo vẫn có.",
	  "Why an alert stands: rule, limits (file:line), figures, events, who was told.  ALERT "
	  "is its "
	  "number in 'alerts', its id, or UNIT/KEY.  Exit status 1 if there is none.\n"
	  "\n"
	  "--not RULE UNIT [SUBJECT]: what holds an alert back now: too few samples, not long "
	  "enough,\n"
	  "suppressed, no figures, outside of its hours.  Exit status 1 if the alert does stand.",
	  "iocctl explain 1\n"
	  "iocctl explain UNIT/RULE\n"
	  "iocctl explain --not RULE UNIT\n" },
	{ "ack", "ALERT ...", -1, BIT(NOTE) | BIT(UNTIL) | BIT(FOR), run_acknowledge,
	  "Nhận cảnh báo: người khác thấy đã có người biết. ALERT như trong 'explain'. --until "
	  "hoặc --for: đến lúc đó mà cảnh báo còn thì lại thành chưa nhận.",
	  "Acknowledges alerts: others see that somebody knows.  ALERT is as in 'explain'.  With "
	  "--until or --for it is unacknowledged again by then, if it stands.",
	  "iocctl ack 1 2\n"
	  "iocctl ack UNIT/RULE --note 'crew is on its way' --for 2h\n"
	  "iocctl ack 1 --as 'Nguyễn Văn An'\n" },
	{ "unack", "ALERT ...", -1, BIT(NOTE), run_unacknowledge,
	  "Bỏ nhận cảnh báo.",
	  "Takes an acknowledgement back.",
	  "iocctl unack 1\n" },
	{ "assign", "ALERT [OWNER]", -1, BIT(NOTE), run_assign,
	  "Giao cảnh báo cho một người; không có OWNER: cho chính mình; '-': không cho ai.",
	  "Gives an alert to somebody; without OWNER to yourself; '-': to nobody.",
	  "iocctl assign 1\n"
	  "iocctl assign 1 'Trần Bình'\n" },
	{ "comment", "ALERT TEXT", 2, 0, run_comment,
	  "Ghi chú vào một cảnh báo.",
	  "Writes something down with an alert.",
	  "iocctl comment 1 'called the station, no answer'\n" },
	{ "reset", "ALERT ...", -1, BIT(NOTE), run_reset,
	  "Đặt lại cảnh báo có chốt, khi nguyên nhân đã hết.",
	  "Resets latched alerts whose condition is gone.",
	  "iocctl reset 1\n" },
	{ "shelve", "[ALERT ...]", -1,
	  BIT(RULE) | BIT(UNIT) | BIT(BELOW) | BIT(FOR) | BIT(UNTIL) | BIT(NOTE), run_shelve,
	  "Gác cảnh báo lại một thời gian: vẫn theo dõi, không báo cho ai. --for hoặc --until, và "
	  "--note vì sao. Thay cho ALERT: --rule, --unit, --below, cho cả những cảnh báo đến sau.",
	  "Puts alerts aside for a while: they go on, and are not told.  --for or --until, and "
	  "--note why.  Instead of ALERT: --rule, --unit, --below, for alerts that come later too.",
	  "iocctl shelve 1 --for 2h --note 'sensor is being replaced'\n"
	  "iocctl shelve --rule RULE --unit UNIT --below --until 17:00 --note 'exercise'\n" },
	{ "unshelve", "[ALERT ...]", -1, BIT(RULE) | BIT(UNIT) | BIT(BELOW) | BIT(NOTE),
	  run_unshelve,
	  "Bỏ gác, như đã gác.",
	  "Ends what was shelved so.",
	  "iocctl unshelve 1\n"
	  "iocctl unshelve --rule RULE --unit UNIT --below\n" },
	{ "disable", "[ALERT ...]", -1, BIT(RULE) | BIT(UNIT) | BIT(BELOW) | BIT(NOTE), run_disable,
	  "Ngừng dùng cảnh báo cho đến khi 'enable'; --note vì sao.",
	  "Takes alerts out of service until 'enable'; --note why.",
	  "iocctl disable UNIT/RULE --note 'station was pulled down'\n" },
	{ "enable", "[ALERT ...]", -1, BIT(RULE) | BIT(UNIT) | BIT(BELOW) | BIT(NOTE), run_enable,
	  "Dùng lại những gì đã ngừng như vậy.",
	  "Puts back into service what was taken out so.",
	  "iocctl enable UNIT/RULE\n" },
	{ "maintain", "[end]", -1, BIT(UNIT) | BIT(BELOW) | BIT(FOR) | BIT(UNTIL) | BIT(NOTE),
	  run_maintain,
	  "Bắt đầu bảo trì một đơn vị (--unit, --for hoặc --until, --note), hoặc kết thúc (end).",
	  "Begins maintenance of a unit (--unit, --for or --until, --note), or ends it (end).",
	  "iocctl maintain --unit UNIT --below --for 4h --note 'new switches'\n"
	  "iocctl maintain end --unit UNIT --below\n" },
	{ "suppressions", "", 0, BIT(UNIT), run_suppressions,
	  "Những gì đang giữ cảnh báo lại: gác, bảo trì, ngừng dùng; ai, vì sao, đến bao giờ.",
	  "What keeps alerts from being told: shelvings, maintenance, out of service; who, why, "
	  "until when.",
	  "iocctl suppressions\n" },
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
	{ "feeds", "[gaps | try FEED]", -1,
	  BIT(UNIT) | BIT(ALL) | BIT(MISSING) | BIT(PAYLOAD) | BIT(TOPIC) | BIT(AT) | BIT(CONFIG) |
		  BIT(SINCE) | BIT(UNTIL) | BIT(OPEN) | BIT(LIMIT),
	  run_feeds,
	  "Đơn vị nào đang gửi, đơn vị nào im lặng hoặc không báo đủ, đồng hồ nào sai, sự kiện bị "
	  "từ chối. --all: cả đơn vị chưa từng gửi; --missing: chỉ đơn vị phải báo mà không báo.\n"
	  "\n"
	  "  gaps các khoảng còn thiếu, hoặc đã từng thiếu, trong những gì cấp dưới chuyển lên:\n"
	  "       số thứ tự, ghi từ lúc nào đến lúc nào, mấy mục, đã đủ hay mất hẳn. --since và\n"
	  "       --until: theo lúc ghi (14:00 là của hôm nay); --open: chỉ khoảng còn thiếu.\n"
	  "       Mã thoát 1 nếu còn thiếu.\n"
	  "  try  iocd sẽ hiểu một thông điệp thế nào, theo --config (/etc/iocd): mọi sự kiện "
	  "được\n"
	  "       tạo ra, và vì sao không; iocd không cần chạy. --payload tệp hoặc -; --topic và\n"
	  "       --unit: nó đến từ đâu; --at: lúc đến. Mã thoát 1 nếu có gì bị từ chối.",
	  "Who sends, who is silent or does not report as expected, whose clock is off, what was "
	  "refused.  --all: units that never sent as well; --missing: only those that must report "
	  "and do not.\n"
	  "\n"
	  "  gaps what is, or was, missing of what those below forward: numbers, recorded when,\n"
	  "       how many items, closed or given up.  --since and --until are about when it\n"
	  "       was recorded (14:00 is of today); --open: only what is still missing.  Exit\n"
	  "       status 1 if something is.\n"
	  "  try  what iocd would make of a message, by --config (/etc/iocd): every event that "
	  "comes\n"
	  "       out, and why not; iocd need not run.  --payload is a file or -; --topic and\n"
	  "       --unit say where it comes from, --at when.  Exit status 1 if anything is "
	  "refused.",
	  "iocctl feeds\n"
	  "iocctl feeds --missing\n"
	  "iocctl feeds --unit UNIT --all\n"
	  "iocctl feeds gaps --unit UNIT --since 14:00 --until 15:00\n"
	  "iocctl feeds gaps --open --json | jq .missing\n"
	  "iocctl feeds try FEED --payload FILE --unit UNIT\n" },
	{ "sites", "[UNIT]", -1, 0, run_sites,
	  "Các iocd và chương trình chuyển dữ liệu lên đây: còn nghe không, chậm hay khác bản, còn "
	  "chờ gì, thiếu gì, mất hẳn gì. UNIT gồm cả cấp dưới của nó, và kể từng luồng. Mã thoát 1 "
	  "nếu có nơi mất liên lạc hoặc chậm.",
	  "Who forwards to this iocd: heard or lost, lagging or out of date, what waits there, "
	  "what is missing or was given up.  UNIT includes the units below it, and shows each "
	  "stream.  Exit status 1 if one is lost or lagging.",
	  "iocctl sites\n"
	  "iocctl sites UNIT\n"
	  "iocctl sites --json | jq '.sites[] | select(.lost).id'\n" },
	{ "units", "", 0, 0, run_units,
	  "Cây đơn vị với số sự kiện và số cảnh báo.",
	  "The tree of units with their events and alerts.",
	  "iocctl units\n" },
	{ "rules", "", 0, 0, run_rules,
	  "Các quy tắc đang áp dụng, ngưỡng, và nơi viết ra chúng.",
	  "The rules in force, their limits, and where they were written.",
	  "iocctl rules\n"
	  "iocctl rules --json | jq '.rules[].id'\n" },
	{ "log", "", 0, BIT(SINCE) | BIT(UNTIL) | BIT(UNIT) | BIT(RULE) | BIT(LIMIT), run_log,
	  "Những gì đã xảy ra với các cảnh báo: phát sinh, hết, ai nhận, ai ghi chú, ai gác; mặc "
	  "định trong 8 giờ qua. --since, --until: ngày, giờ, hoặc cách đây bao lâu (8h, 7d); "
	  "--unit gồm cả các đơn vị cấp dưới.",
	  "What happened to alerts: raised, cleared, who acknowledged, commented, shelved; by "
	  "default of the last 8 hours.  --since, --until: a day, a time, or how long ago (8h, "
	  "7d); --unit includes the units below it.",
	  "iocctl log\n"
	  "iocctl log --since 24h --unit UNIT\n"
	  "iocctl log --rule RULE --since 2026-11-01 --json\n" },
	{ "load", "", 0, BIT(FORMAT), run_load,
	  "Cảnh báo có quá nhiều cho người trực không: số cảnh báo so với mức nên có, và mười quy "
	  "tắc báo nhiều nhất tuần này. --format text, html, csv hoặc json.",
	  "Whether alerts are too many for the people on watch: their number against what is "
	  "bearable, and the ten worst rules of this week.  --format text, html, csv or json.",
	  "iocctl load\n"
	  "iocctl load --json | jq .targets\n" },
	{ "report", "[REPORT]", -1,
	  BIT(UNIT) | BIT(PERIOD) | BIT(FORMAT) | BIT(SINCE) | BIT(WEEK), run_report,
	  "Báo cáo của một ngày, tuần, tháng hoặc năm đã qua; không có REPORT: danh sách báo cáo. "
	  "--period 2026-10, --format table, html, csv hoặc json.\n"
	  "\n"
	  "  handover  tờ bàn giao ca: cảnh báo đang mở và ai giữ, đã hết chưa ai nhận, đang gác,\n"
	  "            những gì đã xảy ra từ --since (8h), ai không báo cáo, iocd, đổi quy tắc\n"
	  "  worst     mười quy tắc báo nhiều nhất; --week last (mặc định) hoặc this",
	  "The report of a day, week, month or year that is over; without REPORT: which there "
	  "are.  --period 2026-10, --format table, html, csv or json.\n"
	  "\n"
	  "  handover  the sheet for the next shift: open alerts and who has them, what is over\n"
	  "            and nobody acknowledged, what is shelved, what happened since --since\n"
	  "            (8h), who does not report, iocd itself, changes of rules\n"
	  "  worst     the ten worst rules; --week last (the default) or this",
	  "iocctl report\n"
	  "iocctl report monthly --period 2026-10\n"
	  "iocctl report handover --since 8h --format html > handover.html\n"
	  "iocctl report worst --week last\n"
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
	{ "check", "DIR", 1, BIT(STRICT), run_check,
	  "Kiểm tra một thư mục cấu hình mà không cần iocd chạy. Mã thoát 1 nếu có lỗi; với "
	  "--strict "
	  "cả khi có cảnh báo.",
	  "Checks a configuration directory; iocd need not run.  Exit status 1 if there is a "
	  "mistake; with --strict also if there is a warning.",
	  "iocctl check /etc/iocd\niocctl check --strict --json ./changed\n" },
	{ "reload", "", 0, 0, run_reload,
	  "Bảo iocd đọc lại cấu hình; nếu có lỗi thì giữ cấu hình cũ và mã thoát là 1.",
	  "Has iocd read its configuration again; it keeps the old one if there is a mistake "
	  "(exit status 1).",
	  "iocctl check /etc/iocd && iocctl reload\n" },
	{ "test", "[DIR] [FILE ...]", -1, BIT(JUNIT), run_test,
	  "Chạy các bài kiểm tra quy tắc trong tests.d của một cấu hình (/etc/iocd), hoặc trong "
	  "các FILE: sự kiện theo giờ, và cảnh báo phải có khi đó; iocd không cần chạy. Mã thoát 1 "
	  "nếu có bài sai. --junit: kết quả cho máy dựng phần mềm.",
	  "Runs the unit tests of rules in tests.d of a configuration (/etc/iocd), or in FILEs: "
	  "events with times, and the alerts that must stand then; iocd need not run.  "
	  "Exit status 1 "
	  "if a test fails.  --junit: results for a build server.",
	  "iocctl test /etc/iocd\n"
	  "iocctl test /etc/iocd one-stop.yml\n"
	  "iocctl test /etc/iocd --junit results.xml\n" },
	{ "backtest", "DIR", 1,
	  BIT(JOURNAL) | BIT(CONFIG) | BIT(SINCE) | BIT(UNTIL) | BIT(LIMIT) | BIT(SUGGEST) |
		  BIT(PER_WEEK) | BIT(LOG),
	  run_backtest,
	  "Quy tắc của DIR lẽ ra đã báo gì trên nhật ký đã ghi, so với quy tắc khi đó: "
	  "từng quy tắc, "
	  "mỗi 10 phút, sẽ bỏ lỡ và sẽ thêm gì; iocd không cần chạy.\n"
	  "\n"
	  "  --journal   thư mục nhật ký; mặc định journal.directory của --config hoặc DIR\n"
	  "  --config    cấu hình đang chạy; mặc định DIR. Quy tắc ghi trong nhật ký đứng trên nó\n"
	  "  --since, --until  7d trước lúc cuối, 2026-10-01, hoặc giờ RFC 3339; nhật ký "
	  "vẫn được đọc\n"
	  "              từ đầu\n"
	  "  --log       chỉ kể mọi điều một bên đã báo, mỗi điều một dòng (--json: như "
	  "alertlog)\n"
	  "  --suggest   ngưỡng nào của RULE cho gần --per-week cảnh báo mỗi tuần (5)",
	  "What the rules of DIR would have told over a recorded journal, against the "
	  "rules of that "
	  "time: by rule, per 10 minutes, what would have been missed and added; iocd need "
	  "not run.\n"
	  "\n"
	  "  --journal   the journal's directory; by default journal.directory of --config or DIR\n"
	  "  --config    the running configuration, by default DIR; rules in the journal "
	  "go above it\n"
	  "  --since, --until  7d before the end, 2026-10-01, or a time as in RFC 3339; "
	  "the journal is\n"
	  "              read from its beginning all the same\n"
	  "  --log       only all that one side told, a line each (--json: as in alertlog)\n"
	  "  --suggest   which limit of RULE comes nearest to --per-week alerts a week (5)",
	  "iocctl backtest /etc/iocd.new --config /etc/iocd --since 7d\n"
	  "iocctl backtest /etc/iocd --suggest RULE --per-week 10\n"
	  "iocctl backtest /etc/iocd --log before --since 24h\n"
	  "iocctl backtest DIR --journal /backup/journal --json\n" },
	{ "diff", "DIR", 1, 0, run_diff,
	  "Điều gì sẽ đổi nếu iocd áp dụng quy tắc của DIR ngay bây giờ: quy tắc và ngưỡng "
	  "(tệp:dòng), cảnh báo nào sẽ phát, sẽ hết, đổi mức. Không áp dụng gì. Mã thoát 1 "
	  "nếu DIR có "
	  "lỗi.",
	  "What would change if iocd took over the rules of DIR now: rules and limits (file:line), "
	  "which alerts would rise, clear, or change.  Nothing is applied.  Exit status 1 "
	  "if there is a "
	  "mistake in DIR.",
	  "iocctl diff /etc/iocd\n"
	  "iocctl diff /etc/iocd.new --json | jq .alerts\n" },
	{ "enroll", "UNIT | init|list|test|renew|revoke [NAME]", -1,
	  BIT(AUTHORITY) | BIT(CONFIG) | BIT(HOST) | BIT(INSTANCE) | BIT(PREFIX) | BIT(PASSWORD) |
		  BIT(DAYS) | BIT(ABOVE) | BIT(RELOAD),
	  run_enroll,
	  enroll_help_vi, enroll_help_en, enroll_help_examples },
	{ "publish", "[EVENT-JSON ...]", -1,
	  BIT(UNIT) | BIT(FEED) | BIT(TYPE) | BIT(FILE) | BIT(STDIN) | BIT(WATCH) | BIT(DRAIN) |
		  BIT(ID_FIELD) | BIT(OUTBOX) | BIT(SENDER) | BIT(CONFIG) | BIT(HOST) | BIT(PORT) |
		  BIT(PREFIX) | BIT(CA) | BIT(CERT) | BIT(KEY) | BIT(USERNAME) |
		  BIT(PASSWORD_FILE) | BIT(WAIT) | BIT(QUEUE) | BIT(QUIET),
	  run_publish, publish_vi, publish_en, publish_examples },
	{ "user", "add|change|passwd|totp|token|list|disable|enable|remove [NAME ...]", -1,
	  BIT(CONFIG) | BIT(USERS) | BIT(ROLE) | BIT(UNIT) | BIT(NAME) | BIT(PASSWORD_FILE) |
		  BIT(UNTIL),
	  run_user, user_help_vi, user_help_en, user_help_examples },
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
	"      --token-file F  tệp giữ mã truy cập (iocctl user token) cho --url\n"
	"  -j, --json          in nguyên câu trả lời JSON của iocd\n"
	"      --as NAME       ai làm, với các lệnh thay đổi điều gì (mặc định $USER)\n"
	"  -l, --lang vi|en    ngôn ngữ (mặc định theo LANG)\n"
	"  -h, --help          trợ giúp; sau một lệnh: của lệnh đó\n"
	"  -V, --version       phiên bản\n"
	"\n"
	"Mã thoát: 0 tốt, 1 có điều cần xem, 2 gọi sai, 3 không kết nối được iocd.\n";
static const char *const options_en =
	"Options:\n"
	"  -S, --socket PATH   iocd's socket (IOCD_SOCKET; /run/iocd/iocd.sock)\n"
	"  -u, --url URL       ask by HTTP instead, such as http://127.0.0.1:8080\n"
	"      --token-file F  file that holds a token (iocctl user token) for --url\n"
	"  -j, --json          print iocd's JSON answer\n"
	"      --as NAME       who does it, for commands that change something ($USER)\n"
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
	[OPTION_RULE] = "--rule RULE",
	[OPTION_NOTE] = "--note TEXT",
	[OPTION_FOR] = "--for DURATION",
	[OPTION_FOLD] = "--fold",
	[OPTION_FORMAT] = "--format FORMAT",
	[OPTION_PERIOD] = "--period PERIOD",
	[OPTION_JUNIT] = "--junit FILE",
	[OPTION_JOURNAL] = "--journal DIR",
	[OPTION_SUGGEST] = "--suggest RULE",
	[OPTION_PER_WEEK] = "--per-week N",
	[OPTION_LOG] = "--log before|after",
	[OPTION_STRICT] = "--strict",
	[OPTION_NOT] = "--not",
	[OPTION_WEEK] = "--week this|last",
	[OPTION_OPEN] = "--open",
	[OPTION_AUTHORITY] = "--authority DIR",
	[OPTION_HOST] = "--host HOST",
	[OPTION_INSTANCE] = "--instance NAME",
	[OPTION_PREFIX] = "--prefix TOPIC",
	[OPTION_PASSWORD] = "--password",
	[OPTION_DAYS] = "--days N",
	[OPTION_ABOVE] = "--above HOST:PORT",
	[OPTION_RELOAD] = "--reload PID",
	[OPTION_FEED] = "--feed FEED",
	[OPTION_TYPE] = "--type TYPE",
	[OPTION_PORT] = "--port PORT",
	[OPTION_CA] = "--ca FILE",
	[OPTION_CERT] = "--cert FILE",
	[OPTION_KEY] = "--key FILE",
	[OPTION_USERNAME] = "--username NAME",
	[OPTION_PASSWORD_FILE] = "--password-file FILE",
	[OPTION_OUTBOX] = "--outbox DIR",
	[OPTION_SENDER] = "--sender NAME",
	[OPTION_FILE] = "--file FILE",
	[OPTION_STDIN] = "--stdin",
	[OPTION_WATCH] = "--watch FOLDER",
	[OPTION_DRAIN] = "--drain",
	[OPTION_QUEUE] = "--queue",
	[OPTION_WAIT] = "--wait DURATION",
	[OPTION_ID_FIELD] = "--id-field FIELD",
	[OPTION_QUIET] = "--quiet",
	[OPTION_USERS] = "--users FILE",
	[OPTION_ROLE] = "--role viewer|operator|admin",
	[OPTION_NAME] = "--name TEXT",
};
/* clang-format on */

const struct subcommand *command_find(const char *name)
{
	for (const struct subcommand *command = commands; command->name; command++)
		if (strcmp(command->name, name) == 0)
			return command;

	return NULL;
}

static void print_usage(const struct subcommand *command)
{
	printf("iocctl %s", command->name);
	for (int i = 0; i < N_OPTIONS; i++)
		if (command->options & (option_set)1 << i)
			printf(" [%s]", option_usage[i]);
	if (*command->arguments)
		printf(" %s", command->arguments);
	putchar('\n');
}

static void print_examples(const struct subcommand *command)
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
	for (const struct subcommand *command = commands; command->name; command++) {
		const char *text = vietnamese ? command->vi : command->en;

		/* Only the first sentence. */
		printf("  %-13s %.*s\n", command->name, (int)strcspn(text, ".:;"), text);
	}
	printf("\n%s\n%s\n", vietnamese ? options_vi : options_en,
	       vietnamese ? "Ví dụ:" : "Examples:");
	for (const struct subcommand *command = commands; command->name; command++)
		printf("  %.*s\n", (int)strcspn(command->examples, "\n"), command->examples);
}

void command_help(const struct subcommand *command, bool vietnamese)
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
	const struct subcommand *command = NULL;

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
