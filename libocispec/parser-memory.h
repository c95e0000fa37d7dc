/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory for yajl, which does not look whether it got any; internal to the library. */
#ifndef LIBOCISPEC_PARSER_MEMORY_H
#define LIBOCISPEC_PARSER_MEMORY_H

#include <setjmp.h>

#include <yajl/yajl_parse.h>

#include "libocispec/arena.h"

/* Where there is none, the parser is left by a jump to `none`, which whoever owns it has set before all else that it does
 * with the parser. All memory of it is the arena's: there is nothing that yajl_free() would have to do. */
struct oci_parser_memory {
	struct oci_arena *arena;
	jmp_buf none;
	yajl_alloc_funcs functions;
};

/* `memory` must stay where it is. What it returns is for yajl_alloc(). */
yajl_alloc_funcs *oci_parser_memory(struct oci_parser_memory *memory, struct oci_arena *arena);

#endif
