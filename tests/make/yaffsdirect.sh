#!/bin/bash
# yaffsdirect.sh UBOOT PROGRAM - build yaffsdirect.c with the YAFFS of U-Boot's
# sources (2023.01 and others have it in fs/yaffs2), which run as they are
set -e
here=$(dirname "$(readlink -f "$0")")
uboot=$(readlink -f "$1")
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT
mkdir -p "$T/linux" "$T/dm"
cat > "$T/linux/types.h" << 'END'
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
typedef uint8_t u8; typedef uint16_t u16; typedef uint32_t u32; typedef uint64_t u64;
typedef int32_t s32;
END
cat > "$T/common.h" << 'END'
#pragma once
#include <errno.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define GFP_NOFS 0
#define kmalloc(n, how) malloc(n)
#define kzalloc(n, how) calloc(1, n)
#define kfree free
#define vmalloc malloc
#define vfree free
#define cond_resched() do { } while (0)
#define hweight8(x) __builtin_popcount((x) & 0xff)
#define hweight32(x) __builtin_popcount(x)
#define lldiv(a, b) ((u64)(a) / (b))
#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))
END
for f in linux/bug linux/compat linux/errno linux/stddef dm/devres config sort div64; do
	echo '#include <common.h>' > "$T/$f.h"
done
cp "$uboot"/include/linux/{list,poison}.h "$T/linux"
cd "$uboot/fs/yaffs2"
ours=$(ls yaffs*.c | grep -vE 'uboot_glue|mtdif|nandif')
# shellcheck disable=SC2086
gcc -w -g -O1 -std=gnu11 -DCONFIG_YAFFS_DIRECT -DCONFIG_YAFFS_PROVIDE_DEFS \
	-DCONFIG_YAFFSFS_PROVIDE_VALUES -DNO_inline -Dinline= -I"$T" -I. \
	$ours "$here/yaffsdirect.c" -o "$2"
