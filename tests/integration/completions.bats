#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The completions of shells, which contrib/completions makes from what the program says of itself.
# shellcheck disable=SC2154

load helpers

setup()
{
	names
	WORK=$BATS_TEST_TMPDIR
	ID=$MARK-$BATS_TEST_NUMBER
	new_bundle bundle
	promise
}

# made SHELL: its file is $WORK/SHELL.
made()
{
	"$BATS_TEST_DIRNAME/../../contrib/completions" "$1" "$TARE" >"$WORK/$1" 3>&-
}

# completed WORD...: what bash offers for the last of the words.
completed()
{
	(
		# shellcheck disable=SC1090
		. "$WORK/bash"
		# shellcheck disable=SC2034
		COMP_WORDS=("$TARE" "$@") COMP_CWORD=$#
		_tare
		printf '%s\n' "${COMPREPLY[@]}"
	)
}

@test "bash: commands, global options, options of a command" {
	made bash
	equal "$(completed cre)" create
	equal "$(completed p)" "$(printf 'pause\nplan\nps')"
	equal "$(completed --systemd)" --systemd-cgroup
	equal "$(completed --log /file create --pid)" "$(printf -- '--pid-file\n--pidfd-socket')"
	equal "$(completed exec --no)" --no-new-privs
	equal "$(completed create --sys)" ""
}

@test "bash: the ids of containers, and files where a file is wanted" {
	made bash
	t_create
	ok
	equal "$(completed --root "$STATE" state "$ID")" "$ID"
	equal "$(completed --root "$STATE" kill --all "$ID")" "$ID"
	equal "$(cd "$WORK" && completed create --bundle bun)" bundle
}

@test "bash: every command and every long option of the program is known" {
	local command option
	made bash
	for command in $(completed ""); do
		"$TARE" "$command" --help >"$WORK/help" 3>&-
		while read -r option; do
			completed "$command" "$option" | grep -qx -- "$option" || {
				echo "not completed: $command $option" >&2
				return 1
			}
		done < <(grep -oE -- '--[a-z-]+' <(grep -oE '^   --[a-z-]+' "$WORK/help"))
	done
	[ "$(completed "" | wc -l)" -ge 17 ]
}

@test "zsh and fish take their files" {
	made zsh
	made fish
	grep -q "'create:create a container'" "$WORK/zsh"
	grep -q -- "-l pidfd-socket -r" "$WORK/fish"
	command -v zsh fish >/dev/null || skip_or_fail "needs zsh and fish"
	zsh -n "$WORK/zsh"
	fish --no-execute "$WORK/fish"
	equal "$(fish --no-config -c "source $WORK/fish; complete -C 'tare cre'" | cut -f1)" create
}

@test "an unknown shell is refused, with the known ones" {
	run "$BATS_TEST_DIRNAME/../../contrib/completions" tcsh "$TARE"
	[ "$status" = 1 ]
	matches "$output" "bash, zsh or fish"
}
