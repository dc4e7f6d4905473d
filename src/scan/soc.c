/* soc.c - which chip a dump was made for, and who says so */
#include "scan/soc.h"

#include <ctype.h>
#include <stdio.h>

#include "scan/mapmake.h"

/* What makers and kernels call things, and whose chip that is. */
struct word { const char *word, *family; };

static const struct word devices[] = {
	{ "jz_sfc", "Ingenic" }, { "jz_nand", "Ingenic" }, { "hi_sfc", "HiSilicon" },
	{ "hi_spi", "HiSilicon" }, { "hinand", "HiSilicon" }, { "xm_sfc", "Xiongmai" },
	{ "gk_flash", "Goke" }, { "gk_sfc", "Goke" }, { "gk_nand", "Goke" },
	{ "raspi", "Ralink" },
	{ "ath-nor", "Atheros" }, { "ar7240-nor", "Atheros" },
	{ "rtk_spi", "Realtek" }, { "ak-", "Anyka" }, { "ambarella", "Ambarella" },
	{ NULL, NULL }
};

/* In U-Boot's code, in the names of kernels, in device trees. */
static const struct word words[] = {
	{ "ingenic", "Ingenic" }, { "isvp", "Ingenic" }, { "fullhan", "Fullhan" },
	{ "fh8", "Fullhan" }, { "sigmastar", "SigmaStar" }, { "sstar", "SigmaStar" },
	{ "mvx4", "SigmaStar or MStar" }, { "mstar", "MStar" },
	{ "hisilicon", "HiSilicon" }, { "hi35", "HiSilicon" }, { "goke", "Goke" },
	{ "xm5", "Xiongmai" }, { "novatek", "Novatek" }, { "nvt", "Novatek" },
	{ "ambarella", "Ambarella" }, { "anyka", "Anyka" }, { "rtl8", "Realtek" },
	{ "rtl9", "Realtek" }, { "realtek", "Realtek" }, { "ralink", "Ralink" },
	{ "mediatek", "MediaTek" }, { "mt76", "MediaTek" }, { "ar7240", "Atheros" },
	{ "ath79", "Atheros" }, { "qca", "Qualcomm Atheros" },
	{ "allwinner", "Allwinner" }, { "rockchip", "Rockchip" },
	{ "brcm", "Broadcom" }, { NULL, NULL }
};

static const char *prop_of(const struct region *r, const char *key)
{
	for (unsigned i = 0; i < r->nprop; i++)
		if (!strcmp(r->prop[i].key, key))
			return r->prop[i].text;
	return NULL;
}

static const char *family_of(const struct word *w, const char *text)
{
	for (; text && w->word; w++)
		if (strcasestr(text, w->word))
			return w->family;
	return NULL;
}

static bool say(struct soc *soc, const char *family, const struct found *f,
		const char *who)
{
	const struct region *r = &f->r;

	*soc = (struct soc){ .proof = r->proof, .at = r->at };
	snprintf(soc->family, sizeof(soc->family), "%s", family);
	snprintf(soc->why, sizeof(soc->why), "%s at 0x%06llx", who,
		 (unsigned long long)r->at);
	return true;
}

/* Boot stages know it, the proven ones best. */
static bool by_stage(struct soc *soc, const struct scan *s)
{
	const struct found *best = NULL;

	for (size_t i = 0; i < s->nfound; i++) {
		const struct found *f = &s->found[i];

		if (!f->decoded && prop_of(&f->r, "soc") &&
		    f->r.proof >= PROOF_PLAUSIBLE &&
		    (!best || f->r.proof > best->r.proof))
			best = f;
	}
	return best && say(soc, prop_of(&best->r, "soc"), best,
			   best->r.format->title);
}

static bool by_map(struct soc *soc, const struct maps *m)
{
	const struct map *map = m->best >= 0 ? &m->map[m->best] : NULL;
	bool usual = map && map->rank == MAP_LAYOUT;
	const char *family = usual ? "Ralink or MediaTek"
			   : map ? family_of(devices, map->device) : NULL;

	if (!family)
		return false;
	*soc = (struct soc){ .proof = PROOF_PLAUSIBLE, .at = map->from };
	snprintf(soc->family, sizeof(soc->family), "%s", family);
	if (usual)
		snprintf(soc->why, sizeof(soc->why), "%s", map->source);
	else
		snprintf(soc->why, sizeof(soc->why), "the flash is called %s",
			 name_text(map->device).text);
	return true;
}

