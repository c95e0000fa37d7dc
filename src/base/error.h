/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one error value: what went wrong, whose fault it is, where in config.json.
 *
 * It is plain data of fixed size without pointers, so that one write sends it from init to the
 * runtime. A function that can fail takes `struct error *err` as its last argument, returns 0
 * or -1, and fills `err` exactly when it returns -1. Only cli/ prints errors. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdint.h>

enum error_class {
	ERROR_NONE,
	ERROR_USAGE,	   /* the command line is wrong */
	ERROR_CONFIG,	   /* config.json or another document is wrong */
	ERROR_STATE,	   /* the container is not in a state that allows the operation */
	ERROR_UNSUPPORTED, /* this host or this build cannot do it */
	ERROR_SYSTEM,	   /* the kernel refused */
	ERROR_INTERNAL,	   /* a promise of ours is broken */
};

/* A place in config.json in four bytes; see origin.h. 0 is no place. */
typedef uint32_t origin_t;

#define ERROR_STEP_SIZE	   32
#define ERROR_POINTER_SIZE 128
#define ERROR_TEXT_SIZE	   (512 - 20 - ERROR_STEP_SIZE - ERROR_POINTER_SIZE)

struct error {
	int32_t errnum;	 /* positive errno, or 0 when no system call is to blame */
	uint32_t class;	 /* enum error_class */
	origin_t origin; /* set by init and launch; the printer makes a pointer of it */
	uint32_t line;	 /* 1-based position in config.json, 0 if unknown */
	uint32_t column;
	char step[ERROR_STEP_SIZE];	  /* "init mounts"; empty if none */
	char pointer[ERROR_POINTER_SIZE]; /* JSON pointer; empty if none */
	char text[ERROR_TEXT_SIZE];	  /* "cannot mount \"proc\" on \"/proc\"" */
};

_Static_assert(sizeof(struct error) == 512, "an error is sent as one message of 512 bytes");

/* Fills `err` and returns -1. `errnum` may be given positive or negative. The text is cut at
 * its buffer's end: an error that is too long is still an error. The formats are those of
 * text_format(). */
__attribute__((format(printf, 4, 5))) int error_set(
	struct error *err, enum error_class class, int errnum, const char *format, ...);

/* error_set() with ERROR_SYSTEM, for failed system calls: `errnum` as sys_*() returned it. */
__attribute__((format(printf, 3, 4))) int error_system(
	struct error *err, int errnum, const char *format, ...);

/* The same with the place in config.json that asked for the call. */
__attribute__((format(printf, 4, 5))) int error_system_at(
	struct error *err, origin_t origin, int errnum, const char *format, ...);

/* Names the step an error happened in, unless one is named already. */
void error_step(struct error *err, const char *who, const char *step);

/* Names the place an error is about, unless one is named already. Both return -1. */
int error_at(struct error *err, origin_t origin);
int error_pointer(struct error *err, const char *pointer);

/* An empty error, no matter what the memory held. */
void error_clear(struct error *err);

#endif
