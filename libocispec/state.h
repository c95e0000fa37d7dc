/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a container: what `state` prints and what hooks read on standard input.
 *
 * Spec: runtime.md "state" */
#ifndef LIBOCISPEC_STATE_H
#define LIBOCISPEC_STATE_H

#include "libocispec/types.h"

enum oci_status {
	OCI_STATUS_ABSENT,
	OCI_STATUS_CREATING,
	OCI_STATUS_CREATED,
	OCI_STATUS_RUNNING,
	OCI_STATUS_STOPPED,
};

struct oci_state {
	const char *oci_version; /* required; a semantic version 0.x or 1.x */
	const char *id;		 /* required */
	enum oci_status status;	 /* required */
	struct oci_opt_i32 pid;	 /* not negative */
	const char *bundle;	 /* required */
	const char *root;	 /* on the host; the specification has no such member */
	struct oci_map annotations;
};

#endif
