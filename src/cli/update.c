/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of the command update as a table: option, member, unit.
 *
 * Sizes have the units of other runtimes: k, m, g, t and p are powers of 1024, with or without b or ib behind them, in either
 * case. -1 is no limit. */
#include "cli/update.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "base/text.h"
#include "sys/file.h"

#define DOCUMENT_MAX (16UL << 20)

enum value_kind {
	BYTES,	  /* struct oci_opt_i64, with units */
	SIGNED,	  /* struct oci_opt_i64 */
	UNSIGNED, /* struct oci_opt_u64 */
	SHORT,	  /* struct oci_opt_u16 */
	LIST,	  /* const char * */
	PIDS,	  /* int64_t */
};

enum section {
	MEMORY,
	CPU,
	PIDS_SECTION,
	BLOCK_IO,
};

struct row {
	const char *option;
	size_t word; /* in struct update_words */
	enum section section;
	enum value_kind kind;
	size_t value; /* in struct update_changes */
};

#define WORD(name)  offsetof(struct update_words, name)
#define VALUE(name) offsetof(struct update_changes, name)

/* clang-format off */
static const struct row rows[] = {
	{"memory",             WORD(memory),             MEMORY, BYTES,    VALUE(memory.limit)},
	{"memory-reservation", WORD(memory_reservation), MEMORY, BYTES,    VALUE(memory.reservation)},
	{"memory-swap",        WORD(memory_swap),        MEMORY, BYTES,    VALUE(memory.swap)},
	{"kernel-memory",      WORD(kernel_memory),      MEMORY, BYTES,    VALUE(memory.kernel)},
	{"kernel-memory-tcp",  WORD(kernel_memory_tcp),  MEMORY, BYTES,    VALUE(memory.kernel_tcp)},
	{"cpu-share",          WORD(cpu_share),          CPU,    UNSIGNED, VALUE(cpu.shares)},
	{"cpu-quota",          WORD(cpu_quota),          CPU,    SIGNED,   VALUE(cpu.quota)},
	{"cpu-period",         WORD(cpu_period),         CPU,    UNSIGNED, VALUE(cpu.period)},
	{"cpu-burst",          WORD(cpu_burst),          CPU,    UNSIGNED, VALUE(cpu.burst)},
	{"cpu-idle",           WORD(cpu_idle),           CPU,    SIGNED,   VALUE(cpu.idle)},
	{"cpu-rt-period",      WORD(cpu_rt_period),      CPU,    UNSIGNED, VALUE(cpu.realtime_period)},
	{"cpu-rt-runtime",     WORD(cpu_rt_runtime),     CPU,    SIGNED,   VALUE(cpu.realtime_runtime)},
	{"cpuset-cpus",        WORD(cpuset_cpus),        CPU,    LIST,     VALUE(cpu.cpus)},
	{"cpuset-mems",        WORD(cpuset_mems),        CPU,    LIST,     VALUE(cpu.mems)},
	{"pids-limit",         WORD(pids_limit),         PIDS_SECTION, PIDS, VALUE(pids.limit)},
	{"blkio-weight",       WORD(blkio_weight),       BLOCK_IO, SHORT,  VALUE(block_io.weight)},
};
/* clang-format on */

/* A number and the power of 1024 that its unit stands for; false if it is none. */
static bool bytes_parse(const char *word, int64_t *ret)
{
	static const char units[] = "kmgtp";
	char digits[24];
	const char *unit = word + strspn(word, "0123456789");
	const char *found = *unit ? strchr(units, *unit | 0x20) : NULL;
	const unsigned shift = found ? 10 * (unsigned)(found - units + 1) : 0;
	const char *rest = unit + (found != NULL);
	uint64_t number;

	if (!strcmp(word, "-1")) {
		*ret = -1;
		return true;
	}
	if (*rest && strcasecmp(rest, "b") != 0 && (!found || strcasecmp(rest, "ib") != 0))
		return false;
	if (!text_print(digits, sizeof(digits), "%.*s", (int)(unit - word), word) ||
		number_u64(digits, INT64_MAX >> shift, &number))
		return false;
	*ret = (int64_t)(number << shift);
	return true;
}

