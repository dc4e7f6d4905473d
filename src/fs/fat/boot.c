/* boot.c - a FAT volume: its boot sector and its chains */
#include "fs/fat/fat.h"

static bool is_power(uint32_t n)
{
	return n && !(n & (n - 1));
}

static unsigned peek8(struct view v, size_t at)
{
	return view_has(v, at, 1) ? v.p[at] : 0;
}

static void count(struct fat *f, uint64_t sectors, uint32_t sector, bool wide)
{
	uint64_t n = (sectors * sector - f->data) / f->cluster;
	uint64_t most = f->table_size * 8 / (wide ? 32 : n < 4085 ? 12 : 16);

	f->bits = wide ? 32 : n < 4085 ? 12 : 16;
	if (most > 2 && n > most - 2)
		n = most - 2;
	f->clusters = n < 0x0ffffff5 ? (uint32_t)n : 0x0ffffff4;
}

bool fat_get(struct view v, struct fat *f)
{
	uint32_t sector = peek16(v, 11, LITTLE), per = peek8(v, 13);
	uint32_t reserved = peek16(v, 14, LITTLE), fats = peek8(v, 16);
	uint32_t entries = peek16(v, 17, LITTLE);
	uint64_t sectors = peek16(v, 19, LITTLE), table = peek16(v, 22, LITTLE);
	bool wide = !table;

	*f = (struct fat){ .v = v };
	if (!view_is(v, 510, "\x55\xaa", 2) || sector < 512 || sector > 4096 ||
	    !is_power(sector) || !is_power(per) || !reserved || !fats || fats > 4)
		return false;
	if (!sectors)
		sectors = peek32(v, 32, LITTLE);
	if (wide)
		table = peek32(v, 36, LITTLE);
	f->cluster = sector * per;
	f->tables = fats;
	f->table = (uint64_t)reserved * sector;
	f->table_size = table * sector;
	f->root = f->table + fats * f->table_size;
	f->root_size = (uint64_t)entries * FAT_ENTRY;
	f->root_cluster = wide ? peek32(v, 44, LITTLE) : 0;
	f->data = (f->root + f->root_size + sector - 1) / sector * sector;
	f->size = sectors * sector;
	if (!table || f->size <= f->data || !view_has(v, f->table, f->table_size) ||
	    wide != !entries)
		return false;
	count(f, sectors, sector, wide);
	return f->clusters;
}

uint32_t fat_next(const struct fat *f, uint32_t c, bool *broken)
{
	struct view t = view_sub(f->v, f->table, f->table_size);
	uint32_t next, end;

	if (f->bits == 12) {
		next = peek16(t, (uint64_t)c * 3 / 2, LITTLE);
		next = c & 1 ? next >> 4 : next & 0xfff;
		end = 0xff8;
	} else if (f->bits == 16) {
		next = peek16(t, (uint64_t)c * 2, LITTLE);
		end = 0xfff8;
	} else {
		next = peek32(t, (uint64_t)c * 4, LITTLE) & 0x0fffffff;
		end = 0x0ffffff8;
	}
	*broken = next < end && !fat_is_cluster(f, next);
	return *broken || next >= end ? 0 : next;
}
