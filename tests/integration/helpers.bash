# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034
#
# What every file of integration tests shares: a bundle in a few milliseconds, the runtime called
# with its output kept apart, assertions, and the check that a test has left nothing behind.
# Environment:
#   TARE                 the runtime under test (default: tare of the build directory)
#   TARE_TEST_CACHE      where helper programs and root file systems are kept between runs
#   TARE_TEST_MUST_RUN   1: a test that would be skipped fails instead
#   TARE_TEST_PROMISES   1: tests of what only tare promises run on other runtimes too
# A test that needs a root file system of its own calls own_root; all others share one.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${TARE_TEST_CACHE:-/var/tmp/tare-tests-$(id -u)}
BIN=$CACHE/bin
BUSYBOX_ROOT=$CACHE/busybox
DEBIAN_ROOT=$CACHE/debian
LIMIT=${TARE_TEST_LIMIT:-20}
CGROUPS=/sys/fs/cgroup

# --- programs and root file systems, made once ---------------------------------------------------

make_helper()
{
	local source=$HERE/$1.c program=$BIN/$1

	[ "$program" -nt "$source" ] && return 0
	mkdir -p "$BIN"
	${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -O1 -static -o "$program.$$" "$source" &&
		mv "$program.$$" "$program"
}

# The runtime must find every mount point there: the shared root is never written to.
make_busybox_root()
{
	local root=$BUSYBOX_ROOT.$$ name

	if [ -e "$BUSYBOX_ROOT/etc/passwd" ] && [ "$BUSYBOX_ROOT/bin/reporter" -nt "$BIN/reporter" ]; then
		return 0
	fi
	rm -rf "$root" "$BUSYBOX_ROOT"
	mkdir -p "$root"/{bin,dev,etc,mnt,proc,root,run,sys,tmp,var,data,volume,empty,closed} \
		"$root"/data/{a,b}
	chmod 1777 "$root/tmp"
	chmod 700 "$root/closed"
	cp "$(command -v busybox)" "$root/bin/busybox"
	"$root/bin/busybox" --list | grep -vx busybox | while read -r name; do
		ln -s busybox "$root/bin/$name"
	done
	cp "$BIN/reporter" "$root/bin/reporter"
	touch "$root/bin/reporter" "$root/data/file" "$root/data/other"
	echo "shared" >"$root/data/a/text"
	ln -s /data/a "$root/data/link"
	ln -s ../../../../data/b "$root/data/climb"
	ln -s /etc/hostname "$root/data/dangling"
	printf 'not a program\n' >"$root/data/plain"
	printf 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n' \
		>"$root/etc/passwd"
	printf 'root:x:0:\nuser:x:1000:\n' >"$root/etc/group"
	mv "$root" "$BUSYBOX_ROOT"
}

# A Debian of the release that the machine's own apt sources name. Twenty seconds, once.
make_debian_root()
{
	local root=$DEBIAN_ROOT.$$ release

	[ -e "$DEBIAN_ROOT/bin/bash" ] && return 0
	command -v mmdebstrap >/dev/null || return 1
	release=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
	rm -rf "$root"
	mmdebstrap --variant=minbase --include=iputils-ping,procps "$release" "$root" \
		>"$CACHE/mmdebstrap.log" 2>&1 || return 1
	cp "$BIN/reporter" "$root/bin/reporter"
	mv "$root" "$DEBIAN_ROOT"
}

make_everything()
{
	make_helper reporter && make_helper pty && make_busybox_root
}

# --- which runtime -------------------------------------------------------------------------------

find_runtime()
{
	local try

	if [ -z "${TARE:-}" ]; then
		for try in "${top_builddir:-$HERE/../..}/tare" "$(command -v tare)"; do
			[ -x "$try" ] && TARE=$try && break
		done
	fi
	[ -x "${TARE:-}" ] || {
		echo "no runtime to test: set TARE=/path/to/tare" >&2
		return 1
	}
	TARE=$(readlink -f "$TARE")
	export TARE
}

is_tare()
{
	[ "$RUNTIME" = tare ]
}

# A test of something that tare promises and its peers do not.
promise()
{
	is_tare || [ "${TARE_TEST_PROMISES:-}" = 1 ] || skip "only tare promises this"
}

# skip_or_fail REASON: what would let the test run belongs into the reason.
skip_or_fail()
{
	if [ "${TARE_TEST_MUST_RUN:-}" = 1 ]; then
		echo "must run, but: $1" >&2
		return 1
	fi
	skip "$1"
}

has_capability()
{
	local set

	set=$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)
	[ $((0x$set >> $1 & 1)) = 1 ]
}

