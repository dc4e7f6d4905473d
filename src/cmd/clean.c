/* clean.c - fwtool clean: what of a dump is personal, and a dump without it */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cmd/clean.h"
#include "cmd/look.h"
#include "core/image.h"
#include "core/text.h"
#include "project/cleantree.h"
#include "project/manifest.h"

struct clean_opts {
	const char *rules;
	struct texts remove;
	bool apply, show;
};

#define AT(field) offsetof(struct clean_opts, field)

static const struct option options[] = {
	{ OPT_FLAG, 0, "apply", AT(apply), 0, "remove what was found", 0 },
	{ OPT_TEXT, 0, "rules", AT(rules), "FILE", "what is personal (default: built in)",
	  0 },
	{ OPT_LIST, 0, "remove", AT(remove), "PATH", "this file too", 0 },
	{ OPT_FLAG, 0, "show-secrets", AT(show), 0, "values as they are, not masked", 0 },
	{ 0 }
};

/* share/clean.rules, taken in by the assembler; a NUL ends it. */
__asm__(".pushsection .rodata\n"
	".globl clean_rules\nclean_rules: .incbin \"share/clean.rules\"\n.byte 0\n.popsection\n");

static void print_findings(const struct cleaning *c)
{
	struct buf line = { 0 };
	int file = 4, kind = 4;

	for (size_t i = 0; i < c->n; i++) {
		int n = (int)strlen(c->f[i].where), k = (int)strlen(c->f[i].kind);

		file = n > file && n < 60 ? n : file;
		kind = k > kind ? k : kind;
	}
	if (c->n)
		printf("%-*s  %-*s  VALUE%s\n", file, "FILE", kind, "KIND",
		       c->show ? "" : " (masked)");
	for (size_t i = 0; i < c->n; i++) {
		buf_clear(&line);
		put_escaped(&line, view_text(c->f[i].where));
		printf("%-*s  %-*s  %s\n", file, buf_string(&line), kind, c->f[i].kind,
		       c->f[i].masked);
	}
	buf_free(&line);
}

static json_t *findings_json(const struct cleaning *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->n; i++) {
		json_t *o = json_pack("{s:s, s:s, s:b}", "kind", c->f[i].kind, "masked",
				      c->f[i].masked, "file", c->f[i].removed);

		json_set_bytes(o, "where", view_text(c->f[i].where));
		json_array_append_new(list, o);
	}
	return list;
}

static void tell(const struct run *r, const struct cleaning *c,
		 const struct scrubbed *s, const char *input)
{
	const struct clean_opts *o = r->opts;
	const char *many = c->n == 1 ? "" : "s";

	json_object_set_new(r->doc, "findings", findings_json(c));
	json_object_set_new(r->doc, "applied", json_boolean(o->apply));
	json_object_set_new(r->doc, "scrubbed", json_integer((json_int_t)s->bytes));
	if (r->common->json)
		return;
	print_findings(c);
	if (!o->apply) {
		printf("%zu finding%s, nothing changed%s%s%s\n", c->n, many,
		       c->n ? "; fwtool clean --apply " : "", c->n ? input : "",
		       c->n ? " removes them" : "");
		return;
	}
	printf("%zu finding%s removed", c->n, many);
	if (s->bytes)
		printf(", %llu bytes of raw data overwritten", (unsigned long long)s->bytes);
	if (s->trees)
		printf("; %zu file system%s will be built anew, without what was deleted "
		       "before", s->trees, s->trees == 1 ? "" : "s");
	putchar('\n');
	hint(r, "fwtool repack %s", input);
}

static int look(struct run *r, struct cleaning *c, const char *input,
		struct scrubbed *s, struct err *e)
{
	const struct clean_opts *o = r->opts;
	struct plan_opts how = { 0 };
	struct plan p = { 0 };
	struct stat st;
	int bad;

	if (is_project(input))
		return clean_project(c, input, o->apply && !r->common->dry_run, s, e);
	if (!stat(input, &st) && S_ISDIR(st.st_mode))
		return clean_dir(c, input, o->apply && !r->common->dry_run, s, e);
	if (o->apply)
		return fail(e, ERR_USAGE, "--apply changes a project or a tree; give fwtool "
			    "extract %s first", input);
	bad = plan_make(&p, input, &how, e);
	if (!bad)
		bad = clean_image(c, &p, e);
	plan_free(&p);
	return bad;
}

static int read_rules(struct rules *rules, const char *path, struct image *im,
		      struct err *e)
{
	if (!path)
		return rules_read(rules, view_text(clean_rules), e);
	if (image_open(im, path, e) < 0 || rules_read(rules, im->v, e) < 0)
		return err_about(e, path);
	return 0;
}

static int run(struct run *r, struct err *e)
{
	const struct clean_opts *o = r->opts;
	struct cleaning c = { .show = o->show };
	struct rules rules = { 0 };
	struct scrubbed s = { 0 };
	struct image im = { 0 };
	const char *input = cmd_input(r, e);
	char **remove = NULL;
	int bad = input ? read_rules(&rules, o->rules, &im, e) : -1;

	if (!bad) {
		remove = xcalloc(o->remove.n + 1, sizeof(*remove));
		for (size_t i = 0; i < o->remove.n; i++)
			remove[i] = (char *)(uintptr_t)o->remove.v[i];
		c.rules = &rules;
		c.remove = remove;
		look_deep();
		bad = look(r, &c, input, &s, e);
	}
	if (!bad)
		tell(r, &c, &s, input);
	bad = bad ? -1 : c.n && !o->apply ? STATUS_NO : STATUS_OK;
	cleaning_free(&c);
	rules_free(&rules);
	image_close(&im);
	free(remove);
	return bad;
}

const struct command command_clean = {
	.name = "clean",
	.group = "take apart, put together",
	.operands = "[OPTIONS] PROJECT|TREE|INPUT",
	.summary = "find personal data; make a dump without it",
	.about = "List what is personal: Wi-Fi keys, password hashes, private keys, tokens,\n"
		 "device ids, addresses, logs; in files, environments and raw data. With\n"
		 "--apply it is taken out of a project or a tree, and repack then builds\n"
		 "the file systems anew, so that nothing deleted is left in them.",
	.examples = "  fwtool clean dump.bin\n"
		    "  fwtool clean --apply dump.bin.fw && fwtool repack dump.bin.fw\n",
	.exits = "0 nothing found, or removed; 1 something found, 2 trouble",
	.opts = options,
	.optsize = sizeof(struct clean_opts),
	.run = run,
};
