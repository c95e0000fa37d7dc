/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer target for what stands in a state directory: the journal and the link that is its copy, separated by a
 * byte 0xff, and the records of cgroups and network devices in it.
 *
 * The checksums of most inputs are put right, so that they get past them. What is read is followed, and what is
 * printed of it is read again as the same. */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup/set.h"
#include "net/set.h"
#include "state/journal.h"
#include "state/process.h"
#include "state/record.h"

#define MEMORY ((size_t)1 << 20)

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static char root[] = "/dev/shm/tare-fuzz-XXXXXX";
static char container[64], journal_path[80], link_path[80];

static void place_remove(void)
{
	unlink(journal_path);
	unlink(link_path);
	rmdir(container);
	rmdir(root);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (!mkdtemp(root))
		return 1;
	snprintf(container, sizeof(container), "%s/web", root);
	snprintf(journal_path, sizeof(journal_path), "%s/journal", container);
	snprintf(link_path, sizeof(link_path), "%s/init", container);
	atexit(place_remove);
	return mkdir(container, 0700);
}

static void place_write(const char *journal, const char *link)
{
	int fd = open(journal_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	demand(fd >= 0 && write(fd, journal, strlen(journal)) >= 0);
	close(fd);
	unlink(link_path);
	if (*link && strlen(link) < 4096)
		demand(!symlink(link, link_path));
}

/* --- what is in a record ----------------------------------------------------------------------- */

static void cgroup_check(const char *record, struct arena *arena)
{
	struct cgroup_set set;
	struct error err;
	struct text text;
	char *printed = malloc(strlen(record) + 65536);

	demand(printed != NULL);
	if (!cgroup_record_parse(record, arena, &set, &err)) {
		demand(set.count <= HOST_HIERARCHIES);
		for (size_t i = 0; i < set.count; i++) {
			const struct cgroup_directory *d = &set.of[i];

			demand(d->length == strlen(d->path) && d->path[0] == '/');
			demand(d->mount_length <= d->length && d->kept_length <= d->length);
			demand(!strstr(d->path + d->mount_length, "/../"));
		}
		text_start(&text, printed, strlen(record) + 65536);
		cgroup_record_print(&set, &text);
		demand(text_ok(&text));
	}
	free(printed);
}

static void network_check(const char *record, struct arena *arena)
{
	struct net_set set = {0};
	struct error err;
	struct text text;
	char *printed = malloc(2 * strlen(record) + 64);

	demand(printed != NULL);
	set_start(&set);
	if (!set_record_parse(record, arena, &set, &err)) {
		text_start(&text, printed, 2 * strlen(record) + 64);
		set_record_print(&set, &text);
		demand(text_ok(&text));
		for (size_t i = 0; i < set.count; i++)
			demand(set.devices[i].hardware_length <=
				sizeof(set.devices[i].hardware));
	}
	free(printed);
}

static void state_follow(const struct state *state, struct arena *arena)
{
	char text[STATE_PROCESS_TEXT];
	struct state_process again;

	for (int i = 0; i < STATE_KEY_COUNT; i++)
		demand(!state->value[i] || strlen(state->value[i]) < MEMORY);
	for (size_t i = 0; i < state->annotation_count; i++)
		demand(strlen(state->annotations[i].name) +
				strlen(state->annotations[i].value) <
			MEMORY);
	process_print(&state->init, text);
	demand(!process_parse(text, &again));
	demand(again.pid == state->init.pid && again.start_time == state->init.start_time);
	if (state->value[STATE_CGROUP])
		cgroup_check(state->value[STATE_CGROUP], arena);
	if (state->value[STATE_NETWORK])
		network_check(state->value[STATE_NETWORK], arena);
}

/* --- reading ----------------------------------------------------------------------------------- */

static void directory_check(void)
{
	char *memory = calloc(1, MEMORY);
	struct error err = {0};
	struct state_dir dir;
	struct arena arena;
	struct state state;
	int r;

	demand(memory != NULL);
	arena_start(&arena, memory, MEMORY);
	demand(!state_open(root, "web", STATE_UNLOCKED, &dir, &err));
	r = state_read(&dir, &arena, &state, &err);
	if (!r)
		state_follow(&state, &arena);
	else
		demand(err.text[0] && !strchr(err.text, '\n'));
	if (r && err.errnum == 117 /* EUCLEAN */ && !state_salvage(&dir, &arena, &state, &err))
		state_follow(&state, &arena);
	state_close(&dir);
	free(memory);
}

static void stat_check(const char *text)
{
	uint64_t start_time;
	int64_t ticks;
	char status;

	process_stat_parse(text, &start_time, &status);
	process_offset_parse(text, &ticks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};
	char *journal = input_string(&input), *link = input_string(&input), *memory;
	struct arena arena;

	place_write(journal, link);
	directory_check();
	stat_check(link);
	memory = malloc(MEMORY);
	demand(memory != NULL);
	arena_start(&arena, memory, MEMORY);
	cgroup_check(link, &arena);
	free(memory);
	free(journal);
	free(link);
	return 0;
}

/* --- checksums --------------------------------------------------------------------------------- */

static void line_sign(uint8_t *line, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	uint32_t sum = 2166136261u;

	if (length < 10)
		return;
	for (size_t i = 9; i < length; i++)
		sum = (sum ^ line[i]) * 16777619u;
	for (int i = 8; i-- > 0; sum >>= 4)
		line[i] = (uint8_t)digits[sum & 15];
	line[8] = ' ';
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	uint8_t *at = data, *end;

	size = LLVMFuzzerMutate(data, size, max_size);
	while (seed % 4 && (end = memchr(at, '\n', size - (size_t)(at - data))) != NULL) {
		line_sign(at, (size_t)(end - at));
		at = end + 1;
	}
	return size;
}
