#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The life cycle: which operation is allowed in which state, and what each prints.

load helpers

stopped_container()
{
	args /bin/true
	must create --bundle "$BUNDLE" "$ID"
	must start "$ID"
	wait_for has_status "$ID" stopped
}

created_container()
{
	args /bin/sleep 1000
	must create --bundle "$BUNDLE" "$ID"
}

running_container()
{
	created_container
	must start "$ID"
	wait_for has_status "$ID" running
}

# --- the usual way -------------------------------------------------------------------------------

@test "create, start, stop, delete" {
	own_root
	script 'echo from inside; until [ -e /end ]; do sleep 0.02; done; exit 3'
	must create --bundle "$BUNDLE" "$ID"
	has_status "$ID" created
	must start "$ID"
	has_status "$ID" running
	touch "$ROOTFS/end"
	wait_for has_status "$ID" stopped
	must delete "$ID"
	t state "$ID"
	exits 1
	nothing_left_of "$ID"
}

@test "what the container prints goes to the stdout and stderr of create" {
	script 'echo to stdout; echo to stderr >&2'
	must create --bundle "$BUNDLE" "$ID"
	cp "$WORK/stdout" "$WORK/created.out"
	[ ! -s "$WORK/stdout" ]
	TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" start "$ID"
	wait_for has_status "$ID" stopped
	equal "$(cat "$WORK/stdout")" "to stdout"
	equal "$(cat "$WORK/stderr")" "to stderr"
}

@test "the program starts with start, not with create" {
	own_root
	script 'touch /started; sleep 1000'
	must create --bundle "$BUNDLE" "$ID"
	sleep 0.1
	[ ! -e "$ROOTFS/started" ]
	must start "$ID"
	wait_for test -e "$ROOTFS/started"
}

@test "config.json may change after create without effect" {
	script 'echo first'
	must create --bundle "$BUNDLE" "$ID"
	script 'echo second'
	"$TARE" --root "$STATE" start "$ID"
	wait_for has_status "$ID" stopped
	equal "$(cat "$WORK/stdout")" "first"
}

@test "the bundle defaults to the current directory" {
	args /bin/true
	cd "$BUNDLE"
	must run "$ID"
	must run -b . "$ID"
	must run -b "../bundle" "$ID"
	must run --bundle="$BUNDLE" "$ID"
}

@test "an id can be used again after delete" {
	created_container
	must delete --force "$ID"
	created_container
	has_status "$ID" created
}

@test "containers of one id live beside each other in different roots" {
	created_container
	must --root "$STATE/second$MARK" create --bundle "$BUNDLE" "$ID-second"
	must --root "$STATE/second$MARK" delete --force "$ID-second"
	has_status "$ID" created
	rm -rf "$STATE/second$MARK"
}

# --- state ---------------------------------------------------------------------------------------

@test "state prints what the specification asks for" {
	config '.annotations = {"org.example.key": "value"}'
	created_container
	must state "$ID"
	equal "$(jq -r .id <<<"$stdout")" "$ID"
	equal "$(jq -r .status <<<"$stdout")" created
	equal "$(jq -r .bundle <<<"$stdout")" "$BUNDLE"
	equal "$(jq -r .rootfs <<<"$stdout")" "$SHARED"
	equal "$(jq -r '.annotations["org.example.key"]' <<<"$stdout")" value
	matches "$(jq -r .ociVersion <<<"$stdout")" '^1\.[0-9]+\.[0-9]+'
	matches "$(jq -r .created <<<"$stdout")" '^20[0-9-]+T[0-9:]+(\.[0-9]+)?Z$'
	kill -0 "$(jq -r .pid <<<"$stdout")"
	[ -z "$stderr" ]
}

@test "the keys of state come in the order that callers know" {
	created_container
	must state "$ID"
	equal "$(jq -c 'keys_unsorted' <<<"$stdout")" \
		'["ociVersion","id","pid","status","bundle","rootfs","created","owner"]'
}

@test "the pid of state is the container's first process" {
	running_container
	equal "$(tr '\0' ' ' <"/proc/$(pid_of "$ID")/cmdline")" "/bin/sleep 1000 "
	matches "$(sed -n 's/^NSpid://p' "/proc/$(pid_of "$ID")/status")" '[[:space:]]1$'
}

