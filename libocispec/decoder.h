/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a decoder, which decode.c (the walk), decode-value.c (scalars) and decode-error.c
 * (what is said about errors) share; internal to the library. */
#ifndef LIBOCISPEC_DECODER_H
#define LIBOCISPEC_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <yajl/yajl_parse.h>

#include "libocispec/arena.h"
#include "libocispec/keys.h"
#include "libocispec/parser-memory.h"
#include "libocispec/tables.h"
#include "libocispec/types.h"

#define OCI_DEPTH_MAX 64
#define OCI_SIZE_MAX  ((size_t)64 * 1024 * 1024)

enum oci_frame_kind {
	OCI_FRAME_OBJECT,  /* an object that has a table */
	OCI_FRAME_LIST,	   /* an array, the value of `member` of the frame below */
	OCI_FRAME_MAP,	   /* an object with free keys, likewise */
	OCI_FRAME_IGNORED, /* an object or array below a key that is not decoded */
};

/* One open object or array. The items of a list gather in `items`, which belongs to the level of
 * nesting: it can only move when the next item of the same list begins, and then nothing points
 * into it. They are copied when the list ends and their number is known. */
struct oci_frame {
	uint8_t kind;			 /* enum oci_frame_kind */
	bool array;			 /* values are counted, not named */
	const struct oci_table *table;	 /* OBJECT */
	const struct oci_member *member; /* OBJECT: of the key read last, NULL if it is not
					     decoded; LIST, MAP: the one that this is */
	char *where;			 /* OBJECT: the struct; LIST, MAP: struct oci_strings */
	const char *key; /* read last; NULL before the first and behind a value */
	size_t key_length;
	size_t start; /* the offset of the opening bracket */
	size_t count; /* of values so far */
	uint64_t serial;
	uint64_t seen; /* OBJECT: bit n is set if members[n] has come ... */
	uint64_t null; /* ... and was null, which means absent */
	unsigned next; /* OBJECT: the member that probably comes next */
	char *items;
	size_t items_size; /* bytes allocated */
	size_t item_size;  /* bytes of one item of this list or map */
};

struct oci_decoder {
	const char *text;
	size_t length;
	size_t previous; /* where the token before this one ends */
	yajl_handle yajl;
	struct oci_parser_memory memory; /* of yajl */
	struct oci_arena *arena;
	struct oci_error *err;
	int status; /* 0 or a negative errno */
	uint64_t serial;
	unsigned depth; /* of the innermost frame; 0 is a frame around the document */
	struct oci_key_set keys;
	void (*report)(void *context, const struct oci_error *place);
	void *context;
	void *document;
	struct oci_frame frames[OCI_DEPTH_MAX + 1];
};

/* The member whose value comes next, NULL if it is ignored, and whether that value is an item of
 * a list or map. */
static inline const struct oci_member *oci_decoder_member(const struct oci_decoder *d)
{
	return d->frames[d->depth].member;
}

static inline bool oci_decoder_in_items(const struct oci_decoder *d)
{
	return d->frames[d->depth].kind != OCI_FRAME_OBJECT;
}

/* Where the expected value goes: a field of the open object, or a new zeroed item of the open
 * list or map, in which case the key is already stored. NULL: there was no memory, and the status
 * says so. */
void *oci_decoder_slot(struct oci_decoder *d);

/* Where the token that is being handled begins. */
size_t oci_decoder_here(const struct oci_decoder *d);

/* A scalar value for the member that is expected. Like the callbacks of yajl, 1 to go on and 0 to
 * stop, with status and error set. */
int oci_decode_bool(struct oci_decoder *d, bool value);
int oci_decode_integer(struct oci_decoder *d, const char *token, size_t length);
int oci_decode_string(struct oci_decoder *d, const char *bytes, size_t length);

/* False, with status and error set, if a string token with escapes cannot be a C string. */
bool oci_decoder_escapes_check(struct oci_decoder *d, const char *bytes);

/* Each sets status and error and returns 0. The place is that of the value being handled, but for
 * oci_fail_at, which is given an offset. */
int oci_fail_at(struct oci_decoder *d, size_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int oci_fail(struct oci_decoder *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int oci_fail_memory(struct oci_decoder *d);
int oci_fail_type(struct oci_decoder *d, const char *found);
int oci_fail_range(
	struct oci_decoder *d, const char *token, size_t length, struct oci_range range);
int oci_fail_enum(struct oci_decoder *d, enum oci_enum_id id, const char *name, size_t length);
int oci_fail_rule(struct oci_decoder *d, const char *text, size_t length, const char *what);
int oci_fail_syntax(struct oci_decoder *d);

/* Calls the reporter for the key that was read last. */
void oci_report_key(struct oci_decoder *d);

#endif
