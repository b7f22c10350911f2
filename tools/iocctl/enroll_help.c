/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll_help.h"

/* clang-format off */
const char enroll_help_vi[] =
	"Ai được gửi và nhận ở máy chủ MQTT: mỗi đơn vị một tên, một khóa, một danh sách quyền; "
	"iocd không cần chạy.\n"
	"\n"
	"  UNIT    ghi danh một đơn vị của --config (/etc/iocd): tạo khóa và chứng thư (hoặc\n"
	"          --password), quyền, và một thư mục cấu hình sẵn để chép về đơn vị. "
	"--as NAME:\n"
	"          cho một hệ thống khác gửi thay đơn vị. --above HOST:PORT: nơi gửi đến.\n"
	"          (Đơn vị có tên như một lệnh dưới đây: add UNIT.)\n"
	"  init    lập cơ quan chứng thực của nơi này: --host tên hay địa chỉ của máy chủ MQTT\n"
	"          (nhắc lại được), --instance tên của iocd ở đây, --prefix của chủ đề\n"
	"  list    ai có, đến khi nào; mã thoát 1 nếu có gì hết hạn trong 30 ngày\n"
	"  test    thử ở máy chủ MQTT: NAME chỉ làm được đúng phần mình; kết nối đang có\n"
	"          của NAME bị ngắt một lúc\n"
	"  renew   khóa và chứng thư mới (cũ vẫn dùng được đến hạn), hoặc mật khẩu mới; cả cho\n"
	"          người đã bị thu hồi\n"
	"  revoke  thu hồi: mọi chứng thư, quyền, mật khẩu của NAME, và ngắt kết nối đang có\n"
	"\n"
	"--authority: thư mục của cơ quan chứng thực (/etc/iocd/authority). --days: thời hạn "
	"(365). --reload PID hoặc tệp chứa nó: bảo máy chủ MQTT đọc lại tệp, rồi thử.";

const char enroll_help_en[] =
	"Who may speak at the broker: a name, a key and a list of rights of its own for each; "
	"iocd need not run.\n"
	"\n"
	"  UNIT    enrols a unit of --config (/etc/iocd): makes key and certificate (or\n"
	"          --password), rights, and a directory of configuration, ready to be copied to\n"
	"          the unit.  --as NAME: for another system that sends for the unit.\n"
	"          --above HOST:PORT: where it sends to.\n"
	"          (A unit that is called like a word below: add UNIT.)\n"
	"  init    makes this site's authority: --host a name or address of the broker (may be\n"
	"          repeated), --instance the name of the iocd here, --prefix of topics\n"
	"  list    who there is, until when; exit status 1 if something ends within 30 days\n"
	"  test    tries at the broker that NAME can do what it may and nothing else; NAME's\n"
	"          own connection is cut for a moment\n"
	"  renew   a new key and certificate (the old one is good until its end), or a new\n"
	"          password; also for somebody who was revoked\n"
	"  revoke  ends all certificates, rights, the password and the connection of NAME\n"
	"\n"
	"--authority: its directory (/etc/iocd/authority).  --days: how long a certificate is "
	"good (365).  --reload PID, or the file with it: has the broker read its files again, and "
	"tests.";

const char enroll_help_examples[] =
	"iocctl enroll init --host mqtt.example.vn --host 192.0.2.10\n"
	"iocctl enroll UNIT --above mqtt.example.vn:8883 --reload /run/mosquitto/mosquitto.pid\n"
	"iocctl enroll UNIT --as one-stop --password\n"
	"iocctl enroll list --json | jq '.[] | select(.ends_soon).name'\n"
	"iocctl enroll test UNIT\n"
	"iocctl enroll revoke UNIT --reload /run/mosquitto/mosquitto.pid\n";
/* clang-format on */
