/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statistics of a container's cgroups, v1 and v2, in the one shape that readers of the reference runtime's events
 * know. Times are nanoseconds, and no limit is 2^64 - 1.
 *
 * Runs in: the runtime. Changes nothing. */
#include "lifecycle/stats.h"

#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "cgroup/update.h"

#define NANOSECONDS 1000UL /* of a microsecond */

struct stats {
	struct cgroup_set *set;
	struct arena *arena;
	struct text *text;
	bool first; /* of its object: no comma before it */
};

static bool is_v2(const struct stats *s, const char *controller)
{
	const struct cgroup_directory *d = cgroup_directory_of(s->set, controller);

	return d && d->v2;
}

static const char *content(const struct stats *s, const char *controller, const char *file)
{
	const char *text = cgroup_value(s->set, controller, file, s->arena);

	return text ? text : "";
}

/* A number up to the next blank; "max" is the largest one. */
static uint64_t number_at(const char *text)
{
	char word[24];
	uint64_t value = 0;

	if (!strncmp(text, "max", 3))
		return UINT64_MAX;
	if (text_print(word, sizeof(word), "%.*s", (int)strcspn(text, " \n"), text))
		number_u64(word, UINT64_MAX, &value);
	return value;
}

static uint64_t number(const struct stats *s, const char *controller, const char *file)
{
	return number_at(content(s, controller, file));
}