needs_sys_resource()
{
	has_capability 24 || skip_or_fail "needs CAP_SYS_RESOURCE: run as a root that has it, for example in the guest"
}

has_v1()
{
	[ -d "$CGROUPS/$1" ] && grep -q " $(realpath "$CGROUPS/$1") .* - cgroup " /proc/self/mountinfo
}

needs_v1()
{
	has_v1 "$1" || skip_or_fail "needs the v1 cgroup hierarchy \"$1\" mounted at $CGROUPS/$1"
}

# --- life of a file and of a test ----------------------------------------------------------------

setup_file()
{
	find_runtime && make_everything || return 1
	local mark

	mark=tt$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
	mkdir -p "$BATS_FILE_TMPDIR/state"
	# The name of the root stands in the mount table of every process that has got as far as to
	# use it. A container's root must be able to reach it in a user namespace too.
	chmod a+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/file" "$BATS_RUN_TMPDIR/test" \
		"$BATS_FILE_TMPDIR" 2>/dev/null || true
	cp -al "$BUSYBOX_ROOT" "$BATS_FILE_TMPDIR/root-$mark" 2>/dev/null ||
		cp -aT "$BUSYBOX_ROOT" "$BATS_FILE_TMPDIR/root-$mark"
	# A file, not the environment: processes of the tests must not carry the mark.
	{
		echo "MARK=$mark"
		echo "SHARED=$BATS_FILE_TMPDIR/root-$mark"
		echo "STATE=$BATS_FILE_TMPDIR/state"
		echo "RUNTIME=$("$TARE" --version | sed -n '1s/ version.*//p')"
	} >"$BATS_FILE_TMPDIR/names"
}

# Everything that is searched for, killed and removed goes by these names: without them nothing may.
names()
{
	# shellcheck source=/dev/null
	. "$BATS_FILE_TMPDIR/names" && names_check
}

names_check()
{
	if [[ ! ${MARK:-} =~ ^t[bft][0-9a-f]{8}$ || ${STATE:-} != /tmp/?* || ! ${RUNTIME:-} =~ ^[a-z]+$ ]]; then
		echo "the names of this run are not set: nothing is looked for, nothing cleaned up" >&2
		exit 1
	fi
}

setup()
{
	names
	WORK=$BATS_TEST_TMPDIR
	ID=$MARK-$BATS_TEST_NUMBER
	new_bundle bundle
}

teardown()
{
	local id dir left=""

	# Without its names the clean-up would take everything on the machine for ours.
	names || return 1
	for dir in "$STATE"/*"$MARK"*/; do
		[ -d "$dir" ] || continue
		id=$(basename "$dir")
		timeout -k 1 "$LIMIT" "$TARE" --root "$STATE" delete --force "$id" </dev/null 3>&- || true
	done
	reap_jobs
	left=$(leftovers)
	# An exit is not instantaneous; only what stays is left behind.
	if [ -n "$left" ]; then
		sleep 0.2
		left=$(leftovers)
	fi
	if [ -n "$left" ]; then
		sweep_away
		printf 'left behind:\n%s\n' "$left" >&2
		return 1
	fi
}

teardown_file()
{
	local left

	names || return 1
	left=$(leftovers)
	[ -z "$left" ] || {
		sweep_away
		printf 'left behind:\n%s\n' "$left" >&2
		return 1
	}
}

