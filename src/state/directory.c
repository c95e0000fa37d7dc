/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State directories.
 *
 * Runs in: the runtime.
 * Never:   trusts a directory that another user owns or may write.
 * Relies on: mkdir fails if the name is taken; flock ends with the last descriptor; a removed
 *          directory has no links. */
#include "state/directory.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

#include "base/text.h"
#include "state/notify.h"
#include "sys/file.h"
#include "sys/process.h"

#define LOCK_WAIT_MS   1000
#define LOCK_PAUSE_MS  5
#define DIRECTORY_MODE 0700
#define ROOT_MODE      01700 /* what is old and not sticky below XDG_RUNTIME_DIR may be cleaned up */
#define FIFO_MODE      0600
#define FILE_MODE      0600

/* In the order of their removal. */
static const char *const files[] = {STATE_FIFO_START, STATE_FIFO_RESULT, STATE_FILE_CONFIG,
	STATE_FILE_INIT, STATE_FILE_JOURNAL};
#define FILE_COUNT (sizeof(files) / sizeof(files[0]))

static bool id_char_ok(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '+' || c == '.' || c == '-';
}

static bool id_ok(const char *id)
{
	size_t length = 0;

	while (id[length] && id_char_ok(id[length]))
		length++;
	return length && length <= STATE_ID_MAX && !id[length] && id[0] != '-' && id[0] != '.';
}

int state_id_check(const char *id, struct error *err)
{
	if (!id || !id[0])
		return error_set(err, ERROR_USAGE, 0, "container id cannot be empty");
	if (!id_ok(id))
		return error_set(
			err, ERROR_USAGE, 0, "invalid container ID format: \"%s\"", id);
	return 0;
}

static int path_make(const char *root, const char *id, char path[STATE_PATH_MAX])
{
	return text_print(path, STATE_PATH_MAX, "%s/%s", root, id) ? 0 : -ENAMETOOLONG;
}

static int missing_error(const struct state_dir *dir, struct error *err)
{
	return error_set(err, ERROR_STATE, ENOENT, "container \"%s\" does not exist", dir->id);
}

static int dir_error(
	const struct state_dir *dir, int errnum, const char *what, struct error *err)
{
	return error_system(
		err, errnum, "cannot %s state directory \"%s/%s\"", what, dir->root, dir->id);
}

/* Makes path[0..length) and, if need be, those above it. */
static int root_make(char *path, size_t length, unsigned mode)
{
	const char saved = path[length];
	int r;

	path[length] = '\0';
	r = sys_mkdirat(AT_FDCWD, path, mode);
	if (r == -ENOENT) {
		size_t above = length;

		while (above && path[above - 1] != '/')
			above--;
		r = above > 1 ? root_make(path, above - 1, DIRECTORY_MODE) : -ENOENT;
		if (!r)
			r = sys_mkdirat(AT_FDCWD, path, mode);
	}
	path[length] = saved;
	return r == -EEXIST ? 0 : r;
}

int state_root_make(const char *root, struct error *err)
{
	char path[STATE_PATH_MAX];
	int r = text_print(path, sizeof(path), "%s", root) ? 0 : -ENAMETOOLONG;

	if (!r)
		r = root_make(path, strlen(path), ROOT_MODE);
	return r ? error_system(err, r, "cannot make state root \"%s\"", root) : 0;
}

static void dir_start(const char *root, const char *id, struct state_dir *dir)
{
	*dir = (struct state_dir){.root = root, .id = id, .dir_fd = -1, .journal_fd = -1};
}

static int lock_wait(int fd)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE_MS * 1000000L};

	for (int waited = 0;; waited += LOCK_PAUSE_MS) {
		int r = sys_flock(fd, LOCK_EX | LOCK_NB);

		if (r != -EWOULDBLOCK || waited >= LOCK_WAIT_MS)
			return r;
		sys_nanosleep(&pause);
	}
}

static int lock_take(struct state_dir *dir, enum state_lock lock)
{
	int r = 0;

	switch (lock) {
	case STATE_UNLOCKED:
		return 0;
	case STATE_LOCKED:
		r = sys_flock(dir->dir_fd, LOCK_EX);
		break;
	case STATE_LOCK_WAIT:
		r = lock_wait(dir->dir_fd);
		if (r == -EWOULDBLOCK)
			return 0;
		break;
	}
	dir->locked = !r;
	return r;
}

