/* swapcheck.c - fwtool swap32 --check: what each word order would prove */
#include "cmd/swapcheck.h"

#include <stdio.h>

#include "project/input.h"
#include "project/trial.h"

static const struct { const char *name; unsigned width; } orders[] = {
	{ "as it is", 1 }, { "swap16", 2 }, { "swap32", 4 }, { "swap64", 8 },
};

static int check_order(struct run *r, const struct input *in, size_t i,
		       uint64_t *proven, struct err *e)
{
	struct proofs p;

	if (orders[i].width == 1 ? count_proofs(in->v, in->fd, &p, e) < 0
				 : count_swapped(in->v, orders[i].width, &p, e) < 0)
		return -1;
	*proven += p.objects;
	json_array_append_new(json_object_get(r->doc, "orders"), json_pack(
		"{s:s, s:I, s:I, s:s}", "order", orders[i].name, "objects",
		(json_int_t)p.objects, "jffs2_nodes", (json_int_t)p.jffs2_nodes,
		"types", p.names));
	if (!r->common->json)
		printf("%-8s  %s\n", orders[i].name, proof_text(&p).text);
	return 0;
}

int swap_check(struct run *r, const char *path, struct err *e)
{
	const struct input_opts o = { .fixup = "none" };
	struct input in = { .fd = -1 };
	uint64_t proven = 0;
	int status = 0;

	json_object_set_new(r->doc, "orders", json_array());
	if (input_open(&in, path, &o, e) < 0)
		return -1;
	for (size_t i = 0; !status && i < sizeof(orders) / sizeof(*orders); i++)
		status = check_order(r, &in, i, &proven, e);
	input_close(&in);
	return status < 0 ? -1 : proven ? STATUS_OK : STATUS_NO;
}
