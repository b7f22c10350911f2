/* SPDX-License-Identifier: Apache-2.0 */
#include "common.h"

#include <stddef.h>
#include <strings.h>

#include "iocd/base/defs.h"

/* Of at least PASSWORD_MIN characters: shorter ones are refused anyway. */
static const char *const words[] = {
	"1q2w3e4r5t",   "1q2w3e4r5t6y",  "1qaz2wsx3edc",     "1qazxsw23edc",  "q1w2e3r4t5",
	"q1w2e3r4t5y6", "qwertyuiop",    "qwertyuiop123",    "qwertyuiop[]",  "qwerty1234",
	"qwerty12345",  "qwerty123456",  "1234qwerasdf",     "1234qwerty",    "12345qwert",
	"123456qwerty", "asdfghjkl1",    "asdfghjkl;",       "asdfghjkl123",  "asdf123456",
	"zxcvbnm123",   "zxcvbnm1234",   "zaq12wsxcde3",     "qazwsxedcrfv",  "qazwsx1234",
	"1111111112",   "1122334455",    "112233445566",     "1212121212",    "123123123123",
	"1231231234",   "1234512345",    "123456123456",     "1234554321",    "12345678910",
	"1234567891",   "123456789a",    "a123456789",       "aa123456789",   "a1234567890",
	"abc1234567",   "abc12345678",   "abc123456789",     "abcd123456",    "abcd1234567",
	"abcde12345",   "abcdef1234",    "abcdef123456",     "9876543210",    "0123456789",
	"0987654321",   "1029384756",    "1357924680",       "2468013579",    "3141592653",
	"password01",   "password10",    "password11",       "password12",    "password123",
	"password1234", "password12345", "password123!",     "password2024",  "password2025",
	"password2026", "passw0rd12",    "passw0rd123",      "p@ssw0rd123",   "p@ssword123",
	"pass123456",   "passpasspass",  "passwordpassword", "mypassword",    "mypassword1",
	"changeme123",  "changeme1234",  "letmein123",       "letmein1234",   "welcome123",
	"welcome1234",  "welcome2025",   "welcome2026",      "admin12345",    "admin123456",
	"adminadmin",   "admin@1234",    "admin@12345",      "administrator", "administrator1",
	"root123456",   "operator123",   "operator1234",     "iloveyou12",    "iloveyou123",
	"iloveyou1234", "ilovevietnam",  "sunshine123",      "superman123",   "football123",
	"baseball123",  "computer123",   "internet123",      "samsung123",    "princess123",
	"matkhau123",   "matkhau1234",   "matkhau12345",     "matkhau@123",   "matkhaumatkhau",
	"anhyeuem123",  "emyeuanh123",   "anhyeuem1234",     "yeuemnhieu",    "yeuanhnhieu",
	"vietnam123",   "vietnam1234",   "vietnam123456",    "vietnam2025",   "vietnam2026",
	"saigon1234",   "hanoi12345",    "hanoi123456",      "nguyenvana",    "khongbiet123",
	"quantri123",   "quantri1234",   "giaothong123",     "trungtam123",   "trungtam1234",
};

/* Whether each character follows the one before by the same step: 0, up or down. */
static bool is_run(const char *password)
{
	int step;

	if (!password[0] || !password[1])
		return true;
	step = password[1] - password[0];
	if (step < -1 || step > 1)
		return false;
	for (const char *at = password + 1; *at; at++) {
		bool wraps = (at[-1] == '9' && at[0] == '0') || (at[-1] == '0' && at[0] == '9');

		if (at[0] - at[-1] != step && !wraps)
			return false;
	}
	return true;
}

bool is_common_password(const char *password)
{
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcasecmp(words[i], password) == 0)
			return true;
	return is_run(password);
}
