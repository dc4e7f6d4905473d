/* load.c - the content of a file in UBIFS, unpacked when it is asked for */
#include "fs/ubifs/read.h"

/* Holes cost nothing: what comes out is bounded by what there is. */
enum { MOST_FILE = 1 << 30, MOST_RATIO = 1024 };

struct job {
	const struct ubifs_reader *r;
	struct buf *out;
	struct err *e;
	int result;
};

/* Zeros instead; only the first loss of a file is told. */
static void lost(struct job *j, uint64_t at, const char *what, size_t n,
		 uint64_t from)
{
	put_fill(j->out, 0, n);
	if (!j->result)
		j->result = fail_at(j->e, j->r->v.at + at, "ubifs data %s; "
				    "0x%llx+%zu of the file is missing", what,
				    (unsigned long long)from, n);
}

/* n bytes of the file from `from` on. */
static void load_block(struct job *j, const struct ubifs_entry *k, size_t n,
		       uint64_t from)
{
	struct ubifs_node node = ubifs_node_of(j->r, k);
	uint8_t *dst = buf_room(j->out, UBIFS_BLOCK);
	struct ubifs_data d;
	long got;

	if (!ubifs_data(j->r->v, &node, &d) || d.size > UBIFS_BLOCK) {
		lost(j, k->at, "that breaks its own rules", n, from);
		return;
	}
	if (d.cipher || d.compr >= UBIFS_COMPRS) {
		lost(j, k->at, d.cipher ? "is encrypted"
		     : "is packed by nothing known", n, from);
		return;
	}
	got = ubifs_unpack(d.compr, d.bytes, dst, UBIFS_BLOCK);
	if (got != (long)d.size) {
		lost(j, k->at, "cannot be unpacked", n, from);
		return;
	}
	if ((size_t)got < n)
		memset(dst + got, 0, n - (size_t)got);
	j->out->len += n;
}

/*
 * All of the file is appended in any case, with zeros for what is lost, so
 * that a caller who wants what is left has it.
 */
int ubifs_load(const struct content *c, struct buf *out, struct err *e)
{
	const struct ubifs_reader *r = c->from;
	struct job j = { r, out, e, 0 };
	uint64_t key = r->e[c->key].key, size = r->e[c->key].size, done = 0;

	if (size > MOST_FILE && size / MOST_RATIO > r->v.len)
		return fail_at(e, r->v.at + r->e[c->key].at, "a file of %llu bytes "
			       "is mostly a hole; it is not read",
			       (unsigned long long)size);
	key |= (uint32_t)UBIFS_DATA << UBIFS_KIND_SHIFT;
	for (size_t i = c->key + 1; i < r->n && done < size; i++) {
		uint64_t block = (r->e[i].key - key) * UBIFS_BLOCK, left;

		if (r->e[i].key < key || r->e[i].key - key > UBIFS_HASH_MASK ||
		    block >= size)
			break;
		put_fill(out, 0, block - done);
		left = size - block;
		load_block(&j, &r->e[i],
			   left < UBIFS_BLOCK ? (size_t)left : UBIFS_BLOCK, block);
		done = block + (left < UBIFS_BLOCK ? left : UBIFS_BLOCK);
	}
	put_fill(out, 0, size - done);
	return j.result;
}
