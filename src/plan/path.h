/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths as text: nothing here looks at a file system. */
#ifndef PLAN_PATH_H
#define PLAN_PATH_H

#include "base/arena.h"

/* A path as a container sees it, made relative to its root: "/dev//pts/" -> "dev/pts". ".." at
 * the top stays at the top, as it does for a chrooted process. The root itself is ".". NULL when
 * the arena is full. What is a symbolic link is not known here: root_open() resolves the result. */
const char *path_clean(struct arena *arena, const char *path);

/* The part of a clean path below the clean path `top`: "" for itself, NULL when it is elsewhere. */
const char *path_below(const char *path, const char *top);

/* `path` if it is absolute, else below `directory`; NULL when the arena is full. */
const char *path_absolute(struct arena *arena, const char *directory, const char *path);

#endif
