#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The first half of the rules that callers depend on: programs above break when one of them is broken. Each is
# tested by the real program, called with the words of those who depend on it. C14 and later: contract-life.bats.
# Names of variables stand in single quotes where others expand them.
# shellcheck disable=SC2016,SC2154

load helpers
load exec
load logs

# merged ARGUMENTS: $merged is what the runtime prints on both of its streams, as go-runc and CRI-O read it.
merged()
{
	merged=$("$TARE" "$@" 2>&1 3>&-)
}

# go ARGUMENTS: called as go-runc does for containerd.
go()
{
	t --log "$WORK/log.json" --log-format json "$@"
}

# digits FILE: its whole content is a decimal number, without the end of a line; $number.
digits()
{
	matches "$(od -An -c "$1" | tr -d ' \n')" '^[1-9][0-9]*$'
	number=$(cat "$1")
}

# replaced FILE COMMAND...: the command writes the file by putting another in its place, and leaves nothing beside it.
replaced()
{
	local file=$1 dir=$WORK/dir

	shift
	mkdir -p "$dir"
	echo "what was there before" >"$dir/$file"
	ln "$dir/$file" "$WORK/before"
	t "$@"
	ok
	silent
	digits "$dir/$file"
	equal "$(cat "$WORK/before")" "what was there before"
	equal "$(ls -A "$dir")" "$file"
	rm -r "$dir" "$WORK/before"
}

# --- C1 ------------------------------------------------------------------------------------------

@test "C1: the pid file is a number without a newline, complete and put in place at once, before success is told" {
	args /bin/sleep 1000
	replaced pid create --pid-file "$WORK/dir/pid" --bundle "$BUNDLE" "$ID"
	equal "$number" "$(pid_of "$ID")"
	must start "$ID"
	replaced pid exec --detach --pid-file "$WORK/dir/pid" "$ID" /bin/sleep 1000
	[ -e "/proc/$number/exe" ] && [ "$number" != "$(pid_of "$ID")" ]
	replaced pid exec --pid-file "$WORK/dir/pid" "$ID" /bin/true
	must delete --force "$ID"
	replaced pid run --detach --pid-file "$WORK/dir/pid" --bundle "$BUNDLE" "$ID"
	equal "$number" "$(pid_of "$ID")"
}

# Conmon takes the file for the sign that there is a process.
@test "C1: no pid file without a process, and the old one stays" {
	args /no/such/program
	echo 1 >"$WORK/old"
	t create --pid-file "$WORK/old" --bundle "$BUNDLE" "$ID"
	exits 1
	t run --detach --pid-file "$WORK/new" --bundle "$BUNDLE" "$ID"
	exits 1
	equal "$(cat "$WORK/old")" 1
	[ ! -e "$WORK/new" ]
	sleeper
	x --detach --pid-file "$WORK/old" "$ID" /no/such/program
	[ "$status" != 0 ]
	equal "$(cat "$WORK/old")" 1
}

# --- C2 ------------------------------------------------------------------------------------------

@test "C2: state, ps, list, features and --version print their payload alone, both streams together" {
	local go=(--log "$WORK/log.json" --log-format json --root "$STATE")
	promise
	# Something to warn of is no excuse.
	config '.process.capabilities.bounding += ["CAP_NOSUCH"]'
	args /bin/sleep 1000
	t run --detach --bundle "$BUNDLE" "$ID"
	ok
	for debug in "" --debug; do
		merged $debug "${go[@]}" state "$ID"
		equal "$(jq -r .id <<<"$merged")" "$ID"
		merged $debug "${go[@]}" ps --format json "$ID"
		equal "$(jq -c . <<<"$merged")" "[$(pid_of "$ID")]"
		merged $debug "${go[@]}" list --format=json
		equal "$(jq -r '.[].id' <<<"$merged")" "$ID"
		merged $debug "${go[@]}" --version
		equal "$(cut -d" " -f1 <<<"$merged" | paste -sd" ")" "tare commit: spec:"
	done
	merged --root "$STATE" state "$ID"
	jq -e . <<<"$merged" >"$WORK/json"
	merged features
	equal "$(jq -rs 'length' <<<"$merged")" 1
}

