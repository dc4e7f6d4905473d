/* talk.h - a dialogue with a boot loader, as the commands lead it */
#ifndef CMD_TALK_H
#define CMD_TALK_H

#include "acquire/console.h"
#include "acquire/store.h"
#include "cmd/acquire.h"

/* One dialogue. */
struct talk {
	struct run *r;
	const struct acquire_opts *o;
	struct wire wire;
	struct console c;
	struct console_opts how;
	uint64_t ram;
	struct store_found store;	/* where the flash is */
	bool plain;			/* its XMODEM knows no CRC */
	struct range flash;		/* what is staged in memory now */
	char name[64];
	unsigned port;			/* of TFTP, where it worked; 0: not known */
	char log[4104];
};

/* Open the port, get a prompt, say which; talk_close() in any case. */
int talk_open(struct talk *t, const char *port, struct err *e);
void talk_close(struct talk *t);

/* From now on everything that comes is kept in BASE.log too, a new one or behind
   what is there. */
int talk_log(struct talk *t, const char *base, bool append, struct err *e);

/* Type it until its answer has the word that means success (NULL: any). */
int talk_command(struct talk *t, const char *text, const char *good, struct err *e);

/* t->ram: --ram, or what the device says. */
int talk_find_ram(struct talk *t, struct err *e);
/* t->store: --from, or the first kind that answers; and its size, if that is
   wanted (NULL: no). */
int talk_find_store(struct talk *t, struct err *e);
int talk_flash_size(struct talk *t, uint64_t *size, struct err *e);

/* "mtdparts=..." of the device's environment, or "". 0, 1 or -1. */
int talk_mtdparts(struct talk *t, char *text, size_t n, struct err *e);

/* The flash's bytes (t->flash) into memory, where md can print them. */
int talk_stage(struct talk *t, struct err *e);
/* After a reset: attach, and stage again. For console_read: arg is the talk. */
int talk_restore(struct console *c, void *arg, struct err *e);

/*
 * --via tftp: the staged bytes come to a TFTP receiver of ours, are proven by
 * the device's crc32 and appended to out. 0; 1: this device or network cannot,
 * e says why (--via auto goes on with md); -1.
 */
int talk_tftp(struct talk *t, struct buf *out, struct err *e);
/*
 * The other way: bytes into memory at `ram`, served to that device alone. 0;
 * 1: this device or network cannot, e says why. Nothing is proven yet.
 */
int talk_tftp_load(struct talk *t, uint64_t ram, struct view bytes, struct err *e);

/* acquire's ways of using it */
typedef int flash_fn(struct talk *t, struct range flash, const char *name,
		     const char *path, struct err *e);
/* f for each partition of -p; the worst status. */
int acquire_each_part(struct talk *t, uint64_t size, flash_fn *f, struct err *e);
/* Memory of the device, as it is now, into one file. */
int acquire_memory_at(struct talk *t, struct range mem, const char *path,
		      struct err *e);
/* -n: print the lines that would be typed. */
int acquire_print(struct talk *t, struct err *e);
/* --via xmodem */
int acquire_xmodem(struct talk *t, struct err *e);

#endif
