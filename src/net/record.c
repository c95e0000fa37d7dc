/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of a container's network devices: to text, from text. Changes nothing on the host.
 *
 * Names have no blanks: the kernel does not take such. */
#include <errno.h>
#include <string.h>

#include "net/set.h"

static void hex_print(struct text *text, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < length; i++) {
		text_char(text, digits[bytes[i] >> 4]);
		text_char(text, digits[bytes[i] & 15]);
	}
}

void set_record_print(const struct net_set *set, struct text *text)
{
	text_format(text, "%s\n", set->path ? set->path : "new");
	for (size_t i = 0; i < set->count; i++) {
		const struct device *d = &set->devices[i];

		text_format(
			text, "device %s %s %s ", d->name, d->inside, d->up ? "up" : "down");
		hex_print(text, d->hardware, d->hardware_length);
		text_char(text, '\n');
		for (size_t a = 0; a < d->address_count; a++) {
			text_string(text, "address ");
			hex_print(text, d->addresses[a].bytes, d->addresses[a].length);
			text_char(text, '\n');
		}
	}
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The number of bytes up to the end of the word, or -1. */
static long hex_parse(const char *word, unsigned char *out, size_t room)
{
	size_t length = strlen(word) / 2;

	if (strlen(word) % 2 || length > room)
		return -1;
	for (size_t i = 0; i < length; i++) {
		int high = digit_value(word[2 * i]), low = digit_value(word[2 * i + 1]);

		if (high < 0 || low < 0)
			return -1;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return (long)length;
}

/* Cuts the text at `separator` and moves on behind it; NULL if there is none. */
static char *word_cut(char **rest, char separator)
{
	char *word = *rest;
	char *end = strchr(word, separator);

	if (!end)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return word;
}

static bool name_parse(char **rest, char name[IFNAMSIZ])
{
	const char *word = word_cut(rest, ' ');

	return word && word[0] && text_print(name, IFNAMSIZ, "%s", word);
}

static bool device_parse(char *rest, struct device *device)
{
	const char *state;
	long length;

	if (!name_parse(&rest, device->name) || !name_parse(&rest, device->inside))
		return false;
	state = word_cut(&rest, ' ');
	length = hex_parse(rest, device->hardware, sizeof(device->hardware));
	if (!state || (strcmp(state, "up") && strcmp(state, "down")) || length < 0)
		return false;
	device->up = !strcmp(state, "up");
	device->hardware_length = (size_t)length;
	device->moved = true;
	return true;
}

static bool address_parse(const char *word, struct device_address *address, struct arena *arena)
{
	size_t room = strlen(word) / 2;
	unsigned char *bytes = arena_alloc(arena, room + 1, 1);
	long length = bytes ? hex_parse(word, bytes, room) : -1;

	*address = (struct device_address){length > 0 ? (size_t)length : 0, bytes};
	/* As long as what the kernel has told. */
	return length >= (long)sizeof(struct ifaddrmsg);
}

static size_t lines_count(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static bool record_parse(char *rest, struct arena *arena, struct net_set *set)
{
	const size_t lines = lines_count(rest);
	struct device *devices = arena_array(arena, struct device, lines + 1);
	struct device_address *addresses = arena_array(arena, struct device_address, lines + 1);
	const char *path = word_cut(&rest, '\n');
	struct device *last = NULL;

	if (!devices || !addresses || !path)
		return false;
	set->path = strcmp(path, "new") ? path : NULL;
	set->devices = devices;
	for (char *line; *rest;) {
		line = word_cut(&rest, '\n');
		if (line && text_starts(line, "device ")) {
			last = &devices[set->count++];
			last->addresses = addresses;
			if (!device_parse(line + 7, last))
				return false;
		} else if (!line || !last || !text_starts(line, "address ") ||
			   !address_parse(line + 8, addresses++, arena)) {
			return false;
		} else {
			last->address_count++;
		}
	}
	return true;
}

int set_record_parse(
	const char *record, struct arena *arena, struct net_set *set, struct error *err)
{
	char *copy = arena_string(arena, record);

	set_start(set);
	if (!copy)
		return error_set(err, ERROR_INTERNAL, ENOMEM,
			"cannot read the record of the network devices");
	if (!record_parse(copy, arena, set)) {
		set->count = 0;
		return error_set(err, ERROR_STATE, EUCLEAN,
			"the record of the network devices is damaged");
	}
	return 0;
}
