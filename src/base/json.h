/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A JSON string in bounded text. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/text.h"

/* Appends `string` with quotes; bytes that are no valid UTF-8 become U+FFFD. NULL is "". */
void json_string(struct text *text, const char *string);

#endif
