#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input: refused with exit status 1 and a message that names the place, and nothing is left.

load helpers

@test "no config.json" {
	rm "$BUNDLE/config.json"
	t_run
	exits 1
	says config.json "no such file or directory"
	nothing_left_of "$ID"
}
