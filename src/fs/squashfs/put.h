/* put.h - writing squashfs: tables of metadata, and what goes into them */
#ifndef FS_SQUASHFS_PUT_H
#define FS_SQUASHFS_PUT_H

#include "fs/squashfs/data.h"
#include "fs/squashfs/layout.h"

/*
 * A chain of metadata blocks being written. Records are appended to plain;
 * where one begins is asked for before.
 */
struct squash_chain {
	const struct squash_super *s;
	struct squash_packer *packer;	/* NULL: nothing is packed */
	struct buf plain, done;		/* less than a block; blocks as stored */
};

/* (offset of the block in the chain << 16) | offset in the block */
uint64_t squash_chain_here(struct squash_chain *c);
void squash_chain_end(struct squash_chain *c);	/* the last block too */
void squash_chain_free(struct squash_chain *c);

/* v as one metadata block, appended to out. */
void squash_put_meta(const struct squash_super *s, struct squash_packer *p,
		     struct view v, struct buf *out);

/* Lists of attributes, each stored once. */
struct squash_lists;
struct squash_lists *squash_lists_new(struct squash_chain *values);
uint32_t squash_lists_add(struct squash_lists *l, const struct node *n);
uint32_t squash_lists_count(const struct squash_lists *l);
void squash_lists_put(const struct squash_lists *l, struct buf *out);
void squash_lists_free(struct squash_lists *l);

/* An inode to be: of a file with several names there is one. */
struct squash_inode {
	const struct node *n;
	const struct squash_file *file;
	uint32_t number, links;
	uint64_t place;			/* in the chain of inodes */
	bool is_written;
};

struct squash_writer {
	const struct squash_plan *plan;
	struct squash_super s;
	struct squash_inode *inode;	/* the root last; node->mark: which */
	size_t inodes;
	struct squash_data data;
	struct squash_chain inode_table, dir_table, values;
	struct squash_lists *lists;
	struct buf ids, guids;		/* guids: up to version 3 */
	uint64_t longest_dir;		/* what is said of its size */
	struct squash_packer *packer;
};

/* Whether a directory has so many names that it gets a long inode. */
bool squash_is_long_dir(const struct node *dir);
/* The directory d, whose children are written: its listing and its inode. */
void squash_put_dir(struct squash_writer *w, struct squash_inode *d);
/* Anything else. */
void squash_put_node(struct squash_writer *w, struct squash_inode *in);
/* Fill in what all have and append it; f says the rest. */
void squash_put_record(struct squash_writer *w, struct squash_inode *in,
		       unsigned type, struct squash_record *r);
struct squash_inode *squash_inode_of(const struct squash_writer *w,
				     const struct node *n);

/* Find the inodes of t and number them; write them all, in order. */
void squash_number_inodes(struct squash_writer *w, const struct tree *t);
void squash_put_inodes(struct squash_writer *w, const struct tree *t);

/* The image of t; with `was`, what is unchanged is taken from there. */
int squash_write_from(const struct squash_reader *was, const struct tree *t,
		      const void *opts, struct kept *kept, struct buf *out,
		      struct err *e);

/* Whether nodes, owners, and in the end the tables, fit this version. */
int squash_check_nodes(const struct squash_writer *w, struct err *e);
int squash_check_ids(const struct squash_writer *w, struct err *e);
int squash_check_room(const struct squash_writer *w, struct err *e);

/* What follows the data, to the end; and the superblock at `start`. */
void squash_put_tables(struct squash_writer *w, size_t start, struct buf *out);
void squash_put_super(const struct squash_super *s, size_t start, struct buf *out);
/* The options of the compressor, if they are not the usual ones. */
void squash_put_options(const struct squash_plan *p, const struct squash_super *s,
			struct buf *out);

#endif
