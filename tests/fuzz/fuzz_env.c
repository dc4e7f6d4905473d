/* fuzz_env.c - U-Boot environments: found, edited, and built again */
#include <assert.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "scan/ubootenv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was built is found, and says what was put in. */
static void build(const struct env *env)
{
	struct buf vars = { 0 }, out = { 0 };
	struct view value = view_text("1"), got;
	struct env again;
	struct err e;

	put_view(&vars, env_vars(env));
	if (vars.len && vars.p[vars.len - 1])
		put8(&vars, 0);
	vars_set(&vars, view_text("fuzz"), &value);
	if (!env_build(env, buf_view(&vars), &out, &e)) {
		assert(out.len == env->v.len);
		assert(env_given(&again, buf_view(&out)) && again.crc_ok);
		assert(vars_get(env_vars(&again), view_text("fuzz"), &got));
		assert(view_equal(got, value));
	}
	buf_free(&vars);
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view v = { data, size, 0 }, vars, entry;
	struct env env;
	struct buf out = { 0 };
	uint8_t *copy = xmalloc(size + 1);

	if (env_given(&env, v))
		build(&env);
	if (env_defaults(v, &vars))
		while (vars_next(&vars, &entry))
			vars_expand(v, entry, &out);
	vars_from_log(v, &out);
	/* With a right CRC, so that what lies behind it is reached. */
	if (size > 4) {
		uint32_t crc = crc32_of(0, view_from(v, 4));

		memcpy(copy, data, size);
		for (unsigned i = 0; i < 4; i++)
			copy[i] = (uint8_t)(crc >> 8 * i);
		v.p = copy;
		if (env_find(&env, v))
			build(&env);
	}
	vars_from_log(v, &out);
	buf_free(&out);
	free(copy);
	return 0;
}
