/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll_help: the help of iocctl enroll, for its row in the table of commands: in Vietnamese, in
 * English, examples.
 */
#ifndef IOCCTL_ENROLL_HELP_H
#define IOCCTL_ENROLL_HELP_H

extern const char enroll_help_vi[], enroll_help_en[], enroll_help_examples[];

#endif
