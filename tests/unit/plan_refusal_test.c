/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every recorded config.json: that it is accepted, or why it is refused, against golden/refusals.txt.
 *
 * usage: plan_refusal_test [--update]     --update writes the file anew: read the difference */
#include "plan_help.h"

#include <dirent.h>

#include "libocispec_help.h"

#define CONFIGS	 "tests/data/configs"
#define EXPECTED "tests/unit/golden/refusals.txt"

static bool updating;

static int is_config(const struct dirent *entry)
{
	return strstr(entry->d_name, ".config.json") != NULL;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Who makes a container with a terminal has a console socket. */
static const struct request *request_for(const struct oci_spec *spec)
{
	static const struct request plain = {.id = "web", .bundle = "/bundle"};
	static const struct request terminal = {
		.id = "web", .bundle = "/bundle", .console_socket = "/run/console.sock"};

	return spec->process && spec->process->terminal ? &terminal : &plain;
}

static void outcome_add(const char *name, const char *path, struct text *out)
{
	struct planned p;
	size_t length;
	char *json = file_text(path, &length);

	planned_decode(&p, json, length);
	planned_build(&p, &host_v2, request_for(p.spec));
	if (p.plan)
		text_format(out, "%s: accepted\n", name);
	else
		text_format(out, "%s: error at %s: %s\n", name, p.place, p.err.text);
	planned_free(&p);
	free(json);
}

static void folder_add(const char *folder, struct text *out)
{
	char top[4096], name[512], path[8192], relative[256];
	struct dirent **entries;
	int count;

	snprintf(relative, sizeof(relative), "%s/%.200s", CONFIGS, folder);
	count = scandir(source_path(top, relative), &entries, is_config, alphasort);
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%.200s/%.255s", folder, entries[i]->d_name);
		snprintf(path, sizeof(path), "%s/%s", top, entries[i]->d_name);
		outcome_add(name, path, out);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

static void each_recorded_config_has_its_outcome(void **state)
{
	static char buffer[1 << 16];
	char path[4096];
	struct dirent **folders;
	struct text out;
	size_t length;
	FILE *file;
	int count;

	(void)state;
	text_start(&out, buffer, sizeof(buffer));
	count = scandir(source_path(path, CONFIGS), &folders, is_visible, alphasort);
	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		folder_add(folders[i]->d_name, &out);
		free(folders[i]);
	}
	free(folders);
	assert_true(text_ok(&out));
	source_path(path, EXPECTED);
	if (updating) {
		file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(fwrite(out.data, 1, out.length, file), out.length);
		assert_int_equal(fclose(file), 0);
		return;
	}
	char *expected = file_text(path, &length);

	for (size_t i = 0, line = 1; i < length || i < out.length; i++) {
		if (i >= length || i >= out.length || expected[i] != out.data[i])
			fail_msg("%s differs from line %zu on: see --update", path, line);
		line += expected[i] == '\n';
	}
	free(expected);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_recorded_config_has_its_outcome),
	};

	updating = argc > 1 && !strcmp(argv[1], "--update");
	return cmocka_run_group_tests_name("plan: refusals", tests, NULL, NULL);
}