/* The number of the line "KEY NUMBER". */
static uint64_t keyed(const char *text, const char *key)
{
	const size_t length = strlen(key);

	while (*text) {
		if (!strncmp(text, key, length) && text[length] == ' ')
			return number_at(text + length + 1);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return 0;
}

static void key(struct stats *s, const char *name)
{
	text_format(s->text, "%s\"%s\":", s->first ? "" : ",", name);
	s->first = false;
}

static void open_object(struct stats *s, const char *name)
{
	key(s, name);
	text_char(s->text, '{');
	s->first = true;
}

static void close_object(struct stats *s)
{
	text_char(s->text, '}');
	s->first = false;
}

static void put(struct stats *s, const char *name, uint64_t value)
{
	key(s, name);
	text_u64(s->text, value);
}

/* What readers take for 0 when it is absent. */
static void put_some(struct stats *s, const char *name, uint64_t value)
{
	if (value)
		put(s, name, value);
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=0", and another line for full. */
static void pressure_line(struct stats *s, const char *line, const char *name)
{
	static const char *const names[] = {"avg10", "avg60", "avg300", "total"};

	line = strstr(line, name);
	if (!line)
		return;
	open_object(s, name);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = strstr(line, names[i]);

		if (!value)
			continue;
		value += strlen(names[i]) + 1;
		key(s, names[i]);
		text_bytes(s->text, value, strspn(value, "0123456789."));
	}
	close_object(s);
}

static void pressure(struct stats *s, const char *controller, const char *file)
{
	const char *text = is_v2(s, controller) ? content(s, controller, file) : "";

	if (!*text)
		return;
	open_object(s, "psi");
	pressure_line(s, text, "some");
	pressure_line(s, text, "full");
	close_object(s);
}

/* The numbers of one column of a table, in which blanks stand between columns. `skip` lines are a head. */
static void column(
	struct stats *s, const char *name, const char *text, size_t index, size_t skip)
{
	bool any = false;

	for (; *text; text += *text == '\n') {
		const char *word = text;

		text += strcspn(text, "\n");
		if (skip) {
			skip--;
			continue;
		}
		for (size_t i = 0; i < index; i++) {
			word += strcspn(word, " \n");
			word += *word == ' ';
		}
		if (!any)
			key(s, name);
		text_format(s->text, "%c%lu", any ? ',' : '[', (unsigned long)number_at(word));
		any = true;
	}
	if (any)
		text_char(s->text, ']');
}

/* The numbers of one line. */
static void row(struct stats *s, const char *name, const char *text)
{
	bool any = false;

	while (*text && *text != '\n') {
		if (!any)
			key(s, name);
		text_format(s->text, "%c%lu", any ? ',' : '[', (unsigned long)number_at(text));
		any = true;
		text += strcspn(text, " \n");
		text += strspn(text, " ");
	}
	if (any)
		text_char(s->text, ']');
}

static void cpu_usage(struct stats *s)
{
	const char *all;

	open_object(s, "usage");
	if (is_v2(s, "cpuacct")) {
		all = content(s, "cpu", "cpu.stat");
		put_some(s, "total", keyed(all, "usage_usec") * NANOSECONDS);
		put(s, "kernel", keyed(all, "system_usec") * NANOSECONDS);
		put(s, "user", keyed(all, "user_usec") * NANOSECONDS);
	} else {
		all = content(s, "cpuacct", "cpuacct.usage_all");
		put_some(s, "total", number(s, "cpuacct", "cpuacct.usage"));
		row(s, "percpu", content(s, "cpuacct", "cpuacct.usage_percpu"));
		column(s, "percpu_kernel", all, 2, 1);
		column(s, "percpu_user", all, 1, 1);
		put(s, "kernel", number(s, "cpuacct", "cpuacct.usage_sys"));
		put(s, "user", number(s, "cpuacct", "cpuacct.usage_user"));
	}
	close_object(s);
}

static void cpu(struct stats *s)
{
	const char *stat = content(s, "cpu", "cpu.stat");

	open_object(s, "cpu");
	cpu_usage(s);
	open_object(s, "throttling");
	put_some(s, "periods", keyed(stat, "nr_periods"));
	put_some(s, "throttledPeriods", keyed(stat, "nr_throttled"));
	put_some(s, "throttledTime",
		is_v2(s, "cpu") ? keyed(stat, "throttled_usec") * NANOSECONDS
				: keyed(stat, "throttled_time"));
	close_object(s);
	pressure(s, "cpu", "cpu.pressure");
	close_object(s);
}

/* "0-2,7" as [0,1,2,7] */
static void set_expand(struct stats *s, const char *name, const char *list)
{
	bool any = false;

	while (*list >= '0' && *list <= '9') {
		char word[24];
		uint64_t from = 0, to;
		size_t length = strspn(list, "0123456789");

		text_print(word, sizeof(word), "%.*s", (int)length, list);
		if (number_u64(word, UINT16_MAX, &from))
			break;
		to = from;
		list += length;
		if (*list == '-') {
			length = strspn(++list, "0123456789");
			text_print(word, sizeof(word), "%.*s", (int)length, list);
			number_u64(word, UINT16_MAX, &to);
			list += length;
		}
		if (!any)
			key(s, name);
		for (; from <= to; from++, any = true)
			text_format(s->text, "%c%lu", any ? ',' : '[', (unsigned long)from);
		list += *list == ',';
	}
	if (any)
		text_char(s->text, ']');
}

static void cpuset(struct stats *s)
{
	static const char *const names[][2] = {
		{"cpu_exclusive", "cpuset.cpu_exclusive"},
		{"mem_hardwall", "cpuset.mem_hardwall"},
		{"mem_exclusive", "cpuset.mem_exclusive"},
		{"memory_migrate", "cpuset.memory_migrate"},
		{"memory_spread_page", "cpuset.memory_spread_page"},
		{"memory_spread_slab", "cpuset.memory_spread_slab"},
		{"memory_pressure", "cpuset.memory_pressure"},
		{"sched_load_balance", "cpuset.sched_load_balance"},
	};

	int64_t level = 0;

	open_object(s, "cpuset");
	set_expand(s, "cpus", content(s, "cpuset", "cpuset.cpus"));
	set_expand(s, "mems", content(s, "cpuset", "cpuset.mems"));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		put(s, names[i][0], number(s, "cpuset", names[i][1]));
	key(s, "sched_relax_domain_level");
	number_i64(content(s, "cpuset", "cpuset.sched_relax_domain_level"), &level);
	text_i64(s->text, level);
	close_object(s);
}

static void entry(struct stats *s, const char *name, uint64_t limit, uint64_t usage,
	uint64_t max, uint64_t failures)
{
	open_object(s, name);
	put(s, "limit", limit);
	put_some(s, "usage", usage);
	put_some(s, "max", max);
	put(s, "failcnt", failures);
	close_object(s);
}

/* The four files of v1 that begin alike. */
static void entry_v1(struct stats *s, const char *name, const char *prefix)
{
	static const char *const suffixes[] = {
		"limit_in_bytes", "usage_in_bytes", "max_usage_in_bytes", "failcnt"};
	uint64_t values[4] = {0};
	char file[64];

	for (size_t i = 0; i < 4; i++) {
		text_print(file, sizeof(file), "%s.%s", prefix, suffixes[i]);
		values[i] = number(s, "memory", file);
	}
	entry(s, name, values[0], values[1], values[2], values[3]);
}

/* Needs no escapes in JSON. */
static bool word_plain(const char *word)
{
	for (; *word; word++) {
		if (*word < ' ' || *word == '"' || *word == '\\' || *word >= 0x7f)
			return false;
	}
	return true;
}

static void raw(struct stats *s, const char *text)
{
	open_object(s, "raw");
	while (*text) {
		char name[64];
		size_t length = strcspn(text, " \n");

		if (text[length] == ' ' &&
			text_print(name, sizeof(name), "%.*s", (int)length, text) &&
			word_plain(name))
			put(s, name, number_at(text + length + 1));
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	close_object(s);
}

/* As on v1, swap is told together with memory. */
static void memory_v2(struct stats *s)
{
	const uint64_t limit = number(s, "memory", "memory.max");
	const uint64_t usage = number(s, "memory", "memory.current");
	const uint64_t swap_limit = number(s, "memory", "memory.swap.max");

	entry(s, "usage", limit, usage, number(s, "memory", "memory.peak"),
		keyed(content(s, "memory", "memory.events"), "max"));
	entry(s, "swap",
		limit == UINT64_MAX || swap_limit == UINT64_MAX ? UINT64_MAX
								: limit + swap_limit,
		usage + number(s, "memory", "memory.swap.current"), 0,
		keyed(content(s, "memory", "memory.swap.events"), "max"));
	entry(s, "kernel", 0, keyed(content(s, "memory", "memory.stat"), "kernel"), 0, 0);
	entry(s, "kernelTCP", 0, keyed(content(s, "memory", "memory.stat"), "sock"), 0, 0);
}

static void memory(struct stats *s)
{
	const char *stat = content(s, "memory", "memory.stat");
	const bool v2 = is_v2(s, "memory");

	open_object(s, "memory");
	put_some(s, "cache", keyed(stat, v2 ? "file" : "cache"));
	if (v2) {
		memory_v2(s);
	} else {
		entry_v1(s, "usage", "memory");
		entry_v1(s, "swap", "memory.memsw");
		entry_v1(s, "kernel", "memory.kmem");
		entry_v1(s, "kernelTCP", "memory.kmem.tcp");
	}
	raw(s, stat);
	pressure(s, "memory", "memory.pressure");
	close_object(s);
}

static void pids(struct stats *s)
{
	uint64_t limit = number(s, "pids", "pids.max");

	open_object(s, "pids");
	put_some(s, "current", number(s, "pids", "pids.current"));
	put_some(s, "limit", limit == UINT64_MAX ? 0 : limit);
	close_object(s);
}

static void io_value(struct stats *s, const char *device, const char *name, const char *op,
	uint64_t value, bool *any)
{
	const char *minor = device + strspn(device, "0123456789");

	if (minor == device || *minor != ':' || minor[1] < '0' || minor[1] > '9' ||
		!word_plain(op))
		return;
	if (!*any)
		key(s, name);
	text_format(s->text, "%c{\"major\":%.*s,\"minor\":%.*s,\"op\":\"%s\"", *any ? ',' : '[',
		(int)(minor - device), device, (int)strspn(minor + 1, "0123456789"), minor + 1,
		op);
	if (value)
		text_format(s->text, ",\"value\":%lu", (unsigned long)value);
	text_char(s->text, '}');
	*any = true;
}

/* Lines of "8:0 Read 123"; the last one, "Total 123", has no device. */
static void io_v1(struct stats *s, const char *name, const char *file)
{
	const char *line = content(s, "blkio", file);
	bool any = false;

	while (*line) {
		const char *op = line + strcspn(line, " \n");
		size_t length;
		char word[16];

		op += *op == ' ';
		length = strcspn(op, " \n");
		if (*line >= '0' && *line <= '9' && op[length] == ' ' &&
			text_print(word, sizeof(word), "%.*s", (int)length, op))
			io_value(s, line, name, word, number_at(op + length + 1), &any);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	if (any)
		text_char(s->text, ']');
}

/* Lines of "8:0 rbytes=1 wbytes=2 rios=3 wios=4 ..."; one may have no more than the device. */
static void io_v2(struct stats *s, const char *name, const char *read, const char *write)
{
	static const char *const ops[] = {"Read", "Write"};
	const char *const words[] = {read, write};
	const char *line = content(s, "io", "io.stat");
	bool any = false;

	while (*line) {
		const char *end = line + strcspn(line, "\n");

		for (size_t i = 0; i < 2; i++) {
			const char *word = strstr(line, words[i]);

			if (word && word < end)
				io_value(s, line, name, ops[i],
					number_at(word + strlen(words[i])), &any);
		}
		line = end + (*end == '\n');
	}
	if (any)
		text_char(s->text, ']');
}

static void io(struct stats *s)
{
	open_object(s, "blkio");
	if (is_v2(s, "blkio")) {
		io_v2(s, "ioServiceBytesRecursive", " rbytes=", " wbytes=");
		io_v2(s, "ioServicedRecursive", " rios=", " wios=");
	} else {
		io_v1(s, "ioServiceBytesRecursive",
			"blkio.throttle.io_service_bytes_recursive");
		io_v1(s, "ioServicedRecursive", "blkio.throttle.io_serviced_recursive");
	}
	pressure(s, "io", "io.pressure");
	close_object(s);
}

/* The sizes that some architecture has. */
static void hugetlb(struct stats *s)
{
	static const char *const sizes[] = {
		"64KB", "1MB", "2MB", "16MB", "32MB", "512MB", "1GB", "2GB", "16GB"};
	const bool v2 = is_v2(s, "hugetlb");
	char files[3][64];

	open_object(s, "hugetlb");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		text_print(files[0], sizeof(files[0]), "hugetlb.%s.%s", sizes[i],
			v2 ? "current" : "usage_in_bytes");
		text_print(files[1], sizeof(files[1]), "hugetlb.%s.%s", sizes[i],
			v2 ? "events" : "failcnt");
		text_print(
			files[2], sizeof(files[2]), "hugetlb.%s.max_usage_in_bytes", sizes[i]);
		if (!*content(s, "hugetlb", files[0]))
			continue;
		open_object(s, sizes[i]);
		put_some(s, "usage", number(s, "hugetlb", files[0]));
		put_some(s, "max", v2 ? 0 : number(s, "hugetlb", files[2]));
		put(s, "failcnt",
			v2 ? keyed(content(s, "hugetlb", files[1]), "max")
			   : number(s, "hugetlb", files[1]));
		close_object(s);
	}
	close_object(s);
}

void stats_print(struct cgroup_set *set, struct arena *arena, struct text *text)
{
	struct stats s = {.set = set, .arena = arena, .text = text, .first = true};

	text_char(text, '{');
	cpu(&s);
	cpuset(&s);
	memory(&s);
	pids(&s);
	io(&s);
	hugetlb(&s);
	text_string(text, ",\"intel_rdt\":{},\"network_interfaces\":null}");
}