/* What an object is called, or calls its maker. */
static bool by_name(struct soc *soc, const struct scan *s)
{
	static const char *const types[] = { "dtb", "uimage", "uboot", NULL };

	for (const char *const *t = types; *t; t++) {
		for (size_t i = 0; i < s->nfound; i++) {
			const struct found *f = &s->found[i];
			const char *family;

			if (strcmp(f->r.format->name, *t) || f->decoded ||
			    f->r.proof < PROOF_PLAUSIBLE)
				continue;
			family = family_of(words, prop_of(&f->r, "compatible"));
			if (!family)
				family = family_of(words, prop_of(&f->r, "maker"));
			if (!family)
				family = family_of(words, f->r.label);
			if (family)
				return say(soc, family, f,
					   f->r.format->title);
		}
	}
	return false;
}

/* How the boot code of a family calls the chip: what follows `skip` bytes. */
struct model { const char *family, *text; unsigned skip; };

static const struct model models[] = {
	{ "Ingenic", "XBurst T", 7 }, { "Ingenic", "XBurst X", 7 },
	{ "Ingenic", "isvp_t", 5 }, { "Fullhan", "FH8", 0 }, { "SigmaStar", "SSC3", 0 },
	{ "SigmaStar", "ssc3", 0 }, { "SigmaStar", "SSD2", 0 },
	{ "HiSilicon", "hi35", 0 }, { "HiSilicon", "Hi35", 0 }, { "Goke", "GK710", 0 },
	{ "Goke", "gk710", 0 }, { "Goke", "gk72", 0 }, { "Xiongmai", "XM5", 0 },
	{ "Xiongmai", "xm5", 0 }, { "Novatek", "NT98", 0 }, { "Novatek", "NT96", 0 },
	{ "Anyka", "AK39", 0 }, { "Anyka", "AK37", 0 }, { "Ralink", "RT305", 0 },
	{ "Ralink", "RT335", 0 }, { "Ralink", "RT53", 0 }, { "Ralink", "MT76", 0 },
	{ "MediaTek", "MT76", 0 }, { "MediaTek", "mt76", 0 }, { "Realtek", "RTL8", 0 },
	{ "Realtek", "RTL9", 0 }, { NULL, NULL, 0 }
};

enum { MOST_BOOT = 1 << 20, LEAST_MODEL = 3, MOST_MODEL = 12 };

/* "XBurst T31 SoC": the length of "T31"; 0 where no digit is in it. */
static size_t model_size(struct view v)
{
	size_t n = 0, digits = 0;

	for (; n < v.len && n <= MOST_MODEL && isalnum(v.p[n]); n++)
		digits += isdigit(v.p[n]) != 0;
	return n < LEAST_MODEL || n > MOST_MODEL || digits < 2 ? 0 : n;
}

/* Add the model's name, if the boot code tells. */
static void find_model(struct soc *soc, struct view boot)
{
	for (const struct model *m = models; m->family; m++) {
		const uint8_t *hit;
		struct view name;
		size_t n;

		if (strncmp(soc->family, m->family, strlen(m->family)))
			continue;
		hit = boot.len ? memmem(boot.p, boot.len, m->text, strlen(m->text))
			       : NULL;
		if (!hit)
			continue;
		name = view_from(boot, (uint64_t)(hit - boot.p) + m->skip);
		n = model_size(name);
		if (!n)
			continue;
		snprintf(soc->family, sizeof(soc->family), "%s %.*s", m->family,
			 (int)n, (const char *)name.p);
		for (char *c = soc->family + strlen(m->family); *c; c++)
			*c = (char)toupper((unsigned char)*c);
		return;
	}
}

bool soc_find(struct soc *soc, const struct scan *s, const struct maps *m,
	      struct view image)
{
	if (!by_stage(soc, s) && !by_map(soc, m) && !by_name(soc, s))
		return false;
	find_model(soc, view_upto(image, 0, MOST_BOOT));
	return true;
}
