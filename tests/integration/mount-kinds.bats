#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Kinds of mounts: where they are made, what the kernel's own file systems show, user namespaces.

load helpers
load mounts

# --- destinations --------------------------------------------------------------------------------

@test "a relative destination is relative to the root" {
	source_directory
	mount_add "{destination: \"volume\", source: \"$SOURCE\", type: \"bind\"}"
	mount_add '{destination: "./mnt/../mnt/", source: "tmpfs", type: "tmpfs"}'
	script 'cat /volume/text; stat -f -c %T /mnt'
	inside
	prints "$(printf 'from the host\ntmpfs')"
}

@test "a file is bound on a file, and on one that is missing in a tmpfs" {
	source_directory
	mount_add '{destination: "/mnt", source: "tmpfs", type: "tmpfs"}'
	bind_add /mnt/a/b/file "$SOURCE/text" '["bind", "ro"]'
	bind_add /data/file "$SOURCE/text"
	script 'cat /mnt/a/b/file /data/file; stat -c "%F %a" /mnt/a /mnt/a/b; echo x >/mnt/a/b/file'
	t_run
	prints "$(printf 'from the host\nfrom the host\ndirectory 755\ndirectory 755')"
	says "Read-only file system"
}

@test "a directory on a file, and a file on a directory" {
	source_directory
	bind_add /data/file "$SOURCE"
	refused /mounts/7 'cannot mount'
	config '.mounts[-1] |= . + {destination: "/data/a", source: $s}' --arg s "$SOURCE/text"
	refused /mounts/7 'cannot mount'
}

@test "a missing target on a read-only root that is not the runtime's to change" {
	own_root
	source_directory
	host_mount "$ROOTFS" --bind "$ROOTFS"
	mount -o remount,bind,ro "$ROOTFS"
	bind_add /nosuch "$SOURCE"
	refused /mounts/7 "read-only file system"
	umount "$ROOTFS"
	[ ! -e "$ROOTFS/nosuch" ]
}

@test "a socket and a device as sources" {
	own_root
	mkfifo "$WORK/pipe"
	bind_add /data/pipe "$WORK/pipe"
	bind_add /data/null /dev/null
	script 'stat -c %F /data/pipe /data/null'
	inside
	prints "$(printf 'fifo\ncharacter special file')"
}

# --- file systems of the kernel ------------------------------------------------------------------

@test "mqueue belongs to the ipc namespace of the container" {
	host_mount "$WORK/queues" -t mqueue none
	touch "$WORK/queues/tare-$MARK"
	script 'touch /dev/mqueue/inside; ls /dev/mqueue'
	t_run
	cp "$WORK/stdout" "$WORK/own"
	without_namespace ipc
	script "ls /dev/mqueue; rm /dev/mqueue/tare-$MARK"
	t_run
	rm -f "$WORK/queues/tare-$MARK"
	equal "$(cat "$WORK/own")" inside
	has_line "tare-$MARK"
}

@test "devpts has its options, and is new each time" {
	config '(.mounts[] | select(.type == "devpts")).options = ["nosuid", "noexec", "newinstance", "ptmxmode=0600", "mode=0640", "gid=7", "max=5"]'
	report
	file_system_has /dev/pts gid=7 mode=640 ptmxmode=600 max=5
	mount_has /dev/pts nosuid noexec
	script 'stat -c "%a" /dev/pts/ptmx; ls /dev/pts'
	inside
	prints "$(printf '600\nptmx')"
}

@test "devpts in a user namespace: a group that is not mapped is refused" {
	promise
	namespace user
	config '.linux |= . + {uidMappings: [{containerID: 0, hostID: 100000, size: 1}],
		gidMappings: [{containerID: 0, hostID: 100000, size: 1}]}'
	refused /mounts/2 '"gid=5" is not an id of the container'
}

