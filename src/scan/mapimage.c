/* mapimage.c - the partition maps that a dump holds itself */
#include "scan/mapmake.h"

void maps_from_image(struct maps *m, struct view image, const struct scan *s)
{
	maps_envs(m, image, s);
	maps_slots(m, image, s);
	maps_trees(m, image, s);
	maps_cmdlines(m, image, s);
	maps_choose(m, s, s->size);
	if (m->best < 0)
		maps_kernels(m, image, s);
	maps_choose(m, s, s->size);
	if (m->best < 0)
		maps_layout_usual(m, image, s);
}
