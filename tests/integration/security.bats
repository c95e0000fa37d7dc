#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# What has gone wrong in container runtimes and is shown nowhere else. SECURITY.md has the list; tests/security/mutants
# what each test is to find.

load helpers

# not COMMAND...: a command that must fail; a plain ! is not looked at.
not()
{
	! "$@"
}

# --- the runtime's own program -------------------------------------------------------------------

@test "CVE-2019-5736: the program of init cannot be changed, not even when nobody runs it any more" {
	local pid size

	promise
	args /bin/true
	must create --bundle "$BUNDLE" "$ID"
	pid=$(pid_of "$ID")
	exec 5<"/proc/$pid/exe"
	size=$(stat -L -c %s /proc/self/fd/5)
	must delete --force "$ID"
	wait_for test ! -e "/proc/$pid/exe"
	not bash -c 'echo changed >>/proc/self/fd/5' 2>/dev/null
	not bash -c 'echo changed 1<>/proc/self/fd/5 >&1' 2>/dev/null
	equal "$(stat -L -c %s /proc/self/fd/5)" "$size"
	exec 5<&-
}

@test "CVE-2019-5736: what a program finds as /proc/self/exe is itself" {
	own_root
	args /proc/self/exe -c 'echo inside'
	t_run
	not grep -q inside <<<"$stdout"
	script 'readlink /proc/self/exe; readlink /proc/1/exe; cat /proc/1/maps'
	inside
	has_line /bin/busybox
	not grep -q -e "$TARE" -e memfd <<<"$stdout"
}

# --- procfs that is not what it seems ------------------------------------------------------------

