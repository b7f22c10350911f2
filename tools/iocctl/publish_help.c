/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_help.h"

/* clang-format off */
const char publish_vi[] =
"Gửi sự kiện lên iocd từ nơi không có iocd: ghi vào hàng đợi trên đĩa, gửi, chờ iocd xác\n"
"nhận; mỗi sự kiện được tính đúng một lần, dù bị ngắt lúc nào.\n"
"\n"
"Một sự kiện là CloudEvents, hoặc chỉ là dữ liệu {...}: khi đó id, source, type (--type) và\n"
"time được điền vào; --id-field: trường dữ liệu dùng làm id.\n"
"\n"
"  --file   một đối tượng, một mảng, hoặc mỗi dòng một đối tượng; - là --stdin\n"
"  --stdin  từng dòng, khi nó đến\n"
"  --watch  từng tệp *.json trong thư mục, không đổi trong một giây; rồi chuyển vào sent,\n"
"           hoặc cả tệp vào refused kèm tệp .why; chạy đến khi bị dừng\n"
"  --drain  chỉ gửi những gì còn trong hàng đợi\n"
"  --queue  chỉ ghi vào hàng đợi, không gửi\n"
"\n"
"Gửi đến --host và --port, hoặc --url mqtts://HOST:PORT, hoặc máy chủ MQTT trong --config\n"
"(/etc/iocd); có --config thì sự kiện được kiểm tra trước. --ca, --cert, --key lấy từ\n"
"'iocctl enroll UNIT --as NAME'. --wait (30s): chờ xác nhận bao lâu khi không có gì đến.\n"
"Mã thoát 1: có gì bị từ chối; 3: chưa gửi được, còn giữ ở --outbox.";

const char publish_en[] =
"Sends events to an iocd from where none runs: into an outbox on the disk, and off, until\n"
"that iocd's receipt; each counts exactly once, whatever is killed.\n"
"\n"
"An event is a CloudEvent, or only its data {...}: then id, source, type (--type) and time\n"
"are filled in; --id-field names the field of the data that makes the id.\n"
"\n"
"  --file   one object, an array, or one object in each line; - is --stdin\n"
"  --stdin  line after line, as they come\n"
"  --watch  each file *.json of a folder that has not changed for a second; then it is moved\n"
"           to sent, or as a whole to refused with a file .why; runs until it is stopped\n"
"  --drain  sends only what is in the outbox\n"
"  --queue  puts into the outbox and sends nothing\n"
"\n"
"It goes to --host and --port, or --url mqtts://HOST:PORT, or the broker of --config\n"
"(/etc/iocd); with --config events are checked before.  --ca, --cert and --key come from\n"
"'iocctl enroll UNIT --as NAME'.  --wait (30s): for how long no receipt may come.\n"
"Exit status 1: something was refused; 3: not sent yet, and kept in --outbox.";

const char publish_examples[] =
"iocctl publish --unit UNIT --feed FEED --type TYPE '{\"record\": \"R-17\"}'\n"
"iocctl publish --unit UNIT --feed FEED --type TYPE --id-field record --file today.json\n"
"tail -F app.ndjson | iocctl publish --unit UNIT --feed FEED --type TYPE --stdin\n"
"iocctl publish --unit UNIT --feed FEED --outbox /var/spool/iocd --watch /srv/one-stop/out\n"
"iocctl publish --unit UNIT --url mqtts://mqtt.example.vn --ca ca.crt --cert NAME.crt "
"--key NAME.key --drain\n"
"*/5 * * * * iocctl publish --quiet --unit UNIT --feed FEED --file /srv/export.json\n";
/* clang-format on */
