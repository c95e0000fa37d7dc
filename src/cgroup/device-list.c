/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The allow list of cgroup v1's devices. Pure.
 *
 * Relies on: the kernel adds an allowance to the entry for exactly the same devices, and a denial takes from that entry
 *          alone (security/device_cgroup.c). */
#include "cgroup/device-list.h"

#include <string.h>

#include "base/number.h"
#include "cgroup/device.h"

static struct device_rule *entry_find(
	struct device_list *list, char type, int64_t major, int64_t minor)
{
	for (size_t i = 0; i < list->count; i++) {
		struct device_rule *item = &list->items[i];

		if (item->type == type && item->major == major && item->minor == minor)
			return item;
	}
	return NULL;
}

static bool entry_change(struct device_list *list, const struct device_rule *rule, char type)
{
	struct device_rule *item = entry_find(list, type, rule->major, rule->minor);

	if (!item && !rule->allow)
		return true;
	if (!item && list->count == DEVICE_LIST_MAX)
		return false;
	if (!item) {
		item = &list->items[list->count++];
		*item = (struct device_rule){.allow = true,
			.type = type,
			.major = rule->major,
			.minor = rule->minor,
			.origin = rule->origin};
	}
	item->read = rule->read ? rule->allow : item->read;
	item->write = rule->write ? rule->allow : item->write;
	item->mknod = rule->mknod ? rule->allow : item->mknod;
	return true;
}

bool device_list_make(const struct device_rule *rules, size_t count, struct device_list *ret)
{
	ret->all = true;
	ret->count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct device_rule *rule = &rules[i];

		if (device_rule_is_all(rule)) {
			ret->all = rule->allow;
			ret->count = 0;
			continue;
		}
		if (ret->all && !rule->allow)
			return false;
		if (ret->all)
			continue;
		if (rule->type != 'a') {
			if (!entry_change(ret, rule, rule->type))
				return false;
		} else if (!entry_change(ret, rule, 'b') || !entry_change(ret, rule, 'c')) {
			return false;
		}
	}
	return true;
}

static bool number_parse(const char **text, char end, int64_t *ret)
{
	char word[24];
	uint64_t value;
	const char *stop = strchr(*text, end);
	size_t length = stop ? (size_t)(stop - *text) : sizeof(word);

	if (length >= sizeof(word))
		return false;
	memcpy(word, *text, length);
	word[length] = '\0';
	*text = stop + 1;
	*ret = -1;
	if (!strcmp(word, "*"))
		return true;
	if (number_u64(word, UINT32_MAX, &value))
		return false;
	*ret = (int64_t)value;
	return true;
}

/* "c 1:3 rwm" */
static bool line_parse(const char *line, size_t length, struct device_rule *ret)
{
	const char *end = line + length, *c = line + 2;

	*ret = (struct device_rule){.allow = true, .type = line[0]};
	if (length < 5 || !strchr("abc", line[0]) || line[1] != ' ' ||
		!number_parse(&c, ':', &ret->major) || !number_parse(&c, ' ', &ret->minor))
		return false;
	for (; c < end; c++) {
		ret->read |= *c == 'r';
		ret->write |= *c == 'w';
		ret->mknod |= *c == 'm';
	}
	return true;
}

bool device_list_parse(const char *text, struct device_list *ret)
{
	ret->all = false;
	ret->count = 0;
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (ret->count == DEVICE_LIST_MAX ||
			!line_parse(text, length, &ret->items[ret->count]))
			return false;
		ret->all |= ret->items[ret->count++].type == 'a';
		text += length;
		text += *text == '\n';
	}
	return true;
}

bool device_list_lacks(const struct device_list *list, const struct device_rule *item,
	struct device_rule *ret_rest)
{
	const struct device_rule *has = entry_find(
		(struct device_list *)(uintptr_t)list, item->type, item->major, item->minor);

	*ret_rest = *item;
	if (has) {
		ret_rest->read &= !has->read;
		ret_rest->write &= !has->write;
		ret_rest->mknod &= !has->mknod;
	}
	return ret_rest->read || ret_rest->write || ret_rest->mknod;
}
