#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What callers (containerd, CRI-O, Podman, Docker, Buildah, conmon) rely on: their command lines,
# the texts they search for, the files they read. Rule by rule: contract.bats, contract-life.bats.

load helpers
load logs

# --- command lines -------------------------------------------------------------------------------

@test "containerd's whole life of a container" {
	args /bin/sleep 1000
	local go=(--log "$WORK/log.json" --log-format json)
	must "${go[@]}" create --bundle "$BUNDLE" --pid-file "$BUNDLE/init.pid" "$ID"
	must "${go[@]}" start "$ID"
	must "${go[@]}" state "$ID"
	equal "$(jq -r .status <<<"$stdout")" running
	equal "$(jq -r .pid <<<"$stdout")" "$(cat "$BUNDLE/init.pid")"
	must "${go[@]}" kill "$ID" 9
	wait_for has_status "$ID" stopped
	must "${go[@]}" kill --all "$ID" 9
	must "${go[@]}" delete "$ID"
	must "${go[@]}" delete --force "$ID"
	[ ! -s "$WORK/log.json" ]
}

@test "options of containerd, conmon and buildkit are taken" {
	args /bin/true
	must --log "$WORK/log" --log-format json --systemd-cgroup=false run --no-pivot --no-new-keyring \
		--bundle "$BUNDLE" "$ID"
	must --rootless=false run -b "$BUNDLE" "$ID"
	must --rootless=auto run -b "$BUNDLE" "$ID"
	must --debug --log "$WORK/log" run -b "$BUNDLE" "$ID"
	promise
	must --cgroup-manager cgroupfs --log-level error run -b "$BUNDLE" "$ID"
}

@test "go's spelling of options" {
	args /bin/true
	must run -bundle="$BUNDLE" "$ID"
	must run -no-subreaper -bundle "$BUNDLE" "$ID"
	must --log-format=json run --bundle="$BUNDLE" --keep=false "$ID"
}

@test "an almost empty environment is enough" {
	args /bin/sleep 1000
	must create --bundle "$BUNDLE" "$ID"
	env -i "TARE_TEST_MARK=$MARK" "$TARE" --root "$STATE" start "$ID"
	equal "$(env -i XDG_RUNTIME_DIR=/run/user/0 "$TARE" --root "$STATE" state "$ID" | jq -r .status)" running
	env -i "$TARE" --root "$STATE" kill "$ID" KILL
	wait_for has_status "$ID" stopped
	env -i "$TARE" --root "$STATE" delete "$ID"
	nothing_left_of "$ID"
}

@test "--root may be missing, and relative" {
	args /bin/sleep 1000
	TARE_TEST_MARK=$MARK "$TARE" create --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/out" 2>&1 3>&-
	equal "$("$TARE" state "$ID" | jq -r .status)" created
	"$TARE" list -q | grep -qx "$ID"
	[ -d "/run/$RUNTIME/$ID" ]
	"$TARE" delete --force "$ID"
	nothing_left_of "$ID"
	cd "$WORK"
	TARE_TEST_MARK=$MARK "$TARE" --root relative run --bundle "$BUNDLE" --detach "$ID" \
		</dev/null >"$WORK/out" 2>&1 3>&-
	equal "$("$TARE" --root "$WORK/relative" state "$ID" | jq -r .status)" running
	"$TARE" --root relative delete --force "$ID"
}

@test "the state of a container is a directory of its name, for root only" {
	args /bin/true
	t_create
	ok
	[ -d "$STATE/$ID" ]
	promise
	equal "$(stat -c %a "$STATE/$ID")" 700
}

# --- what is printed -----------------------------------------------------------------------------

@test "success is silent but for the payload of state, list and --version" {
	args /bin/sleep 1000
	must create --bundle "$BUNDLE" "$ID"
	silent
	must start "$ID"
	silent
	must state "$ID"
	jq -e . <<<"$stdout$stderr" >/dev/null
	must list -f json
	jq -e . <<<"$stdout$stderr" >/dev/null
	must kill "$ID" KILL
	silent
	wait_for has_status "$ID" stopped
	must delete "$ID"
	silent
}

@test "errors print nothing on stdout" {
	t state "$ID"
	exits 1
	prints ""
	t_in /dev/null run --bundle "$WORK/nosuch" "$ID"
	exits 1
	prints ""
	args nosuchprogram
	t_create
	prints ""
}

# --- log -----------------------------------------------------------------------------------------

@test "an error is one JSON object in the log, and plain text on stderr" {
	args nosuchprogram
	logged create --bundle "$BUNDLE" "$ID"
	exits 1
	one_object
	[[ $message == *'executable file not found in $PATH'* ]]
	says 'executable file not found in $PATH'
	[[ $stderr != *'{"level"'* ]]
}

