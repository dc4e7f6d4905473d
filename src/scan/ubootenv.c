/* ubootenv.c - U-Boot environments: found without a magic, by their CRC */
#include "scan/ubootenv.h"

#include "core/format.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/text.h"
#include "core/work.h"

enum { MOST_NAME = 64, MOST_FIRST = 4096, GRID = 0x400 };

/* Whether v begins as "name=" does. */
static bool begins_with_name(struct view v)
{
	size_t most = v.len < MOST_NAME ? v.len : MOST_NAME;

	for (size_t i = 0; i < most; i++) {
		if (v.p[i] == '=')
			return i > 0;
		if (v.p[i] <= ' ' || v.p[i] >= 0x7f)
			return false;
	}
	return false;
}

/* Whether the first variable is text up to its NUL, as far as we look. */
static bool begins_with_variable(struct view v)
{
	if (!begins_with_name(v))
		return false;
	for (size_t i = 0; i < v.len && i < MOST_FIRST; i++) {
		if (!v.p[i])
			return true;
		if ((v.p[i] < ' ' && !strchr("\a\b\t\n\v\f\r\033", v.p[i])) ||
		    v.p[i] == 0x7f || v.p[i] == 0xff)
			return false;
	}
	return true;
}

bool env_begins(struct view v)
{
	if (v.len < 64)
		return false;
	return begins_with_variable(view_from(v, 4)) ||
	       begins_with_variable(view_from(v, 5));
}

/* Everything behind the header. */
static struct view env_data(const struct env *env)
{
	return view_from(env->v, env->header);
}

uint32_t env_crc(const struct env *env)
{
	return crc32_of(0, env_data(env));
}

/* How far the variables reach, each with its NUL. */
static void measure(struct env *env)
{
	struct view data = env_data(env), rest = data, entry;

	env->n = 0;
	while (vars_next(&rest, &entry))
		env->n++;
	env->used = data.len - rest.len;
	env->pad = data.len > env->used + 1 ? data.p[data.len - 1] : 0;
}

static void set_block(struct env *env, struct view v, unsigned header)
{
	*env = (struct env){ .v = v, .header = header, .endian = LITTLE };
	if (header == 5 && v.len > 4)
		env->flags = v.p[4];
	env->crc = peek32(v, 0, LITTLE);
}

/* Whether the stored CRC is that of the content, in one order or the other. */
static bool crc_fits(struct env *env, uint32_t crc)
{
	struct view v = env->v;

	if (crc == peek32(v, 0, LITTLE))
		env->endian = LITTLE;
	else if (crc == peek32(v, 0, BIG))
		env->endian = BIG;
	else
		return false;
	env->crc = crc;
	env->crc_ok = true;
	return true;
}

/*
 * The sizes to try, rising: every 256 bytes up to 4 KiB, then every 4 KiB,
 * and at last all there is (a block saved to a file). One CRC runs along.
 */
static size_t next_size(size_t size, size_t all)
{
	size_t next = size + (size < 0x1000 ? 0x100 : 0x1000);

	if (size >= all || size >= MOST_ENV_SIZE)
		return 0;
	return next < all ? next : all;
}

static bool find_size(struct env *env, struct view v, unsigned header)
{
	size_t done = header, size = 0;
	uint32_t crc = 0;

	if (!begins_with_name(view_from(v, header)))
		return false;
	while ((size = next_size(size, v.len))) {
		if (size <= done)
			continue;
		crc = crc32_of(crc, view_sub(v, done, size - done));
		work_add(size - done);
		done = size;
		set_block(env, view_sub(v, 0, size), header);
		if (crc_fits(env, crc)) {
			measure(env);
			return env->n > 0;
		}
	}
	return false;
}

bool env_find(struct env *env, struct view v)
{
	return env_begins(v) && (find_size(env, v, 4) || find_size(env, v, 5));
}

bool env_given(struct env *env, struct view v)
{
	for (unsigned header = 4; header <= 5; header++) {
		set_block(env, v, header);
		if (v.len > header && crc_fits(env, crc32_of(0, env_data(env)))) {
			measure(env);
			return true;
		}
	}
	set_block(env, v, begins_with_name(view_from(v, 5)) &&
		  !begins_with_name(view_from(v, 4)) ? 5 : 4);
	measure(env);
	return env->n > 0;
}

struct view env_vars(const struct env *env)
{
	return view_upto(env_data(env), 0, env->used);
}

const struct env *env_other(const struct env *envs, size_t n,
			    const struct env *a)
{
	size_t i = (size_t)(a - envs);

	if (a->header != 5)
		return NULL;
	if (i + 1 < n && a[1].header == 5 && a[1].v.len == a->v.len)
		return a + 1;
	if (i && a[-1].header == 5 && a[-1].v.len == a->v.len)
		return a - 1;
	return NULL;
}

/*
 * Both with a right CRC: the larger of the flags, where 0 comes after 255
 * (counting, most devices); in NOR flash 1 is the active one and 0 the
 * obsolete one, which the same rule gets right.
 */
const struct env *env_active(const struct env *a, const struct env *b)
{
	if (!b || a->crc_ok != b->crc_ok)
		return !b || a->crc_ok ? a : b;
	if (a->flags == 255 && b->flags == 0)
		return b;
	if (a->flags == 0 && b->flags == 255)
		return a;
	return b->flags > a->flags ? b : a;
}

/* What stands behind the list is kept; what the list leaves becomes pad. */
int env_build(const struct env *env, struct view vars, struct buf *out,
	      struct err *e)
{
	size_t start = out->len, room = env->v.len - env->header;
	size_t end = env->used < room ? env->used + 1 : room;

	if (vars.len + 1 > room)
		return fail(e, ERR_LIMIT, "the environment needs %zu bytes, its block "
			    "has room for %zu; unset something", vars.len + 1, room);
	out->endian = env->endian;
	put32(out, 0);
	put_view(out, view_sub(env->v, 4, env->header - 4));
	put_view(out, vars);
	put8(out, 0);
	if (vars.len + 1 < end)
		put_fill(out, env->pad, end - vars.len - 1);
	put_view(out, view_from(env->v, out->len - start));
	patch32(out, start, crc32_of(0, view_from(buf_view(out),
						  start + env->header)));
	return 0;
}

/* U-Boot does not take it either, so it is not shown unless asked for. */
static enum proof damaged(struct view v, struct region *r)
{
	struct env env;

	if (!env_damaged(&env, v))
		return PROOF_NONE;
	r->size = env.v.len;
	r->broken = true;
	region_detail(r, "crc32 wrong, %u variables", env.n);
	region_number(r, "variables", env.n);
	region_number(r, "header", env.header);
	return PROOF_WEAK;
}

static enum proof env_probe(struct view image, uint64_t at, struct region *r)
{
	struct env env;

	if (!env_find(&env, view_from(image, at)))
		return damaged(view_from(image, at), r);
	r->size = env.v.len;
	r->endian = env.endian;
	region_detail(r, "crc32 ok");
	region_detail(r, "%u variable%s", env.n, env.n == 1 ? "" : "s");
	if (env.header == 5)
		region_detail(r, "one of a pair, flags %u", env.flags);
	region_evidence(r, "crc32 %08x", env.crc);
	region_number(r, "variables", env.n);
	region_number(r, "header", env.header);
	if (env.header == 5)
		region_number(r, "flags", env.flags);
	return PROOF_PROVEN;
}

const struct format format_env = {
	.name = "env",
	.title = "U-Boot environment",
	.proves = "CRC-32 of the variables",
	.suffix = ".env",
	.grid = GRID,
	.peek = env_begins,
	.probe = env_probe,
};
