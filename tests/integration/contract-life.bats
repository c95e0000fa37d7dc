#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The second half of the rules that callers depend on: what outlives a call, and whose child it is.
# Names of variables stand in single quotes where others expand them.
# shellcheck disable=SC2016,SC2154

load helpers
load cgroups
load exec
load sockets

# --- C14 to C17 ----------------------------------------------------------------------------------

# Buildah passes it to all operations, CRI-O to some, conmon to create alone.
@test "C14: the manager and the paths of cgroups are those of create, whatever others are called with" {
	promise
	local manager paths
	args /bin/sleep 1000
	for manager in --systemd-cgroup "--cgroup-manager disabled" "--cgroup-manager systemd"; do
		t_create
		ok
		paths=$(left_cgroups)
		# shellcheck disable=SC2086
		{
			must $manager start "$ID"
			must $manager state "$ID"
			must $manager exec "$ID" /bin/true
			must $manager ps --format json "$ID"
			equal "$(jq -c . <<<"$stdout")" "[$(pid_of "$ID")]"
			must $manager update --pids-limit 77 "$ID"
			equal "$(left_cgroups)" "$paths"
			must $manager kill "$ID" KILL
			wait_for has_status "$ID" stopped
			must $manager delete "$ID"
		}
		nothing_left_of "$ID"
	done
	# And the other way round.
	must --cgroup-manager disabled create --bundle "$BUNDLE" "$ID"
	must start "$ID"
	must exec "$ID" /bin/true
	equal "$(left_cgroups)" ""
	must delete --force "$ID"
	nothing_left_of "$ID"
}

@test "C14: a container of systemd's is its in operations that do not say so" {
	promise
	pure_v2 && [ -S /run/systemd/private ] || skip_or_fail "needs systemd and cgroup v2 alone, as the guest has"
	args /bin/sleep 1000
	must --systemd-cgroup create --bundle "$BUNDLE" "$ID"
	matches "$(cat "/proc/$(pid_of "$ID")/cgroup")" "\\.scope"
	must start "$ID"
	must exec "$ID" /bin/true
	must update --pids-limit 77 "$ID"
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
	nothing_left_of "$ID"
	equal "$(systemctl list-units --all --no-legend "*$ID*")" ""
}

# The variables that CRI-O and Podman leave; the latter calls start, update and checkpoint with PATH, the rest without.
@test "C15: the variables that CRI-O and Podman leave are enough, and none is" {
	promise
	local variables
	args /bin/sleep 1000
	for variables in "" "XDG_RUNTIME_DIR=/run/user/0" "XDG_RUNTIME_DIR=/run/user/0 PATH=$PATH" \
		"CRI_O_EXTERNAL=1 XDG_RUNTIME_DIR=/run/user/0 PATH=$PATH"; do
		(
			# shellcheck disable=SC2086
			rt()
			{
				env -i $variables TARE_TEST_MARK="$MARK" "$TARE" --root "$STATE" "$@" \
					</dev/null 2>&1 3>&- >"$WORK/out"
			}
			rt create --bundle "$BUNDLE" "$ID"
			rt start "$ID"
			rt exec "$ID" /bin/true
			rt state "$ID"
			equal "$(jq -r .status "$WORK/out")" running
			rt pause "$ID"
			rt resume "$ID"
			rt update --pids-limit 77 "$ID"
			rt kill "$ID" KILL
			wait_for has_status "$ID" stopped
			rt delete --force "$ID"
		)
		nothing_left_of "$ID"
	done
}

@test "C15: NOTIFY_SOCKET is honoured when it is set, and not needed" {
	promise
	own_root
	args /bin/reporter notify READY=1
	manager "$WORK/manager.sock"
	must create --bundle "$BUNDLE" "$ID"
	env -i "$TARE" --root "$STATE" start "$ID" 3>&-
	has_status "$ID" running
	must delete --force "$ID"
	must run --detach --bundle "$BUNDLE" "$ID"
	matches "$(cat "$WORK/told")" "READY=1 MAINPID=$(pid_of "$ID") "
	must delete --force "$ID"
	unset NOTIFY_SOCKET
	args /bin/sleep 1000
	must run --detach --bundle "$BUNDLE" "$ID"
	has_status "$ID" running
}

@test "C16: the state of a container is a directory of its name below the root, for its owner alone" {
	promise
	args /bin/sleep 1000
	t_create
	ok
	equal "$(ls "$STATE")" "$ID"
	equal "$(stat -c '%F %a %u' "$STATE/$ID")" "directory 700 0"
	must delete --force "$ID"
	[ ! -e "$STATE/$ID" ]
}