@test "the log is appended to" {
	echo '{"level":"info","msg":"from before","time":"2026-01-01T00:00:00Z"}' >"$WORK/log.json"
	logged state "$ID"
	logged state "$ID"
	equal "$(jq -rs 'length' "$WORK/log.json")" 3
	equal "$(jq -r .msg "$WORK/log.json" | head -1)" "from before"
}

@test "success leaves no line in the log" {
	args /bin/true
	logged run --bundle "$BUNDLE" "$ID"
	ok
	[ ! -s "$LOG" ]
}

@test "every kind of error is one JSON object" {
	promise
	logged state "$ID"
	one_object
	rm "$LOG"
	config '.process.noNewPrivileges = "true"'
	logged run --bundle "$BUNDLE" "$ID"
	one_object
	equal "$(jq -r .pointer "$LOG")" /process/noNewPrivileges
	rm "$LOG"
	new_bundle second
	mount_add '{destination: "/mnt", source: "/no/such", options: ["bind"]}'
	logged run --bundle "$BUNDLE" "$ID"
	one_object
	equal "$(jq -r .pointer "$LOG")" /mounts/7
	equal "$(jq -r .errno "$LOG")" ENOENT
	[ "$(jq -r .step "$LOG")" != null ]
}

@test "a message with quotes, newlines and bytes that are no text is still JSON" {
	promise
	args $'/no/such/"quoted"\n\\program\x01'
	logged create --bundle "$BUNDLE" "$ID"
	exits 1
	one_object
	args $'/no/such/\xff\xfe'
	rm "$LOG"
	logged create --bundle "$BUNDLE" "$ID"
	exits 1
	equal "$(jq -rs 'length' "$LOG")" 1
}

@test "text in the log" {
	t --log "$WORK/log" state "$ID"
	exits 1
	matches "$(cat "$WORK/log")" '^time="20[^"]*" level=error msg="'
	equal "$(wc -l <"$WORK/log")" 1
}

@test "an unknown log format is refused" {
	t --log-format yaml state "$ID"
	exits 1
	says "invalid log-format"
}

@test "a log that cannot be opened is an error" {
	t --log "$WORK/no/such/log" list
	exits 1
	says "no such file or directory"
}

@test "--debug writes lines of debugging, in the format asked for" {
	args /bin/true
	must --debug --log "$WORK/log.json" --log-format json run --bundle "$BUNDLE" "$ID"
	[ -s "$WORK/log.json" ]
	jq -e 'has("level") and has("msg") and has("time")' "$WORK/log.json" >/dev/null
	grep -q '"level":"debug"' "$WORK/log.json"
	prints ""
}

# --- texts that are searched for -----------------------------------------------------------------

@test "kill of a dead container" {
	args /bin/true
	background
	wait_for has_status "$ID" stopped
	t kill "$ID" KILL
	exits 1
	says "container not running"
	promise
	says "no such process"
}

@test "operations on a container that does not exist" {
	local operation
	for operation in state start kill delete; do
		t $operation "$ID"
		exits 1
		says "does not exist"
	done
	must delete --force "$ID"
	silent
}

@test "a program that cannot be executed is told of by create" {
	args nosuchprogram
	t_create
	exits 1
	says 'executable file not found in $PATH'
	args /no/such/program
	t_create
	exits 1
	says "no such file or directory"
	args /data/plain
	t_create
	exits 1
	says "permission denied"
	args /data
	t_create
	exits 1
	is_tare || [ "${TARE_TEST_PROMISES:-}" = 1 ] || skip "runc says permission denied of a directory"
	says "is a directory"
	nothing_left_of "$ID"
}

@test "the version for go-runc and Docker" {
	must --version
	matches "$(head -1 <<<"$stdout")" ' version [0-9]+\.[0-9]+\.[0-9]+'
	matches "$(sed -n 2p <<<"$stdout")" '^commit: .'
	promise
	ln -s "$TARE" "$WORK/runc"
	matches "$("$WORK/runc" --version | head -1)" '^runc version '
}

@test "checkpoint is answered as by a runtime that cannot" {
	promise
	t checkpoint --help
	exits 1
	t restore --lsm-mount-context
	[ "$status" != 0 ]
	[[ $stdout$stderr != *"flag needs an argument"* ]]
}

# --- pid file, parent, signals -------------------------------------------------------------------

@test "the pid file is complete when create returns, and replaced at once" {
	args /bin/sleep 1000
	must create --pid-file "$WORK/pid" --bundle "$BUNDLE" "$ID"
	equal "$(od -An -c "$WORK/pid" | tr -d ' \n')" "$(pid_of "$ID")"
	equal "$(ls -A "$WORK" | grep -c pid)" 1
}

