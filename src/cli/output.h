/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands print on standard output: nothing but the answer. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>

#include "lifecycle/lifecycle.h"

/* Whether all that was printed has arrived: 0 or a negative errno. */
int output_end(void);

/* One line; the newline is added. */
void output_line(const char *text);

/* Pieces of text as they come; 0 or a negative errno. */
int output_bytes(void *ctx, const char *bytes, size_t length);

/* `state`: indented JSON, keys in the order that callers know. */
int output_state(void *ctx, const struct view *view, struct error *err);

/* `list`: collected, since columns are as wide as their widest entry. */
struct output_list;
struct output_list *output_list_start(bool json, bool quiet);
int output_list_add(void *list, const struct view *view, struct error *err);

/* Prints if `print`, and frees. 0, or a negative errno when standard output cannot be written. */
int output_list_end(struct output_list *list, bool print);

#endif
