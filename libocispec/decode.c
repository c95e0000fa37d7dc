/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The decoder: yajl's callbacks walk a stack of frames, one per open object or array.
 *
 * A frame knows the table of its object, so that a key leads to a member and the member says what
 * value may follow and where it goes. The frame around the document is an object with one member,
 * the document itself, so that the top needs no code of its own.
 *
 * The text is checked for UTF-8 before anything else. If it is bad somewhere, what comes before
 * that place is decoded all the same, since the first error of a text is the one to report.
 *
 * Relies on: yajl 2 calling back while yajl_get_bytes_consumed() is the end of the token, and on
 * its handing out strings without escapes where they stand in the text. */
#include "libocispec/decode.h"

#include <errno.h>
#include <string.h>

#include "libocispec/decoder.h"
#include "libocispec/text.h"

/* What oci_decode_... need about the document as a whole: it may be any table. */
static const struct oci_member document_members[] = {
	[OCI_DOCUMENT_SPEC] = {.kind = OCI_KIND_OBJECT, .type = OCI_TABLE_oci_spec},
	[OCI_DOCUMENT_PROCESS] = {.kind = OCI_KIND_OBJECT, .type = OCI_TABLE_oci_process},
	[OCI_DOCUMENT_RESOURCES] = {.kind = OCI_KIND_OBJECT, .type = OCI_TABLE_oci_resources},
	[OCI_DOCUMENT_STATE] = {.kind = OCI_KIND_OBJECT, .type = OCI_TABLE_oci_state},
	[OCI_DOCUMENT_FEATURES] = {.kind = OCI_KIND_OBJECT, .type = OCI_TABLE_oci_features},
};

static struct oci_frame *top(struct oci_decoder *d)
{
	return &d->frames[d->depth];
}

static size_t token_end(const struct oci_decoder *d)
{
	return yajl_get_bytes_consumed(d->yajl);
}

/* Behind every value, also behind a whole object or array. */
static int value_end(struct oci_decoder *d)
{
	struct oci_frame *frame = top(d);

	frame->count++;
	frame->key = NULL;
	d->previous = token_end(d);
	return 1;
}

static int items_grow(struct oci_decoder *d, struct oci_frame *frame, size_t needed)
{
	size_t size = frame->items_size ? frame->items_size * 2 : 512;
	char *items;

	while (size < needed)
		size *= 2;
	items = oci_arena_take(d->arena, size);
	if (!items)
		return -ENOMEM;
	if (frame->items)
		memcpy(items, frame->items, frame->items_size);
	frame->items = items;
	frame->items_size = size;
	return 0;
}

static char *item_add(struct oci_decoder *d, struct oci_frame *frame)
{
	size_t size = frame->item_size, used = frame->count * size;
	char *item;

	if (used + size > frame->items_size && items_grow(d, frame, used + size)) {
		oci_fail_memory(d);
		return NULL;
	}
	item = frame->items + used;
	/* A scalar is overwritten at once. */
	if (size > sizeof(uint64_t))
		memset(item, 0, size);
	return item;
}

void *oci_decoder_slot(struct oci_decoder *d)
{
	struct oci_frame *frame = top(d);
	char *item;

	if (frame->kind == OCI_FRAME_OBJECT)
		return frame->where + frame->member->offset;
	item = item_add(d, frame);
	if (!item || frame->kind == OCI_FRAME_LIST)
		return item;
	memcpy(item, &frame->key, sizeof(frame->key));
	if (frame->member->kind == OCI_KIND_OBJECT)
		return item;
	return item + offsetof(struct oci_pair, value);
}

/* Opens the value that is being handled as a frame; the caller fills in what its kind needs. */
static struct oci_frame *push(struct oci_decoder *d, enum oci_frame_kind kind)
{
	size_t start = token_end(d) - 1;
	struct oci_frame *frame;