static bool value_parse(const struct row *row, const char *word, void *place)
{
	struct oci_opt_i64 *number = place;
	struct oci_opt_u64 *positive = place;
	struct oci_opt_u16 *small = place;
	uint64_t value;

	switch (row->kind) {
	case BYTES:
		number->present = true;
		return bytes_parse(word, &number->value);
	case SIGNED:
		number->present = true;
		return !number_i64(word, &number->value);
	case UNSIGNED:
		positive->present = true;
		return !number_u64(word, UINT64_MAX, &positive->value);
	case SHORT:
		small->present = true;
		if (number_u64(word, UINT16_MAX, &value))
			return false;
		small->value = (uint16_t)value;
		return true;
	case LIST:
		*(const char **)place = word;
		return true;
	case PIDS:
		return !number_i64(word, place);
	}
	return false;
}

static void section_use(struct update_changes *changes, enum section section)
{
	struct oci_resources *r = &changes->resources;

	switch (section) {
	case MEMORY:
		r->memory = &changes->memory;
		break;
	case CPU:
		r->cpu = &changes->cpu;
		break;
	case PIDS_SECTION:
		r->pids = &changes->pids;
		break;
	case BLOCK_IO:
		r->block_io = &changes->block_io;
		break;
	}
}

static int words_parse(const struct update_words *words, struct update_changes *changes,
	struct request *request, struct error *err)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		const char *word = *(const char *const *)((const char *)words + row->word);

		if (!word || !*word)
			continue;
		if (!value_parse(row, word, (char *)changes + row->value))
			return error_set(err, ERROR_USAGE, 0,
				"invalid value \"%s\" for --%s: %s", word, row->option,
				row->kind == BYTES ? "a size such as 64M, or -1 for no limit, "
						     "is expected"
						   : "a number is expected");
		section_use(changes, row->section);
		request->changes = &changes->resources;
	}
	return 0;
}

static int document_read(int fd, struct request *request, struct error *err)
{
	size_t room = 1 << 16, length = 0;
	char *text = malloc(room);
	ssize_t n = 1;

	if (!text)
		return error_system(err, -ENOMEM, "cannot read the resources");
	while (n > 0) {
		if (length == room) {
			char *more = room < DOCUMENT_MAX ? realloc(text, room * 2) : NULL;

			if (!more)
				break;
			text = more;
			room *= 2;
		}
		n = sys_read(fd, text + length, room - length);
		length += n > 0 ? (size_t)n : 0;
	}
	if (!n) {
		request->resources = text;
		request->resources_length = length;
		return 0;
	}
	free(text);
	return error_system(err, n < 0 ? (int)n : -EFBIG, "cannot read the resources");
}

int update_parse(const struct update_words *words, struct update_changes *changes,
	struct request *request, struct error *err)
{
	const char *path = words->resources;
	int fd = 0, r;

	*changes = (struct update_changes){0};
	if (words_parse(words, changes, request, err))
		return -1;
	if (!path || !*path)
		return request->changes ? 0
					: error_set(err, ERROR_USAGE, 0,
						  "no limit is given that could be changed");
	if (request->changes)
		return error_set(err, ERROR_USAGE, 0,
			"--resources and other limits exclude each other: the document says "
			"all");
	if (strcmp(path, "-") != 0)
		fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	if (fd < 0)
		return error_system(err, fd, "cannot open \"%s\"", path);
	r = document_read(fd, request, err);
	if (fd)
		sys_close(fd);
	return r;
}

void update_free(struct request *request)
{
	free((char *)(uintptr_t)request->resources);
	request->resources = NULL;
}
