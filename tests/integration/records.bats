#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2016,SC2154
# Files of the state directory that were cut or changed at many places: no command crashes or hangs, none says what
# is not so, and delete --force cleans up. What a damaged record means is in state.bats. TARE_TEST_PLACES=all takes
# all of the places, not some of them.

load helpers
load errors

# Of how many places one is taken.
case ${TARE_TEST_PLACES:-} in
all) EVERY=1 ;;
*) EVERY=7 ;;
esac

# one STATUS: a container in that state, with files of every kind in its directory.
one()
{
	args /bin/sleep 1000
	config '.annotations = {"a.b": "c d"} | .hooks = {poststop: [{path: "/bin/true"}]}'
	case $1 in
	created) must create --bundle "$BUNDLE" "$ID" ;;
	*) background ;;
	esac
	[ "$1" != paused ] || must pause "$ID"
	pid=$(pid_of "$ID")
}

# settles WHAT: whatever is asked of it, an answer; in the end nothing is left of it. What has no record of its
# process is not said to be gone while the process lives.
settles()
{
	local operation

	for operation in "state $ID" "list" "ps $ID" "exec $ID /bin/true" "start $ID" "pause $ID" "resume $ID" "kill $ID KILL" "delete $ID"; do
		# shellcheck disable=SC2086
		t $operation
		[ "$status" = 0 ] || [ -n "$stderr" ] || {
			echo "$1: $operation failed without a word" >&2
			show
		}
		case $status in
		0 | 1 | 255) ;;
		*)
			echo "$1: $operation" >&2
			show
			;;
		esac
	done
	t delete --force "$ID"
	if [ "$status" != 0 ]; then
		echo "$1: delete --force" >&2
		show
	fi
	[ ! -e "$STATE/$ID" ]
	dead "$pid" || {
		echo "$1: delete --force has left the process" >&2
		return 1
	}
	settled=$((settled + 1))
}

# lengths FILE: where it is cut: at its ends, and in and at the end of each line.
lengths()
{
	local size

	size=$(stat -c %s "$1")
	{
		printf '%s\n' 0 1 8 9 $((size - 1))
		grep -ab '' "$1" | cut -d: -f1 | awk '{print; print $1 + 5; print $1 + 30; if ($1) print $1 - 1}'
	} | sort -nu | awk -v size="$size" -v every="$EVERY" '$1 < size && NR % every == 0'
}

# flip FILE PLACE: changes one bit of that byte.
flip()
{
	local byte

	byte=$(dd if="$1" bs=1 skip="$2" count=1 status=none | od -An -tu1)
	# shellcheck disable=SC2059
	printf "\\x$(printf %x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

every_length()
{
	local file=$1 what=$2 length

	settled=0
	one "$what"
	for length in $(lengths "$STATE/$ID/$file"); do
		[ -e "$STATE/$ID" ] || one "$what"
		truncate -s "$length" "$STATE/$ID/$file"
		settles "$file of a $what container, cut to $length bytes"
	done
	echo "# $file, $what: cut at $settled places" >&3
	[ "$settled" -ge 5 ]
}

every_byte()
{
	local file=$1 what=$2 step=$3 place size

	settled=0
	one "$what"
	size=$(stat -c %s "$STATE/$ID/$file")
	step=$((step * EVERY))
	for ((place = EVERY; place < size; place += step)); do
		[ -e "$STATE/$ID" ] || one "$what"
		[ "$place" -lt "$(stat -c %s "$STATE/$ID/$file")" ] || continue
		flip "$STATE/$ID/$file" "$place"
		settles "$file of a $what container, byte $place changed"
	done
	echo "# $file, $what: changed at $settled places" >&3
	must delete --force "$ID"
}

@test "the journal of a running container, cut" {
	promise
	every_length journal running
}

@test "the journal of a container that waits for start, cut" {
	promise
	every_length journal created
}

@test "the journal of a paused container, a bit changed" {
	promise
	every_byte journal paused 53
}

@test "the journal of a container that waits for start, a bit changed" {
	promise
	every_byte journal created 59
}

@test "the copy of config.json, cut and changed" {
	promise
	every_byte config running 211
	settled=0
	for length in 0 1 1000; do
		one running
		truncate -s "$length" "$STATE/$ID/config"
		settles "config cut to $length bytes"
	done
}

@test "files that are missing, empty, or of another kind" {
	promise
	local file how
	settled=0
	for file in journal config init start result; do
		for how in missing fifo empty directory link; do
			[ "$EVERY" = 1 ] || [[ $how != directory && $how != link ]] || continue
			# Of fifos nobody can tell which one is the container's.
			[ "$file $how" != "result fifo" ] || continue
			one created
			# Which of them there are is not the matter.
			rm -f "$STATE/$ID/$file"
			case $how in
			directory) mkdir "$STATE/$ID/$file" ;;
			fifo) mkfifo "$STATE/$ID/$file" ;;
			link) ln -s /nowhere "$STATE/$ID/$file" ;;
			empty) : >"$STATE/$ID/$file" ;;
			esac
			if [ "$how" = directory ]; then
				t delete --force "$ID"
				exits 1
				[ -n "$stderr" ]
				rmdir "$STATE/$ID/$file"
				must delete --force "$ID"
				dead "$pid"
				continue
			fi
			settles "$file: $how"
		done
	done
	echo "# $settled files of other kinds" >&3
}

@test "a command in a time namespace knows the process all the same" {
	promise
	[ -e /proc/self/ns/time ] || skip_or_fail "needs a kernel with time namespaces"
	local elsewhere
	args /bin/sleep 1000
	background
	for elsewhere in "--boottime 100000" "--boottime 1 --monotonic -1"; do
		# shellcheck disable=SC2086
		equal "$(unshare --time $elsewhere "$TARE" --root "$STATE" state "$ID" | jq -r .status)" running
		# shellcheck disable=SC2086
		if unshare --time $elsewhere "$TARE" --root "$STATE" delete "$ID" 2>"$WORK/stderr"; then
			return 1
		fi
		grep -q "that is not stopped" "$WORK/stderr"
	done
	must delete --force "$ID"
	unshare --time --boottime 100000 "$TARE" --root "$STATE" run --detach --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 3>&-
	has_status "$ID" running
	must exec "$ID" /bin/true
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
	nothing_left_of "$ID"
}
