/* flash_guard.c - parts that brick a device are written only when named */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "acquire/sidecar.h"
#include "cmd/flash.h"
#include "project/plan.h"

/* Names, whole or as the beginning, of parts that nobody writes by mistake. */
static const char *const precious[] = {
	"boot", "u-boot", "uboot", "bootloader", "cfe", "factory", "art", "caldata",
	"calibration", "nvram", "mac", "key", "ipl", "spl", "redboot", "radio",
	"env", "ubootenv", "environment", NULL
};

static bool is_precious(const char *name)
{
	for (size_t i = 0; precious[i]; i++) {
		size_t n = strlen(precious[i]);

		if (!strncasecmp(name, precious[i], n) &&
		    (!name[n] || strchr("-_ .0123456789", name[n])))
			return true;
	}
	return false;
}

static bool is_named(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
		if (strcspn(p, ",") == n && !strncasecmp(p, name, n))
			return true;
	return false;
}

static int check(const struct flash_opts *o, const char *name, struct range place,
		 const struct update_plan *p, struct err *e)
{
	if (!is_precious(name) || is_named(o->include, name) ||
	    is_named(o->source.part, name))
		return 0;
	for (size_t i = 0; i < p->n; i++)
		if (p->step[i].at < place.at + place.size &&
		    place.at < p->step[i].at + p->step[i].size) {
			fail_at(e, p->step[i].at, "this would write the partition "
				"\"%s\", which can brick the device; add --include %s",
				name, name);
			e->kind = ERR_USAGE;
			return -1;
		}
	return 0;
}

int flash_guard_maps(const struct flash_opts *o, const struct maps *maps,
		     const struct update_plan *p, struct err *e)
{
	int r = 0;

	for (size_t k = 0; !r && k < maps->n; k++) {
		const struct map *m = &maps->map[k];

		for (size_t i = 0; !r && i < m->n; i++)
			r = check(o, m->part[i].name,
				  (struct range){ m->part[i].at, m->part[i].size }, p, e);
	}
	return r;
}

/* The parts as the map in (or given for) that file names them. */
static int check_by(const struct flash_opts *o, const char *file,
		    const struct update_plan *p, struct err *e)
{
	struct plan_opts how = { .map = o->source.map };
	struct plan plan = { 0 };
	int result = 0;

	how.input.fixup = "none";
	if (plan_make(&plan, file, &how, e) < 0)
		return -1;
	/* Without a map the parts are guesses by content: only a map names. */
	for (size_t i = 0; !result && plan.maps.best >= 0 && i < plan.n; i++)
		if (!plan.part[i].gap)
			result = check(o, plan.part[i].name,
				       (struct range){ plan.part[i].at,
						       plan.part[i].size }, p, e);
	plan_free(&plan);
	return result;
}

/* "dump.new.bin" was built from "dump.bin". */
static bool original_name(const char *image, char *name, size_t n)
{
	const char *slash = strrchr(image, '/'), *last = image;
	size_t head;

	for (const char *p = slash ? slash : image; (p = strstr(p, ".new")); p += 4)
		last = p;
	if (last == image || (last[4] && last[4] != '.'))
		return false;
	head = (size_t)(last - image);
	return snprintf(name, n, "%.*s%s", (int)head, image, last + 4) < (int)n;
}

int flash_same_chip(const struct flash_opts *o, const char *image,
		    const struct nor_chip *c, struct err *e)
{
	char name[4096] = "";
	const char *const files[] = { image, o->base ? o->base : "", name };
	struct sidecar s;

	original_name(image, name, sizeof(name));
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		if (!*files[i] || !sidecar_of(files[i], &s) || !s.has_id ||
		    !memcmp(s.id, c->id, sizeof(s.id)) ||
		    is_named(o->include, "chip"))
			continue;
		fail(e, ERR_USAGE, "%s.json says it was read from a %.64s, id %02x %02x "
		     "%02x, this chip is %02x %02x %02x; add --include chip to write it "
		     "all the same", files[i], s.chip, s.id[0], s.id[1], s.id[2],
		     c->id[0], c->id[1], c->id[2]);
		return err_about(e, "chip");
	}
	return 0;
}

int flash_confirm(const struct run *r, const struct update_plan *p, const char *what,
		  const char *where, struct err *e)
{
	char answer[16] = "";

	if (r->common->yes)
		return 0;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return fail(e, ERR_USAGE, "nobody is there to confirm; add -y");
	fprintf(stderr, "%s %zu places %s? [y/N] ", what, p->n, where);
	if (!fgets(answer, sizeof(answer), stdin) ||
	    (answer[0] != 'y' && answer[0] != 'Y'))
		return fail(e, ERR_USAGE, "not confirmed; nothing was written");
	return 0;
}

int flash_guard(const struct flash_opts *o, const char *image, const char *old,
		const struct update_plan *p, struct err *e)
{
	/* The new image's map may be gone with its environment: ask the old. */
	if (old[0] && !access(old, R_OK) && check_by(o, old, p, e) < 0)
		return -1;
	return image[0] ? check_by(o, image, p, e) : 0;
}