@test "overlay with its options" {
	own_root
	mkdir -p "$WORK"/{lower,lower2,upper,work}
	echo lower >"$WORK/lower/one"
	echo lower2 >"$WORK/lower2/two"
	# An overlay cannot stand on an overlay: the upper directory is on a tmpfs.
	host_mount "$WORK/upper" -t tmpfs none
	mkdir "$WORK/upper/upper" "$WORK/upper/work"
	config '.mounts += [{destination: "/volume", type: "overlay", source: "overlay", options: $o}]' \
		--argjson o "[\"lowerdir=$WORK/lower:$WORK/lower2\", \"upperdir=$WORK/upper/upper\", \"workdir=$WORK/upper/work\", \"nosuid\", \"index=off\"]"
	script 'cat /volume/one /volume/two; echo new >/volume/three; rm /volume/one; grep " /volume " /proc/self/mountinfo'
	inside
	has_line lower
	has_line lower2
	matches "$stdout" ' overlay overlay '
	matches "$stdout" 'nosuid'
	equal "$(cat "$WORK/upper/upper/three")" new
	[ -c "$WORK/upper/upper/one" ]
	[ -e "$WORK/lower/one" ]
	config '.mounts[-1].options = ["lowerdir=/nosuch:/nosuch2"]'
	refused /mounts/7 'cannot mount "overlay" on "/volume"'
}

@test "other file systems: ramfs, and one that cannot be mounted" {
	mount_add '{destination: "/mnt", source: "none", type: "ramfs", options: ["mode=0711"]}'
	script 'stat -c %a /mnt; grep -c " /mnt .* ramfs " /proc/self/mountinfo'
	inside
	prints "$(printf '711\n1')"
	config '.mounts[-1] |= . + {type: "ext4", source: "/dev/null", options: []}'
	refused /mounts/7 'cannot mount "ext4" on "/mnt"'
}

# --- user namespaces -----------------------------------------------------------------------------

@test "a source that only the host's root can reach" {
	mkdir -p "$WORK/closed/deep"
	chmod 700 "$WORK/closed"
	echo reached >"$WORK/closed/deep/text"
	chmod 755 "$WORK/closed/deep"
	user_namespace 100000
	bind_add /volume "$WORK/closed/deep"
	bind_add /data/file "$WORK/closed/deep/text"
	script 'cat /volume/text /data/file'
	inside
	prints "$(printf 'reached\nreached')"
}

@test "flags of a source are kept in a user namespace" {
	source_directory
	host_mount "$SOURCE" -t tmpfs -o nosuid,nodev,noexec,noatime none
	mount -o remount,bind,ro,nosuid,nodev,noexec,noatime "$SOURCE"
	user_namespace 100000
	bind_add /volume "$SOURCE" '["rbind"]'
	report
	mount_has /volume nosuid nodev noexec noatime ro
	config '.mounts[-1].options = ["bind", "nosuid", "ro"]'
	report
	mount_has /volume nosuid nodev noexec noatime ro
}

@test "a bind of one mount of a tree, in a user namespace" {
	source_directory
	host_mount "$SOURCE" -t tmpfs none
	echo "from the host" >"$SOURCE/text"
	host_mount "$SOURCE/deep" -t tmpfs none
	echo hidden >"$SOURCE/deep/hidden"
	user_namespace 100000
	bind_add /volume "$SOURCE" '["bind"]'
	script 'cat /volume/text; ls -A /volume/deep'
	inside
	prints "from the host"
}

@test "sysfs in a user namespace with the host's network: the host's, masked and read-only" {
	user_namespace 100000
	without_namespace network
	script 'ls -A /sys/firmware; ls /sys/class/net; grep " /sys " /proc/self/mountinfo; echo x >/sys/kernel/profiling'
	t_run
	has_line lo
	matches "$stdout" ' /sys ro,nosuid,nodev,noexec'
	matches "$stdout" ' - sysfs '
	says "Read-only file system"
	report
	is '[.mounts[] | select(.point == "/sys/firmware")] | length' 1
}

@test "sysfs in a user namespace with its own network is new" {
	user_namespace 100000
	script 'ls /sys/class/net'
	inside
	prints lo
}

@test "sysfs in a user namespace with another's network" {
	local pod bundle=$BUNDLE

	new_bundle pod
	args /bin/sleep 600
	background "$ID-pod"
	pod=$(pid_of "$ID-pod")
	BUNDLE=$bundle
	user_namespace 100000
	namespace network "/proc/$pod/ns/net"
	script 'grep -c " /sys ro.* - sysfs " /proc/self/mountinfo'
	inside
	prints 1
}

