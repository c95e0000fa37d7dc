/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The problems of a bundle on standard output: they are the answer that was asked for. */
#include "cli/problems.h"

#include <errno.h>
#include <stdio.h>

#include "base/json.h"
#include "cli/log.h"
#include "cli/output.h"

/* A byte becomes at most six in JSON. */
#define MESSAGE (sizeof(struct error) + 256)
#define LINE	(6 * (2 * MESSAGE) + 512)

static void text_print_problem(const struct problem *problem, const char *message)
{
	const struct error *err = &problem->err;

	printf("tare: check: %s%s\n", problem->warning ? "warning: " : "", message);
	if (err->pointer[0] || err->line) {
		printf("  config.json");
		if (err->line)
			printf(":%u:%u", err->line, err->column);
		if (err->pointer[0])
			printf(" %s", err->pointer);
		printf("\n");
	}
	if (problem->hint)
		printf("  hint: %s\n", problem->hint);
}

static void json_member(struct text *text, const char *key, const char *value)
{
	text_format(text, ",\"%s\":", key);
	json_string(text, value);
}

static void json_print_problem(const struct problem *problem, const char *message, bool first)
{
	const struct error *err = &problem->err;
	char buffer[LINE];
	struct text text;

	text_start(&text, buffer, sizeof(buffer));
	text_format(&text, "%s{\"severity\":\"%s\"", first ? "{\"problems\":[" : ",",
		problem->warning ? "warning" : "error");
	json_member(&text, "msg", message);
	if (err->pointer[0])
		json_member(&text, "pointer", err->pointer);
	if (err->line)
		text_format(&text, ",\"line\":%u,\"column\":%u", err->line, err->column);
	if (problem->hint)
		json_member(&text, "hint", problem->hint);
	text_char(&text, '}');
	fputs(buffer, stdout);
}

int problems_add(void *ctx, const struct problem *problem)
{
	struct problems *problems = ctx;
	char message[MESSAGE];
	struct text text;

	text_start(&text, message, sizeof(message));
	log_message(&text, NULL, NULL, &problem->err);
	if (problems->json)
		json_print_problem(problem, message, !problems->count);
	else
		text_print_problem(problem, message);
	problems->count++;
	return ferror(stdout) ? -EIO : 0;
}

int problems_end(struct problems *problems)
{
	if (problems->json)
		puts(problems->count ? "]}" : "{\"problems\":[]}");
	return output_end();
}
