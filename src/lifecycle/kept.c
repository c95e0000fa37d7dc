/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The copy of config.json: a line with the digest of the seccomp rules, or "-", a line with what exec needs of the rest, as
 * JSON, and the text as it was.
 *
 * Runs in: the runtime.
 *
 * An exec decodes a fifth of a usual config.json, a tenth of one with a seccomp profile. The rules themselves it needs once
 * for each profile, when its own filter is not in the cache yet. */
#include "lifecycle/kept.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "libocispec/encode.h"
#include "plan/exec.h"
#include "sys/file.h"

#define DIGITS "0123456789abcdef"

static void digest_print(struct text *text, const struct cache_rules *rules)
{
	for (size_t i = 0; i < sizeof(rules->digest); i++) {
		text_char(text, DIGITS[rules->digest[i] >> 4]);
		text_char(text, DIGITS[rules->digest[i] & 15]);
	}
}

static int on_json(void *context, const char *bytes, size_t length)
{
	text_bytes(context, bytes, length);
	return text_ok(context) ? 0 : -ENOMEM;
}

int kept_write(const struct state_dir *dir, const struct config *config,
	const struct plan_seccomp *seccomp, struct cache_rules *ret_rules, struct arena *arena,
	struct error *err)
{
	/* Whether anybody is notified is said by the rules alone; another's program has none. */
	const bool without_rules = seccomp && !seccomp->listener_path && !seccomp->code;
	struct text head;
	const struct oci_writer writer = {.write = on_json, .context = &head};
	struct exec_spec reduced;
	int r;

	text_start(&head, arena->base + arena->used, arena->size - arena->used);
	if (seccomp)
		cache_rules_digest(seccomp, ret_rules);
	if (without_rules)
		digest_print(&head, ret_rules);
	else
		text_char(&head, '-');
	text_char(&head, '\n');
	exec_spec_reduce(config->spec, without_rules, &reduced);
	r = oci_spec_encode(&reduced.spec, &writer);
	text_char(&head, '\n');
	/* An arena gives zeros: what was written to is taken. */
	if (r || !text_ok(&head) || !arena_alloc(arena, head.length + 1, 1))
		return error_system(err, -ENOMEM, "cannot keep config.json");
	return state_config_write(
		dir, head.data, head.length, config->text, config->length, err);
}

static int damaged(struct error *err)
{
	return error_set(
		err, ERROR_STATE, EUCLEAN, "the container's copy of config.json is damaged");
}

/* It was decoded before. */
static int decode(struct config *config, const char *text, size_t length, struct error *err)
{
	if (!config_decode(config, text, length, err))
		return 0;
	return err->errnum ? -1 : damaged(err);
}

/* The line is cut off the text. */
static const char *line_take(struct config *config, size_t *ret_length)
{
	const char *line = config->text;
	const char *end = memchr(line, '\n', config->length);

	if (!end)
		return NULL;
	*ret_length = (size_t)(end - line);
	config->text = end + 1;
	config->length -= *ret_length + 1;
	return line;
}

static int digest_read(const char *line, size_t length, struct cache_rules *ret)
{
	ret->absent = length != 1 || line[0] != '-';
	if (!ret->absent)
		return 0;
	if (length != 2 * sizeof(ret->digest))
		return -1;
	for (size_t i = 0; i < length; i++) {
		const char *digit = line[i] ? strchr(DIGITS, line[i]) : NULL;
		unsigned char *byte = &ret->digest[i / 2];

		if (!digit)
			return -1;
		*byte = (unsigned char)((i % 2 ? *byte << 4 : 0) | (digit - DIGITS));
	}
	return 0;
}

int kept_read(const struct state_dir *dir, struct config *config, struct cache_rules *ret_rules,
	struct error *err)
{
	size_t digest_length, head_length;
	const char *digest, *head;
	int r, fd = state_config_open(dir, err);

	*config = (struct config){0};
	if (fd < 0)
		return -1;
	r = config_load_fd(config, fd, err);
	sys_close(fd);
	if (r)
		return -1;
	digest = line_take(config, &digest_length);
	head = digest ? line_take(config, &head_length) : NULL;
	if (!head || digest_read(digest, digest_length, ret_rules))
		return damaged(err);
	return decode(config, head, head_length, err);
}

int kept_read_all(struct config *config, struct error *err)
{
	return decode(config, config->text, config->length, err);
}
