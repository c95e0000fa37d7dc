/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the tables of libocispec for contrib/check-schema, one member per line:
 *
 *     DOCUMENT POINTER TYPE REQUIRED RANGE NAMES
 *
 * The pointer has "*" for any item of a list or any key of a map. TYPE is a type of JSON or
 * "ignored"; REQUIRED is "required" or "-"; RANGE is MIN..MAX of an integer or "-"; NAMES are those of an
 * enumeration, with commas, or "-". Lists and maps have a line of their own and one for their items. */
#include <stdio.h>

#include "libocispec/tables.h"

static const char *const types[] = {
	[OCI_KIND_BOOL] = "boolean",
	[OCI_KIND_U16] = "integer",
	[OCI_KIND_U32] = "integer",
	[OCI_KIND_I32] = "integer",
	[OCI_KIND_U64] = "integer",
	[OCI_KIND_I64] = "integer",
	[OCI_KIND_STRING] = "string",
	[OCI_KIND_ENUM] = "string",
	[OCI_KIND_OBJECT] = "object",
	[OCI_KIND_IGNORED] = "ignored",
};

static void dump_table(const char *document, const char *path, enum oci_table_id id);

/* The value itself: that of the member, or one item of it. */
static void dump_value(const char *document, const char *path, const struct oci_member *member,
	const char *required)
{
	printf("%s %s %s %s", document, path, types[member->kind], required);
	if (member->kind >= OCI_KIND_U16 && member->kind <= OCI_KIND_I64) {
		struct oci_range range = oci_member_range(member);

		printf(" %lld..%llu -\n", (long long)range.min, (unsigned long long)range.max);
	} else if (member->kind == OCI_KIND_ENUM) {
		printf(" - ");
		for (unsigned value = 1; oci_enum_name(member->type, value); value++)
			printf("%s%s", value > 1 ? "," : "",
				oci_enum_name(member->type, value));
		printf("\n");
	} else {
		printf(" - -\n");
	}
	if (member->kind == OCI_KIND_OBJECT)
		dump_table(document, path, member->type);
}

static void dump_member(const char *document, const char *path, const struct oci_member *member)
{
	const char *required = member->flags & OCI_REQUIRED ? "required" : "-";
	char items[512];

	if (member->shape < OCI_SHAPE_LIST) {
		dump_value(document, path, member, required);
		return;
	}
	printf("%s %s %s %s - -\n", document, path,
		member->shape == OCI_SHAPE_LIST ? "array" : "object", required);
	snprintf(items, sizeof(items), "%s/*", path);
	dump_value(document, items, member, "-");
}

static void dump_table(const char *document, const char *path, enum oci_table_id id)
{
	for (unsigned i = 0; i < oci_tables[id].count; i++) {
		const struct oci_member *member = &oci_tables[id].members[i];
		char below[512];

		snprintf(below, sizeof(below), "%s/%s", path, member->name);
		dump_member(document, below, member);
	}
}

int main(void)
{
	dump_table("config", "", OCI_TABLE_oci_spec);
	dump_table("state", "", OCI_TABLE_oci_state);
	dump_table("features", "", OCI_TABLE_oci_features);
	return 0;
}
