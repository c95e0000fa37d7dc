/* SPDX-License-Identifier: GPL-2.0-or-later */
/* init's side of the talk with the runtime.
 *
 * Runs in: init.
 * Never:   answers a message that is out of order: both sides end instead.
 * Calls:   sendmsg, recvmsg, write. */
#include "init/talk.h"

#include <errno.h>

#include "sys/file.h"

/* Moves on to `type`. 1 if it is next, 0 if the plan has no such message, -1 if it is out of order. */
static int talk_advance(struct init *init, enum sync_type type, struct error *err)
{
	enum sync_type next = sync_next(init->plan, init->said);

	if (next == SYNC_NONE || next > type)
		return 0;
	if (next < type)
		return error_set(err, ERROR_INTERNAL, 0, "%s is due before %s", sync_name(next),
			sync_name(type));
	init->said = type;
	return 1;
}

int talk_say(struct init *init, enum sync_type type, int32_t value, int fd, struct error *err)
{
	int due = talk_advance(init, type, err);
	int r;

	if (due <= 0)
		return due;
	r = sync_send(init->handoff->sync_fd, type, value, fd);
	return r ? error_system(err, r, "cannot send %s to the runtime", sync_name(type)) : 0;
}

int talk_wait(struct init *init, enum sync_type type, struct error *err)
{
	struct sync_message message;
	int due = talk_advance(init, type, err);
	int r;

	if (due <= 0)
		return due;
	r = sync_receive(init->handoff->sync_fd, &message, NULL);
	if (r)
		return error_system(
			err, r, "cannot receive %s from the runtime", sync_name(type));
	if (message.header.type != type)
		return error_set(err, ERROR_INTERNAL, 0, "the runtime said %s instead of %s",
			sync_name((enum sync_type)message.header.type), sync_name(type));
	return 0;
}

void talk_fail(const struct init *init, const struct error *err)
{
	struct sync_message message = {.header = {.type = SYNC_ERROR}, .error = *err};

	/* The process may be behind its filter, which is likely to know this call. */
	sys_write(init->released ? init->handoff->result_fd : init->handoff->sync_fd, &message,
		sizeof(message));
}
