/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unit of systemd that a container's cgroup belongs to.
 *
 * Runs in: the runtime, only with systemd as the manager of cgroups.
 * Never:   stops a unit that it has not made; waits past the deadline.
 * Relies on: a job's end is told by JobRemoved, to whoever has started it; systemd removes a scope in which
 *          nothing runs any more by itself.
 * Spec:    org.freedesktop.systemd1(5) */
#include "cgroup/systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cgroup/await.h"
#include "cgroup/bus.h"
#include "cgroup/file.h"
#include "sys/file.h"
#include "sys/process.h"

#define SYSTEMD	      "org.freedesktop.systemd1"
#define PATH	      "/org/freedesktop/systemd1"
#define MANAGER	      SYSTEMD ".Manager"
#define PROPERTIES    "org.freedesktop.DBus.Properties"
#define SECONDS	      30
#define SECONDS_MAX   3600
#define BODY_SIZE     32768
#define UNIT_PATH_MAX 1024
#define ADDRESS_MAX   256
#define JOB_PATH_MAX  256
#define DROPPED_MAX   64
/* For a scope to end by itself, before systemd is asked. */
#define ENDED_MS 100

static unsigned seconds(void)
{
	const char *given = getenv("TARE_SYSTEMD_SECONDS");
	uint64_t value;

	if (!given || number_u64(given, SECONDS_MAX, &value) || !value)
		return SECONDS;
	return (unsigned)value;
}

/* The path in the first address "unix:path=..."; NULL if there is none. */
static const char *address_path(const char *address, char *buffer, size_t size)
{
	static const char prefix[] = "unix:path=";

	if (!address || !text_starts(address, prefix))
		return NULL;
	address += sizeof(prefix) - 1;
	return text_print(buffer, size, "%.*s", (int)strcspn(address, ",;"), address) ? buffer
										      : NULL;
}

/* Where a user's systemd is, and his bus if nothing names another. */
static int user_open(struct bus *bus, struct error *err)
{
	char direct[ADDRESS_MAX], path[ADDRESS_MAX];
	const char *directory = getenv("XDG_RUNTIME_DIR");
	struct bus_address address = {0};

	address.bus = address_path(getenv("DBUS_SESSION_BUS_ADDRESS"), path, sizeof(path));
	if (directory && *directory &&
		text_print(direct, sizeof(direct), "%s/systemd/private", directory))
		address.direct = direct;
	if (!address.bus && address.direct &&
		text_print(path, sizeof(path), "%s/bus", directory))
		address.bus = path;
	if (!address.bus)
		return error_set(err, ERROR_USAGE, 0,
			"cannot find the user's systemd: XDG_RUNTIME_DIR is not set");
	return bus_open(bus, &address, seconds(), err);
}

/* The bus is there for whoever names one; systemd itself is a hop less. */
static int system_open(struct bus *bus, struct error *err)
{
	char path[ADDRESS_MAX];
	struct bus_address address = {
		.direct = "/run/systemd/private", .bus = "/run/dbus/system_bus_socket"};
	const char *given = address_path(getenv("DBUS_SYSTEM_BUS_ADDRESS"), path, sizeof(path));

	if (given)
		address = (struct bus_address){.bus = given};
	return bus_open(bus, &address, seconds(), err);
}

static int systemd_open(struct bus *bus, bool user, struct error *err)
{
	return user ? user_open(bus, err) : system_open(bus, err);
}

/* What systemd has to say against it. */
static int answer_error(
	struct bus_message *answer, const char *what, const char *unit, struct error *err)
{
	const char *text = bus_read_string(answer);

	return error_set(err, ERROR_SYSTEM, 0, "cannot %s unit \"%s\": systemd says: %s", what,
		unit, text ? text : answer->name);
}

static bool is_error(const struct bus_message *answer, const char *name)
{
	return answer->kind == BUS_ERROR && text_equal(answer->name, name);
}

