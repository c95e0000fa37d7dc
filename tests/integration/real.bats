#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Bundles and root file systems as real programs make them.

load helpers

@test "a bundle that runc spec wrote runs" {
	command -v runc >/dev/null || skip_or_fail "needs runc"
	mkdir "$WORK/new"
	runc spec --bundle "$WORK/new"
	BUNDLE=$WORK/new
	config ".root.path = \$p | .process.terminal = false" --arg p "$BUSYBOX_ROOT"
	script "echo hello"
	inside
	prints hello
}
