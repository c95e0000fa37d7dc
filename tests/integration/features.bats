#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# features: a container is run with each thing that is listed, and what is not listed is refused.
# shellcheck disable=SC2016,SC2154

load helpers
load seccomp

AGENT=

# listed FILTER: the words of the answer, one per line.
listed()
{
	"$TARE" features 3>&- | jq -r "$1"
}

# on FILTER: is it listed as true?
on()
{
	[ "$(listed "$1")" = true ]
}

# taken TEXT: the bundle runs; TEXT says of what it is about.
taken()
{
	t_run
	[ "$status" = 0 ] || {
		echo "listed, and fails: $1" >&2
		show
	}
}

# --- the answer ----------------------------------------------------------------------------------

@test "features: JSON on stdout, nothing on stderr, without a global option" {
	"$TARE" features >"$WORK/report" 2>"$WORK/stderr" 3>&-
	[ ! -s "$WORK/stderr" ] || {
		cat "$WORK/stderr" >&2
		return 1
	}
	is '.ociVersionMin, .ociVersionMax | type' '"string", "string"'
	is '.linux.namespaces | contains(["user"])' true
	is '.mountOptions | contains(["rro"])' true
	is '[.hooks, .mountOptions, .linux.namespaces, .linux.capabilities, .linux.seccomp[]?] |
		map(select(type == "array")) | map(length > 0) | all' true
	is '[paths(type == "null")] | length' 0
}

@test "features: as a user who owns nothing, without environment, /proc and /sys" {
	promise
	cp "$TARE" "$WORK/tare"
	chmod a+rx "$WORK" "$WORK/tare"
	"$TARE" features >"$WORK/root"
	(cd / && setpriv --reuid 12345 --regid 12345 --clear-groups env -i "$WORK/tare" features) \
		>"$WORK/user" 3>&-
	cmp "$WORK/root" "$WORK/user"
	# Another directory over each; the test's own mount namespace ends with it. A build with sanitizers reads its options
	# there, and cannot search for leaks without a procfs.
	# shellcheck disable=SC2016 # is for sh
	unshare --mount sh -c 'mount -t tmpfs none /proc && mount -t tmpfs none /sys && mkdir /proc/self &&
		printf "ASAN_OPTIONS=detect_leaks=0\0" >/proc/self/environ && cd / && "$1" features' \
		sh "$WORK/tare" >"$WORK/without" 3>&-
	cmp "$WORK/root" "$WORK/without"
}

@test "features: opens no file" {
	promise
	command -v strace >/dev/null || skip_or_fail "needs strace"
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -qq -f -e trace=open,openat,openat2 -o "$WORK/strace" \
		"$TARE" features >/dev/null 3>&-
	not_opened=$(grep -vE 'ld\.so|\.so\.|/proc/self/(maps|exe|environ|cmdline)' "$WORK/strace" || true)
	[ -z "$not_opened" ] || {
		echo "$not_opened" >&2
		return 1
	}
}

# --- each thing that is listed -------------------------------------------------------------------

# option_mount NAME: a mount on /mnt that the option can be for.
option_mount()
{
	case $1 in
	bind | rbind) mount_add "{destination: \"/mnt\", source: \"$SHARED/data\", options: [\"$1\"]}" ;;
	remount)
		mount_add '{destination: "/mnt", type: "tmpfs", source: "tmpfs"}'
		mount_add '{destination: "/mnt", type: "none", source: "none", options: ["remount", "ro"]}'
		;;
	*nofollow | copy-symlink)
		mount_add "{destination: \"/mnt\", source: \"$SHARED/data\", options: [\"bind\", \"$1\"]}"
		;;
	idmap | ridmap)
		mount_add "{destination: \"/mnt\", source: \"$SHARED/data\", options: [\"rbind\", \"$1\"],
			uidMappings: [{containerID: 0, hostID: 1000, size: 1000}],
			gidMappings: [{containerID: 0, hostID: 1000, size: 1000}]}"
		;;
	*) mount_add "{destination: \"/mnt\", type: \"tmpfs\", source: \"tmpfs\", options: [\"$1\"]}" ;;
	esac
}

