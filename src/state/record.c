/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal as a record of one container.
 *
 * Runs in: the runtime.
 * Relies on: a write with O_APPEND is not mixed with another's; the boot id differs after every
 *          start of the machine. */
#include "state/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "state/journal.h"
#include "state/process.h"
#include "sys/file.h"

#define HEAD_KEY    "tare-journal"
#define VERSION	    "1"
#define HEAD_SIZE   (sizeof(VERSION) + STATE_BOOT_ID_SIZE)
#define FIRST_READ  8192
#define STACK_LINES 4096
#define LINK_SIZE   4096

static const char *const keys[STATE_KEY_COUNT] = {
	[STATE_OCI_VERSION] = "oci-version",
	[STATE_BUNDLE] = "bundle",
	[STATE_ROOT] = "root",
	[STATE_CREATED] = "created",
	[STATE_OWNER] = "owner",
	[STATE_START_MODE] = "start-mode",
	[STATE_PIDS] = "pids",
	[STATE_PID_FILE] = "pid-file",
	[STATE_CGROUP] = "cgroup",
	[STATE_RESCTRL] = "resctrl",
	[STATE_NETWORK] = "network",
	[STATE_CREATOR] = "creator",
	[STATE_INIT] = "init",
	[STATE_READY] = "ready",
	[STATE_HOOK] = "hook",
	[STATE_HOOKS] = "hooks",
	[STATE_STEP] = "step",
	[STATE_STDIO] = "stdio",
	[STATE_MOUNTS] = "mounts",
	[STATE_LISTENER] = "seccomp-listener",
	[STATE_LISTENER_METADATA] = "seccomp-metadata",
	[STATE_KEYRING] = "keyring",
	[STATE_ANNOTATION] = "annotation",
};

static int journal_error(const struct state_dir *dir, enum error_class class, int errnum,
	const char *what, struct error *err)
{
	return error_set(err, class, errnum, "%s \"%s/%s/%s\"", what, dir->root, dir->id,
		STATE_FILE_JOURNAL);
}

static int damage_error(const struct state_dir *dir, struct error *err)
{
	return error_set(err, ERROR_STATE, EUCLEAN, "the state file \"%s/%s/%s\" is damaged",
		dir->root, dir->id, STATE_FILE_JOURNAL);
}

static int boot_id_read(struct state_dir *dir, struct error *err)
{
	static const char path[] = "/proc/sys/kernel/random/boot_id";
	ssize_t n;
	int fd;

	if (dir->boot_id[0])
		return 0;
	fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	n = fd;
	if (fd >= 0) {
		n = sys_read(fd, dir->boot_id, STATE_BOOT_ID_SIZE - 1);
		sys_close(fd);
	}
	if (n == STATE_BOOT_ID_SIZE - 1)
		return 0;
	dir->boot_id[0] = '\0';
	return error_system(err, n < 0 ? (int)n : -EIO, "cannot read \"%s\"", path);
}

/* Appending */

static int journal_open(struct state_dir *dir, struct error *err)
{
	int fd;

	if (dir->journal_fd >= 0)
		return 0;
	fd = sys_openat(dir->dir_fd, STATE_FILE_JOURNAL,
		O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0);
	if (fd < 0)
		return journal_error(dir, ERROR_SYSTEM, fd, "cannot write", err);
	dir->journal_fd = fd;
	return 0;
}

/* What a dead writer began must go before something is appended to it. */
static int journal_mend(struct state_dir *dir, struct error *err)
{
	int r = dir->torn ? sys_ftruncate(dir->journal_fd, (off_t)dir->valid) : 0;

	if (r)
		return journal_error(dir, ERROR_SYSTEM, r, "cannot mend", err);
	dir->torn = false;
	return 0;
}

static int lines_write(struct state_dir *dir, const struct text *lines, struct error *err)
{
	ssize_t n;
	long end;

	if (journal_open(dir, err) || journal_mend(dir, err))
		return -1;
	n = sys_write(dir->journal_fd, lines->data, lines->length);
	if (n == (ssize_t)lines->length)
		return 0;
	/* A full file system takes a part: what was there before is still right. */
	end = n > 0 ? sys_lseek(dir->journal_fd, 0, SEEK_CUR) : -1;
	if (end >= n)
		sys_ftruncate(dir->journal_fd, end - n);
	return journal_error(dir, ERROR_SYSTEM, n < 0 ? (int)n : -ENOSPC, "cannot write", err);
}

static size_t lines_size(const struct state_record *records, size_t count)
{
	size_t size = JOURNAL_LINE_SIZE(sizeof(HEAD_KEY), 0, HEAD_SIZE);

	for (size_t i = 0; i < count; i++) {
		const struct state_record *r = &records[i];

		if (r->value)
			size += JOURNAL_LINE_SIZE(strlen(keys[r->key]),
				r->name ? strlen(r->name) : 0, strlen(r->value));
	}
	return size + 1;
}

static int head_print(struct state_dir *dir, struct text *text, struct error *err)
{
	char head[HEAD_SIZE];

	if (boot_id_read(dir, err))
		return -1;
	text_print(head, sizeof(head), "%s %s", VERSION, dir->boot_id);
	journal_print(text, HEAD_KEY, NULL, head);
	return 0;
}

