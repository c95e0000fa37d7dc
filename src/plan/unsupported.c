/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of config.json that nothing acts on yet: given, they are refused, never ignored.
 *
 * A member is neutral, and no reason to refuse, when it is absent or empty. When a part of the plan begins to act on a
 * member its row goes.
 *
 * Pure. */
#include "plan/unsupported.h"

#include <string.h>

#include "plan/builder.h"

enum section {
	ON_LINUX,
	SECTION_COUNT,
};

enum member_kind {
	OBJECT, /* a pointer: given if not NULL */
	LIST,	/* given if not empty; maps too, since all begin with their count */
};

struct member {
	const char *pointer;
	enum section section;
	enum member_kind kind;
	size_t offset;
};

#define IN_LINUX(kind, name) ON_LINUX, kind, offsetof(struct oci_linux, name)

/* clang-format off */
static const struct member members[] = {
	{"/linux/intelRdt",                  IN_LINUX(OBJECT, intel_rdt)},
};
/* clang-format on */

static bool is_given(const void *place, enum member_kind kind)
{
	switch (kind) {
	case OBJECT:
		return *(const void *const *)place != NULL;
	case LIST:
		return *(const size_t *)place != 0;
	}
	return true;
}

static void sections_find(const struct oci_spec *spec, const void *sections[SECTION_COUNT])
{
	const struct oci_linux *on_linux = spec->on_linux;

	sections[ON_LINUX] = on_linux;
}

struct list {
	struct text *text;
	struct text *first;
	size_t count;
	bool closed;
};

static void list_add(struct list *list, const char *pointer)
{
	size_t before = list->text->length;

	list->count++;
	if (list->first && list->count == 1)
		text_string(list->first, pointer);
	if (list->closed)
		return;
	text_format(list->text, "%s%s", before ? ", " : "", pointer);
	if (text_ok(list->text))
		return;
	list->closed = true;
	list->text->length = before;
	list->text->data[before] = '\0';
	list->text->cut = false;
}

size_t unsupported_list(const struct oci_spec *spec, struct text *text, struct text *ret_first)
{
	struct list list = {.text = text, .first = ret_first};
	const void *sections[SECTION_COUNT];

	sections_find(spec, sections);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct member *m = &members[i];
		const char *section = sections[m->section];

		if (section && is_given(section + m->offset, m->kind))
			list_add(&list, m->pointer);
	}
	return list.count;
}

/* Where all problems are wanted each member is one. */
static int members_tell(struct builder *b, struct error *err)
{
	const size_t size = 64UL << 10;
	char *pointer = arena_alloc(b->arena, size, 1);
	struct text list;

	if (!pointer)
		return builder_full(err);
	text_start(&list, pointer, size);
	unsupported_list(b->spec, &list, NULL);
	while (*pointer) {
		size_t length = strcspn(pointer, ",");
		char *next = pointer + length + (pointer[length] ? 2 : 0);

		pointer[length] = '\0';
		error_set(err, ERROR_UNSUPPORTED, 0, "not supported yet: %s", pointer);
		if (builder_try(b, err, error_pointer(err, pointer)))
			return -1;
		pointer = next;
	}
	return 0;
}

int unsupported_check(struct builder *b, struct error *err)
{
	char buffer[ERROR_TEXT_SIZE - 48], first_buffer[ERROR_POINTER_SIZE];
	struct text list, first;
	size_t count, told = 1;

	if (b->report)
		return members_tell(b, err);
	text_start(&list, buffer, sizeof(buffer));
	text_start(&first, first_buffer, sizeof(first_buffer));
	count = unsupported_list(b->spec, &list, &first);
	if (!count)
		return 0;
	for (const char *c = buffer; *c; c++)
		told += *c == ',';
	if (told < count)
		error_set(err, ERROR_UNSUPPORTED, 0, "not supported yet: %s and %zu more",
			buffer, count - told);
	else
		error_set(err, ERROR_UNSUPPORTED, 0, "not supported yet: %s", buffer);
	return error_pointer(err, first_buffer);
}
