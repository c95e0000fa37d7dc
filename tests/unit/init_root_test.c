/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths below a root, on a real directory full of links. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "init/descriptors.c"
#include "init/root.c"

struct place {
	char path[64]; /* what lies beside the root must stay as it is */
	int fd;	       /* path/root */
};

static void in(const struct place *place, const char *rel, char buffer[256])
{
	assert_true(text_print(buffer, 256, "%s/%s", place->path, rel));
}

static void directory(const struct place *place, const char *rel, mode_t mode)
{
	char path[256];

	in(place, rel, path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void link_to(const struct place *place, const char *rel, const char *value)
{
	char path[256];

	in(place, rel, path);
	assert_int_equal(symlink(value, path), 0);
}

static mode_t mode_of(const struct place *place, const char *rel)
{
	struct stat found;
	char path[256];

	in(place, rel, path);
	return lstat(path, &found) ? 0 : found.st_mode;
}

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	char path[256];

	snprintf(place->path, sizeof(place->path), "/tmp/init-root-XXXXXX");
	assert_non_null(mkdtemp(place->path));
	directory(place, "root", 0755);
	directory(place, "root/a", 0755);
	directory(place, "outside", 0755);
	in(place, "root", path);
	place->fd = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	umask(0);
	*state = place;
	return place->fd < 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char command[256];

	close(place->fd);
	assert_true(text_print(command, sizeof(command), "rm -rf %s", place->path));
	assert_int_equal(system(command), 0);
	free(place);
	return 0;
}

static void make(const struct place *place, const char *rel, enum root_kind kind)
{
	int fd = root_make(place->fd, rel, kind);

	assert_true(fd >= 0);
	close(fd);
}

static void missing_directories_are_made_one_by_one(void **state)
{
	const struct place *place = *state;

	make(place, "a/b/c", ROOT_DIRECTORY);
	assert_int_equal(mode_of(place, "root/a/b/c"), S_IFDIR | 0755);
	make(place, "/x//y/./z/", ROOT_DIRECTORY);
	assert_int_equal(mode_of(place, "root/x/y/z"), S_IFDIR | 0755);
	make(place, "f/g", ROOT_FILE);
	assert_int_equal(mode_of(place, "root/f"), S_IFDIR | 0755);
	assert_int_equal(mode_of(place, "root/f/g"), S_IFREG | 0644);
	make(place, "a/b/c", ROOT_FILE);
	assert_int_equal(mode_of(place, "root/a/b/c"), S_IFDIR | 0755);
}

static void the_group_of_a_setgid_directory_is_inherited(void **state)
{
	const struct place *place = *state;

	directory(place, "root/g", 02775);
	make(place, "g/new/er", ROOT_DIRECTORY);
	assert_int_equal(mode_of(place, "root/g/new/er"), S_IFDIR | 02755);
}

static void links_that_lead_out_stay_below_the_root(void **state)
{
	const struct place *place = *state;

	link_to(place, "root/up", "../../../../outside");
	link_to(place, "root/absolute", "/outside/x");
	make(place, "up/1", ROOT_DIRECTORY);
	make(place, "absolute/2", ROOT_FILE);
	make(place, "a/../../../outside/3", ROOT_DIRECTORY);
	assert_int_equal(mode_of(place, "outside/1"), 0);
	assert_int_equal(mode_of(place, "outside/x"), 0);
	assert_int_equal(mode_of(place, "outside/3"), 0);
	assert_int_equal(mode_of(place, "root/outside/1"), S_IFDIR | 0755);
	assert_int_equal(mode_of(place, "root/outside/x/2"), S_IFREG | 0644);
	assert_int_equal(mode_of(place, "root/outside/3"), S_IFDIR | 0755);
}

static void links_to_something_missing_are_followed(void **state)
{
	const struct place *place = *state;

	link_to(place, "root/a/run", "/run");
	link_to(place, "root/a/file", "target");
	make(place, "a/run/lock", ROOT_DIRECTORY);
	make(place, "a/file", ROOT_FILE);
	assert_int_equal(mode_of(place, "root/run/lock"), S_IFDIR | 0755);
	assert_int_equal(mode_of(place, "root/a/target"), S_IFREG | 0644);
}

static void endless_links_and_files_in_between_are_errors(void **state)
{
	const struct place *place = *state;

	link_to(place, "root/self", "self");
	link_to(place, "root/deep", "deep/deep/x");
	link_to(place, "root/one", "two/x");
	link_to(place, "root/two", "one/x");
	make(place, "plain", ROOT_FILE);
	assert_int_equal(root_make(place->fd, "self/x", ROOT_DIRECTORY), -ELOOP);
	assert_int_equal(root_make(place->fd, "deep", ROOT_DIRECTORY), -ELOOP);
	assert_int_equal(root_make(place->fd, "one", ROOT_DIRECTORY), -ELOOP);
	assert_int_equal(root_make(place->fd, "plain/x", ROOT_DIRECTORY), -ENOTDIR);
	assert_int_equal(root_open_plain(place->fd, "self", O_PATH), -ELOOP);
}

static void links_of_procfs_are_refused(void **state)
{
	const struct place *place = *state;
	int proc = sys_openat(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY, 0);

	assert_true(proc >= 0);
	(void)place;
	assert_int_equal(root_open(proc, "self/root/etc", O_PATH), -ELOOP);
	assert_int_equal(root_open(proc, "self/cwd", O_PATH), -ELOOP);
	close(proc);
}

static void a_link_is_made_or_replaced(void **state)
{
	const struct place *place = *state;
	char path[256], value[16] = {0};
	const char *name;
	int dir_fd;

	assert_int_equal(root_symlink(place->fd, "dev/fd", "/proc/self/fd"), 0);
	assert_int_equal(root_symlink(place->fd, "dev/fd", "/proc/self/fd"), 0);
	make(place, "dev/ptmx", ROOT_FILE);
	assert_int_equal(root_symlink(place->fd, "dev/ptmx", "pts/ptmx"), -EEXIST);
	assert_int_equal(root_symlink(place->fd, "dev/fd", "/proc/self"), -EEXIST);
	dir_fd = root_parent(place->fd, "dev/ptmx", &name);
	assert_true(dir_fd >= 0);
	assert_int_equal(root_symlink_at(dir_fd, name, "pts/ptmx"), 0);
	in(place, "root/dev/ptmx", path);
	assert_int_equal(readlink(path, value, sizeof(value)), 8);
	assert_string_equal(value, "pts/ptmx");
	make(place, "dev/full", ROOT_DIRECTORY);
	assert_int_equal(root_symlink_at(dir_fd, "full", "x"), -EISDIR);
	close(dir_fd);
	assert_int_equal(root_symlink(place->fd, "dev/..", "x"), -EINVAL);
	assert_int_equal(root_symlink(place->fd, "dev/", "x"), -EINVAL);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(missing_directories_are_made_one_by_one),
		CASE(the_group_of_a_setgid_directory_is_inherited),
		CASE(links_that_lead_out_stay_below_the_root),
		CASE(links_to_something_missing_are_followed),
		CASE(endless_links_and_files_in_between_are_errors),
		CASE(links_of_procfs_are_refused),
		CASE(a_link_is_made_or_replaced),
	};

	return cmocka_run_group_tests_name("init root", tests, NULL, NULL);
}
