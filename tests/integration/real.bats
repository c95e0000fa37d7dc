#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Bundles and root file systems as real programs make them: configurations of runc and crun, a
# busybox and a Debian.

load helpers

# bundle_by PROGRAM [OPTIONS]: a bundle with what that runtime's `spec` writes.
bundle_by()
{
	command -v "$1" >/dev/null || skip_or_fail "needs $1"
	BUNDLE=$WORK/by-$1
	mkdir "$BUNDLE"
	(cd "$BUNDLE" && "$@") 3>&-
	config '.root.path = $p | .process.terminal = false' --arg p "$SHARED"
}

# debian: the bundle has a Debian root, which stays unchanged.
debian()
{
	make_debian_root || skip_or_fail "needs mmdebstrap and a mirror to make a Debian root once (see $CACHE/mmdebstrap.log)"
	config '.root = {path: $p, readonly: true} |
		.process.env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]' --arg p "$DEBIAN_ROOT"
	mount_add '{destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["mode=1777"]}'
}

# with_capabilities NAME...
with_capabilities()
{
	config '.process.capabilities |= with_entries(.value += $c)' --argjson c "$(jq -nc '$ARGS.positional' --args "$@")"
}

# --- configurations ------------------------------------------------------------------------------

@test "a bundle that runc spec wrote" {
	bundle_by runc spec
	script 'echo hello; id -u; hostname'
	inside
	prints "$(printf 'hello\n0\nrunc')"
}

@test "a bundle that crun spec wrote" {
	bundle_by crun spec
	script 'echo hello; id -u; hostname'
	inside
	prints "$(printf 'hello\n0\ncrun')"
}

@test "a bundle that runc spec wrote, with its terminal, as a user starts it" {
	bundle_by runc spec
	config '.process.terminal = true'
	"$BIN/pty" 'expect:#' 'send:echo $((6 * 7))\r' expect:42 'send:exit\r' -- \
		"$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" >"$WORK/stdout" 2>"$WORK/stderr" 3>&-
	grep -q restored "$WORK/stderr"
}

@test "a bundle that runc spec --rootless wrote" {
	bundle_by runc spec --rootless
	script 'echo hello; cat /proc/self/uid_map'
	inside
	matches "$stdout" '0 +0 +1$'
}

@test "a bundle of its own spec, unchanged but for the root" {
	mkdir "$WORK/own"
	must spec --bundle "$WORK/own"
	cp -a "$SHARED" "$WORK/own/rootfs"
	cd "$WORK/own"
	TARE_TEST_MARK=$MARK "$BIN/pty" 'expect:#' 'send:ls /\r' expect:proc 'send:exit 4\r' -- \
		"$TARE" --root "$STATE" run "$ID" >"$WORK/stdout" 2>"$WORK/stderr" 3>&- || status=$?
	exits 4
}

# --- busybox -------------------------------------------------------------------------------------

@test "busybox: /proc and /sys are as expected" {
	script 'cat /proc/1/comm; ls /proc/sys >/dev/null && test -r /proc/meminfo && ls /sys/class >/dev/null && echo fine
		echo 1 >/proc/sys/kernel/printk; echo x >/sys/kernel/uevent_seqnum; cat /proc/kcore | wc -c; ls /proc/acpi | wc -l'
	t_run
	has_line sh
	has_line fine
	says "/proc/sys/kernel/printk: Read-only file system" "/sys/kernel/uevent_seqnum: Read-only file system"
	equal "$(tail -2 <<<"$stdout" | tr '\n' ' ')" "0 0 "
}

@test "busybox: ps shows the container's processes only" {
	script 'ps -o pid,comm; :'
	inside
	matches "$stdout" '1 sh'
	equal "$(wc -l <<<"$stdout")" 3
}

@test "busybox: a pipeline, a subshell, a here-document" {
	script 'printf "b\na\n" | sort | (read x; echo "first $x"); cat <<END
text
END'
	inside
	prints "$(printf 'first a\ntext')"
}

@test "busybox: ping of loopback" {
	with_capabilities CAP_NET_RAW
	script 'ping -c 1 -W 2 127.0.0.1 >/dev/null && echo pong'
	inside
	prints pong
}

# --- Debian --------------------------------------------------------------------------------------

@test "Debian: sh and bash" {
	debian
	args sh -c 'echo $0 $$; bash -c "echo bash \$BASHPID"; cat /etc/debian_version'
	inside
	has_line "sh 1"
	matches "$stdout" 'bash [0-9]+'
}

@test "Debian: apt-get" {
	debian
	args apt-get --version
	inside
	matches "$stdout" '^apt [0-9]'
}

@test "Debian: su to another user, and back" {
	debian
	with_capabilities CAP_SETUID CAP_SETGID CAP_DAC_READ_SEARCH
	args su nobody -s /bin/sh -c 'id -un; id -u; touch /tmp/mine && stat -c %U /tmp/mine'
	inside
	prints "$(printf 'nobody\n65534\nnobody')"
}

@test "Debian: a user of the configuration cannot become root by su or a set-uid program" {
	debian
	config '.process.user = {uid: 1000, gid: 1000}'
	args sh -c 'su -c id </dev/null; grep NoNewPrivs /proc/self/status'
	t_run
	matches "$stdout" 'NoNewPrivs:.*1'
	[[ $stdout != *uid=0* ]]
}

@test "Debian: ping of loopback" {
	debian
	with_capabilities CAP_NET_RAW
	args ping -c 1 -W 2 127.0.0.1
	inside
	matches "$stdout" '1 received'
}

@test "Debian: ps shows the first process" {
	debian
	args sh -c 'ps -e -o pid,comm; ps aux >/dev/null && echo fine'
	t_run
	[[ $stderr != *"boot time"* ]] || skip_or_fail "needs a kernel that this ps understands"
	ok
	matches "$stdout" ' 1 sh'
	has_line fine
}

