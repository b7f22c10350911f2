/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish_help: what `iocctl publish --help` says.
 */
#ifndef IOCCTL_PUBLISH_HELP_H
#define IOCCTL_PUBLISH_HELP_H

extern const char publish_vi[];
extern const char publish_en[];
extern const char publish_examples[]; /* one a line */

#endif
