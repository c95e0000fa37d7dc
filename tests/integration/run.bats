#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# run: in the foreground and detached, exit status, signals, pid file, standard streams.

load helpers

# foreground: starts the bundle in the foreground, in the background of the test; $runtime is the
# runtime's pid.
foreground()
{
	TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$@" "$ID" \
		</dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&- &
	runtime=$!
}

runtime_ended()
{
	! kill -0 "$runtime" 2>/dev/null
}

# --- foreground ----------------------------------------------------------------------------------

@test "run passes the exit status on" {
	local code
	for code in 0 1 42 126 127 255; do
		args /bin/reporter exit "$code"
		t_run
		exits "$code"
		[ -z "$stderr" ]
	done
	nothing_left_of "$ID"
}

@test "a program that dies of a signal gives 128 + n" {
	args /bin/reporter crash
	t_run
	exits 139
	without_namespace pid
	script 'kill -TERM $$'
	t_run
	exits 143
	script 'kill -KILL $$'
	t_run
	exits 137
}

@test "kill KILL of a foreground container makes run return 137" {
	args /bin/sleep 1000
	foreground
	wait_for has_status "$ID" running
	must kill "$ID" KILL
	status=0
	wait "$runtime" || status=$?
	exits 137
	nothing_left_of "$ID"
}

@test "run removes the container when it ends" {
	args /bin/true
	inside
	t state "$ID"
	exits 1
	nothing_left_of "$ID"
}

@test "run --keep leaves it stopped" {
	args /bin/reporter exit 9
	t run --keep --bundle "$BUNDLE" "$ID"
	[ "$status" = 9 ] || skip "this runtime has no --keep"
	has_status "$ID" stopped
	must delete "$ID"
}

@test "run leaves nothing when the program cannot be started" {
	args /no/such/program
	t_run
	exits 1
	says "no such file or directory"
	nothing_left_of "$ID"
}

@test "children of the first process do not outlive it" {
	script 'sleep 1000 & sleep 1000 & exit 0'
	inside
	nothing_left_of "$ID"
}

@test "children do not outlive it in the host's pid namespace either" {
	promise
	without_namespace pid
	script 'sleep 1000 & setsid sleep 1000 & exit 0'
	inside
	nothing_left_of "$ID"
}

@test "orphans inside do not disturb the exit status" {
	script '(sleep 0.05 & ) ; (exit 3 & ); sleep 0.2; exit 5'
	t_run
	exits 5
}

# --- standard streams ----------------------------------------------------------------------------

@test "stdin reaches the program" {
	args /bin/cat
	echo "through stdin" >"$WORK/in"
	t_in "$WORK/in" run --bundle "$BUNDLE" "$ID"
	ok
	prints "through stdin"
}

@test "stdin from a pipe is closed at its end" {
	script 'cat; echo end'
	out=$(printf 'one\ntwo\n' | "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID")
	equal "$out" "$(printf 'one\ntwo\nend')"
}

@test "stdout and stderr stay apart" {
	script 'echo out; echo err >&2; echo out again'
	inside
	prints "$(printf 'out\nout again')"
	equal "$stderr" err
}

@test "a megabyte goes through unchanged" {
	args /bin/cat
	head -c 1048576 /dev/urandom >"$WORK/in"
	t_in "$WORK/in" run --bundle "$BUNDLE" "$ID"
	ok
	cmp "$WORK/in" "$WORK/stdout"
}

@test "closed standard streams do no harm" {
	script 'exit 4'
	status=0
	TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
		<&- >&- 2>&- 3>&- || status=$?
	exits 4
}

@test "with standard streams closed none of the runtime's files takes their place" {
	promise
	own_root
	script 'for i in 0 1 2; do readlink /proc/self/fd/$i; done >/result'
	TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" <&- >&- 2>&- 3>&-
	grep -v -x -e /dev/null -e '/dev/null (deleted)' -e /result "$ROOTFS/result" && return 1
	[ -s "$ROOTFS/result" ]
}

@test "a reader that goes away does not kill the runtime with its container left" {
	script 'while echo line; do :; done'
	"$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" 3>&- 2>/dev/null | head -1 >"$WORK/out"
	wait_for nothing_left_of "$ID"
}

# --- signals -------------------------------------------------------------------------------------

@test "signals of the runtime reach the program" {
	local signal
	args /bin/reporter signals
	foreground
	wait_for grep -q ready "$WORK/stdout"
	for signal in HUP INT QUIT USR1 USR2 ALRM CONT; do
		kill "-$signal" "$runtime"
		wait_for grep -qx "$signal" "$WORK/stdout"
	done
	kill -TERM "$runtime"
	status=0
	wait "$runtime" || status=$?
	exits 7
	nothing_left_of "$ID"
}

@test "SIGTERM to the runtime ends a container without pid namespace" {
	without_namespace pid
	args /bin/sleep 1000
	foreground
	wait_for has_status "$ID" running
	kill -TERM "$runtime"
	status=0
	wait "$runtime" || status=$?
	exits 143
}

