#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes configure and Makefile.in from configure.ac and Makefile.am. Needs autoconf and automake.
set -eu
cd "$(dirname "$0")"
exec autoreconf --install --force --warnings=all,no-portability
