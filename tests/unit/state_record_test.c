/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State directories on a real file system: reservation, records, damage, status, removal.
 * Needs no root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state/list.h"
#include "state/process.h"
#include "state/record.h"
#include "state/status.h"

#define ARENA_SIZE (4u << 20)

struct place {
	char top[64];  /* a temporary directory */
	char root[80]; /* the state root in it */
	struct arena arena;
	void *memory;
};

static int place_make(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(place);
	snprintf(place->top, sizeof(place->top), "%.40s/tare-state.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(place->top));
	snprintf(place->root, sizeof(place->root), "%s/a/root", place->top);
	place->memory = calloc(1, ARENA_SIZE);
	assert_non_null(place->memory);
	arena_start(&place->arena, place->memory, ARENA_SIZE);
	*state = place;
	return 0;
}

static int entry_remove(const char *path, const struct stat *stat_, int type, struct FTW *ftw)
{
	(void)stat_;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* Fails if a test has left something, and removes that too. */
static int place_end(void **state)
{
	struct place *place = *state;
	const int r = rmdir(place->root);

	nftw(place->top, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
	free(place->memory);
	free(place);
	return r;
}

static void path_of(const struct place *place, const char *id, const char *file, char path[256])
{
	snprintf(path, 256, "%s/%s/%s", place->root, id, file);
}

static void file_write(const struct place *place, const char *id, const char *file, int flags,
	const void *data, size_t length)
{
	char path[256];
	int fd;

	path_of(place, id, file, path);
	fd = open(path, O_WRONLY | flags, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, length), length);
	close(fd);
}

static size_t file_read(
	const struct place *place, const char *id, const char *file, char *data, size_t size)
{
	char path[256];
	ssize_t n;
	int fd;

	path_of(place, id, file, path);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	n = read(fd, data, size);
	assert_in_range(n, 0, size - 1);
	close(fd);
	return (size_t)n;
}

static struct state_process self(void)
{
	struct state_process process = {.pid = getpid()};

	assert_int_equal(process_start_time(process.pid, &process.start_time), 0);
	return process;
}

/* A process that is dead but not yet reaped. */
static struct state_process zombie(void)
{
	struct state_process process = {0};
	siginfo_t info;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	process.pid = fork();
	if (!process.pid) {
		char byte;

		close(ends[1]);
		_exit((int)read(ends[0], &byte, 1));
	}
	close(ends[0]);
	assert_int_equal(process_start_time(process.pid, &process.start_time), 0);
	close(ends[1]);
	assert_int_equal(waitid(P_PID, (id_t)process.pid, &info, WEXITED | WNOWAIT), 0);
	return process;
}

static void create(struct place *place, const char *id, struct state_dir *dir)
{
	const struct state_process creator = self();
	char process[STATE_PROCESS_TEXT];
	const struct state_record records[] = {
		{STATE_BUNDLE, NULL, "/some/bundle"},
		{STATE_START_MODE, NULL, STATE_START_FIFO},
		{STATE_PID_FILE, NULL, NULL},
		{STATE_CREATOR, NULL, process},
		{STATE_CGROUP, NULL, "cgroupfs planned\n"},
		{STATE_ANNOTATION, "a b", "1"},
		{STATE_ANNOTATION, "c", "2\n3"},
	};
	struct error err;

	process_print(&creator, process);
	assert_int_equal(state_create(place->root, id, dir, &err), 0);
	assert_int_equal(
		state_append(dir, records, sizeof(records) / sizeof(records[0]), &err), 0);
}

static void reopen(struct place *place, const char *id, struct state_dir *dir)
{
	state_close(dir);
	assert_int_equal(state_open(place->root, id, STATE_LOCKED, dir, NULL), 0);
}

static void finish(struct state_dir *dir)
{
	assert_int_equal(state_remove(dir, NULL), 0);
	state_close(dir);
}

static void ids_are_checked(void **state)
{
	static const char *const good[] = {"a", "web-1", "A_b+c.d", "0"};
	static const char *const bad[] = {
		"-a", ".a", ".", "..", "a/b", "a b", "\xc3\xa4", "a\n"};
	char longest[STATE_ID_MAX + 2];
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(state_id_check(good[i], &err), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(state_id_check(bad[i], &err), -1);
		assert_non_null(strstr(err.text, "invalid container ID format"));
	}
	memset(longest, 'x', sizeof(longest));
	longest[STATE_ID_MAX + 1] = '\0';
	assert_int_equal(state_id_check(longest, &err), -1);
	longest[STATE_ID_MAX] = '\0';
	assert_int_equal(state_id_check(longest, &err), 0);
	assert_int_equal(state_id_check("", &err), -1);
	assert_string_equal(err.text, "container id cannot be empty");
}

static void an_id_is_reserved_once(void **state)
{
	struct place *place = *state;
	struct state_dir dir, other;
	struct error err;
	struct stat stat_;

	assert_int_equal(state_open(place->root, "web", STATE_UNLOCKED, &dir, &err), -1);
	assert_string_equal(err.text, "container \"web\" does not exist");
	assert_int_equal(err.errnum, ENOENT);
	assert_int_equal(state_create(place->root, "web", &dir, &err), 0);
	assert_true(dir.locked);
	assert_int_equal(stat(place->root, &stat_), 0);
	assert_int_equal(stat_.st_mode & 07777, 01700);
	assert_int_equal(state_create(place->root, "web", &other, &err), -1);
	assert_non_null(strstr(err.text, "container with given ID already exists"));
	assert_int_equal(state_read(&dir, &place->arena, &(struct state){0}, &err), -1);
	assert_int_equal(err.errnum, ENODATA);
	finish(&dir);
}

static void locks_exclude_and_see_removal(void **state)
{
	struct place *place = *state;
	struct state_dir dir, other, third;
	struct error err;

	create(place, "web", &dir);
	assert_int_equal(state_open(place->root, "web", STATE_LOCK_WAIT, &other, &err), 0);
	assert_false(other.locked);
	state_unlock(&dir);
	assert_int_equal(state_lock(&other, STATE_LOCKED, &err), 0);
	assert_true(other.locked);
	assert_int_equal(state_open(place->root, "web", STATE_UNLOCKED, &third, &err), 0);
	finish(&other);
	assert_int_equal(state_lock(&dir, STATE_LOCKED, &err), -1);
	assert_int_equal(err.errnum, ENOENT);
	assert_false(dir.locked);
	assert_int_equal(state_remove(&third, &err), -1);
	assert_int_equal(err.errnum, EBUSY);
	/* Removing what is gone is no error. */
	third.locked = true;
	finish(&third);
	state_close(&dir);
}

static void records_are_read_back(void **state)
{
	struct place *place = *state;
	const struct state_process init = self();
	const struct state_record more[] = {{STATE_STEP, NULL, "mounts"},
		{STATE_ANNOTATION, "d", ""}, {STATE_STEP, NULL, "hooks"}};
	struct state_dir dir;
	struct state read;

	create(place, "web", &dir);
	reopen(place, "web", &dir);
	assert_int_equal(state_read(&dir, &place->arena, &read, NULL), 0);
	assert_int_equal(read.init.pid, 0);
	assert_int_equal(state_append(&dir, more, 3, NULL), 0);
	assert_int_equal(state_append_init(&dir, &init, "cgroupfs ours\n", NULL), 0);
	assert_int_equal(state_read(&dir, &place->arena, &read, NULL), 0);
	assert_false(read.stale);
	assert_false(read.ready);
	assert_string_equal(read.value[STATE_BUNDLE], "/some/bundle");
	assert_string_equal(read.value[STATE_STEP], "hooks");
	assert_string_equal(read.value[STATE_CGROUP], "cgroupfs planned\n");
	assert_null(read.value[STATE_PID_FILE]);
	assert_int_equal(read.creator.pid, getpid());
	assert_int_equal(read.init.start_time, init.start_time);
	assert_int_equal(read.annotation_count, 3);
	assert_string_equal(read.annotations[0].name, "a b");
	assert_string_equal(read.annotations[0].value, "1");
	assert_string_equal(read.annotations[1].value, "2\n3");
	assert_string_equal(read.annotations[2].name, "d");
	finish(&dir);
}

static void long_records_are_read_back(void **state)
{
	struct place *place = *state;
	const size_t length = 300000;
	char *value = malloc(length + 1);
	struct state_record record = {STATE_ANNOTATION, "big", value};
	struct state_dir dir;
	struct state read;
	char name[16];

	assert_non_null(value);
	memset(value, '\n', length);
	value[length] = '\0';
	create(place, "web", &dir);
	assert_int_equal(state_append(&dir, &record, 1, NULL), 0);
	record.name = name;
	record.value = "x";
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		assert_int_equal(state_append(&dir, &record, 1, NULL), 0);
	}
	assert_int_equal(state_read(&dir, &place->arena, &read, NULL), 0);
	assert_int_equal(read.annotation_count, 43);
	assert_string_equal(read.annotations[2].value, value);
	assert_string_equal(read.annotations[42].name, "name39");
	free(value);
	finish(&dir);
}

static void a_torn_line_is_mended(void **state)
{
	struct place *place = *state;
	const struct state_record record = {STATE_READY, NULL, "1"};
	struct state_dir dir;
	struct state read;

	create(place, "web", &dir);
	file_write(place, "web", "journal", O_APPEND, "01234567 ini", 12);
	reopen(place, "web", &dir);
	assert_int_equal(state_read(&dir, &place->arena, &read, NULL), 0);
	assert_true(dir.torn);
	assert_int_equal(state_append(&dir, &record, 1, NULL), 0);
	assert_int_equal(state_read(&dir, &place->arena, &read, NULL), 0);
	assert_false(dir.torn);
	assert_true(read.ready);
	finish(&dir);
}

/* Cut anywhere, or with a byte changed anywhere, the journal is an error that names it, and the
 * init is found all the same. */
static void damage_never_hides_the_init(void **state)
{
	struct place *place = *state;
	const struct state_process init = self();
	char good[4096], data[4096];
	struct state_dir dir;
	struct state read;
	struct error err;
	size_t length;

	create(place, "web", &dir);
	assert_int_equal(state_append_init(&dir, &init, "cgroupfs ours\n", NULL), 0);
	length = file_read(place, "web", "journal", good, sizeof(good));
	for (size_t i = 0; i < 2 * length; i++) {
		const bool cut = i < length;

		memcpy(data, good, length);
		data[cut ? i : i - length] ^= 0x41;
		file_write(place, "web", "journal", O_TRUNC, data, cut ? i : length);
		arena_start(&place->arena, memset(place->memory, 0, 65536), 65536);
		assert_int_equal(state_read(&dir, &place->arena, &read, &err), -1);
		assert_int_equal(err.errnum, EUCLEAN);
		assert_non_null(strstr(err.text, "/web/journal"));
		assert_int_equal(state_salvage(&dir, &place->arena, &read, &err), 0);
		assert_true(read.damaged);
		assert_int_equal(read.init.pid, init.pid);
		assert_int_equal(read.init.start_time, init.start_time);
		assert_string_equal(read.value[STATE_CGROUP], "cgroupfs ours\n");
	}
	finish(&dir);
}

static void a_missing_journal_does_not_hide_the_init(void **state)
{
	struct place *place = *state;
	const struct state_process init = self();
	struct state_dir dir;
	struct state read;
	struct error err;
	char path[256];

	create(place, "web", &dir);
	assert_int_equal(state_append_init(&dir, &init, NULL, NULL), 0);
	path_of(place, "web", "journal", path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(state_read(&dir, &place->arena, &read, &err), -1);
	assert_int_equal(err.errnum, EUCLEAN);
	assert_int_equal(state_salvage(&dir, &place->arena, &read, &err), 0);
	assert_int_equal(read.init.pid, init.pid);
	path_of(place, "web", "init", path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("rubbish", path), 0);
	assert_int_equal(state_salvage(&dir, &place->arena, &read, &err), -1);
	finish(&dir);
}

static void other_versions_and_keys_are_refused(void **state)
{
	struct place *place = *state;
	struct state_dir dir;
	struct state read;
	struct error err;
	char data[4096];
	size_t length;

	create(place, "web", &dir);
	length = file_read(place, "web", "journal", data, sizeof(data));
	/* A line that fits its checksum, with a key that nobody writes. */
	file_write(place, "web", "journal", O_APPEND, "ffdbe98e future x\n", 18);
	assert_int_equal(state_read(&dir, &place->arena, &read, &err), -1);
	assert_non_null(strstr(err.text, "is damaged"));
	file_write(place, "web", "journal", O_TRUNC, "fa5a6d57 tare-journal 2 x\n", 26);
	file_write(place, "web", "journal", O_APPEND, data, length);
	assert_int_equal(state_read(&dir, &place->arena, &read, &err), -1);
	assert_non_null(strstr(err.text, "another version"));
	finish(&dir);
}

static void another_boot_makes_it_stale(void **state)
{
	struct place *place = *state;
	static const char head[] =
		"4fa9963a tare-journal 1 00000000-0000-0000-0000-000000000000\n";
	enum status status = STATUS_RUNNING;
	struct state_dir dir;
	struct state read;

	create(place, "web", &dir);
	file_write(place, "web", "journal", O_TRUNC, head, strlen(head));
	assert_int_equal(state_read(&dir, &place->arena, &read, NULL), 0);
	assert_true(read.stale);
	read.ready = true;
	read.init = self();
	assert_int_equal(state_status(&dir, &read, &status, NULL), 0);
	assert_int_equal(status, STATUS_STOPPED);
	finish(&dir);
}

static void status_is(struct place *place, struct state_dir *dir, enum status expected)
{
	enum status status = STATUS_COUNT;
	struct state read;

	assert_int_equal(state_read(dir, &place->arena, &read, NULL), 0);
	assert_int_equal(state_status(dir, &read, &status, NULL), 0);
	assert_string_equal(status_name(status), status_name(expected));
}

static void the_status_follows_record_and_process(void **state)
{
	struct place *place = *state;
	const struct state_record ready = {STATE_READY, NULL, "1"};
	const struct state_process init = self();
	struct state_process dead = zombie(), reused = init;
	struct state_dir dir;
	char text[STATE_PROCESS_TEXT];
	struct state_record record = {STATE_INIT, NULL, text};

	create(place, "web", &dir);
	status_is(place, &dir, STATUS_CREATING);
	assert_int_equal(state_fifos_make(&dir, NULL), 0);
	assert_int_equal(state_append_init(&dir, &init, NULL, NULL), 0);
	status_is(place, &dir, STATUS_CREATING);
	assert_int_equal(state_append(&dir, &ready, 1, NULL), 0);
	status_is(place, &dir, STATUS_CREATED);
	assert_int_equal(state_fifo_remove(&dir, STATE_FIFO_START, NULL), 0);
	status_is(place, &dir, STATUS_RUNNING);
	process_print(&dead, text);
	assert_int_equal(state_append(&dir, &record, 1, NULL), 0);
	status_is(place, &dir, STATUS_STOPPED);
	/* Another process has the number now. */
	reused.start_time++;
	process_print(&reused, text);
	assert_int_equal(state_append(&dir, &record, 1, NULL), 0);
	status_is(place, &dir, STATUS_STOPPED);
	assert_int_equal(waitpid(dead.pid, NULL, 0), dead.pid);
	finish(&dir);
}

static void a_dead_creator_leaves_a_stopped_container(void **state)
{
	struct place *place = *state;
	struct state_process dead = zombie();
	char text[STATE_PROCESS_TEXT];
	const struct state_record record = {STATE_CREATOR, NULL, text};
	struct state_dir dir;

	process_print(&dead, text);
	create(place, "web", &dir);
	assert_int_equal(state_append(&dir, &record, 1, NULL), 0);
	status_is(place, &dir, STATUS_STOPPED);
	assert_int_equal(waitpid(dead.pid, NULL, 0), dead.pid);
	status_is(place, &dir, STATUS_STOPPED);
	finish(&dir);
}

static void pidfds_are_of_the_recorded_process(void **state)
{
	struct state_process process = self(), dead = zombie();
	int fd = process_open(&process);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	process.start_time++;
	assert_int_equal(process_open(&process), -ESRCH);
	assert_false(process_alive(&process));
	process.start_time = 0;
	assert_true(process_alive(&process));
	assert_int_equal(process_open(&(struct state_process){0}), -ESRCH);
	assert_int_equal(process_open(&dead), -ESRCH);
	assert_int_equal(waitpid(dead.pid, NULL, 0), dead.pid);
	assert_int_equal(process_open(&dead), -ESRCH);
}

static void lists_are_sorted_and_skip_the_rest(void **state)
{
	struct place *place = *state;
	static const char *const made[] = {"web", "db", "a.b"};
	struct state_dir dirs[3];
	const char **ids;
	struct error err;
	char path[256];
	size_t count;

	assert_int_equal(state_list(place->root, &place->arena, &ids, &count, &err), -1);
	assert_int_equal(err.errnum, ENOENT);
	for (size_t i = 0; i < 3; i++)
		create(place, made[i], &dirs[i]);
	snprintf(path, sizeof(path), "%s/.cache", place->root);
	assert_int_equal(mkdir(path, 0700), 0);
	file_write(place, "..", "root/file", O_CREAT, "", 0);
	assert_int_equal(state_list(place->root, &place->arena, &ids, &count, &err), 0);
	assert_int_equal(count, 3);
	assert_string_equal(ids[0], "a.b");
	assert_string_equal(ids[1], "db");
	assert_string_equal(ids[2], "web");
	assert_int_equal(rmdir(path), 0);
	snprintf(path, sizeof(path), "%s/file", place->root);
	assert_int_equal(unlink(path), 0);
	for (size_t i = 0; i < 3; i++)
		finish(&dirs[i]);
}

static void directories_of_others_are_refused(void **state)
{
	struct place *place = *state;
	struct state_dir dir, other;
	struct error err;
	char path[256];

	create(place, "web", &dir);
	path_of(place, "web", "", path);
	assert_int_equal(chmod(path, 0720), 0);
	assert_int_equal(state_open(place->root, "web", STATE_UNLOCKED, &other, &err), -1);
	assert_int_equal(err.errnum, EPERM);
	assert_int_equal(other.dir_fd, -1);
	finish(&dir);
	/* A link to a directory is none. */
	create(place, "web", &dir);
	path_of(place, "link", "", path);
	path[strlen(path) - 1] = '\0';
	assert_int_equal(symlink("web", path), 0);
	assert_int_equal(state_open(place->root, "link", STATE_UNLOCKED, &other, &err), -1);
	assert_int_equal(unlink(path), 0);
	finish(&dir);
}

static void fifos_tell_who_is_there(void **state)
{
	struct place *place = *state;
	struct state_dir dir;
	struct error err;
	int reader, writer;

	create(place, "web", &dir);
	assert_int_equal(state_fifo_present(&dir, STATE_FIFO_START, &err), 0);
	assert_int_equal(state_fifo_open(&dir, STATE_FIFO_START, O_RDONLY, &err), -1);
	assert_int_equal(err.errnum, ENOENT);
	assert_int_equal(state_fifos_make(&dir, &err), 0);
	assert_int_equal(state_fifo_present(&dir, STATE_FIFO_START, &err), 1);
	assert_int_equal(
		state_fifo_open(&dir, STATE_FIFO_START, O_WRONLY | O_NONBLOCK, &err), -1);
	assert_int_equal(err.errnum, ENXIO);
	reader = state_fifo_open(&dir, STATE_FIFO_START, O_RDONLY | O_NONBLOCK, &err);
	writer = state_fifo_open(&dir, STATE_FIFO_START, O_WRONLY | O_NONBLOCK, &err);
	assert_true(reader >= 0 && writer >= 0);
	close(reader);
	close(writer);
	finish(&dir);
}

#define WITH_PLACE(name) cmocka_unit_test_setup_teardown(name, place_make, place_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_checked),
		WITH_PLACE(an_id_is_reserved_once),
		WITH_PLACE(locks_exclude_and_see_removal),
		WITH_PLACE(records_are_read_back),
		WITH_PLACE(long_records_are_read_back),
		WITH_PLACE(a_torn_line_is_mended),
		WITH_PLACE(damage_never_hides_the_init),
		WITH_PLACE(a_missing_journal_does_not_hide_the_init),
		WITH_PLACE(other_versions_and_keys_are_refused),
		WITH_PLACE(another_boot_makes_it_stale),
		WITH_PLACE(the_status_follows_record_and_process),
		WITH_PLACE(a_dead_creator_leaves_a_stopped_container),
		cmocka_unit_test(pidfds_are_of_the_recorded_process),
		WITH_PLACE(lists_are_sorted_and_skip_the_rest),
		WITH_PLACE(directories_of_others_are_refused),
		WITH_PLACE(fifos_tell_who_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
