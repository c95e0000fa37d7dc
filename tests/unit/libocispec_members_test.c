/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each member of config.json in turn: every wrong type, what lies beyond its range, an unknown name, and an object
 * without what it must have. Each is refused, and the error names the very place. The members are those of the tables,
 * which contrib/check-schema compares with the specification; what must be refused is written here, by type. */
#include "libocispec_help.h"

#include <ctype.h>
#include <errno.h>

#include "libocispec/tables.h"

/* The text before a value and behind it, and its JSON pointer. */
struct way {
	char before[1024], behind[64], pointer[512];
};

static const char *const not_boolean[] = {"\"true\"", "0", "1.5", "[]", "{}", "null", NULL};
static const char *const not_integer[] = {
	"\"1\"", "1.5", "1e3", "true", "[]", "{}", "null", NULL};
static const char *const not_string[] = {
	"1", "true", "[]", "{}", "null", "\"a\\u0000b\"", NULL};
static const char *const not_name[] = {
	"1", "true", "[]", "{}", "null", "\"\"", "\"x\"", "\" \"", NULL};
static const char *const not_object[] = {"1", "\"x\"", "false", "[]", NULL};
static const char *const not_list[] = {"1", "\"x\"", "false", "{}", NULL};

static const char *const *const wrong[] = {
	[OCI_KIND_BOOL] = not_boolean,
	[OCI_KIND_U16] = not_integer,
	[OCI_KIND_U32] = not_integer,
	[OCI_KIND_I32] = not_integer,
	[OCI_KIND_U64] = not_integer,
	[OCI_KIND_I64] = not_integer,
	[OCI_KIND_STRING] = not_string,
	[OCI_KIND_ENUM] = not_name,
	[OCI_KIND_OBJECT] = not_object,
};

static size_t looked_at;

static void refused(const struct way *way, const char *value)
{
	struct oci_arena arena = {0};
	const struct oci_spec *spec = NULL;
	struct oci_error err = {0};
	char text[2048];
	int length = snprintf(text, sizeof(text), "%s%s%s", way->before, value, way->behind);

	assert_in_range(length, 1, sizeof(text) - 1);
	if (oci_spec_decode(text, (size_t)length, &arena, &spec, &err) != -EINVAL)
		fail_msg("%s is taken", text);
	if (strcmp(err.pointer, way->pointer) != 0 || !err.text[0])
		fail_msg("%s: the error is at \"%s\", not \"%s\": %s", text, err.pointer,
			way->pointer, err.text);
	looked_at++;
	oci_arena_free(&arena);
}

static void all_refused(const struct way *way, const char *const *values)
{
	for (; *values; values++)
		refused(way, *values);
}

static void way_lead(struct way *ret, const struct way *from, const char *before,
	const char *behind, const char *pointer)
{
	assert_in_range(
		snprintf(ret->before, sizeof(ret->before), "%s%s", from->before, before), 1,
		sizeof(ret->before) - 1);
	assert_in_range(
		snprintf(ret->behind, sizeof(ret->behind), "%s%s", behind, from->behind), 1,
		sizeof(ret->behind) - 1);
	assert_in_range(
		snprintf(ret->pointer, sizeof(ret->pointer), "%s%s", from->pointer, pointer), 1,
		sizeof(ret->pointer) - 1);
}

static void beyond_range_refused(const struct way *way, const struct oci_member *member)
{
	struct oci_range range = oci_member_range(member);
	char number[32];

	if (range.min == INT64_MIN)
		refused(way, "-9223372036854775809");
	snprintf(
		number, sizeof(number), "%lld", (long long)range.min - (range.min > INT64_MIN));
	if (range.min > INT64_MIN)
		refused(way, number);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)range.max + 1);
	refused(way, range.max == UINT64_MAX ? "18446744073709551616" : number);
}

/* Names are compared byte by byte: no other case, nothing before or behind. */
static void near_names_refused(const struct way *way, const struct oci_member *member)
{
	for (unsigned value = 1; oci_enum_name(member->type, value); value++) {
		const char *name = oci_enum_name(member->type, value);
		char text[96];

		snprintf(text, sizeof(text), "\"%s \"", name);
		refused(way, text);
		snprintf(text, sizeof(text), "\"%s\"", name);
		text[1] = (char)(islower((unsigned char)name[0])
					 ? toupper((unsigned char)name[0])
					 : tolower((unsigned char)name[0]));
		refused(way, text);
	}
}

static void table_look(const struct way *way, enum oci_table_id id);

static void value_look(const struct way *way, const struct oci_member *member)
{
	all_refused(way, wrong[member->kind]);
	if (member->kind >= OCI_KIND_U16 && member->kind <= OCI_KIND_I64)
		beyond_range_refused(way, member);
	if (member->kind == OCI_KIND_ENUM)
		near_names_refused(way, member);
	if (member->kind == OCI_KIND_OBJECT)
		table_look(way, (enum oci_table_id)member->type);
}

static void member_look(const struct way *way, const struct oci_member *member)
{
	struct way item;

	if (member->shape < OCI_SHAPE_LIST) {
		value_look(way, member);
		return;
	}
	all_refused(way, member->shape == OCI_SHAPE_LIST ? not_list : not_object);
	if (member->shape == OCI_SHAPE_LIST)
		way_lead(&item, way, "[", "]", "/0");
	else
		way_lead(&item, way, "{\"k\":", "}", "/k");
	refused(&item, "null");
	value_look(&item, member);
}

static void table_look(const struct way *way, enum oci_table_id id)
{
	bool needs = false;

	for (unsigned i = 0; i < oci_tables[id].count; i++) {
		const struct oci_member *member = &oci_tables[id].members[i];
		char before[64], pointer[64];
		struct way below;

		needs = needs || (member->flags & OCI_REQUIRED);
		if (member->kind == OCI_KIND_IGNORED)
			continue;
		snprintf(before, sizeof(before), "{\"%s\":", member->name);
		snprintf(pointer, sizeof(pointer), "/%s", member->name);
		way_lead(&below, way, before, "}", pointer);
		member_look(&below, member);
	}
	if (needs)
		refused(way, "{}");
}

static void what_is_wrong_is_refused_where_it_stands(void **state)
{
	static const struct way top;

	(void)state;
	table_look(&top, OCI_TABLE_oci_spec);
	/* Not less than when this was written. */
	assert_true(looked_at > 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_refused_where_it_stands),
	};

	return cmocka_run_group_tests_name("libocispec_members", tests, NULL, NULL);
}
