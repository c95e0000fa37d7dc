/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The OCI operations. Each takes a request, does all of it or none, and reports through *err. */
#ifndef LIFECYCLE_LIFECYCLE_H
#define LIFECYCLE_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/step.h"
#include "init/trace.h"
#include "plan/request.h"

/* Who is told of what happens meanwhile. Members may be NULL; trace_fd is -1 without --trace. */
struct caller {
	void (*warn)(const char *text);
	/* What of config.json has no effect. NULL: nobody would read it. */
	void (*tolerate)(const char *text);
	struct step_observer observer;
	struct trace *trace;
	int trace_fd;
};

/* One container as `state` and `list` show it. Strings live until the callback returns. */
struct view {
	const char *id;
	int pid; /* 0 when stopped */
	const char *status;
	const char *bundle;
	const char *rootfs;
	const char *created;	 /* RFC 3339 */
	const char *annotations; /* a JSON object, NULL if there are none */
	uint32_t owner;
};

typedef int view_fn(void *ctx, const struct view *view, struct error *err);

int lifecycle_create(
	const struct request *request, const struct caller *caller, struct error *err);

/* In the foreground *ret_status is the container's exit status; 0 when detached. */
int lifecycle_run(const struct request *request, const struct caller *caller, int *ret_status,
	struct error *err);

/* A process more in a container. *ret_status as for run. When one in the foreground has ended, descriptors and memory are left for
 * the caller to exit with. */
int lifecycle_exec(const struct request *request, const struct caller *caller, int *ret_status,
	struct error *err);

int lifecycle_start(
	const struct request *request, const struct caller *caller, struct error *err);
int lifecycle_kill(
	const struct request *request, const struct caller *caller, struct error *err);
int lifecycle_delete(
	const struct request *request, const struct caller *caller, struct error *err);

/* Stops and continues every process of a container that is created or runs. */
int lifecycle_pause(const struct request *request, struct error *err);
int lifecycle_resume(const struct request *request, struct error *err);

/* Tells the pid of each process of the container; none when it has stopped. */
int lifecycle_ps(const struct request *request, int (*tell)(void *ctx, int pid), void *ctx,
	struct error *err);

/* Changes limits of a container that has not stopped. When one cannot be set the others stay as they were. */
int lifecycle_update(
	const struct request *request, const struct caller *caller, struct error *err);

/* One event as a line of JSON, without its end. */
typedef int event_fn(void *ctx, const char *line, struct error *err);

/* Tells what the container uses once, or in intervals, and when it runs out of memory, until it ends. */
int lifecycle_events(
	const struct request *request, event_fn *tell, void *ctx, struct error *err);

int lifecycle_state(const struct request *request, view_fn *show, void *ctx, struct error *err);

/* Containers sorted by id. One that cannot be read is left out, and warned of. A state root that
 * does not exist is empty if it is the default one, an error otherwise. */
int lifecycle_list(const struct request *request, const struct caller *caller, view_fn *show,
	void *ctx, struct error *err);

/* What create would do, as pieces of text; `write` returns 0, or a negative errno that ends it. */
int lifecycle_plan(const struct request *request, const struct caller *caller,
	int (*write)(void *ctx, const char *bytes, size_t length), void *ctx,
	struct error *err);

/* What this runtime can do, as JSON (features.md); `write` as above. Needs no file of the host. */
int lifecycle_features(int (*write)(void *ctx, const char *bytes, size_t length), void *ctx,
	struct error *err);

/* Something that is wrong with a bundle. */
struct problem {
	bool warning;	  /* the container is made all the same */
	struct error err; /* with its place, if it has one */
	const char *hint; /* what to do; NULL if the text says it */
};

/* 0 or a negative errno, which ends it. */
typedef int problem_fn(void *ctx, const struct problem *problem);

/* Tells of all that is wrong with the bundle, in the order of config.json. *ret_sound: nothing but warnings. */
int lifecycle_check(const struct request *request, problem_fn *tell, void *ctx, bool *ret_sound,
	struct error *err);

#endif
