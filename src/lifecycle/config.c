/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config.json of a bundle.
 *
 * Runs in: the runtime. Trusts the contents as far as the decoder has checked them. */
#include "lifecycle/config.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/text.h"
#include "plan/origin.h"
#include "sys/file.h"

#define CONFIG_MAX (64UL << 20)

/* Room behind the text for what a usual one is decoded to; only what is touched costs memory. */
#define DECODED_SIZE (256UL << 10)

/* The file's text in memory of its own; the size is that of the file when it was opened. */
static int file_read(int fd, struct config *config, struct error *err)
{
	struct statx stat;
	size_t done = 0;
	char *text;
	int r = sys_statx(fd, "", AT_EMPTY_PATH, STATX_SIZE | STATX_TYPE, &stat);

	if (r)
		return error_system(err, r, "cannot read config.json");
	if ((stat.stx_mode & S_IFMT) != S_IFREG)
		return error_set(err, ERROR_CONFIG, 0, "config.json is not a regular file");
	if (stat.stx_size > CONFIG_MAX)
		return error_set(err, ERROR_CONFIG, 0, "config.json is larger than 64 MiB");
	config->size = stat.stx_size + 1 + DECODED_SIZE;
	text = sys_mmap(NULL, config->size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (sys_is_error(text))
		return error_system(err, (int)(long)text, "cannot read config.json");
	config->text = text;
	config->length = stat.stx_size;
	config->memory = text;
	oci_arena_lend(&config->arena, text + stat.stx_size + 1, DECODED_SIZE);
	while (done < config->length) {
		ssize_t n = sys_read(fd, text + done, config->length - done);

		if (n < 0)
			return error_system(err, (int)n, "cannot read config.json");
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return 0;
}

/* What callers match on, where the decoder is the first to see that a value is none. */
static const char *known_text(const char *pointer)
{
	if (text_equal(pointer, "/linux/memoryPolicy/mode"))
		return "invalid memory policy mode: ";
	if (text_starts(pointer, "/linux/memoryPolicy/flags/"))
		return "invalid memory policy flag: ";
	return "";
}

int config_decode(struct config *config, const char *text, size_t length, struct error *err)
{
	struct oci_error where;
	int r = oci_spec_decode(text, length, &config->arena, &config->spec, &where);

	return r ? config_decode_error(&where, r, err) : 0;
}

int config_decode_error(const struct oci_error *where, int r, struct error *err)
{
	error_set(err, ERROR_CONFIG, r == -EINVAL ? 0 : r, "%s%s", known_text(where->pointer),
		where->text);
	err->line = where->line;
	err->column = where->column;
	return error_pointer(err, where->pointer);
}

int config_load_fd(struct config *config, int fd, struct error *err)
{
	*config = (struct config){0};
	return file_read(fd, config, err);
}

int config_load(struct config *config, const char *bundle, struct error *err)
{
	char path[4096];
	int fd, r;

	*config = (struct config){0};
	if (!text_print(path, sizeof(path), "%s/config.json", bundle))
		return error_set(
			err, ERROR_USAGE, ENAMETOOLONG, "cannot use the bundle \"%s\"", bundle);
	fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0);
	if (fd < 0)
		return error_system(err, fd, "cannot open \"%s\"", path);
	r = file_read(fd, config, err);
	sys_close(fd);
	return r;
}

int config_read(struct config *config, const char *bundle, struct error *err)
{
	return config_load(config, bundle, err) ||
			       config_decode(config, config->text, config->length, err)
		       ? -1
		       : 0;
}

/* All of a file that may be a pipe. */
static int text_read(int fd, char *text, size_t *ret_length)
{
	ssize_t n;

	*ret_length = 0;
	do {
		n = sys_read(fd, text + *ret_length, CONFIG_MAX + 1 - *ret_length);
		if (n > 0)
			*ret_length += (size_t)n;
	} while (n > 0);
	return n < 0 ? (int)n : *ret_length > CONFIG_MAX ? -EFBIG : 0;
}

static int process_decode(struct config *config, const char *path, const char *text,
	size_t length, const struct oci_process **ret, struct error *err)
{
	struct oci_error where;
	int r = oci_process_decode(text, length, &config->arena, ret, &where);

	return r ? error_set(err, ERROR_CONFIG, r == -EINVAL ? 0 : r,
			   "cannot use the process of \"%s\": line %u, column %u%s%s: %s", path,
			   where.line, where.column, where.pointer[0] ? ", " : "",
			   where.pointer, where.text)
		 : 0;
}

int config_read_process(struct config *config, const char *path,
	const struct oci_process **ret_process, struct error *err)
{
	const size_t size = CONFIG_MAX + 1;
	size_t length;
	char *text;
	int fd, r;

	fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0);
	if (fd < 0)
		return error_system(err, fd, "cannot open \"%s\"", path);
	text = sys_mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (sys_is_error(text)) {
		sys_close(fd);
		return error_system(err, (int)(long)text, "cannot read \"%s\"", path);
	}
	r = text_read(fd, text, &length);
	sys_close(fd);
	r = r ? error_system(err, r, "cannot read \"%s\"", path)
	      : process_decode(config, path, text, length, ret_process, err);
	sys_munmap(text, size);
	return r;
}

void config_locate(const struct config *config, struct error *err)
{
	char pointer[ERROR_POINTER_SIZE];
	struct text text;

	if (err->origin && !err->pointer[0]) {
		text_start(&text, pointer, sizeof(pointer));
		origin_print(err->origin, &text);
		error_pointer(err, pointer);
	}
	if (err->pointer[0] && !err->line && config->text)
		oci_locate(
			config->text, config->length, err->pointer, &err->line, &err->column);
}

void config_free(struct config *config)
{
	oci_arena_free(&config->arena);
	if (config->memory)
		sys_munmap(config->memory, config->size);
	*config = (struct config){0};
}