@test "Debian: /proc, /sys and /dev" {
	debian
	args bash -c 'set -e; test "$(cat /proc/sys/kernel/hostname)" = tested; ls /sys/class/net | grep -qx lo
		test -c /dev/null; test -w /dev/shm; test -L /dev/stdin; echo x | tee /dev/stderr >/dev/null
		exec 9<>/dev/ptmx; grep -q "^tmpfs /dev " /proc/mounts; [[ $(</proc/1/cmdline) ]]; echo fine'
	inside
	prints fine
}

@test "Debian: a daemon's tree ends with the container" {
	debian
	args bash -c 'for i in 1 2 3; do (setsid sleep 1000 &) ; done; sleep 1000'
	background
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
	nothing_left_of "$ID"
}

@test "Debian: in a user namespace" {
	debian
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
		.linux.gidMappings = .linux.uidMappings'
	args bash -c 'id -u; ls -ldn / | cut -d" " -f3'
	inside
	has_line 0
	has_line 65534
}

@test "Debian: as uid 1000" {
	debian
	# ping has a file capability, and the kernel does not execute it if the bounding set lacks that.
	config '.process.user = {uid: 1000, gid: 1000} |
		.process.capabilities = {bounding: ["CAP_NET_RAW"]} |
		.linux.sysctl = {"net.ipv4.ping_group_range": "1000 1000"}'
	args sh -c 'id -u; apt-get --version | head -1 | cut -d" " -f1; ps -e -o pid= -o comm= | head -1
		ping -c 1 -W 2 127.0.0.1 | grep -o "1 received"; grep CapEff /proc/self/status'
	inside
	matches "$stdout" $'^1000\napt\n +1 sh\n1 received\nCapEff:\t0+$'
}

# --- what spec writes, without a change ----------------------------------------------------------

# masked_and_readonly: with the bundle's own lists, what is there of the masked paths is empty and
# what is there of the read-only ones cannot be written; the number of both comes last.
masked_and_readonly()
{
	local masked read_only

	masked=$(jq -r '.linux.maskedPaths | join(" ")' "$BUNDLE/config.json")
	read_only=$(jq -r '.linux.readonlyPaths | join(" ")' "$BUNDLE/config.json")
	cat <<-END
		n=0
		for p in $masked; do
			[ -e \$p ] || continue
			n=\$((n + 1))
			[ -d \$p ] && text=\$(ls -A \$p) || text=\$(cat \$p)
			[ -z "\$text" ] || echo "not masked: \$p"
		done
		for p in $read_only; do
			[ -e \$p ] || continue
			n=\$((n + 1))
			[ -d \$p ] || { : >\$p; } 2>/dev/null && [ ! -d \$p ] && echo "writable: \$p"
			awk -v p=\$p '\$5 == p {o = \$6} END {exit o !~ /^ro(,|\$)/}' /proc/self/mountinfo ||
				echo "no read-only mount: \$p"
		done
		[ \$n -gt 2 ] && echo "paths looked at"
	END
}

# Only the terminal is off: sh of the bundle's own rootfs reads a script from its standard input.
spec_without_terminal()
{
	command -v "$1" >/dev/null || skip_or_fail "needs $1"
	BUNDLE=$WORK/by-$1
	mkdir "$BUNDLE"
	cp -a "$BUSYBOX_ROOT" "$BUNDLE/rootfs"
	(cd "$BUNDLE" && "$1" spec) 3>&-
	config '.process.terminal = false'
	masked_and_readonly >"$WORK/in"
	t_in "$WORK/in" run --bundle "$BUNDLE" "$ID"
	ok
	prints "paths looked at"
}

@test "the masked and read-only paths of runc spec" {
	spec_without_terminal runc
}

@test "the masked and read-only paths of crun spec" {
	spec_without_terminal crun
}

# --- configurations recorded from engines --------------------------------------------------------

# A refusal for what this host does not have, or that is right: the file of these two spec --rootless has no maps, and the
# user of the third is not one of its maps, and the last one names a host without a uts namespace.
known_refusal()
{
	case $1 in
	*/crun-*-spec/spec-rootless.config.json) grep -qF "needs uidMappings and gidMappings" "$2" ;;
	*/generate-remove-all.config.json) grep -qF "linux.namespaces has no uts namespace" "$2" ;;
	*/umoci-*/unpack-rootless.config.json) grep -qF "linux.uidMappings does not map it" "$2" ;;
	*) grep -qE 'cannot be enforced: (AppArmor|SELinux) is off on this host|this host has no (resctrl|cgroup controller)|is a file of cgroup v2' "$2" ;;
	esac
}

@test "every configuration that an engine wrote is planned, or refused by name" {
	promise
	local file code files=0 planned=0 bad=0
	for file in "$HERE"/../data/configs/*/*.config.json; do
		ln -sf "$file" "$BUNDLE/config.json"
		code=0
		"$TARE" plan --bundle "$BUNDLE" >"$WORK/out" 2>"$WORK/err" 3>&- || code=$?
		files=$((files + 1))
		if [ "$code" = 0 ] && grep -q pivot "$WORK/out"; then
			planned=$((planned + 1))
		elif [ "$code" != 1 ] || ! known_refusal "$file" "$WORK/err"; then
			bad=$((bad + 1))
			printf '%s: exit status %s\n' "$file" "$code" >&2
			cat "$WORK/err" >&2
		fi
	done
	equal "$bad" 0
	[ "$files" -gt 150 ]
	[ "$planned" -gt 10 ]
	equal "$(ls -A "$STATE")" ""
}