/* Whose directory is this, and is it there still? */
static int dir_check(const struct state_dir *dir, struct error *err)
{
	struct statx stat;
	int r = sys_statx(
		dir->dir_fd, "", AT_EMPTY_PATH, STATX_UID | STATX_MODE | STATX_NLINK, &stat);

	if (r)
		return dir_error(dir, r, "look at", err);
	if (!stat.stx_nlink)
		return missing_error(dir, err);
	if ((stat.stx_uid && stat.stx_uid != sys_geteuid()) || stat.stx_mode & 022)
		return error_set(err, ERROR_STATE, EPERM,
			"state directory \"%s/%s\" belongs to others, or others may write it",
			dir->root, dir->id);
	return 0;
}

static int dir_open(struct state_dir *dir, const char *path, struct error *err)
{
	int fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (fd == -ENOENT || fd == -ENOTDIR)
		return missing_error(dir, err);
	if (fd < 0)
		return dir_error(dir, fd, "open", err);
	dir->dir_fd = fd;
	return 0;
}

int state_lock(struct state_dir *dir, enum state_lock lock, struct error *err)
{
	int r = lock_take(dir, lock);

	if (r)
		return dir_error(dir, r, "lock", err);
	if (!dir_check(dir, err))
		return 0;
	state_unlock(dir);
	return -1;
}

void state_unlock(struct state_dir *dir)
{
	if (dir->locked)
		sys_flock(dir->dir_fd, LOCK_UN);
	dir->locked = false;
}

void state_close(struct state_dir *dir)
{
	if (dir->journal_fd >= 0)
		sys_close(dir->journal_fd);
	if (dir->dir_fd >= 0)
		sys_close(dir->dir_fd);
	dir->journal_fd = -1;
	dir->dir_fd = -1;
	dir->locked = false;
}

static int exists_error(const struct state_dir *dir, struct error *err)
{
	return error_set(err, ERROR_STATE, EEXIST,
		"container with given ID already exists: \"%s\"", dir->id);
}

static int dir_reserve(const struct state_dir *dir, const char *path, struct error *err)
{
	int r = sys_mkdirat(AT_FDCWD, path, DIRECTORY_MODE);

	if (r == -ENOENT) {
		if (state_root_make(dir->root, err))
			return -1;
		r = sys_mkdirat(AT_FDCWD, path, DIRECTORY_MODE);
	}
	if (r == -EEXIST)
		return exists_error(dir, err);
	return r ? dir_error(dir, r, "make", err) : 0;
}

static int path_remove(const struct state_dir *dir, struct error *err)
{
	char path[STATE_PATH_MAX];
	int r = path_make(dir->root, dir->id, path);

	if (!r)
		r = sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
	return r && r != -ENOENT ? dir_error(dir, r, "remove", err) : 0;
}

/* Before the lock a delete --force may take the directory for a dead one's and remove it, and
 * another create may make it again: then there are two that believe to have made it. It is
 * theirs who makes the journal. */
static int dir_claim(struct state_dir *dir, struct error *err)
{
	int fd;

	if (state_lock(dir, STATE_LOCKED, err))
		return -1;
	fd = sys_openat(dir->dir_fd, STATE_FILE_JOURNAL, O_WRONLY | O_APPEND | O_CREAT | O_EXCL,
		FILE_MODE);
	if (fd == -EEXIST)
		return exists_error(dir, err);
	if (fd < 0)
		return dir_error(dir, fd, "write to", err);
	dir->journal_fd = fd;
	dir->fresh = true;
	return 0;
}

int state_create(const char *root, const char *id, struct state_dir *ret_dir, struct error *err)
{
	char path[STATE_PATH_MAX];
	struct error ignored;

	dir_start(root, id, ret_dir);
	if (state_id_check(id, err))
		return -1;
	if (path_make(root, id, path))
		return dir_error(ret_dir, -ENAMETOOLONG, "make", err);
	if (dir_reserve(ret_dir, path, err))
		return -1;
	if (!dir_open(ret_dir, path, err) && !dir_claim(ret_dir, err))
		return 0;
	state_close(ret_dir);
	if (err->errnum == ENOENT)
		return error_set(err, ERROR_STATE, 0,
			"container \"%s\" was deleted while it was created", id);
	/* Removes it only if nothing is in it: then it is nobody's. */
	if (err->errnum != EEXIST)
		path_remove(ret_dir, &ignored);
	return -1;
}

int state_open(const char *root, const char *id, enum state_lock lock,
	struct state_dir *ret_dir, struct error *err)
{
	char path[STATE_PATH_MAX];