static bool unit_is_missing(const struct bus_message *answer)
{
	return is_error(answer, SYSTEMD ".NoSuchUnit") ||
	       is_error(answer, "org.freedesktop.DBus.Error.UnknownObject");
}

static int manager_call(struct bus *bus, const char *name, const char *signature,
	const struct bus_buffer *body, struct bus_message *ret_answer, struct error *err)
{
	struct bus_method method = {SYSTEMD, PATH, MANAGER, name, signature};

	return bus_call(bus, &method, body, ret_answer, err);
}

static int property_get(struct bus *bus, const char *path, const char *interface,
	const char *name, struct bus_message *ret_answer, struct error *err)
{
	struct bus_method method = {SYSTEMD, path, PROPERTIES, "Get", "ss"};
	_Alignas(8) uint8_t room[256];
	struct bus_buffer body = {.data = room, .size = sizeof(room)};

	bus_string(&body, interface);
	bus_string(&body, name);
	return bus_call(bus, &method, &body, ret_answer, err);
}

int systemd_probe(bool user, struct error *err)
{
	struct bus bus;

	if (systemd_open(&bus, user, err))
		return -1;
	bus_close(&bus);
	return 0;
}

int systemd_root(struct arena *arena, const char **ret_path, struct error *err)
{
	struct bus_message answer;
	struct bus bus;
	const char *path = NULL;
	int r;

	if (systemd_open(&bus, true, err))
		return -1;
	r = property_get(&bus, PATH, MANAGER, "ControlGroup", &answer, err);
	if (!r && answer.kind == BUS_RETURN)
		path = arena_string(arena, bus_read_variant(&answer));
	if (!r && !path)
		r = error_set(err, ERROR_SYSTEM, 0,
			"the user's systemd does not say where its cgroup is");
	bus_close(&bus);
	*ret_path = path;
	return r;
}

/* --- values ----------------------------------------------------------------------------------- */

static void bytes_put(struct bus_buffer *body, const struct unit_property *p)
{
	struct bus_array array = bus_array_start(body, 1);

	for (size_t i = 0; i < p->count; i++)
		bus_u8(body, p->bytes[i]);
	bus_array_end(body, array);
}

static void devices_put(struct bus_buffer *body, const struct unit_property *p)
{
	struct bus_array array = bus_array_start(body, 8);

	for (size_t i = 0; i < 2 * p->count; i += 2) {
		bus_align(body, 8);
		bus_string(body, p->strings[i]);
		bus_string(body, p->strings[i + 1]);
	}
	bus_array_end(body, array);
}

static const struct {
	char letter;
	uint8_t size; /* 0 for strings */
} scalars[UNIT_ARRAY] = {
	[UNIT_BOOL] = {'b', 4},
	[UNIT_BYTE] = {'y', 1},
	[UNIT_INT16] = {'n', 2},
	[UNIT_UINT16] = {'q', 2},
	[UNIT_INT32] = {'i', 4},
	[UNIT_UINT32] = {'u', 4},
	[UNIT_INT64] = {'x', 8},
	[UNIT_UINT64] = {'t', 8},
	[UNIT_STRING] = {'s', 0},
	[UNIT_OBJECT] = {'o', 0},
};

static void scalar_put(
	struct bus_buffer *body, enum unit_type type, uint64_t number, const char *string)
{
	switch (scalars[type].size) {
	case 0:
		bus_string(body, string);
		break;
	case 1:
		bus_u8(body, (uint8_t)number);
		break;
	case 2:
		bus_u16(body, (uint16_t)number);
		break;
	case 4:
		bus_u32(body, (uint32_t)number);
		break;
	default:
		bus_u64(body, number);
		break;
	}
}

static void array_put(struct bus_buffer *body, const struct unit_property *p)
{
	const uint8_t size = scalars[p->element].size;
	struct bus_array array = bus_array_start(body, size ? size : 4);

	for (size_t i = 0; i < p->count; i++)
		scalar_put(body, p->element, size ? p->numbers[i] : 0,
			size ? NULL : p->strings[i]);
	bus_array_end(body, array);
}

