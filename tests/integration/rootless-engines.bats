#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What jq is to read stands in single quotes.
# shellcheck disable=SC2016,SC2154,SC2034
# An ordinary user's real uses: what Podman hands to a runtime when he calls it, and programs of a cluster, which run in a
# root file system that is a directory of his, on his own files.

load helpers
load user

# --- Podman --------------------------------------------------------------------------------------

# user_namespace_kept: a process that holds a user and a mount namespace; from now on the runtime is called in them,
# as Podman does it.
user_namespace_kept()
{
	needs_helpers
	as_user
	printf '#!/bin/sh\nexec sleep 1000\n' >"$WORK/keep"
	chmod 755 "$WORK/keep"
	USER_ENTRY="unshare --user --map-root-user --map-auto --mount $WORK/keep"
	TARE_TEST_MARK=$MARK "$TARE" </dev/null >/dev/null 2>&1 3>&- &
	local keeper=$!
	wait_for grep -qx sleep "/proc/$keeper/comm"
	USER_ENTRY="nsenter --target $keeper --user --mount --preserve-credentials"
}

# recorded_bundle FILE: that configuration, with its paths below $WORK. A device that this machine lacks is left out, and so
# is what only a cgroup can enforce; limits and ids are not above the caller's, who has 65,536 of these.
recorded_bundle()
{
	own_root
	mkdir -p "$ROOTFS/w" "$WORK/engine/shm"
	local name devices
	for name in hostname hosts resolv.conf .containerenv; do
		echo "the engine's $name" >"$WORK/engine/$name"
	done
	chown -R "$USER_ID:$USER_ID" "$ROOTFS" "$WORK/engine"
	devices=$(find /dev -type b -o -type c | jq -R . | jq -s .)
	jq --argjson devices "$devices" --arg root "$ROOTFS" --arg engine "$WORK/engine" --argjson files "$(ulimit -Hn)" \
		--argjson processes "$(ulimit -Hu | sed s/unlimited/1000000/)" '
		def bounded(limit): .hard = ([.hard, limit] | min) | .soft = ([.soft, limit] | min);
		.root.path = $root | .process.terminal = false |
		.process.args = ["/bin/sh", "-c", "cat /etc/hostname && exec /bin/reporter"] |
		.linux.namespaces |= map(del(.path)) | del(.linux.cgroupsPath) |
		(.linux.uidMappings, .linux.gidMappings | select(.)) |=
			map(select(.hostID < 65536) | .size = ([.size, 65536 - .hostID] | min)) |
		(.linux.resources | select(.)) |= with_entries(select(.key == "devices")) |
		(.process.rlimits[]? | select(.type == "RLIMIT_NOFILE")) |= bounded($files) |
		(.process.rlimits[]? | select(.type == "RLIMIT_NPROC")) |= bounded($processes) |
		.mounts |= map(select((.source | startswith("/dev/") | not) or (.source | IN($devices[])))) |
		(.mounts[] | select(.source | test("^/(home|run|var)/"))) |=
			(.source = $engine + "/" + (.destination | sub(".*/"; "")))' "$1" >"$BUNDLE/config.json"
}

# as_engine: the container's life in Podman's calls; $WORK/report is what its process said.
as_engine()
{
	local log=$BATS_FILE_TMPDIR/xdg/log pid_file=$BATS_FILE_TMPDIR/xdg/pid

	must --log-format=json --log "$log" create --bundle "$BUNDLE" --pid-file "$pid_file" "$ID"
	[ -e "/proc/$(cat "$pid_file")" ]
	TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" start "$ID" 3>&-
	wait_for has_status "$ID" stopped
	cp "$WORK/stdout" "$WORK/said"
	must delete "$ID"
	[ ! -s "$log" ] || {
		cat "$log" >&2
		return 1
	}
	rm -f "$log" "$pid_file"
	equal "$(head -1 "$WORK/said")" "the engine's hostname"
	tail -n +2 "$WORK/said" >"$WORK/report"
}

