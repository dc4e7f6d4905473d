/* repackubi.c - fwtool repack --ubi: volumes become an image of UBI */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/help.h"
#include "cmd/repack.h"
#include "cmd/say.h"
#include "core/image.h"
#include "core/text.h"
#include "fs/ubi/build.h"

struct volumes {
	struct ubi_section *v;
	struct image *im;
	int n;
};

/* Paths of images are meant from where we are, else from the configuration. */
static int open_images(struct volumes *w, const char *config, struct err *e)
{
	char up[4096], beside[8192];

	for (int i = 0; i < w->n; i++) {
		const char *path = w->v[i].image;

		if (!*path)
			continue;
		snprintf(up, sizeof(up), "%s", config);
		snprintf(beside, sizeof(beside), "%s/%s", dirname(up), path);
		if (*path != '/' && access(path, F_OK) < 0 &&
		    !access(beside, F_OK))
			path = beside;
		if (image_open(&w->im[i], path, e) < 0)
			return -1;
		w->v[i].content = w->im[i].v;
	}
	return 0;
}

static void tell(struct repacking *k, const struct volumes *w, size_t size)
{
	struct buf line = { 0 };

	for (int i = 0; i < w->n; i++) {
		buf_clear(&line);
		put_name(&line, w->v[i].name);
		put_text(&line, ": volume %llu, %s, %llu bytes",
			 (unsigned long long)w->v[i].id,
			 w->v[i].type == UBI_STATIC ? "static" : "dynamic",
			 (unsigned long long)w->v[i].content.len);
		repack_tell(k, &line);
	}
	buf_clear(&line);
	put_escaped(&line, view_text(strcmp(k->output, "-") ? k->output
							    : "standard output"));
	put_text(&line, ": %zu bytes", size);
	repack_tell(k, &line);
	buf_free(&line);
}

static void fill_document(struct repacking *k, struct view made)
{
	char sum[SHA256_TEXT];

	sha256_text(made, sum);
	json_set_bytes(k->r->doc, "output", view_text(k->output));
	json_object_set_new(k->r->doc, "format", json_string("ubi"));
	json_object_set_new(k->r->doc, "size", json_integer((json_int_t)made.len));
	json_object_set_new(k->r->doc, "sha256", json_string(sum));
}

static int build(struct repacking *k, const struct ubi_options *o, struct err *e)
{
	struct volumes w = { xcalloc(UBI_RECORDS, sizeof(*w.v)),
			     xcalloc(UBI_RECORDS, sizeof(*w.im)), 0 };
	struct image config = { 0 };
	struct buf out = { 0 };
	int r = -1;

	say_about(k->input);
	if (image_open(&config, k->input, e) < 0)
		goto out;
	w.n = ubi_config(config.v, w.v, UBI_RECORDS, e);
	if (w.n < 0 || open_images(&w, k->input, e) < 0 ||
	    ubi_build(o, w.v, w.n, &out, e) < 0)
		goto out;
	k->output = cmd_output(k->r, "ubi.img");
	if (cmd_save(k->r, "ubi.img", buf_view(&out), e) < 0)
		goto out;
	tell(k, &w, out.len);
	fill_document(k, buf_view(&out));
	r = STATUS_OK;
out:
	for (int i = 0; i < UBI_RECORDS; i++)
		image_close(&w.im[i]);
	image_close(&config);
	buf_free(&out);
	free(w.v);
	free(w.im);
	return r;
}

int repack_ubi(struct repacking *k, char **argv, struct err *e)
{
	struct ubi_options o = ubi_defaults;
	struct optset format = { ubi_option_table, &o };
	int r = repack_parse(k, format, argv, e);

	if (r || k->r->common->help) {
		if (!r)
			help_command(k->r->command, stdout);
		return r;
	}
	if (k->r->argc != 1)
		return fail(e, ERR_USAGE, "--ubi needs one configuration of volumes, as "
			    "ubinize(8) has it; give its file");
	k->input = k->r->argv[0];
	return build(k, &o, e);
}