static void value_put(struct bus_buffer *body, const struct unit_property *p)
{
	char signature[] = {'a', 0, 0};

	if (p->type < UNIT_ARRAY) {
		signature[0] = scalars[p->type].letter;
		bus_signature(body, signature);
		scalar_put(body, p->type, p->number, p->string);
	} else if (p->type == UNIT_ARRAY) {
		signature[1] = scalars[p->element].letter;
		bus_signature(body, signature);
		array_put(body, p);
	} else if (p->type == UNIT_BYTES) {
		bus_signature(body, "ay");
		bytes_put(body, p);
	} else {
		bus_signature(body, "a(ss)");
		devices_put(body, p);
	}
}

static void property_put(struct bus_buffer *body, const struct unit_property *p)
{
	bus_align(body, 8);
	bus_string(body, p->name);
	value_put(body, p);
}

/* --- starting --------------------------------------------------------------------------------- */

struct start {
	const struct cgroup_set *set;
	const struct plan_unit *unit;
	uint32_t pid;
	uint64_t dropped; /* a bit for each property that this systemd does not know */
};

static void start_put(struct bus_buffer *body, const struct start *start)
{
	const struct unit_property description = {
		.name = "Description", .type = UNIT_STRING, .string = start->set->unit_token};
	struct bus_array array, inner;

	bus_string(body, start->unit->name);
	bus_string(body, "fail");
	array = bus_array_start(body, 8);
	property_put(body, &description);
	for (size_t i = 0; i < start->unit->property_count; i++) {
		if (i >= DROPPED_MAX || !(start->dropped >> i & 1))
			property_put(body, &start->unit->properties[i]);
	}
	if (!start->unit->is_slice) {
		bus_align(body, 8);
		bus_string(body, "PIDs");
		bus_signature(body, "au");
		inner = bus_array_start(body, 4);
		bus_u32(body, start->pid);
		bus_array_end(body, inner);
	}
	bus_array_end(body, array);
	array = bus_array_start(body, 8);
	bus_array_end(body, array);
}

/* systemd names the property that it refuses; one that may miss is left out, and true returned. */
static bool property_drop(struct start *start, struct bus_message *answer)
{
	const char *text;

	if (!is_error(answer, "org.freedesktop.DBus.Error.PropertyReadOnly"))
		return false;
	text = bus_read_string(answer);
	answer->at = 0;
	for (size_t i = 0; text && i < start->unit->property_count && i < DROPPED_MAX; i++) {
		const struct unit_property *p = &start->unit->properties[i];

		if (p->may_miss && !(start->dropped >> i & 1) && strstr(text, p->name)) {
			start->dropped |= 1ULL << i;
			return true;
		}
	}
	return false;
}

static int unit_reset(struct bus *bus, const char *unit, struct error *err)
{
	_Alignas(8) uint8_t room[512];
	struct bus_buffer body = {.data = room, .size = sizeof(room)};
	struct bus_message answer;

	bus_string(&body, unit);
	return manager_call(bus, "ResetFailedUnit", "s", &body, &answer, err);
}

/* Waits for the end of the job that `answer` names: how it ended is in *ret_result. */
static int job_await(
	struct bus *bus, struct bus_message *answer, const char **ret_result, struct error *err)
{
	char job[JOB_PATH_MAX];
	struct bus_message signal;
	const char *path = bus_read_string(answer), *unit;
	uint32_t id;

	if (!path || !text_print(job, sizeof(job), "%s", path))
		return error_set(
			err, ERROR_SYSTEM, EPROTO, "systemd does not say what it will do");
	do {
		unit = *ret_result = NULL;
		if (bus_signal(bus, "JobRemoved", &signal, err))
			return -1;
		path = bus_read_u32(&signal, &id) ? bus_read_string(&signal) : NULL;
		unit = path ? bus_read_string(&signal) : NULL;
		*ret_result = unit ? bus_read_string(&signal) : NULL;
	} while (!*ret_result || !text_equal(path, job));
	return 0;
}