# differences: what config.json wants and the process does not have.
differences()
{
	local kind

	for kind in pid net ipc uts mnt; do
		printf '{"%s": "%s"}\n' "$kind" "$(readlink "/proc/self/ns/$kind")"
	done | jq -s add >"$WORK/host"
	jq -n -r --slurpfile configs "$BUNDLE/config.json" --slurpfile reports "$WORK/report" --slurpfile hosts "$WORK/host" '
		$configs[0] as $c | $reports[0] as $r | $hosts[0] as $h | $c.process as $p |
		{
			uid: [[$p.user.uid, $p.user.uid, $p.user.uid], $r.uid],
			gid: [[$p.user.gid, $p.user.gid, $p.user.gid], $r.gid],
			groups: [(if $c.annotations["run.oci.keep_original_groups"]? then [] else $p.user.additionalGids // [] | unique end),
				($r.groups | unique)],
			effective: [($p.capabilities.effective // [] | sort), ($r.capabilities.effective | sort)],
			bounding: [($p.capabilities.bounding // [] | sort), ($r.capabilities.bounding | sort)],
			no_new_privs: [($p.noNewPrivileges // false), $r.noNewPrivileges],
			seccomp: [(if $c.linux.seccomp then 2 else 0 end), $r.seccomp],
			cwd: [$p.cwd, $r.cwd],
			hostname: [$c.hostname, $r.hostname],
			rlimits: [[$p.rlimits[]? | [.soft, .hard]], [$p.rlimits[]?.type as $t | $r.rlimits[$t] | [.soft, .hard]]],
			mounts: [[], [$c.mounts[].destination] - [$r.mounts[].point]],
			namespaces: [[], [$h | to_entries[] | select(.value == $r.namespaces[.key])]]
		} | to_entries[] | select(.value[0] != .value[1]) | "\(.key): wanted \(.value[0]), got \(.value[1])"'
}

@test "every recorded configuration of Podman without root runs, and has what it says" {
	user_namespace_kept
	local file count=0 wrong=""
	for file in "$HERE"/../data/configs/podman-*-rootless/*.config.json; do
		ID=$MARK-engine-$((++count))
		new_bundle "$count"
		chmod a+rx "$BUNDLE"
		recorded_bundle "$file"
		echo "${file##*/configs/}" >&2
		as_engine
		wrong=$(differences)
		[ -z "$wrong" ] || {
			echo "$wrong" >&2
			return 1
		}
		rm -rf --one-file-system "$BUNDLE"
	done
	[ "$count" -ge 12 ]
}

@test "the cgroup that Podman asks for, below one that is delegated" {
	user_namespace_kept
	delegated pids
	new_bundle cgroup
	chmod a+rx "$BUNDLE"
	recorded_bundle "$HERE/../data/configs/podman-5.8.6-rootless/default.config.json"
	config '.linux.resources = {pids: {limit: 2048}}'
	as_engine
	equal "$(differences)" ""
	args /bin/sleep 1000
	background
	equal "$(cat "$delegated/$ID/pids.max")" 2048
	t delete --force "$ID"
	ok
	delegated_end
}

# --- programs of a cluster -----------------------------------------------------------------------

# cluster_image: a root file system that is a directory of his, which nothing is written to, with his home bound inside, and
# neither newuidmap nor newgidmap to be found.
cluster_image()
{
	as_user
	USER_HIDE="$(command -v newuidmap) $(command -v newgidmap)"
	HOME_OF_USER=$WORK/home
	own_root
	mkdir -p "$ROOTFS$HOME_OF_USER" "$HOME_OF_USER"
	echo input >"$HOME_OF_USER/data"
	chown -R "$USER_ID:$USER_ID" "$ROOTFS" "$HOME_OF_USER" "$BUNDLE"
	chmod 700 "$HOME_OF_USER" "$ROOTFS"
	rm "$BUNDLE/config.json"
	"$TARE" spec --rootless --bundle "$BUNDLE"
	config '.process.terminal = false | .process.cwd = $home | .process.env += ["HOME=\($home)"] | .root.readonly = true |
		.mounts += [{destination: $home, source: $home, options: ["rbind", "nosuid", "nodev"]}]' --arg home "$HOME_OF_USER"
}

# himself: inside he has his own ids, as programs on shared files want it.
himself()
{
	config '.linux.uidMappings = [{containerID: $id, hostID: $id, size: 1}] | .linux.gidMappings = .linux.uidMappings |
		.process.user = {uid: $id, gid: $id}' --argjson id "$USER_ID"
}

@test "his image in a directory, with his home inside, and nothing that is setuid" {
	cluster_image
	script 'id -u && sort data >result && pwd && ls -ld . | cut -c1-10 && touch /here'
	t_run
	exits 1
	equal "$stdout" "$(printf '%s\n' 0 "$HOME_OF_USER" drwx------)"
	says "Read-only file system"
	equal "$(cat "$HOME_OF_USER/result")" input
	equal "$(stat -c %u:%g "$HOME_OF_USER/result")" "$USER_ID:$USER_ID"
	himself
	script 'id -u && id -g && sort data >again && ls -ln again | tr -s " " | cut -d" " -f3,4 &&
		grep -c "^Cap[IPEA].*:	0000000000000000$" /proc/self/status'
	inside
	equal "$stdout" "$(printf '%s\n' "$USER_ID" "$USER_ID" "$USER_ID $USER_ID" 4)"
	equal "$(stat -c %u:%g "$HOME_OF_USER/again")" "$USER_ID:$USER_ID"
}

@test "in a pipe, with its exit status, and ended by the signal of the batch system" {
	cluster_image
	himself
	script 'sort -r; exit 7'
	printf 'a\nb\n' >"$WORK/in"
	t_in "$WORK/in" run --bundle "$BUNDLE" "$ID"
	exits 7
	prints "$(printf 'b\na')"
	script 'trap "echo ended >told; exit 9" TERM; echo ready >ready; while :; do sleep 0.05; done'
	local status=0
	TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/stdout" 2>&1 3>&- &
	local job=$!
	wait_for test -e "$HOME_OF_USER/ready"
	kill -TERM "$job"
	wait "$job" || status=$?
	equal "$status" 9
	equal "$(cat "$HOME_OF_USER/told")" ended
	nothing_left_of "$ID"
}

@test "all namespaces of the host but for mounts and users, its devices, /proc and /sys" {
	cluster_image
	himself
	config 'del(.hostname) | .linux.namespaces = [{type: "user"}, {type: "mount"}] | del(.linux.maskedPaths, .linux.readonlyPaths) |
		.mounts = [.mounts[-1], (("/dev", "/proc", "/sys", "/tmp") as $p | {destination: $p, source: $p, options: ["rbind"]})]'
	script 'for n in net pid ipc uts; do readlink "/proc/self/ns/$n"; done && head -c 4 /dev/zero | wc -c &&
		echo x >/dev/null && ls -d /sys/kernel && cat data && test -d /proc/$PPID'
	inside
	equal "$stdout" "$(readlink /proc/self/ns/net /proc/self/ns/pid /proc/self/ns/ipc /proc/self/ns/uts
		printf '%s\n' 4 /sys/kernel input)"
}

@test "many of one image at once, as an array of jobs starts them" {
	cluster_image
	himself
	script 'cat data >"result-$1" && sleep 0.2'
	local i jobs=() bundles=()
	for i in {1..10}; do
		cp -a "$BUNDLE/config.json" "$WORK/one.json"
		mkdir "$WORK/job-$i"
		jq --arg i "$i" --arg root "$ROOTFS" '.process.args += ["sh", $i] | .root.path = $root' "$WORK/one.json" \
			>"$WORK/job-$i/config.json"
		chmod 755 "$WORK/job-$i"
		TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" run --bundle "$WORK/job-$i" "$ID-$i" </dev/null \
			>"$WORK/out-$i" 2>&1 3>&- &
		jobs+=($!)
	done
	for i in "${jobs[@]}"; do
		wait "$i"
	done
	equal "$(cat "$HOME_OF_USER"/result-* | sort | uniq -c | tr -s ' ')" " 10 input"
}

@test "exec in a container that has no root" {
	cluster_image
	himself
	args /bin/sleep 1000
	background
	must exec "$ID" /bin/sh -c 'id -u; id -g; cat data; grep -c "^Cap[EP].*:	0000000000000000" /proc/self/status'
	prints "$(printf '%s\n' "$USER_ID" "$USER_ID" input 2)"
	t exec --user 0 "$ID" /bin/true
	exits 255
	says "the uid 0 is not an id of the container"
}
