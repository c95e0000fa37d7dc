/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line as a table. Pure. */
#include "cli/options.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

struct word {
	const char *name; /* behind the dashes */
	size_t length;
	const char *value; /* behind '=', NULL if there is none */
};

static struct word word_parse(const char *arg)
{
	struct word word = {.name = arg + 1};
	const char *equals;

	if (*word.name == '-')
		word.name++;
	equals = strchr(word.name, '=');
	word.length = equals ? (size_t)(equals - word.name) : strlen(word.name);
	word.value = equals ? equals + 1 : NULL;
	return word;
}

static const struct option *option_find(const struct option *table, const struct word *word)
{
	for (; table->name; table++) {
		if (strlen(table->name) == word->length &&
			!memcmp(table->name, word->name, word->length))
			return table;
		if (table->letter && word->length == 1 && table->letter == word->name[0])
			return table;
	}
	return NULL;
}

static bool option_takes_value(const struct option *option)
{
	return option->kind != OPTION_BOOL && option->kind != OPTION_IGNORED_BOOL;
}

static int bool_parse(
	const struct option *option, const char *value, bool *ret, struct error *err)
{
	static const struct {
		const char *text;
		bool value;
	} words[] = {{"true", true}, {"false", false}, {"1", true}, {"0", false}, {"t", true},
		{"f", false}, {"TRUE", true}, {"FALSE", false}, {"True", true},
		{"False", false}};

	if (!value) {
		*ret = true;
		return 0;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (text_equal(value, words[i].text)) {
			*ret = words[i].value;
			return 0;
		}
	}
	return error_set(err, ERROR_USAGE, 0,
		"invalid value \"%s\" for --%s: true and false are accepted", value,
		option->name);
}

static bool choice_allowed(const char *choices, const char *value)
{
	size_t length = strlen(value);

	while (*choices) {
		size_t next = strcspn(choices, "|");

		if (next == length && !memcmp(choices, value, length))
			return true;
		choices += next + (choices[next] == '|');
	}
	return false;
}

/* The words stay where they are; their list grows by powers of two. */
static int list_append(struct request_list *list, const char *value, struct error *err)
{
	bool is_full = !(list->count & (list->count - 1));
	const char **items = list->items;

	if (is_full)
		items = reallocarray(items, list->count ? 2 * list->count : 1, sizeof(*items));
	if (!items)
		return error_set(err, ERROR_SYSTEM, ENOMEM, "cannot remember the options");
	items[list->count++] = value;
	list->items = items;
	return 0;
}

static int option_store(
	const struct option *option, const char *value, void *values, struct error *err)
{
	void *place = (char *)values + option->offset;
	uint64_t number;
	bool ignored;

	switch (option->kind) {
	case OPTION_BOOL:
		return bool_parse(option, value, place, err);
	case OPTION_IGNORED_BOOL:
		return bool_parse(option, value, &ignored, err);
	case OPTION_CHOICE:
		if (!choice_allowed(option->choices, value))
			return error_set(err, ERROR_USAGE, 0,
				"invalid %s: \"%s\" is none of %s", option->name, value,
				option->choices);
		*(const char **)place = value;
		return 0;
	case OPTION_STRING:
		*(const char **)place = value;
		return 0;
	case OPTION_NUMBER:
		if (number_u64(value, UINT32_MAX, &number))
			return error_set(err, ERROR_USAGE, 0,
				"invalid value \"%s\" for --%s: a number is expected", value,
				option->name);
		*(uint32_t *)place = (uint32_t)number;
		return 0;
	case OPTION_LIST:
		return list_append(place, value, err);
	}
	return 0;
}

int options_parse(const struct option *table, char *const *argv, int *index, void *values,
	struct error *err)
{
	for (; argv[*index] && argv[*index][0] == '-' && argv[*index][1]; ++*index) {
		struct word word = word_parse(argv[*index]);
		const struct option *option;

		if (text_equal(argv[*index], "--")) {
			++*index;
			return 0;
		}
		option = option_find(table, &word);
		if (!option)
			return error_set(err, ERROR_USAGE, 0,
				"flag provided but not defined: %s", argv[*index]);
		if (!word.value && option_takes_value(option)) {
			word.value = argv[*index + 1];
			if (!word.value)
				return error_set(err, ERROR_USAGE, 0,
					"flag needs an argument: %s", argv[*index]);
			++*index;
		}
		if (option_store(option, word.value, values, err))
			return -1;
	}
	return 0;
}

void options_help(
	const struct option *table, void (*line)(void *ctx, const char *text), void *ctx)
{
	for (; table->name; table++) {
		char left[64], whole[256];
		struct text text;

		if (!table->help)
			continue;
		text_start(&text, left, sizeof(left));
		text_format(&text, "--%s", table->name);
		if (table->letter)
			text_format(&text, ", -%c", table->letter);
		if (table->value)
			text_format(&text, " %s", table->value);
		text_start(&text, whole, sizeof(whole));
		text_format(&text, "   %s", left);
		while (text.length < 36)
			text_char(&text, ' ');
		text_format(&text, " %s", table->help);
		line(ctx, whole);
	}
}