static int start_call(
	struct bus *bus, struct start *start, struct bus_message *ret_answer, struct error *err)
{
	_Alignas(8) uint8_t room[BODY_SIZE];
	struct bus_buffer body = {.data = room, .size = sizeof(room)};
	bool was_reset = false;

	for (;;) {
		body.length = 0;
		start_put(&body, start);
		if (manager_call(bus, "StartTransientUnit", "ssa(sv)a(sa(sv))", &body,
			    ret_answer, err))
			return -1;
		if (is_error(ret_answer, SYSTEMD ".UnitExists") && !was_reset) {
			was_reset = true;
			if (unit_reset(bus, start->unit->name, err))
				return -1;
		} else if (!property_drop(start, ret_answer)) {
			return 0;
		}
	}
}

static int start_on(struct bus *bus, struct start *start, struct error *err)
{
	const char *unit = start->unit->name, *result = NULL;
	struct bus_message answer;

	if (start_call(bus, start, &answer, err))
		return -1;
	if (answer.kind == BUS_ERROR)
		return answer_error(&answer, "start", unit, err);
	if (job_await(bus, &answer, &result, err))
		return -1;
	return text_equal(result, "done")
		       ? 0
		       : error_set(err, ERROR_SYSTEM, 0,
				 "cannot start unit \"%s\": systemd ended the job with \"%s\"",
				 unit, result);
}

int systemd_start(
	const struct cgroup_set *set, const struct plan_unit *unit, int pid, struct error *err)
{
	struct start start = {.set = set, .unit = unit, .pid = (uint32_t)pid};
	struct bus bus;
	int r;

	if (systemd_open(&bus, set->unit_user, err))
		return -1;
	r = start_on(&bus, &start, err);
	bus_close(&bus);
	return r;
}

/* The part of the directory's path that is below the unit's cgroup; NULL if it is not in the unit. */
static const char *below_unit(const struct cgroup_directory *directory, const char *unit)
{
	const size_t length = strlen(unit);
	const char *at = directory->path;

	while ((at = strchr(at, '/'))) {
		at++;
		if (!strncmp(at, unit, length) && (!at[length] || at[length] == '/'))
			return at + length;
	}
	return NULL;
}

const char *systemd_below(struct cgroup_set *set)
{
	const struct cgroup_directory *directory = cgroup_unified(set);
	const char *below = directory ? below_unit(directory, set->unit) : NULL;

	return below ? below : "";
}

/* One call about the set's unit, on a connection of its own; `what` it does to it, if systemd refuses. */
static int unit_call(const struct cgroup_set *set, const char *name, const char *signature,
	const struct bus_buffer *body, const char *what, struct error *err)
{
	struct bus_message answer;
	struct bus bus;
	int r;

	if (systemd_open(&bus, set->unit_user, err))
		return -1;
	r = manager_call(&bus, name, signature, body, &answer, err);
	if (!r && answer.kind == BUS_ERROR)
		r = answer_error(&answer, what, set->unit, err);
	bus_close(&bus);
	return r;
}

int systemd_attach(
	const struct cgroup_set *set, const char *subgroup, int pid, struct error *err)
{
	_Alignas(8) uint8_t room[1024];
	struct bus_buffer body = {.data = room, .size = sizeof(room)};
	struct bus_array array;

	bus_string(&body, set->unit);
	bus_string(&body, subgroup);
	array = bus_array_start(&body, 4);
	bus_u32(&body, (uint32_t)pid);
	bus_array_end(&body, array);
	return unit_call(
		set, "AttachProcessesToUnit", "ssau", &body, "put a process into", err);
}

/* --- changing and stopping ---------------------------------------------------------------------- */

