/* carve.h - the parts of an image as files */
#ifndef PROJECT_CARVE_H
#define PROJECT_CARVE_H

#include "project/manifest.h"

/*
 * Write parts/ below dirfd, which is an empty directory of ours: the chosen
 * parts, or all (NULL). The manifest to be saved beside it comes back in
 * *doc, so that more can be added to it first: manifest_save().
 */
int carve_parts(const struct plan *p, const struct plan_opts *o,
		const bool *chosen, int dirfd, json_t **doc, struct err *e);

#endif
