# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# What the tests of hooks share: bundles with hooks that note when, where and with what they ran.

ALL="prestart createRuntime createContainer startContainer poststart poststop"

setup()
{
	names
	WORK=$BATS_TEST_TMPDIR
	ID=$MARK-$BATS_TEST_NUMBER
	new_bundle bundle
	own_root
	args /bin/sleep 1000
	mkdir "$WORK/said" "$ROOTFS/said"
	chmod 777 "$ROOTFS/said"
	# What each hook notes of itself; those inside have the root's own directory for it.
	cat >"$WORK/note" <<'END'
#!/bin/sh
# note DIRECTORY KIND
cat >"$1/$2.state"
echo "$2" >>"$1/order"
pwd >"$1/$2.cwd"
umask >"$1/$2.umask"
readlink /proc/self/ns/mnt >"$1/$2.mnt"
readlink /proc/self/ns/pid >"$1/$2.pid"
tr '\0' '\n' </proc/$$/cmdline >"$1/$2.args"
END
	chmod 755 "$WORK/note"
	cp "$WORK/note" "$ROOTFS/bin/note"
}

# hook KIND JSON: appends one.
hook()
{
	config '.hooks[$k] += [$h]' --arg k "$1" --argjson h "$2"
}

# host_script KIND TEXT [more JSON]
host_script()
{
	hook "$1" "$(jq -cn --arg t "$2" --argjson m "${3:-{\}}" '{path: "/bin/sh", args: ["sh", "-c", $t],
		env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]} + $m')"
}

# note_all: each kind notes itself in $WORK/said, startContainer in the root's /said.
note_all()
{
	local kind

	for kind in $ALL; do
		if [ "$kind" = startContainer ]; then
			hook "$kind" '{"path": "/bin/note", "args": ["note", "/said", "startContainer"]}'
		else
			hook "$kind" "$(jq -cn --arg p "$WORK/note" --arg d "$WORK/said" --arg k "$kind" \
				'{path: $p, args: ["note", $d, $k], env: ["PATH=/usr/bin:/bin"]}')"
		fi
	done
}

# inside_or_out KIND TEXT [more]: a script as a hook of any kind.
inside_or_out()
{
	if [ "$1" = startContainer ]; then
		hook "$1" "$(jq -cn --arg t "$2" --argjson m "${3:-{\}}" \
			'{path: "/bin/sh", args: ["sh", "-c", $t]} + $m')"
	else
		host_script "$@"
	fi
}

order()
{
	tr '\n' ' ' <"$WORK/said/order"
}

# state_of KIND FILTER
state_of()
{
	local dir=$WORK/said

	[ "$1" = startContainer ] && dir=$ROOTFS/said
	jq -r "$2" "$dir/$1.state"
}

milliseconds()
{
	echo $(($(date +%s%N) / 1000000))
}


# not COMMAND...: a command that must fail; a plain ! is not looked at.
not()
{
	! "$@"
}
