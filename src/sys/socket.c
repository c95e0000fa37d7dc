/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls on sockets. Freestanding: runs in the runtime and in init. */
#include "sys/socket.h"

int sys_socket(int domain, int type, int protocol)
{
	return (int)SYS(__NR_socket, domain, type | SOCK_CLOEXEC, protocol, 0, 0, 0);
}

int sys_socketpair(int domain, int type, int fds[2])
{
	return (int)SYS(__NR_socketpair, domain, type | SOCK_CLOEXEC, 0, fds, 0, 0);
}

int sys_connect(int fd, const void *address, size_t length)
{
	return (int)SYS(__NR_connect, fd, address, length, 0, 0, 0);
}

int sys_bind(int fd, const void *address, size_t length)
{
	return (int)SYS(__NR_bind, fd, address, length, 0, 0, 0);
}

int sys_setsockopt(int fd, int level, int option, const void *value, size_t length)
{
	return (int)SYS(__NR_setsockopt, fd, level, option, value, length, 0);
}

ssize_t sys_sendmsg(int fd, const struct msghdr *message, int flags)
{
	return (ssize_t)SYS(__NR_sendmsg, fd, message, flags, 0, 0, 0);
}

ssize_t sys_recvmsg(int fd, struct msghdr *message, int flags)
{
	return (ssize_t)SYS(__NR_recvmsg, fd, message, flags, 0, 0, 0);
}
