/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The final clone.
 *
 * Runs in: the builder, which is in none of the container's pid namespaces, with all privilege dropped already; and
 *          its child, which is in one where hostile processes may look at it.
 * Never:   shares memory with the child, or gives it a descriptor that it does not need.
 * Trusts:  CLONE_PARENT makes the runtime the child's parent.
 * Calls:   pipe2, clone (clone3 is refused by some seccomp profiles), read, close. */
#include "init/builder.h"

#include <signal.h>

#include "init/protect.h"
#include "init/talk.h"
#include "sys/file.h"
#include "sys/process.h"

struct child {
	struct init *init;
	int (*run)(struct init *init);
	int gate[2]; /* the child waits for the end of the builder: its message comes first */
};

static int child_run(void *arg)
{
	struct child *child = arg;
	struct error err;
	char byte;

	sys_close(child->gate[1]);
	sys_read(child->gate[0], &byte, 1);
	sys_close(child->gate[0]);
	child->init->said = SYNC_PROCESS;
	if (!protect_again(&err))
		return child->run(child->init);
	talk_fail(child->init, &err);
	return 1;
}

int builder_finish(struct init *init, int (*run)(struct init *init), struct error *err)
{
	struct child child = {.init = init, .run = run};
	int r = sys_pipe2(child.gate, 0);

	if (r)
		return error_system(err, r, "cannot make a pipe for the final process");
	r = sys_clone_plain(CLONE_PARENT | SIGCHLD, NULL, child_run, &child);
	if (r < 0)
		return error_system(err, r, "cannot make the final process");
	if (talk_say(init, SYNC_PROCESS, r, -1, err))
		return -1;
	sys_exit(0);
}