@test "a stopped container has pid 0" {
	stopped_container
	equal "$(pid_of "$ID")" 0
}

@test "a container that was killed from outside is stopped" {
	running_container
	kill -KILL "$(pid_of "$ID")"
	wait_for has_status "$ID" stopped
	must delete "$ID"
}

@test "a waiting init that was killed from outside is stopped" {
	created_container
	kill -KILL "$(pid_of "$ID")"
	wait_for has_status "$ID" stopped
	t start "$ID"
	exits 1
	must delete "$ID"
}

@test "a zombie is stopped" {
	# The first process of a container that is started by this shell stays a zombie of the
	# nearest reaper; with a subreaper that does not reap it is seen as such.
	args /bin/sleep 1000
	python=$(command -v python3) || skip_or_fail "needs python3 for a subreaper that does not reap"
	"$python" - "$TARE" "$STATE" "$BUNDLE" "$ID" <<-'END' &
		import ctypes, subprocess, sys, time
		ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
		tare, state, bundle, name = sys.argv[1:]
		subprocess.run([tare, "--root", state, "run", "-d", "--bundle", bundle, name],
		               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
		time.sleep(1000)
	END
	wait_for has_status "$ID" running
	kill -KILL "$(pid_of "$ID")"
	wait_for has_status "$ID" stopped
	must delete "$ID"
}

@test "state of a process that took over the pid is not ours" {
	promise
	running_container
	local pid
	pid=$(pid_of "$ID")
	kill -KILL "$pid"
	wait_for has_status "$ID" stopped
	must state "$ID"
	equal "$(jq .pid <<<"$stdout")" 0
}

# --- states x operations -------------------------------------------------------------------------

@test "unknown: state, start, kill and delete fail and say so" {
	local operation
	for operation in state start kill delete; do
		t "$operation" "$ID-unknown"
		exits 1
		says "does not exist"
	done
}

@test "unknown: delete --force succeeds silently" {
	must delete --force "$ID-unknown"
	silent
	must delete -f "$ID-unknown"
	silent
}

@test "created: a second create of the id is refused and changes nothing" {
	created_container
	local pid
	pid=$(pid_of "$ID")
	t_create
	exits 1
	says "already exists"
	equal "$(pid_of "$ID")" "$pid"
	has_status "$ID" created
	t run --bundle "$BUNDLE" "$ID"
	exits 1
	has_status "$ID" created
}

@test "created: delete without --force kills and deletes" {
	created_container
	must delete "$ID"
	nothing_left_of "$ID"
}

@test "created: delete --force" {
	created_container
	must delete --force "$ID"
	silent
	nothing_left_of "$ID"
}

@test "created: kill KILL" {
	created_container
	must kill "$ID" KILL
	silent
	wait_for has_status "$ID" stopped
}

@test "created: TERM ends the waiting init" {
	created_container
	must kill "$ID"
	wait_for has_status "$ID" stopped
}

@test "running: start fails" {
	running_container
	t start "$ID"
	exits 1
	says "cannot start an already running container"
	has_status "$ID" running
}

@test "running: create of the same id fails" {
	running_container
	t_create
	exits 1
	says "already exists"
	has_status "$ID" running
}

@test "running: delete fails" {
	running_container
	t delete "$ID"
	exits 1
	says "cannot delete container $ID that is not stopped: running"
	has_status "$ID" running
}

@test "running: delete --force" {
	running_container
	must delete --force "$ID"
	silent
	nothing_left_of "$ID"
}

@test "stopped: start fails" {
	stopped_container
	t start "$ID"
	exits 1
	says "cannot start a container that has stopped"
}

@test "stopped: kill fails with the words that callers look for" {
	stopped_container
	t kill "$ID" KILL
	exits 1
	says "container not running"
	promise
	says "no such process"
}

@test "stopped: kill --all succeeds" {
	stopped_container
	must kill --all "$ID" 9
}

@test "stopped: create of the same id fails" {
	stopped_container
	t_create
	exits 1
	says "already exists"
}

@test "stopped: delete" {
	stopped_container
	must delete "$ID"
	silent
	nothing_left_of "$ID"
}

@test "stopped: delete --force" {
	stopped_container
	must delete --force "$ID"
	nothing_left_of "$ID"
}

@test "deleted: a second delete fails, a second delete --force does not" {
	stopped_container
	must delete "$ID"
	t delete "$ID"
	exits 1
	must delete --force "$ID"
}

# --- kill ----------------------------------------------------------------------------------------

@test "kill takes names, names with SIG, lower case and numbers" {
	local signal
	args /bin/reporter signals
	background
	wait_for grep -q ready "$WORK/stdout"
	cp "$WORK/stdout" "$WORK/first"
	for signal in USR1 SIGUSR1 usr1 sigusr1 10; do
		TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" kill "$ID" "$signal"
		sleep 0.05
	done
	TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" kill "$ID"
	wait_for has_status "$ID" stopped
	equal "$(grep -c USR1 "$WORK/stdout")" 5
	equal "$(grep -c TERM "$WORK/stdout")" 1
}

@test "kill refuses unknown signals" {
	running_container
	local signal
	for signal in NOSUCH SIGNOSUCH 0x9 -1 65 1000 "" "9 " 99999999999999999999; do
		t kill "$ID" "$signal"
		exits 1
		promise
		says "unknown signal"
	done
	has_status "$ID" running
}

@test "kill 0 only asks whether there is somebody" {
	running_container
	must kill "$ID" 0
	has_status "$ID" running
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	t kill "$ID" 0
	exits 1
	says "container not running"
}

@test "kill knows the real-time signals by number" {
	running_container
	must kill "$ID" 34
	must kill "$ID" 64
	has_status "$ID" running
}

@test "kill KILL of a container ends all of its processes" {
	script 'sleep 1000 & sleep 1000 & sleep 1000'
	background
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
	nothing_left_of "$ID"
}

@test "options may follow the id" {
	args /bin/sleep 1000
	must create "$ID" --bundle "$BUNDLE" --pid-file "$WORK/pid"
	equal "$(cat "$WORK/pid")" "$(pid_of "$ID")"
	must delete "$ID" --force
	nothing_left_of "$ID"
}

# --- list ----------------------------------------------------------------------------------------

@test "list of an empty root is empty" {
	mkdir "$WORK/root"
	must --root "$WORK/root" list
	matches "$stdout" '^ID +PID +STATUS +BUNDLE +CREATED +OWNER *$'
	must --root "$WORK/root" list --quiet
	silent
	must --root "$WORK/root" list --format json
	matches "$(jq -c . <<<"$stdout")" '^(null|\[\])$'
}

@test "list of a root that does not exist fails and does not make it" {
	promise
	t --root "$WORK/missing" list
	exits 1
	[ ! -e "$WORK/missing" ]
}

@test "list prints a sorted table" {
	args /bin/sleep 1000
	must create --bundle "$BUNDLE" "$ID-b"
	must create --bundle "$BUNDLE" "$ID-c"
	must run --detach --bundle "$BUNDLE" "$ID-a"
	must list
	equal "$(sed 's/^\([^ ]*\) *[^ ]* *\([^ ]*\).*/\1 \2/' <<<"$stdout" | head -4 | tr '\n' ,)" \
		"ID STATUS,$ID-a running,$ID-b created,$ID-c created,"
	matches "$stdout" "$ID-a +$(pid_of "$ID-a") +running +$BUNDLE +20[^ ]+Z +root"
}

@test "list --format json is one line with the keys of state" {
	created_container
	must list --format json
	equal "$(wc -l <"$WORK/stdout")" 1
	equal "$(jq -r '.[0].id' <<<"$stdout")" "$ID"
	equal "$(jq -r '.[0].status' <<<"$stdout")" created
	equal "$(jq -r '.[0].owner' <<<"$stdout")" root
	equal "$(jq -c '.[0] | keys_unsorted' <<<"$stdout")" \
		'["ociVersion","id","pid","status","bundle","rootfs","created","owner"]'
	must list -f json
	must list --format=table
}

@test "list --quiet prints ids only" {
	created_container
	must list -q
	prints "$ID"
}

@test "list refuses an unknown format" {
	t list --format yaml
	exits 1
}

@test "list goes on when a state directory is broken" {
	promise
	created_container
	mkdir "$STATE/$MARK-broken"
	t list -q
	has_line "$ID"
	rm -rf "${STATE:?}/$MARK-broken"
}

# --- spec, version, help -------------------------------------------------------------------------

@test "spec writes a config.json and does not overwrite one" {
	mkdir "$WORK/new"
	cd "$WORK/new"
	must spec
	silent
	equal "$(jq -c .process.args config.json)" '["sh"]'
	equal "$(jq -c .process.terminal config.json)" true
	equal "$(jq -c .root config.json)" '{"path":"rootfs","readonly":true}'
	equal "$(jq -c '[.linux.namespaces[].type] | sort - ["cgroup"]' config.json)" \
		'["ipc","mount","network","pid","uts"]'
	equal "$(jq -c '[.mounts[].destination]' config.json)" \
		'["/proc","/dev","/dev/pts","/dev/shm","/dev/mqueue","/sys","/sys/fs/cgroup"]'
	cp config.json before
	t spec
	exits 1
	says "File config.json exists. Remove it first"
	cmp config.json before
}

@test "spec --bundle writes there" {
	mkdir "$WORK/new"
	must spec --bundle "$WORK/new"
	jq -e .ociVersion "$WORK/new/config.json"
	[ ! -e config.json ]
}

@test "spec --rootless has a user namespace and no network namespace" {
	mkdir "$WORK/new"
	must spec --rootless --bundle "$WORK/new"
	equal "$(jq -c '[.linux.namespaces[].type] | contains(["user"])' "$WORK/new/config.json")" true
	equal "$(jq -c '[.linux.namespaces[].type] | contains(["network"])' "$WORK/new/config.json")" false
	equal "$(jq -c '.linux.uidMappings[0].size' "$WORK/new/config.json")" 1
	equal "$(jq -c .linux.resources "$WORK/new/config.json")" null
}

@test "a bundle as spec writes it runs" {
	mkdir "$WORK/new"
	must spec --bundle "$WORK/new"
	BUNDLE=$WORK/new
	config '.root.path = $p | .process.terminal = false' --arg p "$SHARED"
	script 'echo hello'
	inside
	prints hello
}

@test "--version says what callers parse" {
	must --version
	matches "$(sed -n 1p <<<"$stdout")" '^[a-z]+ version [0-9]+\.[0-9]+'
	matches "$(sed -n 2p <<<"$stdout")" '^commit: '
	matches "$(sed -n 3p <<<"$stdout")" '^spec: [0-9]+\.[0-9]+\.[0-9]+'
	[ -z "$stderr" ]
	must -v
}

@test "installed as runc it calls itself runc" {
	promise
	ln -s "$TARE" "$WORK/runc"
	matches "$("$WORK/runc" --version | head -1)" '^runc version [0-9]'
}

@test "--help names every command" {
	local command
	must --help
	for command in create start state kill delete run list spec; do
		grep -qw "$command" <<<"$stdout" || show
	done
	must create --help
	grep -q -e --bundle <<<"$stdout" || show
	must -h
}

@test "checkpoint is not there yet and says so by its exit status" {
	promise
	t checkpoint --help
	exits 1
	t restore --lsm-mount-context
	[ "$status" != 0 ]
	[[ $stdout$stderr != *"flag needs an argument"* ]]
}

@test "usage errors fail" {
	t
	t nosuchcommand
	[ "$status" != 0 ]
	t --nosuchoption list
	[ "$status" != 0 ]
	t create --nosuchoption "$ID"
	[ "$status" != 0 ]
	t create --bundle "$BUNDLE"
	exits 1
	t state
	exits 1
	t start "$ID" extra
	exits 1
	t delete
	exits 1
	t kill
	exits 1
}

@test "a command line is understood the way Go's flag package does" {
	promise
	args /bin/true
	must run -bundle "$BUNDLE" "$ID"
	must run -bundle="$BUNDLE" "$ID"
	must run --no-pivot=false --keep=false -b "$BUNDLE" "$ID"
	must run -b "$BUNDLE" -- "$ID"
	t run --keep=maybe -b "$BUNDLE" "$ID"
	exits 1
}