# Processes that the test started itself in the background, by &.
reap_jobs()
{
	local pid

	for pid in $(jobs -p); do
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

# --- what is left of us on the machine -----------------------------------------------------------

# Processes are ours if the mark stands in their environment, arguments or cgroup, or if they see
# mounts of ours in a mount namespace of their own. The pattern does not match itself.
left_processes()
{
	local pattern="[${MARK:0:1}]${MARK:1}" files=() pid

	files=(/proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/[0-9]*/cgroup /proc/[0-9]*/mountinfo)
	grep -las -e "$pattern" "${files[@]}" 2>/dev/null | cut -d/ -f3 | sort -un |
		while read -r pid; do
			[ "$pid" != $$ ] && [ -e "/proc/$pid/exe" ] || continue
			printf 'process %s: %s [%s]\n' "$pid" \
				"$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)" \
				"$(sed -n 's/^Name:.//p' "/proc/$pid/status" 2>/dev/null)"
		done
}

left_cgroups()
{
	names_check
	find "$CGROUPS" -mindepth 1 -type d \( -fstype cgroup -o -fstype cgroup2 \) -name "*$MARK*" \
		-printf 'cgroup %p\n' 2>/dev/null
}

left_mounts()
{
	grep -e "$MARK" -e "$BATS_FILE_TMPDIR" /proc/self/mountinfo | sed 's/^/mount /'
}

left_state()
{
	find "$STATE" -mindepth 1 -maxdepth 1 -name "*$MARK*" -printf 'state %p\n' 2>/dev/null
	find "/run/$RUNTIME" -mindepth 1 -maxdepth 1 -name "*$MARK*" -printf 'state %p\n' 2>/dev/null
	find /run/netns -mindepth 1 -maxdepth 1 -name "*$MARK*" -printf 'network namespace %p\n' 2>/dev/null
}

leftovers()
{
	names_check
	left_processes
	left_cgroups
	left_mounts
	left_state
	return 0
}

# nothing_left_of ID: the same for one container, before anybody cleans up.
nothing_left_of()
{
	local left

	left=$(leftovers)
	left=$(grep -e "$1" <<<"$left" || true)
	[ -z "$left" ] || {
		printf 'left behind by %s:\n%s\n' "$1" "$left" >&2
		return 1
	}
}

# Makes the machine clean again after a runtime that did not. v1 is thawed first: a frozen process
# cannot die.
sweep_away()
{
	local dir pid

	names_check
	find "$CGROUPS/freezer" -depth -type d -name "*$MARK*" 2>/dev/null | while read -r dir; do
		echo THAWED >"$dir/freezer.state" 2>/dev/null
	done
	left_processes | sed -n 's/^process \([0-9]*\):.*/\1/p' | while read -r pid; do
		kill -KILL "$pid" 2>/dev/null
	done
	sleep 0.2
	find "$CGROUPS" -depth -mindepth 1 -type d -path "*$MARK*" -exec rmdir {} \; 2>/dev/null
	cut -d' ' -f5 /proc/self/mountinfo | grep -e "$MARK" -e "$BATS_FILE_TMPDIR" | sort -r |
		while read -r dir; do
			umount -l "$dir" 2>/dev/null
		done
	rm -rf "${STATE:?}"/*"$MARK"* "/run/$RUNTIME"/*"$MARK"*
	true
}

# --- bundles -------------------------------------------------------------------------------------

# new_bundle NAME: makes $BUNDLE, with the shared root.
new_bundle()
{
	BUNDLE=$WORK/$1
	mkdir -p "$BUNDLE"
	sed "s|\"rootfs\"|\"$SHARED\"|" "$HERE/base.json" >"$BUNDLE/config.json"
}

# own_root: a root file system that this test may write to, at $ROOTFS.
own_root()
{
	ROOTFS=$BUNDLE/rootfs
	cp -a "$BUSYBOX_ROOT" "$ROOTFS"
	config '.root = {path: "rootfs"}'
}

# mount_add JSON: one mount more, after those that are there.
mount_add()
{
	config '.mounts += [$m]' --argjson m "$(jq -nc "$1")"
}

# config FILTER [jq options]: edits config.json.
config()
{
	local filter=$1

	shift
	jq "$@" "$filter" "$BUNDLE/config.json" >"$BUNDLE/config.new" &&
		mv "$BUNDLE/config.new" "$BUNDLE/config.json"
}

# args WORD...: what the container runs.
args()
{
	config '.process.args = ($words | split("\u0001")[:-1])' --arg words "$(printf '%s\1' "$@")"
}

# script TEXT: what the container runs, by sh.
script()
{
	args /bin/sh -c "$1"
}

without_namespace()
{
	config 'del(.linux.namespaces[] | select(.type == $t))' --arg t "$1"
}

# namespace TYPE [PATH]
namespace()
{
	without_namespace "$1"
	config '.linux.namespaces += [{type: $t} + (if $p == "" then {} else {path: $p} end)]' \
		--arg t "$1" --arg p "${2:-}"
}

all_capabilities()
{
	config '.process.capabilities |= {bounding: $c, effective: $c, permitted: $c}' \
		--argjson c "$("$BIN/reporter" | jq -c .capabilities.bounding)"
}

# --- calling the runtime -------------------------------------------------------------------------

# t ARGUMENTS: calls the runtime; $status, $stdout and $stderr are what came of it. Output goes to
# files, since a container that lives on keeps the runtime's stdout open.
t()
{
	t_in /dev/null "$@"
}

t_in()
{
	local in=$1

	shift
	status=0
	TARE_TEST_MARK=$MARK timeout --foreground -k 1 "$LIMIT" "$TARE" --root "$STATE" "$@" \
		<"$in" >"$WORK/stdout" 2>"$WORK/stderr" 3>&- || status=$?
	# A NUL can stand in what a container prints; bash cannot hold it.
	stdout=$(tr -d '\0' <"$WORK/stdout")
	stderr=$(tr -d '\0' <"$WORK/stderr")
}

t_create()
{
	t create --bundle "$BUNDLE" "${1:-$ID}"
}

t_run()
{
	t run --bundle "$BUNDLE" "${1:-$ID}"
}

# must ARGUMENTS: the same, where anything but success is a failure of the test.
must()
{
	t "$@"
	ok
}

# inside: runs the bundle in the foreground, which must succeed; $stdout is what it printed.
inside()
{
	t_run
	ok
}

# refused POINTER [TEXT...]: the bundle cannot be created; the message names the place and says why;
# nothing is left.
refused()
{
	local pointer=$1 text

	shift
	t_create
	exits 1
	for text in "$@"; do
		grep -qiF -e "$text" <<<"$stderr" || {
			echo "expected on stderr: $text" >&2
			show
		}
	done
	[ -z "$stdout" ] || show
	nothing_left_of "$ID"
	is_tare || [ "${TARE_TEST_PROMISES:-}" = 1 ] || return 0
	says "$pointer"
}

# background: starts the bundle detached.
background()
{
	must run --detach --bundle "$BUNDLE" "${1:-$ID}"
}

# report: runs the reporter; then `is` looks at what it said.
report()
{
	args /bin/reporter
	inside
	cp "$WORK/stdout" "$WORK/report"
}

# other_namespace KIND PID: that process is in another namespace than we.
other_namespace()
{
	[ "$(readlink "/proc/self/ns/$1")" != "$(readlink "/proc/$2/ns/$1")" ]
}

# wait_for COMMAND...: its words are expanded once, so what is to change is read by the command itself.
wait_for()
{
	local i

	for ((i = 0; i < 250; i++)); do
		"$@" && return 0
		sleep 0.02
	done
	echo "waited in vain for: $*" >&2
	return 1
}

status_of()
{
	"$TARE" --root "$STATE" state "$1" 2>/dev/null | jq -r .status
}

has_status()
{
	[ "$(status_of "$1")" = "$2" ]
}

pid_of()
{
	"$TARE" --root "$STATE" state "$1" | jq -r .pid
}

# --- assertions ----------------------------------------------------------------------------------

show()
{
	printf 'status: %s\nstdout: %s\nstderr: %s\n' "$status" "$stdout" "$stderr" >&2
	return 1
}

ok()
{
	[ "$status" = 0 ] || show
}

# exits NUMBER
exits()
{
	[ "$status" = "$1" ] || {
		echo "expected exit status $1" >&2
		show
	}
}

# says TEXT...: each stands in stderr.
says()
{
	local text

	for text in "$@"; do
		[[ $stderr == *"$text"* ]] || {
			echo "expected on stderr: $text" >&2
			show
		}
	done
}

# prints TEXT: all that stands on stdout.
prints()
{
	[ "$stdout" = "$1" ] || {
		printf 'expected on stdout: %s\n' "$1" >&2
		show
	}
}

has_line()
{
	grep -qxF -e "$1" <<<"$stdout" || {
		printf 'expected a line on stdout: %s\n' "$1" >&2
		show
	}
}

silent()
{
	[ -z "$stdout$stderr" ] || {
		echo "expected no output" >&2
		show
	}
}

# is FILTER JSON: the reporter's answer, or any JSON in $WORK/report.
is()
{
	local got want

	got=$(jq -cS "$1" "$WORK/report")
	want=$(jq -cnS "$2")
	[ "$got" = "$want" ] || {
		printf '%s\n  is       %s\n  expected %s\n' "$1" "$got" "$want" >&2
		return 1
	}
}

differs()
{
	printf 'got:      %s\nexpected: %s\n' "$1" "$2" >&2
	return 1
}

# equal GOT WANT
equal()
{
	[ "$1" = "$2" ] || differs "$1" "$2"
}

# matches TEXT REGEX
matches()
{
	[[ $1 =~ $2 ]] || differs "$1" "$2"
}