@test "v1: cgroup mounts in a user namespace, without and with a cgroup namespace" {
	needs_v1 pids
	user_namespace 100000
	script 'grep -x $$ /sys/fs/cgroup/pids/cgroup.procs; mkdir /sys/fs/cgroup/pids/new'
	t_run
	prints 1
	says "Read-only file system"
	namespace cgroup
	t_run
	prints 1
	says "Read-only file system"
	script 'cat /proc/self/cgroup | cut -d: -f3 | sort -u'
	inside
	prints /
}

@test "v1: a cgroup mount has links for controllers that share a hierarchy" {
	needs_v1 pids
	grep -q '/[a-z]*,[a-z,]* .* - cgroup ' /proc/self/mountinfo ||
		skip "needs cgroup v1 with two controllers in one hierarchy"
	script 'cd /sys/fs/cgroup; for f in *,*; do for l in $(echo $f | tr , " "); do readlink $l; done; done | sort -u | grep -c ,'
	inside
	[ "$stdout" -gt 0 ]
}

@test "a cgroup mount takes no options of a file system" {
	promise
	config '(.mounts[] | select(.type == "cgroup")).options += ["memory"]'
	refused /mounts/6 'a cgroup mount takes no options of a file system, such as "memory"'
}

@test "the options of cgroup v2 are the host's: repeated they are taken, and change nothing" {
	local before

	promise
	before=$(sed -n 's/.* - cgroup2 [^ ]* //p' /proc/self/mountinfo | sort -u)
	[ -n "$before" ] || skip_or_fail "needs cgroup v2 mounted somewhere"
	config '.mounts[-1] |= (.type = "cgroup2" | .options += ["nsdelegate", "memory_recursiveprot"])'
	script 'stat -f -c %t /sys/fs/cgroup'
	t_run
	prints 63677270
	namespace cgroup
	t_run
	prints 63677270
	equal "$(sed -n 's/.* - cgroup2 [^ ]* //p' /proc/self/mountinfo | sort -u)" "$before"
	config '.mounts[-1].options += ["memory_reclusiveprot"]'
	refused /mounts/6 'takes no options of a file system, such as "nsdelegate,memory_recursiveprot,memory_reclusiveprot"'
}

@test "a cgroup2 mount on a host that has both" {
	grep -q ' - cgroup2 ' /proc/self/mountinfo || skip_or_fail "needs cgroup v2 mounted somewhere"
	config '.mounts[-1].type = "cgroup2"'
	script 'stat -f -c %t /sys/fs/cgroup; mkdir /sys/fs/cgroup/new'
	t_run
	prints 63677270
	says "Read-only file system"
	namespace cgroup
	t_run
	prints 63677270
}

# From that namespace a new mount would set the options of all of them: cgroup v2 would no longer be delegated, say.
# Also if it cannot be told whose it is, or if the runtime is in another one itself.
@test "where the host's cgroup namespace is named its options stay as well" {
	local before after how real=$TARE

	promise
	before=$(sed -n 's/.* - cgroup2 [^ ]* //p' /proc/self/mountinfo | sort -u)
	[ -n "$before" ] || skip_or_fail "needs cgroup v2 mounted somewhere"
	command -v strace >/dev/null || skip_or_fail "needs strace"
	# One that hosts do not have.
	config '.mounts[-1] |= (.type = "cgroup2" | .options += ["memory_localevents"])
		| .linux.namespaces += [{type: "cgroup", path: $path}]' --arg path "/proc/$$/ns/cgroup"
	script 'stat -f -c %t /sys/fs/cgroup'
	mkdir "$WORK/restored"
	for how in env "env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -P /proc/self/ns/cgroup -e inject=statx:error=ENOMEM" \
		"unshare --cgroup"; do
		printf '#!/bin/sh\nexec %s %q "$@"\n' "$how" "$real" >"$WORK/there"
		chmod +x "$WORK/there"
		TARE=$WORK/there t_run
		after=$(sed -n 's/.* - cgroup2 [^ ]* //p' /proc/self/mountinfo | sort -u)
		[ "$after" = "$before" ] || {
			mount -t cgroup2 -o "$before" none "$WORK/restored" && umount "$WORK/restored"
		}
		prints 63677270
		equal "$after" "$before"
	done
}

# --- /proc and /sys ------------------------------------------------------------------------------