@test "a runtime that is killed leaves what delete --force cleans" {
	args /bin/sleep 1000
	foreground
	wait_for has_status "$ID" running
	kill -KILL "$runtime"
	wait "$runtime" || true
	must delete --force "$ID"
	silent
	nothing_left_of "$ID"
}

# --- detached ------------------------------------------------------------------------------------

@test "run --detach returns while the container runs" {
	args /bin/sleep 1000
	background
	silent
	has_status "$ID" running
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
}

@test "run --detach keeps the container when it ends" {
	args /bin/true
	background
	wait_for has_status "$ID" stopped
	must delete "$ID"
}

@test "run --detach fails if the program cannot be started" {
	args nosuchprogram
	t run --detach --bundle "$BUNDLE" "$ID"
	exits 1
	says 'executable file not found in $PATH'
	nothing_left_of "$ID"
}

@test "no process of the runtime stays behind a detached container" {
	args /bin/sleep 1000
	background
	local pid
	pid=$(pid_of "$ID")
	equal "$(left_processes | grep -vc "process $pid:")" 0
	[ "$(sed -n 's/^PPid:.//p' "/proc/$pid/status")" != 0 ]
}

# --- pid file ------------------------------------------------------------------------------------

@test "the pid file holds the pid and no newline" {
	args /bin/sleep 1000
	must create --pid-file "$WORK/pid" --bundle "$BUNDLE" "$ID"
	equal "$(od -An -c "$WORK/pid" | tr -d ' \n')" "$(pid_of "$ID")"
	must start "$ID"
	equal "$(cat "$WORK/pid")" "$(pid_of "$ID")"
	equal "$(find "$WORK" -maxdepth 1 -name '*pid*' | wc -l)" 1
}

@test "a relative pid file is relative to the caller, not to the bundle" {
	args /bin/sleep 1000
	mkdir "$WORK/elsewhere"
	cd "$WORK/elsewhere"
	must run --detach --pid-file pid --bundle "$BUNDLE" "$ID"
	equal "$(cat "$WORK/elsewhere/pid")" "$(pid_of "$ID")"
	[ ! -e "$BUNDLE/pid" ]
}

@test "an old pid file is replaced" {
	args /bin/sleep 1000
	echo "a long line that was there before" >"$WORK/pid"
	must run --detach --pid-file "$WORK/pid" --bundle "$BUNDLE" "$ID"
	equal "$(cat "$WORK/pid")" "$(pid_of "$ID")"
}

@test "run in the foreground writes the pid file too" {
	args /bin/true
	must run --pid-file "$WORK/pid" --bundle "$BUNDLE" "$ID"
	matches "$(cat "$WORK/pid")" '^[1-9][0-9]*$'
}

@test "a pid file that cannot be written fails and leaves nothing" {
	args /bin/sleep 1000
	t create --pid-file "$WORK/no/such/directory/pid" --bundle "$BUNDLE" "$ID"
	exits 1
	nothing_left_of "$ID"
	t run --detach --pid-file "$WORK/no/such/directory/pid" --bundle "$BUNDLE" "$ID"
	exits 1
	nothing_left_of "$ID"
}

# --- options -------------------------------------------------------------------------------------

@test "run --no-pivot" {
	script 'cat /data/a/text; ls /proc/1/ >/dev/null && ls -d /..'
	must run --no-pivot --bundle "$BUNDLE" "$ID"
	prints "$(printf 'shared\n/..')"
}

@test "run --no-new-keyring" {
	script 'echo kept'
	must run --no-new-keyring --bundle "$BUNDLE" "$ID"
	prints kept
}

@test "run gives the container a session keyring of its own" {
	config 'del(.linux.maskedPaths)'
	script 'cat /proc/keys'
	inside
	cp "$WORK/stdout" "$WORK/with"
	grep -q "_ses.$ID" "$WORK/with" || {
		promise
		show
	}
}

@test "run --no-subreaper is accepted" {
	args /bin/true
	must run --no-subreaper --bundle "$BUNDLE" "$ID"
}

@test "many containers at once" {
	local i pids=()
	args /bin/reporter exit 0
	for i in 1 2 3 4 5 6 7 8; do
		TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID-$i" \
			</dev/null >"$WORK/out.$i" 2>&1 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	equal "$(cat "$WORK"/out.*)" ""
}

@test "of eight creates of one id one wins" {
	promise
	local i won=0
	args /bin/sleep 1000
	for i in 1 2 3 4 5 6 7 8; do
		(
			exec 3>&-
			TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" create --bundle "$BUNDLE" "$ID" \
				</dev/null >/dev/null 2>"$WORK/err.$i"
			echo $? >"$WORK/status.$i"
		) &
	done
	wait
	won=$(cat "$WORK"/status.* | grep -cx 0)
	equal "$won" 1
	equal "$(cat "$WORK"/err.* | grep -c 'already exists')" 7
	has_status "$ID" created
}