@test "features: every mount option that is listed mounts something" {
	local name count=0

	for name in $(listed '.mountOptions[]'); do
		new_bundle bundle
		option_mount "$name"
		args /bin/grep -q ' /mnt ' /proc/self/mountinfo
		taken "mount option $name"
		count=$((count + 1))
	done
	[ $count -gt 50 ]
}

# The word would be an option of the file system otherwise, which tmpfs refuses.
@test "features: a mount option that is not listed is refused" {
	local name

	promise
	for name in tmpcopyup copy-symlink src-nofollow dest-nofollow idmap ridmap acl rsync; do
		! listed '.mountOptions[]' | grep -qx "$name" || continue
		new_bundle bundle
		mount_add "{destination: \"/mnt\", type: \"tmpfs\", source: \"tmpfs\", options: [\"$name\"]}"
		t_run
		exits 1
	done
}

@test "features: every namespace that is listed is another one than the host's" {
	local name link

	for name in $(listed '.linux.namespaces[]'); do
		new_bundle bundle
		link=$name
		case $name in
		mount) link=mnt ;;
		network) link=net ;;
		user) config '.linux += {uidMappings: [{containerID: 0, hostID: 0, size: 65536}],
			gidMappings: [{containerID: 0, hostID: 0, size: 65536}]}' ;;
		time) [ -e /proc/self/ns/time ] || continue ;;
		esac
		namespace "$name"
		args /bin/readlink "/proc/self/ns/$link"
		taken "namespace $name"
		[ "$stdout" != "$(readlink "/proc/self/ns/$link")" ]
		matches "$stdout" "^$link:\\[[0-9]+\\]$"
	done
}