# --- C3 to C5 ------------------------------------------------------------------------------------

# last_error: the message that containerd shows: the last object of the log with that level.
last_error()
{
	jq -rs 'map(select(.level == "error")) | last | .msg' "$WORK/log.json"
}

@test "C3: each line of a JSON log is an object with level, msg and time, whoever writes and however often" {
	local i lines
	echo '{"level":"info","msg":"from before","time":"2026-01-01T00:00:00Z"}' >"$WORK/log.json"
	args /bin/true
	go run --bundle "$BUNDLE" "$ID"
	ok
	go state "$ID"
	go bogus
	go create
	go --debug delete "$ID"
	[ "$status" != 0 ]
	matches "$(last_error)" "does not exist"
	# Many at once append whole lines.
	for i in {1..12}; do
		"$TARE" --root "$STATE" --log "$WORK/log.json" --log-format json state "$ID-$i" \
			>"$WORK/out.$i" 2>&1 3>&- &
	done
	wait
	lines=$(wc -l <"$WORK/log.json")
	[ "$lines" -ge 17 ]
	while read -r line; do
		jq -e '(.level | IN("error", "warning", "info", "debug")) and (.msg | length > 0) and
			(.time | test("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}([.][0-9]+)?(Z|[+-][0-9:]{5})$"))' \
			<<<"$line" >"$WORK/json"
	done <"$WORK/log.json"
	equal "$(head -1 "$WORK/log.json" | jq -r .msg)" "from before"
	equal "$(jq -rs 'map(select(.level == "error")) | length' "$WORK/log.json")" 16
}

@test "C3: file: before its name and both ways of words make no difference" {
	promise
	t "--log=file:$WORK/log.json" --log-format=json state "$ID"
	exits 1
	LOG=$WORK/log.json
	one_object
	t --log-format json --log "$WORK/other.json" state "$ID"
	LOG=$WORK/other.json
	one_object
	t --log "$WORK/text" --log-format text state "$ID"
	matches "$(cat "$WORK/text")" '^time="20[^"]*" level=error msg="'
	t --log "$WORK/text" --log-format yaml state "$ID"
	exits 1
	says 'invalid log-format'
}

@test "C4: an error is exactly one object in a JSON log, a warning none, unless asked to" {
	promise
	config '.process.capabilities.bounding += ["CAP_NOSUCH"] | .hooks.poststop = [{path: "/no/such"}]'
	args /no/such/program
	logged create --bundle "$BUNDLE" "$ID"
	exits 1
	one_object
	rm "$LOG"
	args /bin/true
	logged run --detach --bundle "$BUNDLE" "$ID"
	ok
	silent
	[ ! -s "$LOG" ]
	wait_for has_status "$ID" stopped
	logged delete "$ID"
	ok
	silent
	equal "$(jq -r .level "$LOG")" warning
	matches "$(jq -r .msg "$LOG")" "error running poststop hook #0: .*/no/such"
	rm "$LOG"
	config 'del(.hooks)'
	logged --log-level warning run --bundle "$BUNDLE" "$ID"
	ok
	matches "$(jq -r .msg "$LOG")" CAP_NOSUCH
	must --log "$WORK/log" run --bundle "$BUNDLE" "$ID"
	silent
	grep -q "level=warning .*CAP_NOSUCH" "$WORK/log"
}

@test "C4: exec leaves exactly one object when it fails, and none when it does not" {
	promise
	sleeper
	process '.args = ["/no/such/program"] | .capabilities.bounding += ["CAP_NOSUCH"]'
	logged exec --detach --process "$PROCESS" "$ID"
	exits 255
	one_object
	rm "$LOG"
	process '.args = ["/bin/true"] | .capabilities.bounding += ["CAP_NOSUCH"]'
	logged exec --process "$PROCESS" "$ID"
	ok
	silent
	[ ! -s "$LOG" ]
}

