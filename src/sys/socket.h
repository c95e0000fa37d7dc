/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls on sockets. Each returns a value >= 0 or -errno. */
#ifndef SYS_SOCKET_H
#define SYS_SOCKET_H

#include <sys/types.h>
#include <sys/socket.h>

#include "sys/kernel.h"

int sys_socket(int domain, int type, int protocol);
int sys_socketpair(int domain, int type, int fds[2]);
int sys_connect(int fd, const void *address, size_t length);
int sys_bind(int fd, const void *address, size_t length);
int sys_setsockopt(int fd, int level, int option, const void *value, size_t length);
ssize_t sys_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t sys_recvmsg(int fd, struct msghdr *message, int flags);

#endif