@test "files below /proc that may be covered, each" {
	local name

	source_directory
	mount_add "{destination: \"/x\", source: \"$SOURCE/text\", type: \"bind\", options: [\"bind\", \"ro\"]}"
	for name in cpuinfo diskstats meminfo stat swaps uptime loadavg slabinfo sys/kernel/ns_last_pid sys/crypto/fips_enabled; do
		[ -e "/proc/$name" ] || continue
		config '.mounts[-1].destination = $d' --arg d "/proc/$name"
		script "cat /proc/$name"
		inside
		prints "from the host"
	done
}

@test "places below /proc that may not be covered" {
	local name

	promise
	source_directory
	mount_add "{destination: \"/x\", source: \"$SOURCE\", type: \"bind\", options: [\"rbind\"]}"
	for name in self self/attr 1 sys sys/kernel sys/kernel/core_pattern sysrq-trigger kcore keys net tty thread-self/attr nosuch; do
		config '.mounts[-1].destination = $d' --arg d "/proc/$name"
		refused /mounts/7 "nothing may be mounted on \"/proc/$name\" inside /proc"
	done
	config '.mounts[-1] |= {destination: "/proc/self", type: "tmpfs", source: "tmpfs"}'
	refused /mounts/7 "inside /proc"
	config '.mounts[-1] |= {destination: "/proc", type: "tmpfs", source: "tmpfs"}'
	refused /mounts/7 "only proc may be"
	config '.mounts[-1] |= {destination: "/proc", type: "bind", source: $s}' --arg s "$SOURCE"
	refused /mounts/7 "only proc may be"
	config '.mounts[-1] |= {destination: "/sys", type: "bind", source: $s}' --arg s "$SOURCE"
	refused /mounts/7 "only sysfs may be"
}

@test "the host's own /proc and /sys may be bound" {
	without_namespace pid
	config '(.mounts[] | select(.type == "proc")) |= {destination: "/proc", type: "bind", source: "/proc", options: ["rbind", "nosuid"]} |
		(.mounts[] | select(.type == "sysfs")) |= {destination: "/sys", type: "none", source: "/sys", options: ["rbind", "ro"]} |
		del(.mounts[-1])'
	report
	mount_is /proc .type '"proc"'
	mount_is /sys .type '"sysfs"'
	mount_has /sys ro
}

@test "what is not the root of a procfs is not bound as /proc, whatever its name" {
	promise
	config '(.mounts[] | select(.type == "proc")) |= {destination: "/proc", type: "bind", source: "/proc", options: ["rbind"]}'
	args /bin/true
	TARE_TEST_MARK=$MARK unshare --mount --propagation private sh -c \
		'mount -t tmpfs none /proc && exec "$@"' sh \
		"$TARE" --root "$STATE" create --bundle "$BUNDLE" "$ID" >"$WORK/stdout" 2>"$WORK/stderr" 3>&- && status=0 || status=$?
	[ "$status" != 0 ]
	nothing_left_of "$ID"
}

@test "a procfs elsewhere, and mounts that lead into it" {
	mount_add '{destination: "/mnt", source: "proc", type: "proc", options: ["ro", "hidepid=2"]}'
	report
	mount_is /mnt .type '"proc"'
	mount_has /mnt ro
	promise
	source_directory
	bind_add /mnt/sys "$SOURCE"
	refused /mounts/8 "it leads into a procfs"
	bind_add /mnt/cpuinfo "$SOURCE/text"
	config 'del(.mounts[-2])'
	refused /mounts/8 "it leads into a procfs"
}

@test "the cgroup namespace of another, in a new user namespace: the container's own cgroup is bound" {
	local bundle=$BUNDLE pod

	new_bundle pod
	namespace cgroup
	args /bin/sleep 600
	background "$ID-pod"
	pod=$(pid_of "$ID-pod")
	BUNDLE=$bundle
	user_namespace 100000
	namespace cgroup "/proc/$pod/ns/cgroup"
	script 'grep " /sys/fs/cgroup.* - cgroup" /proc/self/mountinfo; find /sys/fs/cgroup -name cgroup.procs | head -n 1 | xargs grep -x $$'
	inside
	has_line 1
	matches "$stdout" " - cgroup"
	matches "$stdout" "$ID /sys/fs/cgroup"
}
