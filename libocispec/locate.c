/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the value stands that a JSON pointer names.
 *
 * One pass over the text that looks at no tables: it follows the pointer from container to
 * container, passes over everything beside it, and stops at the value. */
#include "libocispec/decode.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "libocispec/parser-memory.h"
#include "libocispec/text.h"

struct search {
	const char *text;
	size_t length;
	size_t previous; /* where the token before this one ends */
	yajl_handle yajl;
	struct oci_parser_memory memory; /* of yajl */
	const char *rest; /* of the pointer: what is below the containers entered so far */
	unsigned depth;	  /* of nesting */
	unsigned entered; /* how many of the open containers are on the way to the value */
	bool selected;	  /* the next value in the innermost of them is on the way */
	bool counting;	  /* that one is an array */
	size_t index;
	bool found;
	size_t offset;
};

/* The length of the first part of the pointer, which begins with '/'. */
static size_t part_length(const char *rest)
{
	return strcspn(rest + 1, "/");
}

static bool part_is_key(const char *rest, const char *key, size_t length)
{
	const char *part = rest + 1, *end = part + part_length(rest);
	size_t at = 0;

	while (part < end && at < length) {
		char c = *part++;

		if (c == '~' && part < end)
			c = *part++ == '1' ? '/' : '~';
		if (c != key[at++])
			return false;
	}
	return part == end && at == length;
}

static bool part_is_index(const char *rest, size_t index)
{
	size_t value = 0, length = part_length(rest);

	for (size_t i = 1; i <= length; i++) {
		if (rest[i] < '0' || rest[i] > '9' || (i > 1 && rest[1] == '0'))
			return false;
		if (__builtin_mul_overflow(value, 10u, &value) ||
			__builtin_add_overflow(value, (size_t)(rest[i] - '0'), &value))
			return false;
	}
	return length && value == index;
}

/* At the beginning of every value: is it on the way? Stops the parser when it is the end of it. */
static int value_begin(struct search *s)
{
	if (s->depth == s->entered && s->entered && s->counting)
		s->selected = part_is_index(s->rest, s->index++);
	if (s->depth != s->entered || !s->selected)
		return 1;
	if (s->entered)
		s->rest += 1 + part_length(s->rest);
	if (*s->rest)
		return 1;
	s->found = true;
	s->offset = oci_text_token(s->text, s->length, s->previous);
	return 0;
}

static int value_end(struct search *s)
{
	s->previous = yajl_get_bytes_consumed(s->yajl);
	/* What was selected had no containers inside: the pointer leads nowhere. */
	return s->depth != s->entered || !s->selected;
}

static int on_scalar(struct search *s)
{
	return value_begin(s) && value_end(s);
}

static int on_start(struct search *s, bool array)
{
	if (!value_begin(s))
		return 0;
	if (s->depth == s->entered && s->selected) {
		s->entered++;
		s->selected = false;
		s->counting = array;
		s->index = 0;
	}
	s->depth++;
	s->previous = yajl_get_bytes_consumed(s->yajl);
	return 1;
}

static int on_end(void *context)
{
	struct search *s = context;

	s->previous = yajl_get_bytes_consumed(s->yajl);
	return --s->depth >= s->entered;
}

static int on_null(void *context)
{
	return on_scalar(context);
}

static int on_boolean(void *context, int value)
{
	(void)value;
	return on_scalar(context);
}

static int on_number(void *context, const char *token, size_t length)
{
	(void)token;
	(void)length;
	return on_scalar(context);
}

static int on_string(void *context, const unsigned char *bytes, size_t length)
{
	(void)bytes;
	(void)length;
	return on_scalar(context);
}

static int on_map_start(void *context)
{
	return on_start(context, false);
}

static int on_array_start(void *context)
{
	return on_start(context, true);
}

static int on_key(void *context, const unsigned char *bytes, size_t length)
{
	struct search *s = context;

	if (s->depth == s->entered)
		s->selected = part_is_key(s->rest, (const char *)bytes, length);
	s->previous = yajl_get_bytes_consumed(s->yajl);
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_map_start,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_array_start,
	.yajl_end_array = on_end,
};

/* 0, or -EINVAL for a text that is none. */
static int search(struct search *s, struct oci_arena *arena)
{
	yajl_status status;

	if (setjmp(s->memory.none))
		return -ENOMEM;
	s->yajl = yajl_alloc(&callbacks, oci_parser_memory(&s->memory, arena), s);
	status = yajl_parse(s->yajl, (const unsigned char *)s->text, s->length);
	if (status == yajl_status_ok)
		status = yajl_complete_parse(s->yajl);
	return status == yajl_status_error ? -EINVAL : 0;
}

int oci_locate(const char *text, size_t length, const char *pointer, unsigned *ret_line,
	unsigned *ret_column)
{
	struct search s = {.text = text, .length = length, .rest = pointer, .selected = true};
	struct oci_arena arena = {0};
	int r;

	if (*pointer && *pointer != '/')
		return -EINVAL;
	r = search(&s, &arena);
	oci_arena_free(&arena);
	if (!s.found)
		return r ? r : -ENOENT;
	oci_text_position(text, s.offset, ret_line, ret_column);
	return 0;
}
