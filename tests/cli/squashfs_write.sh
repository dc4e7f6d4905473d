#!/bin/bash
# squashfs_write.sh - squashfs is written byte for byte as mksquashfs writes it
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
command -v mksquashfs > /dev/null || { echo "no mksquashfs"; exit 77; }
case $(mksquashfs -version) in
*" 4.5.1 "*) ;;
*) echo "mksquashfs is not 4.5.1"; exit 77 ;;
esac
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p t/bin t/dev t/many t/deep/a/b/c t/empty.d "t/two words"
printf hello > t/hello
: > t/empty
seq 1 30000 > t/big
seq 1 30000 > t/big.again
{ seq 1 30000; echo other end; } > t/big.else
ln t/big t/hard
ln t/big t/deep/a/hard2
ln -s ../hello t/bin/link
head -c 300001 "$FWTOOL" > t/bin/tool
chmod 4755 t/bin/tool
truncate -s 600K t/sparse
printf x >> t/sparse
truncate -s 300K t/hole
truncate -s 200K t/hole.small
head -c 270000 /dev/zero > t/zeros
for n in 0 1 4095 4096 4097 131071 131072 131073; do
	head -c $n "$FWTOOL" > "t/many/size$n"
	head -c $n /dev/urandom > "t/many/random$n"
	cp "t/many/random$n" "t/many/zrandom$n"
done
mkfifo -m 600 t/fifo
mv "$(printf %0255d 0 | tee name)" name 2> /dev/null
for i in $(seq 300); do printf %s "$i" > "t/many/file-with-a-longer-name-$i"; done
if setfattr -n user.small -v bar t/hello 2> /dev/null; then
	setfattr -n user.other -v "longer than eight" t/hello
	setfattr -n user.small -v "longer than eight" t/empty
	setfattr -n user.large -v "$(printf %03000d 0)" t/big
	setfattr -n user.large -v "$(printf %03000d 0)" t/bin/tool
	setfattr -n user.dir -v d t/many
fi
if [ "$(id -u)" = 0 ]; then
	mknod t/dev/console c 5 1
	mknod t/dev/mtd300 b 31 300
	chown 70000:8 t/hello
	chown 1:1 t/many/size1
	setfattr -h -n trusted.two -v t t/bin/link 2> /dev/null
fi

# same OURS -- THEIRS: both make the same bytes
same() {
	local ours=()
	while [ "$1" != -- ]; do ours+=("$1"); shift; done
	shift
	mksquashfs t ref -noappend -quiet -no-progress -mkfs-time 1700000000 "$@" \
		> /dev/null || { wrong "mksquashfs $*"; return; }
	"$FWTOOL" repack --squashfs --owners t -o our -f --mkfs-time 1700000000 \
		"${ours[@]}" > out 2>&1 || { wrong "repack ${ours[*]}"; cat out; }
	cmp ref our || wrong "${ours[*]} is not $*"
}
same --
same --block 4K -- -b 4K
same --comp xz --block 64K --no-exports -- -comp xz -b 64K -no-exports
same --comp xz --block 64K --bcj x86,arm --dict 50% -- \
	-comp xz -b 64K -Xbcj x86,arm -Xdict-size 50%
same --comp lzma --block 1M -- -comp lzma -b 1M
same --comp lzo -- -comp lzo
same --comp lzo --algorithm lzo1x_1_12 -- -comp lzo -Xalgorithm lzo1x_1_12
same --comp lzo --level 3 -- -comp lzo -Xcompression-level 3
same --comp lz4 -- -comp lz4
same --comp lz4 --hc --always-use-fragments -- -comp lz4 -Xhc -always-use-fragments
same --comp zstd --level 3 -- -comp zstd -Xcompression-level 3
same --comp zstd --block 8K -- -comp zstd -b 8K
same --level 1 --window 9 -- -Xcompression-level 1 -Xwindow-size 9
same --strategy default,filtered,huffman_only,run_length_encoded,fixed -- \
	-Xstrategy default,filtered,huffman_only,run_length_encoded,fixed
same --strategy fixed --block 16K -- -Xstrategy fixed -b 16K
same --raw-inodes --raw-data --raw-fragments --raw-xattrs -- -noI -noD -noF -noX
same --raw-ids --raw-fragments -- -noId -noF
same --raw-data --no-fragments -- -noD -no-fragments
same --no-fragments -- -no-fragments
same --always-use-fragments --block 16K -- -tailends -b 16K
same --no-duplicates --always-use-fragments -- -no-duplicates -always-use-fragments
same --no-sparse -- -no-sparse
same --no-xattrs --nopad -- -no-xattrs -nopad
same --all-root --all-time 1600000000 -- -all-root -all-time 1600000000
same --root-mode 0700 --root-uid 3 --root-gid 4 --root-time 9 -- \
	-root-mode 0700 -root-uid 3 -root-gid 4 -root-time 9
same --force-uid 1000 --force-gid 1001 -- -force-uid 1000 -force-gid 1001
exit $bad
