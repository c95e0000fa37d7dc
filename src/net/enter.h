/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A socket in another network namespace. */
#ifndef NET_ENTER_H
#define NET_ENTER_H

#include "net/netlink.h"

/* Opens one in the network namespace that the descriptor names: of a namespace, or a pidfd of a process in it. 0 or
 * -errno. The namespace lives on as long as the socket is open. */
int enter_open(int namespace_fd, struct netlink *ret_netlink);

#endif
