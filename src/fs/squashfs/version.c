/* version.c - versions and variants of squashfs, as the option names them */
#include "fs/squashfs/version.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const struct squash_xz squash_usual_xz = { 3, 0, 2, 64 };

enum { HSQS = 0x68737173, SQSH = 0x73717368 };

static const char *const comps[SQUASH_COMPS] = {
	[SQUASH_GZIP] = "gzip", [SQUASH_LZMA] = "lzma", [SQUASH_LZO] = "lzo",
	[SQUASH_XZ] = "xz", [SQUASH_LZ4] = "lz4", [SQUASH_ZSTD] = "zstd",
};

static const char *const layouts[SQUASH_LAYOUTS] = {
	[SQUASH_LZMA_13] = "lzma13", [SQUASH_LZMA_5] = "lzma5",
	[SQUASH_LZMA_7Z] = "7z", [SQUASH_LZMA_DDWRT] = "ddwrt",
	[SQUASH_LZMA_BARE] = "headerless",
};

static bool parse_layout(const char *word, struct squash_lzma *l)
{
	unsigned lc, lp, pb, dict = 0;
	const char *eq = strchr(word, '=');
	int end = 0;

	for (unsigned i = 0; eq && i < SQUASH_LAYOUTS; i++) {
		if (strlen(layouts[i]) != (size_t)(eq - word) ||
		    memcmp(layouts[i], word, (size_t)(eq - word)))
			continue;
		l->layout = i;
		l->mark = false;
		if (sscanf(eq, "=%1u/%1u/%1u%n", &lc, &lp, &pb, &end) < 3 ||
		    (eq[end] && sscanf(eq + end, "/%9u", &dict) < 1))
			return false;
		l->shape = (struct lzma_shape){ lc, lp, pb, dict };
		return lc + lp <= 4 && pb <= 4;
	}
	return false;
}

/* What the compressor is told, where it is not as mksquashfs has it. */
static bool parse_bytes(const char *hex, struct squash_plan *p)
{
	unsigned byte;

	for (; *hex; hex += 2) {
		if (!isxdigit((unsigned char)hex[0]) || !isxdigit((unsigned char)hex[1]) ||
		    p->odd_options == SQUASH_MOST_OPTIONS || sscanf(hex, "%2x", &byte) < 1)
			return false;
		p->odd_option[p->odd_options++] = (uint8_t)byte;
	}
	return p->odd_options;
}

static bool parse_xz(const char *word, struct squash_xz *x)
{
	int end = 0;

	return sscanf(word, "%1u/%1u/%1u/%3u%n", &x->lc, &x->lp, &x->pb, &x->nice,
		      &end) == 4 && !word[end] && x->lc + x->lp <= 4 && x->pb <= 4 &&
	       x->nice >= 2 && x->nice <= 273;
}

static bool parse_comp(const char *word, enum squash_comp *comp)
{
	for (unsigned i = SQUASH_GZIP; i < SQUASH_COMPS; i++)
		if (!strcmp(word, comps[i]))
			*comp = i;
	return *comp;
}

static bool parse_word(const char *word, struct squash_plan *p)
{
	struct squash_super *s = &p->like;

	if (!strcmp(word, "big") || !strcmp(word, "mixed")) {
		s->endian = BIG;
		s->lengths = *word == 'b' ? BIG : LITTLE;
		if (s->magic == HSQS)
			s->magic = SQSH;
		return *word == 'b' || s->major == 4;
	}
	if (!strcmp(word, "check")) {
		s->flags |= SQUASH_CHECK;
		return s->major < 4;
	}
	if (!strcmp(word, "mark")) {
		p->how.lzma.mark = true;
		return true;
	}
	if (!strcmp(word, "ng")) {
		s->ng = true;
		return s->major == 4;
	}
	if (!strncmp(word, "magic=", 6))
		return sscanf(word, "magic=%8x", &s->magic) == 1;
	if (!strncmp(word, "for=", 4))
		return parse_comp(word + 4, &p->only);
	if (!strncmp(word, "id=", 3))
		return sscanf(word, "id=%5u", &s->compression) == 1 &&
		       s->compression <= UINT16_MAX;
	if (!strncmp(word, "options=", 8))
		return s->major == 4 && parse_bytes(word + 8, p);
	if (!strncmp(word, "xz=", 3))
		return s->major == 4 && parse_xz(word + 3, &p->how.xz);
	return parse_layout(word, &p->how.lzma);
}

