/* plan.c - open, scan, find the map, cut */
#include "project/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/mem.h"
#include "project/assemble.h"
#include "project/parts.h"

/* Text on the command line, unless there is a file of that name. */
static bool is_text(const char *map)
{
	struct stat st;

	return stat(map, &st) < 0 && strpbrk(map, "=:(");
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int read_map(struct plan *p, const char *map, struct err *e)
{
	uint64_t size = p->in.v.at + p->in.v.len;
	struct image im = { 0 };
	int r;

	if (is_text(map)) {
		if (maps_from_text(&p->maps, view_text(map), size, "--map", e) < 0)
			return err_about(e, "--map");
		return 0;
	}
	if (image_open(&im, map, e) < 0)
		return -1;
	r = maps_from_text(&p->maps, im.v, size, base_name(map), e);
	image_close(&im);
	return r < 0 ? err_about(e, map) : 0;
}

/* A project is the input it was made of, with the map it was cut by. */
static int open_project(struct plan *p, const char *dir, struct err *e)
{
	struct assembled a = { 0 };
	struct map *m;

	if (project_join(&a, dir, e) < 0) {
		assembled_free(&a);
		return -1;
	}
	snprintf(p->in.im.name, sizeof(p->in.im.name), "%s", dir);
	p->in.fixed = a.image;
	p->in.v = buf_view(&p->in.fixed);
	p->in.fd = -1;
	a.image = (struct buf){ 0 };
	if (a.m.map.n) {
		p->maps.map = xgrow(p->maps.map, &p->maps.cap, 1, sizeof(*m));
		m = &p->maps.map[p->maps.n++];
		*m = a.m.map;
		m->rank = MAP_GIVEN;
		a.m.map = (struct map){ 0 };
	}
	assembled_free(&a);
	return 0;
}

int plan_open(struct plan *p, const char *path, const struct plan_opts *o,
	      struct err *e)
{
	return is_project(path) ? open_project(p, path, e)
				: input_open(&p->in, path, &o->input, e);
}

static int find_maps(struct plan *p, const char *map, struct err *e)
{
	p->maps.flash = p->in.im.name;
	if (map && strcmp(map, "auto") && read_map(p, map, e) < 0)
		return -1;
	maps_from_image(&p->maps, p->in.v, &p->scan);
	maps_choose(&p->maps, &p->scan, p->in.v.len);
	maps_say(&p->maps);
	return 0;
}

/* What ends nowhere by itself ends where its partition ends. */
static void cut_at_borders(struct plan *p)
{
	uint64_t *border = xcalloc(p->n + 1, sizeof(*border));

	for (size_t i = 0; i < p->n; i++)
		border[i] = p->part[i].at;
	scan_cut(&p->scan, p->in.v, border, p->n);
	free(border);
}

int plan_make(struct plan *p, const char *path, const struct plan_opts *o,
	      struct err *e)
{
	if (plan_open(p, path, o, e) < 0)
		return -1;
	if (scan_run(&p->scan, p->in.v, p->in.fd, &o->scan, e) < 0)
		return err_about(e, p->in.im.name);
	if (find_maps(p, o->map, e) < 0)
		return -1;
	if (p->maps.best >= 0) {
		parts_from_map(p, &p->maps.map[p->maps.best]);
		cut_at_borders(p);
	} else {
		parts_from_objects(p);
	}
	parts_describe(p);
	parts_name(p);
	return 0;
}

void plan_free(struct plan *p)
{
	free(p->part);
	maps_free(&p->maps);
	scan_free(&p->scan);
	input_close(&p->in);
	*p = (struct plan){ 0 };
}

struct view plan_part(const struct plan *p, const struct part *part)
{
	return view_sub(p->in.v, part->at, part->size);
}
