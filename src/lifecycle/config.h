/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config.json of a bundle: read, decoded, and kept so that later errors can name their line. */
#ifndef LIFECYCLE_CONFIG_H
#define LIFECYCLE_CONFIG_H

#include <stddef.h>

#include "base/error.h"
#include "libocispec/decode.h"

struct config {
	const char *text;
	size_t length;
	void *memory; /* in which the text lies, and room for the arena to begin with */
	size_t size;
	const struct oci_spec *spec;
	struct oci_arena arena;
};

/* Reads `bundle`/config.json, at most 64 MiB, without looking into it. Free with config_free() also after a failure. */
int config_load(struct config *config, const char *bundle, struct error *err);

/* The same, and decodes it. */
int config_read(struct config *config, const char *bundle, struct error *err);

/* From a descriptor, which stays open; not decoded. */
int config_load_fd(struct config *config, int fd, struct error *err);

/* Decodes a text of its own, or a part of it. */
int config_decode(struct config *config, const char *text, size_t length, struct error *err);

/* Reads the file of `exec --process` into *config, whose arena it shares; *ret_process lives as long. Errors name the
 * file and the place in it. */
int config_read_process(struct config *config, const char *path,
	const struct oci_process **ret_process, struct error *err);

/* Gives an error with an origin its pointer, line and column. Leaves others as they are. */
void config_locate(const struct config *config, struct error *err);

/* What the decoder says, as an error; `r` is what it returned. -1. */
int config_decode_error(const struct oci_error *where, int r, struct error *err);

void config_free(struct config *config);

#endif