static bool parse(const char *text, struct squash_plan *p)
{
	static const unsigned header[] = { 0, 51, 63, 119, 96 };
	struct squash_super *s = &p->like;
	char word[16 + 2 * SQUASH_MOST_OPTIONS];
	int end = 0;

	if (sscanf(text, "%1u.%3u%n", &s->major, &s->minor, &end) < 2 ||
	    s->major < 1 || s->major > 4 || s->minor > 255)
		return false;
	s->header = header[s->major];
	for (text += end; *text == ',';) {
		size_t n = strcspn(++text, ",");

		if (n >= sizeof(word))
			return false;
		memcpy(word, text, n);
		word[n] = 0;
		if (!parse_word(word, p))
			return false;
		text += n;
	}
	return !*text;
}

int squash_parse_version(const char *text, struct squash_plan *p, struct err *e)
{
	p->like = (struct squash_super){
		.magic = HSQS, .endian = LITTLE, .lengths = LITTLE,
		.compression = SQUASH_USUAL_ID,
	};
	p->how.lzma = (struct squash_lzma){
		.layout = SQUASH_LZMA_13, .shape = { 3, 0, 2, 0 },
	};
	p->how.xz = squash_usual_xz;
	if (!text)
		text = "4.0";
	p->how.lzma.mark = *text == '4';
	if (parse(text, p))
		return 0;
	return fail(e, ERR_UNSUPPORTED, "squashfs %s can be read but not built; "
		    "undo the changes, or give --version 4.0", text);
}

enum squash_comp squash_comp_of(const struct squash_reader *r)
{
	uint32_t said = r->s.compression;

	for (int i = SQUASH_GZIP; r->packing && i < SQUASH_COMPS; i++)
		if (!strcmp(r->packing->name, comps[i]))
			return (enum squash_comp)i;
	return said && said < SQUASH_COMPS ? (enum squash_comp)said : SQUASH_GZIP;
}

struct view squash_odd_options(const struct squash_reader *r)
{
	static const unsigned usual[SQUASH_COMPS] = {
		[SQUASH_GZIP] = 8, [SQUASH_LZO] = 8, [SQUASH_XZ] = 8,
		[SQUASH_LZ4] = 8, [SQUASH_ZSTD] = 4,
	};
	const struct squash_super *s = &r->s;
	unsigned len = peek16(r->v, s->header, s->lengths) & 0x7fff;
	struct view v = view_sub(r->v, s->header + 2, len);

	if (s->major < 4 || !(s->flags & SQUASH_COMP_OPT) ||
	    len > SQUASH_MOST_OPTIONS ||
	    usual[squash_comp_of(r)] == len)
		return (struct view){ .p = NULL };
	return v;
}

bool squash_is_ng(const struct squash_reader *r)
{
	for (size_t i = 0; i < r->nseen && r->s.major == 4; i++) {
		const struct node *n = r->seen[i].n;
		uint64_t links = 2, names = 2;
		struct squash_record rec;

		for (const struct node *c = n->child; c; c = c->next) {
			links += S_ISDIR(c->mode);
			names++;
		}
		if (squash_inode(&r->s, buf_view(&r->inodes.plain), r->seen[i].inode,
				 &rec) &&
		    S_ISDIR(n->mode) && links != names)
			return rec.f[SQ_LINKS] == names;
	}
	return false;
}

static void name_lzma(const struct squash_reader *r, struct buf *out)
{
	size_t most = squash_first_packed(r->v, &r->s).len ? SQUASH_META : r->s.block_size;
	struct squash_lzma l;

	if (!squash_lzma_of(r->packing, r->packed, most, &l)) {
		put_text(out, ",odd");
		return;
	}
	put_text(out, ",%s=%u/%u/%u", layouts[l.layout], l.shape.lc, l.shape.lp,
		 l.shape.pb);
	if (l.shape.dict)
		put_text(out, "/%u", l.shape.dict);
	if (l.mark)
		put_text(out, ",mark");
}

void squash_name_version(const struct squash_reader *r, struct buf *out)
{
	const struct squash_super *s = &r->s;
	enum squash_comp comp = squash_comp_of(r);
	struct view odd = squash_odd_options(r);

	put_text(out, "%u.%u", s->major, s->minor);
	if (s->endian == BIG)
		put_text(out, s->lengths == BIG ? ",big" : ",mixed");
	if (s->magic != (s->endian == BIG ? SQSH : HSQS))
		put_text(out, ",magic=%08x", s->magic);
	if (s->major < 4 && s->flags & SQUASH_CHECK)
		put_text(out, ",check");
	if (s->major == 4 && (s->compression != comp || odd.len))
		put_text(out, ",for=%s", comps[comp]);
	if (s->major == 4 && s->compression != comp)
		put_text(out, ",id=%u", s->compression);
	if (odd.len)
		put_text(out, ",options=");
	for (size_t i = 0; i < odd.len; i++)
		put_text(out, "%02x", odd.p[i]);
	if (squash_is_ng(r))
		put_text(out, ",ng");
	if (r->packing && comp == SQUASH_LZMA)
		name_lzma(r, out);
}