	dir_start(root, id, ret_dir);
	if (state_id_check(id, err))
		return -1;
	if (path_make(root, id, path))
		return dir_error(ret_dir, -ENAMETOOLONG, "open", err);
	if (dir_open(ret_dir, path, err))
		return -1;
	if (!state_lock(ret_dir, lock, err))
		return 0;
	state_close(ret_dir);
	return -1;
}

static int busy_error(const struct state_dir *dir, struct error *err)
{
	return error_set(err, ERROR_STATE, EBUSY,
		"cannot remove container \"%s\" while another command works on it", dir->id);
}

int state_remove(struct state_dir *dir, struct error *err)
{
	int r;

	if (!dir->locked)
		return busy_error(dir, err);
	r = state_notify_remove(dir->dir_fd);
	if (r)
		return error_system(
			err, r, "cannot remove \"%s/%s/%s\"", dir->root, dir->id, STATE_NOTIFY);
	for (size_t i = 0; i < FILE_COUNT; i++) {
		r = sys_unlinkat(dir->dir_fd, files[i], 0);

		if (r && r != -ENOENT)
			return error_system(err, r, "cannot remove \"%s/%s/%s\"", dir->root,
				dir->id, files[i]);
	}
	return path_remove(dir, err);
}

int state_remove_unused(struct state_dir *dir, struct error *err)
{
	struct statx stat;
	int r = sys_statx(dir->dir_fd, STATE_FILE_JOURNAL, AT_SYMLINK_NOFOLLOW,
		STATX_SIZE | STATX_TYPE, &stat);

	if (!dir->locked)
		return busy_error(dir, err);
	if (!r && !stat.stx_size && (stat.stx_mode & S_IFMT) == S_IFREG)
		sys_unlinkat(dir->dir_fd, STATE_FILE_JOURNAL, 0);
	return path_remove(dir, err);
}

static int all_write(int fd, const char *bytes, size_t length)
{
	ssize_t n = 0;

	for (size_t done = 0; n >= 0 && done<length; done += n> 0 ? (size_t)n : 0)
		n = sys_write(fd, bytes + done, length - done);
	return n < 0 ? (int)n : 0;
}

int state_config_write(const struct state_dir *dir, const char *head, size_t head_length,
	const char *text, size_t length, struct error *err)
{
	int fd = sys_openat(dir->dir_fd, STATE_FILE_CONFIG,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
	int r = fd < 0 ? fd : all_write(fd, head, head_length);

	if (!r)
		r = all_write(fd, text, length);
	if (fd >= 0)
		sys_close(fd);
	return r ? dir_error(dir, r, "keep config.json in", err) : 0;
}

int state_config_open(const struct state_dir *dir, struct error *err)
{
	int fd = sys_openat(
		dir->dir_fd, STATE_FILE_CONFIG, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);

	return fd < 0 ? dir_error(dir, fd, "find config.json in", err) : fd;
}

int state_fifos_make(const struct state_dir *dir, struct error *err)
{
	static const char *const fifos[] = {STATE_FIFO_START, STATE_FIFO_RESULT};

	for (size_t i = 0; i < sizeof(fifos) / sizeof(fifos[0]); i++) {
		int r = sys_mknodat(dir->dir_fd, fifos[i], S_IFIFO | FIFO_MODE, 0);

		if (r)
			return error_system(err, r, "cannot make fifo \"%s/%s/%s\"", dir->root,
				dir->id, fifos[i]);
	}
	return 0;
}

int state_fifo_open(const struct state_dir *dir, const char *name, int flags, struct error *err)
{
	int fd = sys_openat(dir->dir_fd, name, flags | O_NOFOLLOW, 0);

	return fd < 0 ? error_system(err, fd, "cannot open fifo \"%s/%s/%s\"", dir->root,
				dir->id, name)
		      : fd;
}

int state_fifo_present(const struct state_dir *dir, const char *name, struct error *err)
{
	struct statx stat;
	int r = sys_statx(dir->dir_fd, name, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &stat);

	if (r && r != -ENOENT)
		return error_system(
			err, r, "cannot look at fifo \"%s/%s/%s\"", dir->root, dir->id, name);
	/* Nobody waits at what is no fifo. */
	return !r && (stat.stx_mode & S_IFMT) == S_IFIFO;
}

int state_fifo_remove(const struct state_dir *dir, const char *name, struct error *err)
{
	int r = sys_unlinkat(dir->dir_fd, name, 0);

	if (r && r != -ENOENT)
		return error_system(
			err, r, "cannot remove fifo \"%s/%s/%s\"", dir->root, dir->id, name);
	return 0;
}