	if (d->depth == OCI_DEPTH_MAX) {
		oci_fail_at(d, start, "nested deeper than %d levels", OCI_DEPTH_MAX);
		return NULL;
	}
	frame = &d->frames[++d->depth];
	*frame = (struct oci_frame){.kind = kind,
		.start = start,
		.serial = ++d->serial,
		.items = frame->items,
		.items_size = frame->items_size};
	d->previous = start + 1;
	return frame;
}

static int push_ignored(struct oci_decoder *d, bool array)
{
	struct oci_frame *frame = push(d, OCI_FRAME_IGNORED);

	if (!frame)
		return 0;
	frame->array = array;
	return 1;
}

static int push_object(struct oci_decoder *d, const struct oci_table *table)
{
	bool item = oci_decoder_in_items(d);
	char *where = oci_decoder_slot(d);
	struct oci_frame *frame;

	if (!where)
		return 0;
	if (!item) {
		void *object = oci_arena_take(d->arena, table->size);

		if (!object)
			return oci_fail_memory(d);
		memcpy(where, &object, sizeof(object));
		where = object;
	}
	frame = push(d, OCI_FRAME_OBJECT);
	if (!frame)
		return 0;
	frame->table = table;
	frame->where = where;
	return 1;
}

/* The size of an item of a list or map. */
static size_t item_size(const struct oci_member *member)
{
	if (member->kind == OCI_KIND_OBJECT)
		return oci_tables[member->type].size;
	if (member->shape == OCI_SHAPE_MAP)
		return sizeof(struct oci_pair);
	return oci_kind_size(member->kind);
}

static int push_items(struct oci_decoder *d, enum oci_frame_kind kind)
{
	const struct oci_member *member = oci_decoder_member(d);
	char *where = top(d)->where + member->offset;
	struct oci_frame *frame = push(d, kind);

	if (!frame)
		return 0;
	frame->array = kind == OCI_FRAME_LIST;
	frame->member = member;
	frame->where = where;
	frame->item_size = item_size(member);
	return 1;
}

/* Closes the innermost frame; from now on the place is that of the whole value. */
static struct oci_frame *pop(struct oci_decoder *d)
{
	return &d->frames[d->depth--];
}

static bool object_complete(struct oci_decoder *d, const struct oci_frame *frame)
{
	for (unsigned i = 0; i < frame->table->count; i++) {
		const struct oci_member *member = &frame->table->members[i];

		if (!(member->flags & OCI_REQUIRED) || (frame->seen & ~frame->null) >> i & 1)
			continue;
		oci_fail_at(d, frame->start, "\"%s\" is missing", member->name);
		return false;
	}
	return true;
}

static bool items_complete(struct oci_decoder *d, const struct oci_frame *frame)
{
	struct oci_strings list = {.count = frame->count, .present = true};
	size_t size = frame->count * frame->item_size;

	if (!frame->count && frame->member->rule == OCI_RULE_NOT_EMPTY) {
		oci_fail_at(
			d, frame->start, "the array is empty; accepted: one or more values");
		return false;
	}
	if (frame->count) {
		list.items = oci_arena_take(d->arena, size);
		if (!list.items) {
			oci_fail_memory(d);
			return false;
		}
		memcpy(list.items, frame->items, size);
	}
	memcpy(frame->where, &list, sizeof(list));
	return true;
}

static int frame_end(struct oci_decoder *d)
{
	const struct oci_frame *frame = pop(d);

	if (frame->kind == OCI_FRAME_OBJECT && !object_complete(d, frame))
		return 0;
	if (frame->kind != OCI_FRAME_OBJECT && frame->member && !items_complete(d, frame))
		return 0;
	return value_end(d);
}

/* The member that a key names. Keys usually come in the order of the table, so the search begins
 * behind the last one. */
static unsigned member_find(const struct oci_frame *frame, const char *key, size_t length)
{
	unsigned count = frame->table->count;

	for (unsigned i = 0; i < count; i++) {
		unsigned at =
			frame->next + i < count ? frame->next + i : frame->next + i - count;
		const struct oci_member *member = &frame->table->members[at];

		if (member->length == length && !memcmp(member->name, key, length))
			return at;
	}
	return count;
}