int systemd_set(const struct cgroup_set *set, const struct unit_property *properties,
	size_t count, struct error *err)
{
	_Alignas(8) uint8_t room[BODY_SIZE];
	struct bus_buffer body = {.data = room, .size = sizeof(room)};
	struct bus_array array;

	bus_string(&body, set->unit);
	bus_u32(&body, 1); /* until the unit ends */
	array = bus_array_start(&body, 8);
	for (size_t i = 0; i < count; i++)
		property_put(&body, &properties[i]);
	bus_array_end(&body, array);
	return unit_call(set, "SetUnitProperties", "sba(sv)", &body, "change", err);
}

/* The path of a unit's object: bytes that are neither letters nor digits are written as _HEX. */
static void unit_path(const char *unit, char *buffer, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	struct text text;

	text_start(&text, buffer, size);
	text_string(&text, PATH "/unit/");
	for (const char *at = unit; *at; at++) {
		const unsigned char c = (unsigned char)*at;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9' && at != unit)) {
			text_char(&text, *at);
			continue;
		}
		text_char(&text, '_');
		text_char(&text, hex[c >> 4]);
		text_char(&text, hex[c & 15]);
	}
}

/* 1 if we have made the unit, as its description says; 0 if there is none or it is another's. */
static int unit_is_ours(struct bus *bus, const struct cgroup_set *set, struct error *err)
{
	char path[UNIT_PATH_MAX];
	struct bus_message answer;

	unit_path(set->unit, path, sizeof(path));
	if (property_get(bus, path, SYSTEMD ".Unit", "Description", &answer, err))
		return -1;
	return answer.kind == BUS_RETURN &&
	       text_equal(bus_read_variant(&answer), set->unit_token);
}

static int stop_on(struct bus *bus, const struct cgroup_set *set, struct error *err)
{
	_Alignas(8) uint8_t room[512];
	struct bus_buffer body = {.data = room, .size = sizeof(room)};
	struct bus_message answer;
	const char *result = NULL;
	int ours = unit_is_ours(bus, set, err);

	if (ours <= 0)
		return ours;
	bus_string(&body, set->unit);
	bus_string(&body, "replace");
	if (manager_call(bus, "StopUnit", "ss", &body, &answer, err))
		return -1;
	if (unit_is_missing(&answer))
		return 0;
	if (answer.kind == BUS_ERROR)
		return answer_error(&answer, "stop", set->unit, err);
	return job_await(bus, &answer, &result, err) || unit_reset(bus, set->unit, err) ? -1
											: 0;
}

static bool unit_has_cgroup(struct cgroup_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const char *below = below_unit(&set->of[i], set->unit);
		size_t length = below ? (size_t)(below - set->of[i].path) : set->of[i].length;
		int fd = cgroup_file_open(&set->of[i], length, "", O_PATH | O_DIRECTORY);

		if (fd >= 0)
			sys_close(fd);
		if (fd != -ENOENT)
			return true;
	}
	return false;
}

/* systemd ends a scope whose last process has gone, and removes its cgroup as it does so. Where that is ours the container
 * was in one below it. */
static bool scope_has_ended(struct cgroup_set *set)
{
	struct cgroup_directory *directory = cgroup_unified(set);
	const char *below = directory ? below_unit(directory, set->unit) : NULL;

	return set->ours && below && below[0] &&
	       cgroup_await_gone(directory, (size_t)(below - directory->path), ENDED_MS);
}

int systemd_stop(struct cgroup_set *set, struct error *err)
{
	struct bus bus;
	int r;

	if (!set->unit || scope_has_ended(set))
		return 0;
	/* A user's systemd ends with his last session, and takes its units with it. */
	if (systemd_open(&bus, set->unit_user, err))
		return (err->errnum == ENOENT || err->errnum == ECONNREFUSED) &&
				       !unit_has_cgroup(set)
			       ? 0
			       : -1;
	r = stop_on(&bus, set, err);
	bus_close(&bus);
	return r;
}
