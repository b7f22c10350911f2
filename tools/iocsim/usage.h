/* SPDX-License-Identifier: Apache-2.0 */
/* usage: what iocsim --help says. */
#ifndef IOCSIM_USAGE_H
#define IOCSIM_USAGE_H

extern const char usage_text[];

#endif
