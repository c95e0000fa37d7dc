# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the gates (check-*) share. A gate looks at the tree in $root and, if it needs objects, at a build of it
# in $build; it prints each finding as file:line: text and exits 1 if there is one, 2 if it could not
# look. With --self-test it shows that it fails on bad samples and accepts good ones.
#
# usage of every gate: check-NAME [--root DIR] [--build DIR] [--self-test]
set -euo pipefail
export LC_ALL=C

gate=$(basename "$0")
gate_path=$(realpath "$0")
root=$(dirname "$(dirname "$gate_path")")
build=
self_test=
findings=0
looked_at=0

cannot() {
	echo "$gate: $*" >&2
	exit 2
}

gate_options() {
	while [ $# -gt 0 ]; do
		case $1 in
		--root) root=$(realpath "$2") && shift ;;
		--build) build=$(realpath "$2") && shift ;;
		--self-test) self_test=1 ;;
		*) cannot "unknown argument \"$1\"; usage: $gate [--root DIR] [--build DIR] [--self-test]" ;;
		esac
		shift
	done
	cd "$root"
	[ -z "$self_test" ] || self_test
}

need() {
	local program
	for program; do
		command -v "$program" >/dev/null || cannot "needs the program $program"
	done
}

# The build directory, for gates that look at objects.
need_build() {
	build=${build:-$root/build/release}
	[ -e "$build/Makefile" ] || cannot "no build in $build; name one with --build DIR"
}

# Files of the project whose path matches a regular expression.
tracked() {
	if [ -e "$root/.git" ]; then
		git -C "$root" -c core.quotePath=off ls-files | while read -r file; do
			[ ! -e "$root/$file" ] || echo "$file"
		done
	else
		(cd "$root" && find . -type f | sed 's|^\./||')
	fi | grep -E "$1" | sort || true
}

# Source text without comments and strings, lines kept, of the files named; as file:line:text.
bare() {
	local file
	for file; do
		awk -v file="$file" '{
			line = $0
			out = ""
			while (line != "") {
				if (comment) {
					at = index(line, "*/")
					if (!at) { line = ""; break }
					comment = 0
					line = substr(line, at + 2)
				} else if (match(line, /\/\*|\/\/|"([^"\\]|\\.)*"|'"'"'([^'"'"'\\]|\\.)*'"'"'/)) {
					out = out substr(line, 1, RSTART - 1)
					token = substr(line, RSTART, 2)
					rest = substr(line, RSTART + RLENGTH)
					if (token == "/*") comment = 1
					else if (token == "//") rest = ""
					else out = out "\"\""
					line = rest
				} else { out = out line; line = "" }
			}
			print file ":" FNR ":" out
		}' "$file"
	done
}

finding() {
	echo "$*"
	findings=$((findings + 1))
}

# Takes over lines of findings from a filter: filter | gather. Must run in the gate's own shell, hence < <().
gather() {
	local line
	while IFS= read -r line; do finding "$line"; done
}

finish() {
	[ "$looked_at" -gt 0 ] || cannot "looked at nothing"
	if [ "$findings" -gt 0 ]; then
		echo "$gate: $findings findings"
		exit 1
	fi
	echo "$gate: ok, looked at $looked_at $1"
	exit 0
}

# Self-tests: sample starts an empty tree and goes there; expect says how the gate must end on it.
sample_dirs=()
sample() {
	sample=$(mktemp -d)
	sample_dirs+=("$sample")
	trap 'rm -rf "${sample_dirs[@]}"' EXIT
	cd "$sample"
}

repeat() { awk -v line="$1" -v count="$2" 'BEGIN { while (count-- > 0) print line }'; }

expect() { # expect STATUS TEXT NAME: the gate exits so and prints the text
	local status=0 said
	said=$("$gate_path" --root "$sample" ${sample_build:+--build "$sample_build"} 2>&1) || status=$?
	if [ $status -ne "$1" ] || ! grep -qF -- "$2" <<<"$said"; then
		echo "$gate: self-test \"$3\": exit status $status where $1 was expected; it said:"
		echo "$said"
		exit 1
	fi
	self_tests=$((${self_tests:-0} + 1))
}

self_tested() {
	echo "$gate: self-test ok, $self_tests samples"
	exit 0
}
