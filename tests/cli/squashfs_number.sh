#!/bin/bash
# squashfs_number.sh - the superblock names another compressor than packed it
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
command -v mksquashfs > /dev/null || { echo "no mksquashfs"; exit 77; }
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p t/etc
printf 'root::0:0:::\n' > t/etc/passwd
head -c 40001 "$FWTOOL" > t/tool
seq 1 3000 > t/numbers

# number N IMAGE: the superblock's field of the compressor
number() { printf "\\x$(printf %x "$1")" | dd of="$2" bs=1 seek=20 conv=notrunc status=none; }

# lies COMP ITS-NUMBER SAID MKSQUASHFS-OPTIONS
lies() {
	local what="$*"
	mksquashfs t image -noappend -quiet -no-progress -b 16K -comp "$1" "${@:4}" > /dev/null
	number "$3" image
	rm -rf o o.fwmeta
	"$FWTOOL" extract image -d o > /dev/null 2> err || wrong "$what: $(cat err)"
	diff -r t o || wrong "$what: not the tree"
	echo changed > o/etc/passwd
	"$FWTOOL" repack o -o new -f > out 2>&1 || wrong "$what: $(cat out)"
	[ "$(od -An -tu1 -j20 -N1 new)" -eq "$3" ] || wrong "$what: said otherwise"
	number "$2" new
	unsquashfs -q -n -f -d u new > err 2>&1 || wrong "$what: unsquashfs: $(cat err)"
	diff -r o u || wrong "$what: not the changed tree"
	"$FWTOOL" repack o --comp "$other" -o new -f > out 2>&1 || wrong "$what: $(cat out)"
	unsquashfs -q -n -f -d u new > err 2>&1 || wrong "$what, as $other: $(cat err)"
	cat t/etc/passwd > o/etc/passwd
	mv image was
	"$FWTOOL" repack o -o new -f > out 2>&1 || wrong "$what: $(cat out)"
	cmp was new || wrong "$what: another image"
}
other=gzip
lies lzma 2 1
lies lzma 2 4 -noI
lies xz 4 1
lies xz 4 107 -noI -noId
lies lzo 3 0
lies lz4 5 1 -noI -noId
lies lz4 5 6 -Xhc
lies zstd 6 4 -noI -noF -noId
lies xz 4 2 -noD -noI -noId
# Small tables alone tell: what unpacks one to any length is not what packed it.
for n in 1 2 3 4 5 6; do
	seq 1 9000 | gzip -n9 | head -c $((9001 + 37 * n)) > t/tool
	lies lz4 5 1 -noI -noId
done
other=xz
lies gzip 1 2
lies gzip 1 107 -noI -noId -Xcompression-level 5
other=zstd
lies xz 4 1 -Xbcj arm -Xdict-size 8K
exit $bad
