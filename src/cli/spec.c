/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration that `tare spec` starts a new bundle with.
 *
 * Pure. Spec: config.md; the values are those that users of other runtimes know. */
#include "cli/spec.h"

enum row_when { ALWAYS, ROOT, ROOTLESS, CGROUP2, UID_MAP, GID_MAP };

/* clang-format off */
static const struct row {
	enum row_when when;
	const char *line;
} rows[] = {
	{ALWAYS, "{"},
	{ALWAYS, "\t\"ociVersion\": \"1.3.0\","},
	{ALWAYS, "\t\"process\": {"},
	{ALWAYS, "\t\t\"terminal\": true,"},
	{ALWAYS, "\t\t\"user\": {\"uid\": 0, \"gid\": 0},"},
	{ALWAYS, "\t\t\"args\": [\"sh\"],"},
	{ALWAYS, "\t\t\"env\": ["},
	{ALWAYS, "\t\t\t\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\","},
	{ALWAYS, "\t\t\t\"TERM=xterm\""},
	{ALWAYS, "\t\t],"},
	{ALWAYS, "\t\t\"cwd\": \"/\","},
	{ALWAYS, "\t\t\"capabilities\": {"},
	{ALWAYS, "\t\t\t\"bounding\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\", \"CAP_NET_BIND_SERVICE\"],"},
	{ALWAYS, "\t\t\t\"effective\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\", \"CAP_NET_BIND_SERVICE\"],"},
	{ALWAYS, "\t\t\t\"permitted\": [\"CAP_AUDIT_WRITE\", \"CAP_KILL\", \"CAP_NET_BIND_SERVICE\"]"},
	{ALWAYS, "\t\t},"},
	{ALWAYS, "\t\t\"rlimits\": [{\"type\": \"RLIMIT_NOFILE\", \"hard\": 1024, \"soft\": 1024}],"},
	{ALWAYS, "\t\t\"noNewPrivileges\": true"},
	{ALWAYS, "\t},"},
	{ALWAYS, "\t\"root\": {\"path\": \"rootfs\", \"readonly\": true},"},
	{ALWAYS, "\t\"hostname\": \"tare\","},
	{ALWAYS, "\t\"mounts\": ["},
	{ALWAYS, "\t\t{\"destination\": \"/proc\", \"type\": \"proc\", \"source\": \"proc\"},"},
	{ALWAYS, "\t\t{"},
	{ALWAYS, "\t\t\t\"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"tmpfs\","},
	{ALWAYS, "\t\t\t\"options\": [\"nosuid\", \"strictatime\", \"mode=755\", \"size=65536k\"]"},
	{ALWAYS, "\t\t},"},
	{ALWAYS, "\t\t{"},
	{ALWAYS, "\t\t\t\"destination\": \"/dev/pts\", \"type\": \"devpts\", \"source\": \"devpts\","},
	{ROOT, "\t\t\t\"options\": [\"nosuid\", \"noexec\", \"newinstance\", \"ptmxmode=0666\", \"mode=0620\", \"gid=5\"]"},
	{ROOTLESS, "\t\t\t\"options\": [\"nosuid\", \"noexec\", \"newinstance\", \"ptmxmode=0666\", \"mode=0620\"]"},
	{ALWAYS, "\t\t},"},
	{ALWAYS, "\t\t{"},
	{ALWAYS, "\t\t\t\"destination\": \"/dev/shm\", \"type\": \"tmpfs\", \"source\": \"shm\","},
	{ALWAYS, "\t\t\t\"options\": [\"nosuid\", \"noexec\", \"nodev\", \"mode=1777\", \"size=65536k\"]"},
	{ALWAYS, "\t\t},"},
	{ALWAYS, "\t\t{"},
	{ALWAYS, "\t\t\t\"destination\": \"/dev/mqueue\", \"type\": \"mqueue\", \"source\": \"mqueue\","},
	{ALWAYS, "\t\t\t\"options\": [\"nosuid\", \"noexec\", \"nodev\"]"},
	{ALWAYS, "\t\t},"},
	{ALWAYS, "\t\t{"},
	{ROOT, "\t\t\t\"destination\": \"/sys\", \"type\": \"sysfs\", \"source\": \"sysfs\","},
	{ROOT, "\t\t\t\"options\": [\"nosuid\", \"noexec\", \"nodev\", \"ro\"]"},
	{ROOTLESS, "\t\t\t\"destination\": \"/sys\", \"type\": \"none\", \"source\": \"/sys\","},
	{ROOTLESS, "\t\t\t\"options\": [\"rbind\", \"nosuid\", \"noexec\", \"nodev\", \"ro\"]"},
	{ALWAYS, "\t\t},"},
	{ALWAYS, "\t\t{"},
	{ALWAYS, "\t\t\t\"destination\": \"/sys/fs/cgroup\", \"type\": \"cgroup\", \"source\": \"cgroup\","},
	{ALWAYS, "\t\t\t\"options\": [\"nosuid\", \"noexec\", \"nodev\", \"relatime\", \"ro\"]"},
	{ALWAYS, "\t\t}"},
	{ALWAYS, "\t],"},
	{ALWAYS, "\t\"linux\": {"},
	{ROOT, "\t\t\"resources\": {\"devices\": [{\"allow\": false, \"access\": \"rwm\"}]},"},
	{UID_MAP, NULL},
	{GID_MAP, NULL},
	{ALWAYS, "\t\t\"namespaces\": ["},
	{ALWAYS, "\t\t\t{\"type\": \"pid\"},"},
	{ROOT, "\t\t\t{\"type\": \"network\"},"},
	{ALWAYS, "\t\t\t{\"type\": \"ipc\"},"},
	{ALWAYS, "\t\t\t{\"type\": \"uts\"},"},
	{CGROUP2, "\t\t\t{\"type\": \"cgroup\"},"},
	{ROOTLESS, "\t\t\t{\"type\": \"user\"},"},
	{ALWAYS, "\t\t\t{\"type\": \"mount\"}"},
	{ALWAYS, "\t\t],"},
	{ALWAYS, "\t\t\"maskedPaths\": ["},
	{ALWAYS, "\t\t\t\"/proc/acpi\","},
	{ALWAYS, "\t\t\t\"/proc/asound\","},
	{ALWAYS, "\t\t\t\"/proc/kcore\","},
	{ALWAYS, "\t\t\t\"/proc/keys\","},
	{ALWAYS, "\t\t\t\"/proc/latency_stats\","},
	{ALWAYS, "\t\t\t\"/proc/timer_list\","},
	{ALWAYS, "\t\t\t\"/proc/timer_stats\","},
	{ALWAYS, "\t\t\t\"/proc/sched_debug\","},
	{ALWAYS, "\t\t\t\"/proc/scsi\","},
	{ALWAYS, "\t\t\t\"/sys/firmware\""},
	{ALWAYS, "\t\t],"},
	{ALWAYS, "\t\t\"readonlyPaths\": ["},
	{ALWAYS, "\t\t\t\"/proc/bus\","},
	{ALWAYS, "\t\t\t\"/proc/fs\","},
	{ALWAYS, "\t\t\t\"/proc/irq\","},
	{ALWAYS, "\t\t\t\"/proc/sys\","},
	{ALWAYS, "\t\t\t\"/proc/sysrq-trigger\""},
	{ALWAYS, "\t\t]"},
	{ALWAYS, "\t}"},
	{ALWAYS, "}"},
};
/* clang-format on */

static void map_print(struct text *text, const char *name, uint32_t id)
{
	text_format(text, "\t\t\"%s\": [{\"containerID\": 0, \"hostID\": %u, \"size\": 1}],\n",
		name, id);
}

void spec_print(struct text *text, const struct spec_choice *choice)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];

		if ((row->when == ROOT && choice->rootless) ||
			(row->when == CGROUP2 && !choice->cgroup2))
			continue;
		if (row->when >= ROOTLESS && row->when != CGROUP2 && !choice->rootless)
			continue;
		if (row->when == UID_MAP)
			map_print(text, "uidMappings", choice->euid);
		else if (row->when == GID_MAP)
			map_print(text, "gidMappings", choice->egid);
		else
			text_format(text, "%s\n", row->line);
	}
}