# What the linker promises, the start of the program has to do.
@test "the program's own tables of pointers are read-only when it runs" {
	local program start size base low high range rights found=

	command -v readelf >/dev/null || skip_or_fail "needs readelf"
	args /bin/sleep 1000
	"$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3>&- &
	program=$!
	wait_for has_status "$ID" running
	read -r start size < <(readelf -lW "/proc/$program/exe" | awk '$1 == "GNU_RELRO" { print $3, $6 }')
	[ -n "$size" ]
	base=$(awk -v file="$(readlink "/proc/$program/exe")" '$6 == file { sub(/-.*/, "", $1); print "0x" $1; exit }' "/proc/$program/maps")
	low=$(((base + start) & ~4095)) high=$(((base + start + size) & ~4095))
	[ $((high - low)) -gt 8192 ]
	while read -r range rights _; do
		[ $((0x${range%-*})) -lt $high ] && [ $((0x${range#*-})) -gt $low ] || continue
		[[ $rights != *w* ]] || return 1
		found=1
	done <"/proc/$program/maps"
	[ -n "$found" ]
	must delete --force "$ID"
	wait $program || true
}

@test "CVE-2025-52881: sysctls are not written through a procfs that something lies on" {
	promise
	config '.linux.sysctl = {"net.ipv4.ip_default_ttl": "77"}'
	args /bin/cat /proc/sys/net/ipv4/ip_default_ttl
	status=0
	TARE_TEST_MARK=$MARK unshare --mount --propagation private sh -c '
		boot=$(cat /proc/sys/kernel/random/boot_id) && mount -t tmpfs none /proc/sys &&
		mkdir -p /proc/sys/kernel/random /proc/sys/net/ipv4 && echo "$boot" >/proc/sys/kernel/random/boot_id &&
		: >/proc/sys/net/ipv4/ip_default_ttl &&
		"$@" && cat /proc/sys/net/ipv4/ip_default_ttl >&2' sh \
		"$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" >"$WORK/stdout" 2>"$WORK/stderr" 3>&- ||
		status=$?
	stdout=$(<"$WORK/stdout") stderr=$(<"$WORK/stderr")
	ok
	prints 77
	equal "$stderr" ""
}

@test "a cgroup file system that is none is not written to" {
	promise
	needs_v1 pids
	args /bin/true
	config '.linux.cgroupsPath = $p | del(.linux.resources, (.mounts[] | select(.type == "cgroup")))' --arg p "/$ID"
	# As if everything were there that is needed.
	TARE_TEST_MARK=$MARK unshare --mount --propagation private sh -c '
		mount -t tmpfs none /sys/fs/cgroup/pids && mkdir "/sys/fs/cgroup/pids/$1" && cd "/sys/fs/cgroup/pids/$1" &&
		: >tasks && : >cgroup.procs && shift && ! "$@" && cat tasks cgroup.procs' sh "$ID" \
		"$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" >"$WORK/stdout" 2>"$WORK/stderr" 3>&-
	equal "$(cat "$WORK/stdout")" ""
	matches "$(cat "$WORK/stderr")" "cgroup"
	# What could not be removed there is on record until it is known to be gone.
	must delete --force "$ID"
	nothing_left_of "$ID"
}

# --- names that lead elsewhere -------------------------------------------------------------------

@test "CVE-2025-52565: a console that is a link in the image is covered itself" {
	promise
	own_root
	config 'del(.mounts[] | select(.destination == "/dev")) | .process.terminal = true
		| .root.readonly = false'
	rm -f "$ROOTFS/dev/console"
	echo target >"$ROOTFS/data/target"
	ln -s /data/target "$ROOTFS/dev/console"
	script 'stat -c %F /data/target; stat -c %t /dev/console; grep -c " /dev/console " /proc/self/mountinfo'
	status=0
	TARE_TEST_MARK=$MARK "$BIN/pty" -- "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
		</dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&- || status=$?
	stdout=$(tr -d '\0\r' <"$WORK/stdout")
	equal "$status" 0
	prints $'regular file\n88\n1'
}

# --- descriptors ---------------------------------------------------------------------------------

@test "a standard descriptor that is closed is the host's null device inside, not the image's" {
	config 'del(.mounts[] | select(.destination | startswith("/dev")))'
	# Where /dev is a bind nobody makes devices in it.
	mkdir "$WORK/dev"
	echo "of the image" >"$WORK/dev/null"
	mount_add "{destination: \"/dev\", source: \"$WORK/dev\", type: \"bind\", options: [\"bind\"]}"
	script 'cat; stat -L -c %t:%T /proc/self/fd/0'
	status=0
	TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
		<&- >"$WORK/stdout" 2>"$WORK/stderr" 3>&- || status=$?
	stdout=$(<"$WORK/stdout") stderr=$(<"$WORK/stderr")
	ok
	prints 1:3
}

@test "CVE-2024-21626: a working directory through a descriptor" {
	local fd

	promise
	args /bin/pwd
	# One that the caller hands over leads outside; it is seen by the name it then has.
	config '.process.cwd = "/proc/self/fd/3"'
	status=0
	TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" run --preserve-fds 1 --bundle "$BUNDLE" "$ID" \
		</dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3<"$WORK" || status=$?
	stdout=$(<"$WORK/stdout") stderr=$(<"$WORK/stderr")
	exits 1
	says "the working directory \"/proc/self/fd/3\"" /process/cwd
	for fd in 3 4 5 6 7 8 9 10 11 12 13 14; do
		config ".process.cwd = \"/proc/self/fd/$fd\""
		t_run
		[ "$status" != 0 ] || prints /
	done
}

# --- what is lost silently -----------------------------------------------------------------------

@test "each attribute of a mount is in effect, of a bind and of a new one" {
	local name

	promise
	mkdir -p "$WORK/source"
	for name in ro nosuid nodev noexec nosymfollow noatime; do
		mount_add "{destination: \"/tmp/bind.$name\", source: \"$WORK/source\", type: \"bind\", options: [\"bind\", \"$name\"]}"
		mount_add "{destination: \"/tmp/new.$name\", source: \"tmpfs\", type: \"tmpfs\", options: [\"$name\"]}"
	done
	config '.mounts |= (.[:7] + [{destination: "/tmp", source: "tmpfs", type: "tmpfs"}] + .[7:])'
	args /bin/cat /proc/self/mountinfo
	inside
	for name in ro nosuid nodev noexec nosymfollow noatime; do
		matches "$(grep " /tmp/bind.$name " <<<"$stdout" | cut -d' ' -f6)" "(^|,)$name(,|$)"
		matches "$(grep " /tmp/new.$name " <<<"$stdout" | cut -d' ' -f6)" "(^|,)$name(,|$)"
	done
}

# --- what is said to be done ---------------------------------------------------------------------

# believed CALL WHAT [GROUPS]: where the call only says that it has been done, nothing starts, and the error says what is
# otherwise. The caller has these groups.
believed()
{
	promise
	make_helper liar
	args /bin/true
	status=0
	TARE_TEST_MARK=$MARK setpriv --groups "${3:-0,4}" --securebits=+no_setuid_fixup --inh-caps=+chown --ambient-caps=+chown "$BIN/liar" "$1" \
		"$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&- ||
		status=$?
	stdout=$(<"$WORK/stdout") stderr=$(<"$WORK/stderr")
	exits 1
	says "the process has other $2 than it is to have" 'step: init "identity"'
	nothing_left_of "$ID"
}

@test "read back: the user" {
	config '.process.user = {uid: 1000, gid: 0}'
	believed setresuid ids
}

@test "read back: the group" {
	config '.process.user = {uid: 0, gid: 1000}'
	believed setresgid ids
}

@test "read back: the groups" {
	believed setgroups groups
	config '.process.user.additionalGids = [0, 5]'
	believed setgroups groups
	# As many, with the same sum.
	config '.process.user.additionalGids = [1, 3]'
	believed setgroups groups
	config '.process.user.additionalGids = [range(100)]'
	believed setgroups groups
	believed setgroups groups "$(seq -s, 100 199)"
}

@test "read back: the capabilities" {
	believed capset capabilities
}

@test "read back: the bounding set" {
	believed bounding "bounding capabilities"
}

@test "read back: the ambient set, of which a caller's goes" {
	config '.process.capabilities |= (.inheritable = ["CAP_CHOWN"] | .permitted += ["CAP_CHOWN"] | .bounding += ["CAP_CHOWN"] | .ambient = [])'
	believed ambient capabilities
	args /bin/reporter
	TARE_TEST_MARK=$MARK setpriv --inh-caps=+chown --ambient-caps=+chown "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
		</dev/null >"$WORK/report" 3>&-
	is .capabilities.ambient '[]'
}

@test "read back: the securebits, of which a caller's go" {
	believed securebits securebits
	args /bin/reporter
	TARE_TEST_MARK=$MARK setpriv --securebits=+no_setuid_fixup "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
		</dev/null >"$WORK/report" 3>&-
	is .securebits 0
}

@test "read back: no_new_privs" {
	believed no_new_privs no_new_privs
}
