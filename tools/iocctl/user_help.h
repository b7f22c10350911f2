/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user_help: the help of iocctl user, for its row in the table of commands: in Vietnamese, in
 * English, examples.
 */
#ifndef IOCCTL_USER_HELP_H
#define IOCCTL_USER_HELP_H

extern const char user_help_vi[], user_help_en[], user_help_examples[];

#endif
