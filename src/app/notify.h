/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify: what systemd is told (sd_notify(3)).
 *
 * Does nothing when systemd did not start us.  Any thread.
 */
#ifndef IOCD_APP_NOTIFY_H
#define IOCD_APP_NOTIFY_H

#include "iocd/base/defs.h"

/* Ready to serve; reloading (follow it by notify_ready()); stopping; alive (feeds the watchdog). */
void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);
void notify_alive(void);

/* The line that `systemctl status` shows. */
void notify_status(const char *format, ...) PRINTF(1, 2);

#endif