@test "C17: a runtime that is killed anywhere in create leaves what delete --force cleans up" {
	promise
	local us killed=0
	args /bin/sleep 1000
	for us in {0002..0060..2}; do
		status=0
		TARE_TEST_MARK=$MARK timeout --foreground -s KILL "0.$us" "$TARE" --root "$STATE" \
			create --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/out" 2>&1 3>&- || status=$?
		[ "$status" != 137 ] || killed=$((killed + 1))
		must delete --force "$ID"
		nothing_left_of "$ID" || { sleep 0.2 && nothing_left_of "$ID"; }
	done
	[ "$killed" -gt 0 ]
}

# caller_dies OPERATION...: called by one who has asked that the runtime dies with him, and who does then.
caller_dies()
{
	python3 - "$TARE" --root "$STATE" "$@" >"$WORK/report" 3>&- <<-'END'
		import ctypes, subprocess, sys
		subprocess.run(sys.argv[1:], check=True, stdin=subprocess.DEVNULL,
		               preexec_fn=lambda: ctypes.CDLL(None).prctl(1, 9, 0, 0, 0))
	END
}

@test "C17: the container does not die with the caller who asked it of the runtime" {
	needs_python "to set a parent-death signal"
	args /bin/sleep 1000
	caller_dies create --bundle "$BUNDLE" "$ID"
	has_status "$ID" created
	caller_dies start "$ID"
	caller_dies exec --detach --pid-file "$WORK/pid" "$ID" /bin/sleep 1000
	sleep 0.1
	has_status "$ID" running
	[ -e "/proc/$(cat "$WORK/pid")/exe" ]
	must delete --force "$ID"
	# Nor has the first process, or another, what was asked of the runtime.
	args /bin/reporter
	caller_dies run --bundle "$BUNDLE" "$ID"
	is .deathSignal 0
	sleeper
	caller_dies exec "$ID" /bin/reporter
	is .deathSignal 0
}

# --- C18 to C20 ----------------------------------------------------------------------------------

# streams PID: what its three standard streams are.
streams()
{
	readlink "/proc/$1/fd/0" "/proc/$1/fd/1" "/proc/$1/fd/2" | paste -sd' '
}

@test "C18: the runtime's standard streams are the container's, and it writes nothing there itself" {
	promise
	script 'echo out; echo err >&2; exec sleep 1000'
	mkdir "$WORK/s"
	touch "$WORK/s/in"
	"$TARE" --root "$STATE" create --bundle "$BUNDLE" "$ID" <"$WORK/s/in" >"$WORK/s/out" 2>"$WORK/s/err" 3>&-
	[ ! -s "$WORK/s/out" ] && [ ! -s "$WORK/s/err" ]
	must start "$ID"
	wait_for test -s "$WORK/s/err"
	equal "$(cat "$WORK/s/out" "$WORK/s/err")" "$(printf 'out\nerr')"
	equal "$(streams "$(pid_of "$ID")")" "$WORK/s/in $WORK/s/out $WORK/s/err"
	"$TARE" --root "$STATE" exec --detach --pid-file "$WORK/pid" "$ID" /bin/sleep 1000 \
		<"$WORK/s/in" >"$WORK/s/out2" 2>"$WORK/s/err2" 3>&-
	[ ! -s "$WORK/s/out2" ] && [ ! -s "$WORK/s/err2" ]
	equal "$(streams "$(cat "$WORK/pid")")" "$WORK/s/in $WORK/s/out2 $WORK/s/err2"
	x --detach "$ID" /no/such/program
	prints ""
	says "no such file or directory"
}

@test "C18: what is only tolerated is not said there either, unless asked for" {
	config '.process.capabilities.bounding += ["CAP_NOSUCH"]'
	args /bin/sleep 100
	must create --bundle "$BUNDLE" "$ID"
	silent
	must start "$ID"
	jq '.process | .args = ["/bin/true"]' "$BUNDLE/config.json" >"$WORK/process.json"
	must exec --process "$WORK/process.json" "$ID"
	silent
	promise
	must --log-level warning exec --process "$WORK/process.json" "$ID"
	says CAP_NOSUCH
}

