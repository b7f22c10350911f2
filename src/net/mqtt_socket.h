/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt_socket: the system calls under Paho's sockets, and nobody else's.
 *
 * Left alone, the library polls and reads piece by piece and answers each message by itself; that
 * costs several times what the protocol does.  src/net/meson.build renames the calls in a copy of
 * its static library to the functions here, so that no other library of the process is touched.
 * They read ahead (one recv for all that has arrived), let acknowledgements leave together, and
 * answer polls from what is known.  Each behaves towards Paho as the call it stands for, on a
 * non-blocking TCP socket; a TLS connection does not read through recv and is passed on unchanged.
 *
 * Safe from Paho's two threads.  Beside them stand plain versions of Paho's heap and trace
 * functions, which otherwise take a global lock and search a tree for every allocation.
 */
#ifndef IOCD_NET_MQTT_SOCKET_H
#define IOCD_NET_MQTT_SOCKET_H

#include <poll.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

/* recv(2): from what was read ahead, else from the socket. */
ssize_t paho_recv(int fd, void *bytes, size_t n, int flags);

/* poll(2): POLLOUT of a connection that has been read from is answered without asking; POLLIN when
 * something was read ahead.  Before it waits it sends the acknowledgements held back, and when a
 * lot arrives it gives the socket a millisecond to fill. */
int paho_poll(struct pollfd *fds, nfds_t n, int timeout_ms);

/* writev(2): an MQTT PUBACK is held back until the next wait or write, everything else leaves at
 * once behind what was held back. */
ssize_t paho_writev(int fd, const struct iovec *parts, int n);

/* close(2): forgets what was read ahead or held back; the broker delivers again. */
int paho_close(int fd);

/* What Paho uses of its Heap.c and StackTrace.c, without their accounts; the names are Paho's. */
void *mymalloc(char *file, int line, size_t size);
void *myrealloc(char *file, int line, void *block, size_t size);
void myfree(char *file, int line, void *block);
int Heap_initialize(void);
void Heap_terminate(void);
void StackTrace_entry(const char *name, int line, int level);
void StackTrace_exit(const char *name, int line, void *value, int level);

#endif
