/* flash_loader.h - a flash written through its boot loader, in pieces */
#ifndef CMD_FLASH_LOADER_H
#define CMD_FLASH_LOADER_H

#include "cmd/flash.h"
#include "cmd/talk.h"

/* One write under way. */
struct loading {
	struct run *r;
	const struct flash_opts *o;
	const char *image;
	struct image im;
	struct talk t;
	uint64_t size, unit;		/* of the flash, of its erase blocks */
	uint64_t room;			/* bytes of memory from t.ram on */
	struct range range;		/* on the flash: whole erase blocks */
	uint64_t from;			/* ... where the image's first byte goes */
	struct buf want;		/* for range */
	struct update_plan plan;	/* what differs, of at most room / 2 each */
	struct flash_journal journal;
	bool no_net;			/* tried, and did not do */
};

/* Type it with its echo compared. 0; 1: the device started anew; 2: it answers
   with an error, which e says; -1. */
int loading_type(struct loading *l, const char *line, struct err *e);
/* The same with a template of the store: memory at ram, that range. */
int loading_store(struct loading *l, const char *text, uint64_t ram, struct range range,
		  struct err *e);
/* The same sums as `bytes`, at that place of memory? 0; 1: anew; 2: no; -1. */
int loading_prove(struct loading *l, uint64_t ram, struct view bytes, struct err *e);

/* Memory as the device prints it, wholly proven, or -1. */
int loading_read(struct loading *l, const struct console_read *how, struct buf *got,
		 struct err *e);

/* Where the image goes, and what the blocks shall hold. */
int loading_place(struct loading *l, struct err *e);
/* l->plan: the blocks that differ now. 0, 1 (started anew), -1. */
int loading_compare(struct loading *l, struct err *e);
/* What those blocks hold, read and saved beside what is known of the others. */
int loading_back_up(struct loading *l, struct err *e);

/* Erase and write what differs, never before memory is proven. 0, 1, -1. */
int loading_write(struct loading *l, struct err *e);

/* The steps from first on that fit into half the memory at once. */
struct pack { size_t first, n; uint64_t size; };
struct pack loading_pack(const struct loading *l, size_t first);
struct view loading_bytes(const struct loading *l, const struct update_step *s);
/* Bring a pack into memory, as --via says. 0, 1, -1. Not proven yet. */
int loading_send(struct loading *l, const struct pack *p, struct err *e);
/* How it would come: "loady", "tftp", "sd". */
const char *loading_way(const struct loading *l);

/* Print what a person would type (-n). */
int loading_print(struct loading *l, struct err *e);

#endif