static int fail_duplicate(struct oci_decoder *d)
{
	return oci_fail(d, "the key occurs twice in its object");
}

static int key_known(struct oci_decoder *d, struct oci_frame *frame, unsigned index)
{
	const struct oci_member *member = &frame->table->members[index];

	frame->key = member->name;
	frame->key_length = member->length;
	frame->member = member->kind == OCI_KIND_IGNORED ? NULL : member;
	frame->next = index + 1;
	if (frame->seen >> index & 1)
		return fail_duplicate(d);
	frame->seen |= UINT64_C(1) << index;
	return 1;
}

/* A key that no table knows is copied: a map's key becomes part of the document, and the others are
 * rare and may have to be named in an error. */
static int key_free(
	struct oci_decoder *d, struct oci_frame *frame, const char *key, size_t length)
{
	int added;

	frame->key = oci_arena_copy(d->arena, key, length);
	frame->key_length = length;
	if (!frame->key)
		return oci_fail_memory(d);
	added = oci_key_add(&d->keys, d->arena, frame->serial, frame->key, length);
	if (added < 0)
		return oci_fail_memory(d);
	if (!added)
		return fail_duplicate(d);
	if (frame->kind == OCI_FRAME_MAP && !length)
		return oci_fail(d, "a key is empty");
	return 1;
}

static int on_key(void *context, const unsigned char *bytes, size_t length)
{
	struct oci_decoder *d = context;
	struct oci_frame *frame = top(d);
	const char *key = (const char *)bytes;
	int result;

	if (!oci_decoder_escapes_check(d, key))
		return 0;
	if (frame->kind == OCI_FRAME_OBJECT) {
		unsigned index = member_find(frame, key, length);

		if (index < frame->table->count) {
			result = key_known(d, frame, index);
			d->previous = token_end(d);
			return result;
		}
		frame->member = NULL;
	}
	result = key_free(d, frame, key, length);
	if (result && frame->kind == OCI_FRAME_OBJECT && d->report)
		oci_report_key(d);
	d->previous = token_end(d);
	return result;
}

static int on_null(void *context)
{
	struct oci_decoder *d = context;
	const struct oci_member *member = oci_decoder_member(d);
	struct oci_frame *frame = top(d);

	if (!member)
		return value_end(d);
	if (oci_decoder_in_items(d) ||
		(member->shape < OCI_SHAPE_LIST && member->kind != OCI_KIND_OBJECT))
		return oci_fail_type(d, "null");
	if (d->depth)
		frame->null |= UINT64_C(1) << (member - frame->table->members);
	return value_end(d);
}

static int on_boolean(void *context, int value)
{
	struct oci_decoder *d = context;

	return oci_decode_bool(d, value) && value_end(d);
}

static int on_number(void *context, const char *token, size_t length)
{
	struct oci_decoder *d = context;

	return oci_decode_integer(d, token, length) && value_end(d);
}

static int on_string(void *context, const unsigned char *bytes, size_t length)
{
	struct oci_decoder *d = context;

	return oci_decode_string(d, (const char *)bytes, length) && value_end(d);
}

static int on_map_start(void *context)
{
	struct oci_decoder *d = context;
	const struct oci_member *member = oci_decoder_member(d);

	if (!member)
		return push_ignored(d, false);
	if (!oci_decoder_in_items(d) && member->shape == OCI_SHAPE_MAP)
		return push_items(d, OCI_FRAME_MAP);
	if (member->kind == OCI_KIND_OBJECT &&
		(oci_decoder_in_items(d) || member->shape == OCI_SHAPE_ONE))
		return push_object(d, &oci_tables[member->type]);
	return oci_fail_type(d, "an object");
}

static int on_array_start(void *context)
{
	struct oci_decoder *d = context;
	const struct oci_member *member = oci_decoder_member(d);

	if (!member)
		return push_ignored(d, true);
	if (!oci_decoder_in_items(d) && member->shape == OCI_SHAPE_LIST)
		return push_items(d, OCI_FRAME_LIST);
	return oci_fail_type(d, "an array");
}

