/* SPDX-License-Identifier: Apache-2.0 */
/*
 * save: the form of saved records, for save.c and load.c: the name and version of their part, and
 * how many counts it has.
 */
#ifndef IOCD_TRACKER_SAVE_H
#define IOCD_TRACKER_SAVE_H

#define SAVED_NAME    "tracker"
#define SAVED_VERSION 1
#define SAVED_COUNTS  8
#define RECORD_SIZE   60 /* bytes of the smallest one, at least */

#endif
