/* SPDX-License-Identifier: Apache-2.0 */
#include "user_help.h"

/* clang-format off */
const char user_help_vi[] =
	"Ai được đăng nhập vào trang điều hành và giao diện HTTP của iocd: vai trò, đơn vị, mật "
	"khẩu, mã dùng một lần, khóa cho chương trình. Ghi vào users.yml; iocd không cần chạy, và "
	"nếu đang chạy thì dùng bản mới trong vòng một giây.\n"
	"\n"
	"  add NAME      thêm người dùng: --role viewer (mặc định, chỉ xem), operator (xử lý\n"
	"                cảnh báo) hoặc admin (thêm: nạp lại cấu hình, thử quy tắc); --unit đơn\n"
	"                vị được thấy, gồm cả cấp dưới (nhắc lại được, hoặc cách nhau bằng dấu\n"
	"                phẩy; không có: mọi đơn vị); --name họ tên\n"
	"  change NAME   đổi --role, --unit ('-': mọi đơn vị) hoặc --name; phải đăng nhập lại\n"
	"                nếu đổi vai trò hay đơn vị\n"
	"  passwd NAME   đặt mật khẩu mới; mọi phiên đang mở của người đó kết thúc\n"
	"  totp NAME [off]  tạo bí mật cho ứng dụng xác thực (yếu tố thứ hai), hoặc bỏ nó\n"
	"  token add NAME TOKEN  tạo khóa cho chương trình, chỉ in ra một lần; --role không quá\n"
	"                vai trò của người dùng (mặc định viewer), --until ngày cuối còn dùng\n"
	"  token remove NAME TOKEN  bỏ khóa đó\n"
	"  list          mọi người dùng và khóa\n"
	"  disable NAME, enable NAME  tạm khóa, mở lại\n"
	"  remove NAME   xóa hẳn\n"
	"\n"
	"Mật khẩu được hỏi hai lần, hoặc là dòng đầu của --password-file ('-': đầu vào chuẩn); "
	"mật khẩu rỗng ở add: chỉ dùng khóa.\n"
	"--config: thư mục cấu hình (/etc/iocd), nơi có users.yml và các đơn vị. --users: "
	"chính tệp đó; khi ấy chỉ đọc cấu hình nếu có --config.";

const char user_help_en[] =
	"Who may log in to iocd's console and HTTP interface: role, units, password, one-time "
	"codes, tokens for programs.  Writes users.yml; iocd need not run, and takes it over "
	"within a second if it does.\n"
	"\n"
	"  add NAME      adds a user: --role viewer (the default: sees), operator (handles\n"
	"                alerts) or admin (also reloads, tries rules); --unit what it sees, with\n"
	"                all below it (may be repeated, or several with commas between; without:\n"
	"                all units); --name a person's name\n"
	"  change NAME   changes --role, --unit ('-': all units) or --name; whoever has another\n"
	"                role or other units must log in again\n"
	"  passwd NAME   sets a new password; ends all sessions of that user\n"
	"  totp NAME [off]  makes a secret for an authenticator (the second factor), or ends it\n"
	"  token add NAME TOKEN  makes a token for a program and prints it this once; --role, not\n"
	"                above the user's (viewer), --until the last day on which it holds\n"
	"  token remove NAME TOKEN  ends it\n"
	"  list          all users and tokens\n"
	"  disable NAME, enable NAME  for a while\n"
	"  remove NAME   for good\n"
	"\n"
	"A password is asked for twice, or is the first line of --password-file ('-': standard "
	"input); an empty one at add: tokens only.\n"
	"--config: the configuration (/etc/iocd), which has users.yml and the units.  --users: "
	"that file itself; then the configuration is read only if --config is given.";

const char user_help_examples[] =
	"iocctl user add lan --role operator --unit UNIT --name 'Nguyễn Thị Lan'\n"
	"iocctl user passwd lan\n"
	"iocctl user totp lan\n"
	"iocctl user token add lan wall --until 2027-12-31\n"
	"iocctl user change lan --unit UNIT,UNIT\n"
	"iocctl user list --json | jq '.users[] | select(.second_factor | not).name'\n"
	"echo \"$PASSWORD\" | iocctl user add binh --role admin --password-file -\n";
/* clang-format on */
