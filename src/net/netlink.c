/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnetlink: requests, and answers up to their end.
 *
 * Runs in: the runtime.
 * Trusts:  the kernel. Others could send to the socket in a network namespace that they share: what does not come from
 *          the kernel, or not in answer to the request, is passed over.
 * Relies on: netlink(7), rtnetlink(7): with NLM_F_ACK or NLM_F_DUMP an answer has an end. */
#include "net/netlink.h"

#include <errno.h>
#include <string.h>

#include "sys/file.h"
#include "sys/socket.h"

/* The kernel makes its messages no larger than this for a reader of such a buffer. */
#define ANSWER 32768

int netlink_open(struct netlink *netlink)
{
	*netlink = (struct netlink){
		.fd = sys_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), .sequence = 1};
	if (netlink->fd >= 0)
		return 0;
	int r = netlink->fd;

	netlink->fd = -1;
	return r;
}

void netlink_close(struct netlink *netlink)
{
	if (netlink->fd >= 0)
		sys_close(netlink->fd);
	netlink->fd = -1;
}

static unsigned char *room_take(struct netlink_request *request, size_t size)
{
	unsigned char *room = request->bytes + request->length;

	if (size > sizeof(request->bytes) - request->length)
		request->full = true;
	if (request->full)
		return NULL;
	request->length += NLMSG_ALIGN(size);
	return room;
}

void netlink_start(struct netlink_request *request, uint16_t type, uint16_t flags,
	const void *body, size_t size)
{
	struct nlmsghdr header = {
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags,
	};

	memset(request, 0, sizeof(*request));
	memcpy(room_take(request, sizeof(header)), &header, sizeof(header));
	memcpy(room_take(request, size), body, size);
}

void netlink_add(struct netlink_request *request, uint16_t type, const void *value, size_t size)
{
	const struct rtattr head = {
		.rta_len = (unsigned short)RTA_LENGTH(size), .rta_type = type};
	unsigned char *room = size > NETLINK_REQUEST ? NULL : room_take(request, head.rta_len);

	request->full |= !room;
	if (!room)
		return;
	memcpy(room, &head, sizeof(head));
	memcpy(room + RTA_LENGTH(0), value, size);
}

static int request_send(struct netlink *netlink, struct netlink_request *request)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	struct iovec vector = {request->bytes, request->length};
	struct msghdr message = {.msg_name = &kernel,
		.msg_namelen = sizeof(kernel),
		.msg_iov = &vector,
		.msg_iovlen = 1};
	struct nlmsghdr *header = (struct nlmsghdr *)(void *)request->bytes;
	ssize_t n;

	header->nlmsg_len = (uint32_t)request->length;
	header->nlmsg_seq = ++netlink->sequence;
	do
		n = sys_sendmsg(netlink->fd, &message, 0);
	while (n == -EINTR);
	return n < 0 ? (int)n : 0;
}

/* One packet of the kernel; its length or -errno. */
static ssize_t packet_receive(struct netlink *netlink, void *buffer)
{
	for (;;) {
		struct sockaddr_nl from = {0};
		struct iovec vector = {buffer, ANSWER};
		struct msghdr message = {.msg_name = &from,
			.msg_namelen = sizeof(from),
			.msg_iov = &vector,
			.msg_iovlen = 1};
		ssize_t n = sys_recvmsg(netlink->fd, &message, 0);

		if (n == -EINTR || (n >= 0 && from.nl_pid))
			continue;
		return n >= 0 && message.msg_flags & MSG_TRUNC ? -EMSGSIZE : n;
	}
}

/* 1 at the end of the answer, 0 if there is more to come, or -errno. */
static int message_take(const struct nlmsghdr *message,
	int (*each)(void *ctx, const struct nlmsghdr *message), void *ctx)
{
	const struct nlmsgerr *result = NLMSG_DATA(message);

	if (message->nlmsg_type == NLMSG_DONE)
		return 1;
	if (message->nlmsg_type != NLMSG_ERROR)
		return each ? each(ctx, message) : 0;
	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*result)))
		return -EPROTO;
	return result->error ? result->error : 1;
}

int netlink_ask(struct netlink *netlink, struct netlink_request *request,
	int (*each)(void *ctx, const struct nlmsghdr *message), void *ctx)
{
	_Alignas(NLMSG_ALIGNTO) unsigned char buffer[ANSWER];
	int r = request->full ? -EMSGSIZE : request_send(netlink, request);

	while (!r) {
		ssize_t left = packet_receive(netlink, buffer);
		const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)buffer;

		if (left < 0)
			return (int)left;
		for (; !r && NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
			if (message->nlmsg_seq == netlink->sequence)
				r = message_take(message, each, ctx);
		}
	}
	return r == 1 ? 0 : r;
}

const struct rtattr *netlink_find(const struct nlmsghdr *message, size_t size, uint16_t type)
{
	/* Signed: padding may be missing behind the last one, and RTA_NEXT takes it off all the same. */
	ssize_t skipped = NLMSG_SPACE(size);
	ssize_t left = (ssize_t)message->nlmsg_len - skipped;
	const struct rtattr *at =
		(const struct rtattr *)(const void *)((const char *)message + skipped);

	for (; RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		if ((at->rta_type & NLA_TYPE_MASK) == type)
			return at;
	}
	return NULL;
}