@test "C18: with a terminal the streams are it, and errors stay on the runtime's stderr" {
	args /bin/sleep 1000
	config '.process.terminal = true'
	receiver "$WORK/console"
	must create --bundle "$BUNDLE" --console-socket "$WORK/console" "$ID"
	silent
	must start "$ID"
	equal "$(streams "$(pid_of "$ID")")" "/dev/pts/0 /dev/pts/0 /dev/pts/0"
	receiver "$WORK/second"
	must exec --detach --tty --console-socket "$WORK/second" --pid-file "$WORK/pid" "$ID" /bin/sleep 1000
	silent
	equal "$(streams "$(cat "$WORK/pid")")" "/dev/pts/1 /dev/pts/1 /dev/pts/1"
	receiver "$WORK/third"
	t exec --detach --tty --console-socket "$WORK/third" "$ID" /no/such/program
	[ "$status" != 0 ]
	says "no such file or directory"
	prints ""
}

@test "C19: no monitor stays, and the caller or its subreaper waits for what create, run and exec have made" {
	needs_python "to be a subreaper"
	args /bin/sleep 1000
	t_create
	ok
	equal "$(left_processes | grep -vc "process $(pid_of "$ID"):")" 0
	must start "$ID"
	must exec --detach --pid-file "$WORK/pid" "$ID" /bin/sleep 1000
	equal "$(left_processes | grep -vcE "process ($(pid_of "$ID")|$(cat "$WORK/pid")):")" 0
	must delete --force "$ID"
	new_bundle ends
	script 'trap "exit 23" TERM; while :; do sleep 0.01; done'
	run_status=$(python3 - "$TARE" "$STATE" "$BUNDLE" "$ID" <<-'END' 3>&-
		import ctypes, os, subprocess, sys
		ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
		tare, state, bundle, name = sys.argv[1:]
		def call(*words):
		    subprocess.run([tare, "--root", state, *words], check=True,
		                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
		def pid():
		    return int(open(bundle + "/pid").read())
		def waited(pid):
		    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
		call("create", "--bundle", bundle, "--pid-file", bundle + "/pid", name)
		init = pid()
		call("start", name)
		call("exec", "-d", "--pid-file", bundle + "/pid", name, "/bin/sh", "-c", "exit 42")
		print(waited(pid()))
		import time
		time.sleep(0.2)
		call("kill", name, "TERM")
		print(waited(init))
		call("delete", name)
		call("run", "-d", "--bundle", bundle, "--pid-file", bundle + "/pid", name)
		call("kill", name, "KILL")
		print(waited(pid()))
	END
	)
	equal "$(paste -sd' ' <<<"$run_status")" "42 23 -9"
}

# Podman calls by such a name without --root, and not always with the same environment. /run is
# covered, in a mount namespace that ends with the test.
@test "C20: as runc and as crun it takes what Podman passes to these, and root's directory is that of the name" {
	promise
	args /bin/sleep 1000
	ln -s "$TARE" "$WORK/runc"
	ln -s "$TARE" "$WORK/crun"
	TARE_TEST_MARK=$MARK unshare --mount --propagation private bash -ec '
		work=$1 bundle=$2 id=$3
		mount -t tmpfs none /run
		for name in runc crun; do
			rt=$work/$name
			trap "$rt delete --force $id" EXIT
			$rt --log-format=json --log $work/oci-log --cgroup-manager disabled create \
				--bundle $bundle --pid-file $work/pid $id
			ls /run/$name
			XDG_RUNTIME_DIR=/run/user/0 $rt start $id
			env -i XDG_RUNTIME_DIR=/run/user/0 $rt state $id | jq -r .status
			grep -c "$id" /proc/$(cat $work/pid)/cgroup || true
			$rt exec --pid-file $work/pid2 --detach $id /bin/true
			env -i $rt kill $id 9
			env -i XDG_RUNTIME_DIR=/run/user/0 $rt delete --force $id
			[ ! -e /run/$name/$id ]
		done' - "$WORK" "$BUNDLE" "$ID" </dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&-
	equal "$(tr '\n' ' ' <"$WORK/stdout")" "$ID running 0 $ID running 0 "
	equal "$(cat "$WORK/stderr")" ""
	[ ! -s "$WORK/oci-log" ]
}

@test "C20: the drop-in for Podman names a runtime, and where it is" {
	local file=$HERE/../../contrib/podman/50-tare.conf
	[ -e "$file" ] || skip_or_fail "needs contrib of the source tree"
	grep -qx 'runtime = "tare"' "$file"
	matches "$(grep '^tare = ' "$file")" '"/usr/bin/tare"'
}