@test "features: every capability that is listed is given" {
	local name number=0 got

	for name in $(listed '.linux.capabilities[]'); do
		if has_capability $number; then
			new_bundle bundle
			config '.process.capabilities = {bounding: [$c], effective: [$c], permitted: [$c]}' --arg c "$name"
			args /bin/grep CapPrm /proc/self/status
			taken "capability $name"
			got=0x${stdout##*[[:space:]]}
			equal "$name $((got))" "$name $((1 << number))"
		fi
		number=$((number + 1))
	done
	[ $number -gt 40 ]
}

# agent: takes the listener of one container.
agent()
{
	make_helper agent
	rm -f "$WORK/agent.socket"
	"$BIN/agent" "$WORK/agent.socket" "$WORK/told" continue </dev/null >"$WORK/agent.out" 2>&1 3>&- &
	AGENT=$!
	wait_for test -S "$WORK/agent.socket"
}

# Nobody makes this call: the profile is compiled and loaded, and the container runs.
@test "features: every seccomp action, operator and architecture that is listed is in a filter" {
	local name

	args /bin/grep -q 'Seccomp:.*2' /proc/self/status
	for name in $(listed '.linux.seccomp.actions[]'); do
		profile ALLOW "$(rule acct "${name#SCMP_ACT_}")"
		if [ "$name" = SCMP_ACT_NOTIFY ]; then
			agent
			seccomp "+ {listenerPath: \"$WORK/agent.socket\"}"
		fi
		taken "seccomp action $name"
	done
	wait "$AGENT"
	for name in $(listed '.linux.seccomp.operators[]'); do
		profile ALLOW "$(rule acct ERRNO "args: [{index: 0, value: 1, valueTwo: 1, op: \"$name\"}]")"
		taken "seccomp operator $name"
	done
	for name in $(listed '.linux.seccomp.archs[]'); do
		profile ALLOW "$(rule acct ERRNO)"
		seccomp "+ {architectures: [\"$name\"]}"
		taken "seccomp architecture $name"
	done
}

@test "features: every seccomp flag that is listed as supported is taken by the kernel" {
	local name

	args /bin/grep -q 'Seccomp:.*2' /proc/self/status
	[ -n "$(listed '.linux.seccomp.supportedFlags[]')" ]
	for name in $(listed '.linux.seccomp.supportedFlags[]'); do
		agent
		profile ALLOW "$(rule acct NOTIFY)"
		seccomp "+ {listenerPath: \"$WORK/agent.socket\", flags: [\"$name\"]}"
		taken "seccomp flag $name"
		wait "$AGENT"
	done
}

@test "features: every kind of hooks that is listed runs" {
	local kind

	own_root
	chmod 777 "$ROOTFS/data"
	args /bin/true
	for kind in $(listed '.hooks[]'); do
		if [ "$kind" = startContainer ]; then
			config '.root.readonly = false | .hooks[$k] = [{path: "/bin/touch", args: ["touch", "/data/ran"]}]' \
				--arg k "$kind"
		else
			config '.hooks[$k] = [{path: "/usr/bin/touch", args: ["touch", $f]}]' \
				--arg k "$kind" --arg f "$WORK/ran-$kind"
		fi
	done
	[ -x /usr/bin/touch ]
	inside
	for kind in $(listed '.hooks[]'); do
		[ -e "$WORK/ran-$kind" ] || { [ "$kind" = startContainer ] && [ -e "$ROOTFS/data/ran" ]; } || {
			echo "listed, and has not run: $kind" >&2
			return 1
		}
	done
}

@test "features: every memory policy that is listed is the process's" {
	local mode

	[ -e /proc/self/numa_maps ] || skip_or_fail "needs a kernel with NUMA"
	args /bin/cat /proc/self/numa_maps
	for mode in $(listed '.linux.memoryPolicy.modes[]'); do
		case $mode in
		MPOL_DEFAULT | MPOL_LOCAL) config '.linux.memoryPolicy = {mode: $m}' --arg m "$mode" ;;
		*) config '.linux.memoryPolicy = {mode: $m, nodes: "0"}' --arg m "$mode" ;;
		esac
		t_run
		# Of a newer kernel than this one.
		[ "$mode" = MPOL_WEIGHTED_INTERLEAVE ] && [ "$status" != 0 ] && says "invalid argument" && continue
		ok
	done
}

# --- what is there or not ------------------------------------------------------------------------

# switched FILTER CONFIG [LACK]: listed as true, the config runs, or is refused in the words LACK for what this host lacks.
switched()
{
	on "$1" || return 1
	new_bundle bundle
	args /bin/true
	config "$2"
	t_run
	[ "$status" = 0 ] && return
	exits 1
	says "${3:?"must run"}"
}

@test "features: what is switched on works where the host has it" {
	promise
	switched .linux.cgroup.rdma '.linux.resources.rdma = {mlx5_1: {hcaHandles: 3}}' \
		'this host has no cgroup controller "rdma"'
	switched .linux.intelRdt.enabled '.linux.intelRdt = {closID: "tare-none"}' resctrl
	switched .linux.netDevices.enabled '.linux.netDevices = {"tare-none": {}}' \
		'this host has no network device "tare-none"'
	switched .linux.mountExtensions.idmap.enabled ".mounts += [{destination: \"/mnt\", source: \"$SHARED/data\",
		options: [\"bind\"], uidMappings: [{containerID: 0, hostID: 1000, size: 1000}],
		gidMappings: [{containerID: 0, hostID: 1000, size: 1000}]}]"
}

@test "features: the systemd manager is listed if it is taken" {
	promise
	args /bin/true
	t --systemd-cgroup run --bundle "$BUNDLE" "$ID"
	if on .linux.cgroup.systemd; then
		[[ $stderr != *"not supported yet"* ]] || show
	else
		exits 1
		says "not supported yet"
	fi
}