static int records_write(struct state_dir *dir, const struct state_record *records,
	size_t count, struct text *text, struct error *err)
{
	if (dir->fresh && head_print(dir, text, err))
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (records[i].value)
			journal_print(
				text, keys[records[i].key], records[i].name, records[i].value);
	}
	if (!text_ok(text))
		return error_set(err, ERROR_INTERNAL, 0, "a record is longer than computed");
	if (lines_write(dir, text, err))
		return -1;
	dir->fresh = false;
	return 0;
}

int state_append(struct state_dir *dir, const struct state_record *records, size_t count,
	struct error *err)
{
	const size_t size = lines_size(records, count);
	char stack[STACK_LINES];
	char *data = size <= sizeof(stack) ? stack : malloc(size);
	struct text text;
	int r;

	if (!data)
		return journal_error(dir, ERROR_SYSTEM, ENOMEM, "cannot write", err);
	text_start(&text, data, size);
	r = records_write(dir, records, count, &text, err);
	if (data != stack)
		free(data);
	return r;
}

/* The copy is the text of a symbolic link: made in one piece or not at all. */
static int copy_make(
	struct state_dir *dir, const char *init, const char *cgroup, struct error *err)
{
	char link[LINK_SIZE];
	int r;

	if (!text_print(link, sizeof(link), "%s\n%s", init, cgroup ? cgroup : ""))
		text_print(link, sizeof(link), "%s\n", init);
	r = sys_symlinkat(link, dir->dir_fd, STATE_FILE_INIT);
	if (r == -EEXIST) { /* the builder's, which has just made the process that stays */
		r = sys_unlinkat(dir->dir_fd, STATE_FILE_INIT, 0);
		r = r ? r : sys_symlinkat(link, dir->dir_fd, STATE_FILE_INIT);
	}
	if (r)
		return error_system(err, r, "cannot make \"%s/%s/%s\"", dir->root, dir->id,
			STATE_FILE_INIT);
	return 0;
}

int state_append_init(struct state_dir *dir, const struct state_process *init,
	const char *cgroup, struct error *err)
{
	char process[STATE_PROCESS_TEXT];
	const struct state_record record = {.key = STATE_INIT, .value = process};

	process_print(init, process);
	if (state_append(dir, &record, 1, err))
		return -1;
	return copy_make(dir, process, cgroup, err);
}

/* Reading */

struct reader {
	struct arena *arena;
	struct state *state;
	size_t room; /* for annotations */
};

/* Each name is recorded once: there may be so many that looking for it would take longer than all else. */
static int annotation_add(struct reader *reader, const char *name, const char *value)
{
	struct state *state = reader->state;
	struct state_annotation *items = (struct state_annotation *)state->annotations;

	if (state->annotation_count == reader->room) {
		const size_t room = reader->room ? 2 * reader->room : 8;

		items = arena_array(reader->arena, struct state_annotation, room);
		if (!items)
			return -ENOMEM;
		if (state->annotation_count)
			memcpy(items, state->annotations, reader->room * sizeof(*items));
		state->annotations = items;
		reader->room = room;
	}
	items[state->annotation_count++] = (struct state_annotation){name, value};
	return 0;
}

static int process_set(struct state *state, enum state_key key, const char *value)
{
	struct state_process *process = key == STATE_INIT      ? &state->init
					: key == STATE_CREATOR ? &state->creator
							       : &state->hook;

	if (value[0])
		return process_parse(value, process);
	*process = (struct state_process){0};
	return 0;
}

static int record_set(struct reader *reader, const char *key, const char *value)
{
	struct state *state = reader->state;
	const size_t prefix = strlen(keys[STATE_ANNOTATION]);
	size_t i = 0;

	if (!strncmp(key, keys[STATE_ANNOTATION], prefix) && key[prefix] == ':')
		return annotation_add(reader, key + prefix + 1, value);
	while (i < STATE_ANNOTATION && strcmp(key, keys[i]))
		i++;
	if (i == STATE_ANNOTATION)
		return -EUCLEAN;
	state->value[i] = value;
	if (i == STATE_READY)
		state->ready = true;
	if (i == STATE_INIT || i == STATE_CREATOR || i == STATE_HOOK)
		return process_set(state, (enum state_key)i, value);
	return 0;
}

static int head_read(
	struct state_dir *dir, struct journal *journal, struct state *state, struct error *err)
{
	const size_t version = strlen(VERSION);
	const char *key, *value;

	if (journal_next(journal, &key, &value) != JOURNAL_LINE || strcmp(key, HEAD_KEY))
		return damage_error(dir, err);
	if (strncmp(value, VERSION, version) || value[version] != ' ')
		return error_set(err, ERROR_STATE, EUCLEAN,
			"the state file \"%s/%s/%s\" was written by another version of tare",
			dir->root, dir->id, STATE_FILE_JOURNAL);
	if (boot_id_read(dir, err))
		return -1;
	state->stale = strcmp(value + version + 1, dir->boot_id) != 0;
	return 0;
}