@test "no pid file unless the container is there" {
	args /no/such/program
	t create --pid-file "$WORK/pid" --bundle "$BUNDLE" "$ID"
	exits 1
	[ ! -e "$WORK/pid" ]
}

@test "the first process becomes the child of the caller's subreaper" {
	python=$(command -v python3) || skip_or_fail "needs python3 for a subreaper"
	script 'exit 23'
	run_status=$("$python" - "$TARE" "$STATE" "$BUNDLE" "$ID" <<-'END' 3>&-
		import ctypes, os, subprocess, sys
		ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
		tare, state, bundle, name = sys.argv[1:]
		quiet = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
		subprocess.run([tare, "--root", state, "create", "--bundle", bundle,
		                "--pid-file", bundle + "/pid", name], check=True, **quiet)
		pid = int(open(bundle + "/pid").read())
		subprocess.run([tare, "--root", state, "start", name], check=True, **quiet)
		print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
	)
	equal "$run_status" 23
}

@test "a caller that dies takes the runtime with it, not the container that is there" {
	python=$(command -v python3) || skip_or_fail "needs python3 to set a parent-death signal"
	args /bin/sleep 1000
	"$python" - "$TARE" "$STATE" "$BUNDLE" "$ID" <<-'END' 3>&-
		import ctypes, subprocess, sys
		tare, state, bundle, name = sys.argv[1:]
		subprocess.run([tare, "--root", state, "run", "-d", "--bundle", bundle, name], check=True,
		               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
		               preexec_fn=lambda: ctypes.CDLL(None).prctl(1, 9, 0, 0, 0))
	END
	sleep 0.1
	has_status "$ID" running
}

@test "standard streams are the caller's, also when they are sockets or pipes of the engine" {
	script 'echo out; echo err >&2; cat'
	mkfifo "$WORK/out" "$WORK/err"
	cat "$WORK/out" >"$WORK/got.out" 3>&- &
	cat "$WORK/err" >"$WORK/got.err" 3>&- &
	echo typed | TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" create --bundle "$BUNDLE" "$ID" \
		>"$WORK/out" 2>"$WORK/err" 3>&-
	"$TARE" --root "$STATE" start "$ID" 3>&-
	wait_for has_status "$ID" stopped
	wait_for test -s "$WORK/got.err"
	equal "$(cat "$WORK/got.out")" "$(printf 'out\ntyped')"
	equal "$(cat "$WORK/got.err")" err
}

@test "streams that belong to somebody else are usable by the container's user" {
	config '.process.user = {uid: 1000, gid: 1000}'
	script 'echo again >/proc/self/fd/1'
	out=$("$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" 2>&1 </dev/null 3>&-)
	equal "$out" again
}

# --- configurations ------------------------------------------------------------------------------

@test "annotations come back in state" {
	config '.annotations = {"a/b": "c", "io.x": "\"quoted\" ünï \\"}'
	args /bin/sleep 1000
	must create --bundle "$BUNDLE" "$ID"
	must state "$ID"
	equal "$(jq -c .annotations <<<"$stdout")" '{"a/b":"c","io.x":"\"quoted\" ünï \\"}'
}

@test "versions of the specification" {
	local version
	args /bin/true
	for version in 1.0.0 1.0.2-dev 1.1.0+dev 1.2.1 1.3.0; do
		config '.ociVersion = $v' --arg v "$version"
		inside
	done
}

@test "numbers, modes and options that engines write" {
	promise
	config '.process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 99}] |
		.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["", "nosuid"]}]'
	# jq cannot write the largest number exactly.
	args /bin/true
	sed -i 's/"hard": 99/"hard": 18446744073709551615/' "$BUNDLE/config.json"
	inside
}

# Every recorded call with its paths moved below $WORK, where nothing is: it must get as far as to
# miss the bundle or the container, not fail over its words.
@test "every command line that an engine was recorded with is understood" {
	promise
	local line words i calls=0
	while read -r line; do
		read -ra words <<<"${line//ID/$ID}"
		for ((i = 1; i < ${#words[@]}; i++)); do
			[[ ${words[i]} != /* ]] || words[i]=$WORK/engine${words[i]}
			[[ ${words[i - 1]} != --log ]] || mkdir -p "$(dirname "${words[i]}")"
		done
		t "${words[@]:1}"
		calls=$((calls + 1))
		case " $line " in
		*" delete --force "*) ok ;;
		*" create "* | *" run "*)
			exits 1
			says "/config.json\": no such file or directory"
			;;
		*)
			exits 1
			says "does not exist"
			;;
		esac
	done < <(cat "$HERE"/../data/configs/*/argv.txt | sort -u |
		grep -E ' (create|start|state|kill|delete|run|list) ' |
		grep -vE ' (exec|checkpoint|restore|update|pause|resume|ps|features) ')
	[ "$calls" -gt 50 ]
	nothing_left_of "$ID"
}
