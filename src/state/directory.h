/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State directories: <root>/<id>, their reservation, their locks and their end.
 *
 * Files in one: `journal` (see record.h), `init` (a copy of what ends the container, should
 * the journal be damaged), `config` (a copy of config.json), the fifos `start` and `result`, and the directory `notify` (notify.h). */
#ifndef STATE_DIRECTORY_H
#define STATE_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define STATE_ID_MAX	   255
#define STATE_PATH_MAX	   4096
#define STATE_BOOT_ID_SIZE 37

enum state_lock {
	STATE_UNLOCKED,
	STATE_LOCKED,	 /* waits as long as it takes */
	STATE_LOCK_WAIT, /* waits one second, then goes on without; see `locked` */
};

struct state_dir {
	const char *root; /* the caller's strings: keep them as long as the handle */
	const char *id;
	int dir_fd;
	int journal_fd; /* for appending; opened when needed */
	bool locked;
	bool fresh;	/* reserved by us, nothing recorded yet */
	bool torn;	/* state_read(): the journal's last line is not complete, */
	uint64_t valid; /* and this many bytes before it are */
	char boot_id[STATE_BOOT_ID_SIZE]; /* the machine's; "" until it is read */
};

/* [A-Za-z0-9_+.-]{1,255}, not starting with '-' or '.'. Errors: "container id cannot be
 * empty", "invalid container ID format". */
int state_id_check(const char *id, struct error *err);

/* Makes the state root and the directories above it, 0700, where they are missing. */
int state_root_make(const char *root, struct error *err);

/* Reserves the id: makes its directory, locked. "container with given ID already exists" if
 * it is taken. The caller's next call is state_append(): until then the directory says
 * nothing. */
int state_create(
	const char *root, const char *id, struct state_dir *ret_dir, struct error *err);

/* Opens an existing one. `container "ID" does not exist` (ERROR_STATE, ENOENT). */
int state_open(const char *root, const char *id, enum state_lock lock,
	struct state_dir *ret_dir, struct error *err);

/* Locks again after state_unlock(). Fails with ENOENT if the container was deleted meanwhile.
 */
int state_lock(struct state_dir *dir, enum state_lock lock, struct error *err);
void state_unlock(struct state_dir *dir);

/* Closes the descriptors, and with them gives up the lock. Harmless on a closed handle. */
void state_close(struct state_dir *dir);

/* Removes the directory: the journal last but for the directory itself. What is missing
 * already is no error; a handle without the lock is (EBUSY). */
int state_remove(struct state_dir *dir, struct error *err);

/* Removes a directory in which nothing was recorded: it may be somebody else's, so that all it
 * may hold is an empty journal. */
int state_remove_unused(struct state_dir *dir, struct error *err);

/* Files in a state directory. */
#define STATE_FILE_JOURNAL "journal"
#define STATE_FILE_INIT	   "init"
#define STATE_FILE_CONFIG  "config"

/* Keeps config.json as it was when the container was made, behind a head: what comes later goes by it, and the bundle is
 * the caller's. */
int state_config_write(const struct state_dir *dir, const char *head, size_t head_length,
	const char *text, size_t length, struct error *err);

/* Opens it for reading: a descriptor, or -1. */
int state_config_open(const struct state_dir *dir, struct error *err);

/* The fifos between init and `start`. state_fifo_present() is 1, 0 or -1. Opening returns the
 * descriptor or -1; err->errnum is ENXIO if nobody reads and ENOENT if the fifo is gone. */
#define STATE_FIFO_START  "start"
#define STATE_FIFO_RESULT "result"

int state_fifos_make(const struct state_dir *dir, struct error *err);
int state_fifo_open(
	const struct state_dir *dir, const char *name, int flags, struct error *err);
int state_fifo_present(const struct state_dir *dir, const char *name, struct error *err);
int state_fifo_remove(const struct state_dir *dir, const char *name, struct error *err);

#endif