static int lines_read(struct state_dir *dir, struct journal *journal, struct reader *reader,
	struct error *err)
{
	enum journal_result result;
	const char *key, *value;
	int r = 0;

	while (!r && (result = journal_next(journal, &key, &value)) == JOURNAL_LINE)
		r = record_set(reader, key, value);
	if (r == -ENOMEM)
		return journal_error(dir, ERROR_INTERNAL, ENOMEM, "cannot read", err);
	if (r || result == JOURNAL_DAMAGED)
		return damage_error(dir, err);
	dir->torn = result == JOURNAL_TORN;
	dir->valid = journal->offset;
	return 0;
}

/* Reads the file to its end, in ever larger pieces of the arena. */
static int fd_read(int fd, struct arena *arena, struct journal *journal)
{
	for (size_t size = FIRST_READ;; size *= 2) {
		char *data = arena_alloc(arena, size + 1, 1);
		ssize_t n;

		if (!data)
			return -EFBIG;
		if (journal->length)
			memcpy(data, journal->data, journal->length);
		journal->data = data;
		n = sys_read(fd, data + journal->length, size - journal->length);
		if (n < 0)
			return (int)n;
		journal->length += (size_t)n;
		if (journal->length < size)
			return 0;
	}
}

/* The whole file; -ENODATA if it is not there or empty. */
static int journal_load(
	const struct state_dir *dir, struct arena *arena, struct journal *ret_journal)
{
	int fd = sys_openat(
		dir->dir_fd, STATE_FILE_JOURNAL, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	int r;

	*ret_journal = (struct journal){0};
	/* A link was not made by us: there is no journal. */
	if (fd < 0)
		return fd == -ENOENT || fd == -ELOOP ? -ENODATA : fd;
	r = fd_read(fd, arena, ret_journal);
	sys_close(fd);
	return !r && !ret_journal->length ? -ENODATA : r;
}

/* The text of the copy, or "" if there is none. */
static int copy_read(const struct state_dir *dir, char ret_link[LINK_SIZE])
{
	ssize_t n = sys_readlinkat(dir->dir_fd, STATE_FILE_INIT, ret_link, LINK_SIZE - 1);

	ret_link[n > 0 ? n : 0] = '\0';
	return n < 0 && n != -ENOENT ? (int)n : 0;
}

/* Without an init in the journal there must be no copy either: it is made after the record. */
static int init_check(const struct state_dir *dir, const struct state *state, struct error *err)
{
	char link[LINK_SIZE];
	int r;

	if (state->init.pid)
		return 0;
	r = copy_read(dir, link);
	return r || link[0] ? damage_error(dir, err) : 0;
}

int state_read(
	struct state_dir *dir, struct arena *arena, struct state *ret_state, struct error *err)
{
	struct reader reader = {.arena = arena, .state = ret_state};
	struct journal journal;
	int r = journal_load(dir, arena, &journal);

	*ret_state = (struct state){0};
	if (r == -ENODATA && !init_check(dir, ret_state, err))
		return error_set(err, ERROR_STATE, ENODATA,
			"container \"%s\" was never created: \"%s/%s/%s\" is missing or empty",
			dir->id, dir->root, dir->id, STATE_FILE_JOURNAL);
	if (r == -ENODATA)
		return -1;
	if (r)
		return journal_error(dir, ERROR_SYSTEM, r, "cannot read", err);
	if (head_read(dir, &journal, ret_state, err) || lines_read(dir, &journal, &reader, err))
		return -1;
	return init_check(dir, ret_state, err);
}

/* What the copy says, where the journal does not. */
static int copy_apply(const struct state_dir *dir, struct reader *reader)
{
	struct state *state = reader->state;
	char link[LINK_SIZE];
	int r = copy_read(dir, link);
	char *end = strchr(link, '\n');

	if (r || !link[0])
		return r;
	if (!end)
		return -EUCLEAN;
	*end = '\0';
	r = process_set(state, STATE_INIT, link);
	if (!r && end[1])
		state->value[STATE_CGROUP] = arena_string(reader->arena, end + 1);
	return r;
}

int state_salvage(
	struct state_dir *dir, struct arena *arena, struct state *ret_state, struct error *err)
{
	struct reader reader = {.arena = arena, .state = ret_state};
	enum journal_result result = JOURNAL_DAMAGED;
	struct journal journal;
	const char *key, *value;
	int r;

	*ret_state = (struct state){.damaged = true};
	r = journal_load(dir, arena, &journal);
	if (r && r != -ENODATA)
		return journal_error(dir, ERROR_SYSTEM, r, "cannot read", err);
	while (result == JOURNAL_LINE || result == JOURNAL_DAMAGED) {
		result = journal_next(&journal, &key, &value);
		if (result == JOURNAL_LINE)
			(void)record_set(&reader, key, value);
	}
	if (copy_apply(dir, &reader))
		return error_set(err, ERROR_STATE, EUCLEAN,
			"cannot tell which process \"%s/%s\" is about: both \"%s\" and \"%s\" "
			"are damaged",
			dir->root, dir->id, STATE_FILE_JOURNAL, STATE_FILE_INIT);
	return 0;
}
