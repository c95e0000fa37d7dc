/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes and links below /dev. */
#ifndef INIT_DEVICES_H
#define INIT_DEVICES_H

#include "init/init.h"

int devices_make(struct init *init, struct error *err);

#endif