static int on_end(void *context)
{
	return frame_end(context);
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

static int parse(struct oci_decoder *d)
{
	size_t valid = oci_text_utf8(d->text, d->length);

	if (yajl_parse(d->yajl, (const unsigned char *)d->text, valid) != yajl_status_ok)
		return d->status ? 0 : oci_fail_syntax(d);
	if (valid < d->length)
		return oci_fail_at(d, valid, "the text is not UTF-8 here");
	if (yajl_complete_parse(d->yajl) != yajl_status_ok && !d->status)
		return oci_fail_at(d, d->length, "the text ends too early");
	if (!d->status && !d->document)
		oci_fail_at(d, oci_text_token(d->text, d->length, 0),
			"expected an object, found null");
	return !d->status;
}

static int decode(struct oci_decoder *d, enum oci_document document)
{
	if (d->length > OCI_SIZE_MAX) {
		*d->err = (struct oci_error){.text = "the text is larger than 64 MiB"};
		return -EFBIG;
	}
	d->frames[0].kind = OCI_FRAME_OBJECT;
	d->frames[0].member = &document_members[document];
	d->frames[0].where = (char *)&d->document;
	if (!setjmp(d->memory.none)) {
		d->yajl = yajl_alloc(&callbacks, oci_parser_memory(&d->memory, d->arena), d);
		yajl_config(d->yajl, yajl_dont_validate_strings, 1);
		parse(d);
	} else {
		oci_fail_memory(d);
	}
	return d->status;
}

static int decode_document(const char *text, size_t length, enum oci_document document,
	struct oci_arena *arena, const void **ret_document, struct oci_error *err)
{
	struct oci_decoder d = {.text = text, .length = length, .arena = arena, .err = err};
	int status = decode(&d, document);

	if (!status)
		*ret_document = d.document;
	return status;
}

int oci_spec_decode(const char *text, size_t length, struct oci_arena *arena,
	const struct oci_spec **ret_spec, struct oci_error *err)
{
	const void *document;
	int status = decode_document(text, length, OCI_DOCUMENT_SPEC, arena, &document, err);

	if (!status)
		*ret_spec = document;
	return status;
}

int oci_process_decode(const char *text, size_t length, struct oci_arena *arena,
	const struct oci_process **ret_process, struct oci_error *err)
{
	const void *document;
	int status = decode_document(text, length, OCI_DOCUMENT_PROCESS, arena, &document, err);

	if (!status)
		*ret_process = document;
	return status;
}

int oci_resources_decode(const char *text, size_t length, struct oci_arena *arena,
	const struct oci_resources **ret_resources, struct oci_error *err)
{
	const void *document;
	int status =
		decode_document(text, length, OCI_DOCUMENT_RESOURCES, arena, &document, err);

	if (!status)
		*ret_resources = document;
	return status;
}

int oci_state_decode(const char *text, size_t length, struct oci_arena *arena,
	const struct oci_state **ret_state, struct oci_error *err)
{
	const void *document;
	int status = decode_document(text, length, OCI_DOCUMENT_STATE, arena, &document, err);

	if (!status)
		*ret_state = document;
	return status;
}

int oci_features_decode(const char *text, size_t length, struct oci_arena *arena,
	const struct oci_features **ret_features, struct oci_error *err)
{
	const void *document;
	int status =
		decode_document(text, length, OCI_DOCUMENT_FEATURES, arena, &document, err);

	if (!status)
		*ret_features = document;
	return status;
}

int oci_unknown_keys(const char *text, size_t length, enum oci_document document,
	void (*report)(void *context, const struct oci_error *place), void *context,
	struct oci_error *err)
{
	struct oci_arena arena = {0};
	struct oci_decoder d = {.text = text,
		.length = length,
		.arena = &arena,
		.err = err,
		.report = report,
		.context = context};
	int status = decode(&d, document);

	oci_arena_free(&arena);
	return status;
}