@test "C5: an error in the log is on stderr too, as text that fits conmon's buffer" {
	args "/no/such/$(printf 'x%.0s' {1..3000})"
	logged create --bundle "$BUNDLE" "$ID"
	exits 1
	one_object
	says "no such file or directory"
	[[ $stderr != *'{"level"'* ]]
	[ "$(wc -c <"$WORK/stderr")" -le 8191 ]
	prints ""
	t --log "$WORK/text" state "$ID"
	exits 1
	says "does not exist"
	grep -q "does not exist" "$WORK/text"
	sleeper
	logged exec "$ID" /no/such/program
	says "no such file or directory"
}

# --- C6 to C9 ------------------------------------------------------------------------------------

@test "C6: kill of a dead container has both of the words, in the log and on stderr" {
	local all
	args /bin/true
	background
	wait_for has_status "$ID" stopped
	logged kill "$ID" 9
	exits 1
	one_object
	[[ $message == *"container not running"* ]]
	promise
	for all in "$message" "$stderr"; do
		[[ $all == *"container not running"* && $all == *"no such process"* ]]
	done
	t kill "$ID" TERM
	says "container not running" "no such process"
}

@test "C7: an unknown container does not exist, in the log and on stderr" {
	local operation operations=(state start kill delete "exec ID /bin/true")
	! is_tare || operations+=(pause resume "ps --format json ID" "events --stats ID" "update --pids-limit 5 ID"
		"exec --detach ID /bin/true")
	for operation in "${operations[@]}"; do
		[[ $operation == *ID* ]] || operation+=" ID"
		rm -f "$WORK/log.json"
		# shellcheck disable=SC2086
		logged ${operation//ID/$ID}
		[ "$status" != 0 ]
		one_object
		[[ $message == *"does not exist"* ]]
		says "does not exist"
		prints ""
	done
}

@test "C8: delete --force of an unknown container succeeds silently, delete fails" {
	local force
	for force in --force -f --force=true -force; do
		logged delete "$force" "$ID"
		ok
		silent
		[ ! -s "$LOG" ]
	done
	logged delete --force=false "$ID"
	exits 1
	t delete "$ID"
	exits 1
	# Nor when there is not even a root, as after a restart of the machine.
	merged --root "$WORK/no/root" delete --force "$ID"
	equal "$merged" ""
}

# not_executed TEXT PROGRAM: create, run and exec (in the container $sleeps) tell of it in these words, before anything has started.
not_executed()
{
	args "$2"
	logged create --bundle "$BUNDLE" "$ID"
	exits 1
	says "$1"
	one_object
	[[ $message == *"$1"* ]]
	rm "$LOG"
	nothing_left_of "$ID"
	t run --bundle "$BUNDLE" "$ID"
	exits 1
	says "$1"
	t exec "$sleeps" "$2"
	exits 255
	says "$1"
}

@test "C9: a program that cannot be executed is told of by create, with the words that engines know" {
	local sleeps=${MARK}-sleeps
	args /bin/sleep 1000
	background "$sleeps"
	not_executed 'executable file not found in $PATH' nosuchprogram
	not_executed "no such file or directory" /no/such/program
	not_executed "permission denied" /data/plain
	promise
	not_executed "is a directory" /data
	not_executed "not a directory" /data/plain/program
	# Podman looks for this as well, to answer 126.
	not_executed "permission denied" /data
}

# --- C10 to C13 ----------------------------------------------------------------------------------

# Podman and CRI-O ask both before they offer checkpoints to anybody.
@test "C10: checkpoint and restore answer by what the runtime can do" {
	promise
	local can=1
	t checkpoint --help
	[ "$status" = 0 ] || can=
	t restore --lsm-mount-context
	[ "$status" != 0 ]
	if [ -n "$can" ]; then
		[[ $stdout$stderr == *"flag needs an argument"* ]] || show
		return
	fi
	[[ $stdout$stderr != *"flag needs an argument"* ]] || show
	t checkpoint --image-path "$WORK" "$ID"
	[ "$status" != 0 ]
	equal "$("$TARE" features | jq -r '.annotations["org.opencontainers.runc.checkpoint.enabled"] // "false"')" false
}

@test "C11: --version has the lines that go-runc and Docker split, under each name" {
	promise
	local name option
	mkdir "$WORK/bin"
	for name in runc crun other; do
		ln -s "$TARE" "$WORK/bin/$name"
	done
	for name in tare:"$TARE" runc:"$WORK/bin/runc" crun:"$WORK/bin/crun" tare:"$WORK/bin/other"; do
		for option in --version -v -version --version=true; do
			stdout=$("${name#*:}" "$option" 2>&1)
			matches "$(sed -n 1p <<<"$stdout")" "^${name%%:*} version [0-9]+\\.[0-9]+\\.[0-9]+[^ ]*\$"
			matches "$(sed -n 2p <<<"$stdout")" '^commit: [^ ]+$'
			matches "$(sed -n 3p <<<"$stdout")" '^spec: [0-9]+\.[0-9]+\.[0-9]+$'
		done
	done
	# By the search path, with options before it, and by a link to a link.
	matches "$(PATH=$WORK/bin:$PATH runc --root "$STATE" --version | head -1)" '^runc version '
	ln -s runc "$WORK/bin/second"
	ln -s bin/second "$WORK/crun"
	matches "$("$WORK/crun" --version | head -1)" '^crun version '
}

@test "C12: features is JSON without any option, and has what Kubernetes asks for" {
	promise
	merged features
	echo "$merged" >"$WORK/report"
	is '[.ociVersionMin, .ociVersionMax] | map(length > 0)' '[true, true]'
	is '.linux.namespaces | index("user") != null' true
	is '.linux.mountExtensions.idmap.enabled' true
	is '.mountOptions | index("rro") != null' true
	is '.linux.cgroup | .v1, .v2, .systemd | type' '"boolean", "boolean", "boolean"'
	# Under another name, and with an environment of nothing.
	ln -s "$TARE" "$WORK/runc"
	equal "$(env -i "$WORK/runc" features 2>&1 | jq -cS .mountOptions)" "$(jq -cS .mountOptions "$WORK/report")"
}

@test "C13: options in all of Go's spellings" {
	args /bin/sleep 1000
	must -root="$STATE" -log "$WORK/log" -log-format=json --debug=false --systemd-cgroup=false list
	must --log= --root "$STATE" list -format json
	must create -bundle="$BUNDLE" --pid-file="$WORK/pid" -no-pivot=false --no-new-keyring "$ID"
	must start "$ID"
	must list --quiet=true
	equal "$stdout" "$ID"
	must list -quiet=false
	matches "$stdout" '^ID +PID '
	must exec --detach=false -env A=1 --env=B=2 -cwd=/tmp --tty=false "$ID" /bin/sh -c 'echo $A$B $PWD'
	prints "12 /tmp"
	must kill --all=false "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete -force=true "$ID"
	args /bin/true
	must run -no-subreaper -bundle "$BUNDLE" "$ID"
	must run --no-subreaper=true --keep=false --bundle="$BUNDLE" "$ID"
}

@test "C13: options end at the first argument for exec, kill and ps" {
	promise
	sleeper
	must exec "$ID" /bin/echo --env A=1 -- --detach
	prints "--env A=1 -- --detach"
	must exec -- "$ID" /bin/echo -t
	prints "-t"
	must ps "$ID" -o pid,comm
	matches "$stdout" 'PID +COMMAND'
	t kill "$ID" --all
	[ "$status" != 0 ]
	has_status "$ID" running
	must kill "$ID" 9
	wait_for has_status "$ID" stopped
}

@test "C13: what Go's flag package says of a wrong option" {
	t list --nosuchoption
	[ "$status" != 0 ]
	[[ $stdout$stderr == *"flag provided but not defined"* ]] || show
	t create --bundle
	[ "$status" != 0 ]
	[[ $stdout$stderr == *"flag needs an argument"* ]] || show
	t --debug=maybe list
	[ "$status" != 0 ]
	nothing_left_of "$ID"
}
