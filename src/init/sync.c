/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The talk between runtime and init.
 *
 * Runs in: the runtime, init, and the child of the clone before its exec (no libc there).
 * Calls:   sendmsg, recvmsg, close. */
#include "init/sync.h"

#include <errno.h>

#include "sys/file.h"
#include "sys/socket.h"

static const char *const names[SYNC_TYPES] = {
	[SYNC_NONE] = "NONE",
	[SYNC_MAPS_WANTED] = "MAPS_WANTED",
	[SYNC_MAPS_WRITTEN] = "MAPS_WRITTEN",
	[SYNC_NAMESPACES] = "NAMESPACES",
	[SYNC_PARENT_READY] = "PARENT_READY",
	[SYNC_ROOT_BUILT] = "ROOT_BUILT",
	[SYNC_HOOKS_DONE] = "HOOKS_DONE",
	[SYNC_TERMINAL] = "TERMINAL",
	[SYNC_PROCESS] = "PROCESS",
	[SYNC_CREATED] = "CREATED",
	[SYNC_RELEASE] = "RELEASE",
	[SYNC_RELEASED] = "RELEASED",
	[SYNC_EXECING] = "EXECING",
	[SYNC_LISTENER] = "LISTENER",
	[SYNC_LISTENED] = "LISTENED",
	[SYNC_ERROR] = "ERROR",
};

/* Whether the plan needs this message; the order is that of the enumeration. */
static bool sync_needed(const struct plan *plan, enum sync_type type)
{
	switch (type) {
	case SYNC_MAPS_WANTED:
		return plan->namespaces.maps_after_unshare || plan->ids.compare;
	case SYNC_MAPS_WRITTEN:
		return plan->ids.uid_map || plan->ids.compare;
	case SYNC_TERMINAL:
		return plan->process.terminal && plan->process.argv;
	case SYNC_PROCESS:
		return plan->namespaces.final_clone;
	case SYNC_CREATED:
	case SYNC_RELEASE:
		return true;
	case SYNC_RELEASED:
		return plan->start == START_BY_FIFO;
	case SYNC_EXECING:
		return plan->start == START_AT_ONCE;
	case SYNC_LISTENER:
	case SYNC_LISTENED:
		return plan->start == START_AT_ONCE && plan->seccomp &&
		       plan->seccomp->listener_path;
	case SYNC_NAMESPACES:
	case SYNC_PARENT_READY:
		return plan->network.count;
	case SYNC_ROOT_BUILT:
	case SYNC_HOOKS_DONE:
		return hooks_before_root(&plan->hooks);
	case SYNC_NONE:
	case SYNC_ERROR:
	case SYNC_TYPES:
		return false;
	}
	return false;
}

enum sync_type sync_next(const struct plan *plan, enum sync_type type)
{
	for (int next = (int)type + 1; next < SYNC_ERROR; next++) {
		if (sync_needed(plan, (enum sync_type)next))
			return (enum sync_type)next;
	}
	return SYNC_NONE;
}

const char *sync_name(enum sync_type type)
{
	return (unsigned)type < SYNC_TYPES ? names[type] : "UNKNOWN";
}

static int packet_send(int socket_fd, void *packet, size_t size, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec vector = {.iov_base = packet, .iov_len = size};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
	ssize_t sent;

	if (fd >= 0) {
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		*(int *)(void *)CMSG_DATA(&control.header) = fd;
		message.msg_control = &control;
		message.msg_controllen = sizeof(control.room);
	}
	do
		sent = sys_sendmsg(socket_fd, &message, MSG_NOSIGNAL);
	while (sent == -EINTR);
	return sent < 0 ? (int)sent : (size_t)sent == size ? 0 : -EPROTO;
}

int sync_send(int socket_fd, enum sync_type type, int32_t value, int fd)
{
	struct sync_header header = {.type = type, .value = value};

	return packet_send(socket_fd, &header, sizeof(header), fd);
}

int sync_send_error(int socket_fd, const struct error *err)
{
	struct sync_message message = {.header = {.type = SYNC_ERROR}, .error = *err};

	return packet_send(socket_fd, &message, sizeof(message), -1);
}

/* The descriptor of a packet that may carry one; -1 if it carries none. */
static int packet_fd(struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);

	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
		header->cmsg_len != CMSG_LEN(sizeof(int)))
		return -1;
	return *(int *)(void *)CMSG_DATA(header);
}

static bool packet_valid(const struct sync_message *message, ssize_t size)
{
	if (size < (ssize_t)sizeof(message->header) || message->header.type == SYNC_NONE ||
		message->header.type >= SYNC_TYPES)
		return false;
	if (message->header.type == SYNC_ERROR)
		return size == sizeof(*message);
	return size == sizeof(message->header);
}

/* Texts come from another process: they end where their buffers end. */
static void error_terminate(struct error *err)
{
	err->step[sizeof(err->step) - 1] = '\0';
	err->pointer[sizeof(err->pointer) - 1] = '\0';
	err->text[sizeof(err->text) - 1] = '\0';
}

int sync_receive(int socket_fd, struct sync_message *ret_message, int *ret_fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec vector = {.iov_base = ret_message, .iov_len = sizeof(*ret_message)};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
	ssize_t size;
	int fd = -1;

	if (ret_fd) {
		*ret_fd = -1;
		message.msg_control = &control;
		/* The padding would be room for a second one, which nobody would close. */
		message.msg_controllen = CMSG_LEN(sizeof(int));
	}
	do
		size = sys_recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC);
	while (size == -EINTR);
	if (size < 0)
		return (int)size;
	if (ret_fd)
		fd = packet_fd(&message);
	if (!packet_valid(ret_message, size) ||
		(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
		if (fd >= 0)
			sys_close(fd);
		return size ? -EPROTO : -EPIPE;
	}
	if (ret_message->header.type == SYNC_ERROR)
		error_terminate(&ret_message->error);
	if (ret_fd)
		*ret_fd = fd;
	return 0;
}
