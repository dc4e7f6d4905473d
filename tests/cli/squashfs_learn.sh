#!/bin/bash
# squashfs_learn.sh - an image comes back from its tree and list, its original gone
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
command -v mksquashfs > /dev/null || { echo "no mksquashfs"; exit 77; }
case $(mksquashfs -version) in
*" 4.5.1 "*) ;;
*) echo "mksquashfs is not 4.5.1"; exit 77 ;;
esac
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p t/bin t/dev t/many t/deep/a/b t/empty.d
printf hello > t/hello
: > t/empty
seq 1 9000 > t/big
cp t/big t/big.again
ln t/big t/deep/a/hard
ln -s ../hello t/bin/link
head -c 70001 "$FWTOOL" > t/bin/tool
truncate -s 60K t/hole
head -c 27000 /dev/zero > t/zeros
for n in 0 1 16383 16384 16385; do head -c $n "$FWTOOL" > "t/many/size$n"; done
for i in $(seq 300); do printf %s "$i" > "t/many/file-with-a-longer-name-$i"; done
setfattr -n user.z -v "more than eight" t/hello 2> /dev/null &&
	setfattr -n user.a -v "more than eight" t/hello
printf 'big 10\nmany 5\nhello -3\nbin/tool 10\n' > sort
# mksquashfs looks for equal files late where they are nothing but a hole.
for f in 1:z 2:x 3:z 4:z; do
	printf "${f#*:}" | tr z "\0" > "t/tiny${f%:*}"
done
truncate -s 700 t/hole.700
truncate -s 700 t/hole.same
find t -exec touch -d @1600000000 {} +

# again WHAT: the image comes back without itself
again() {
	rm -rf o o.fwmeta
	"$FWTOOL" extract image -d o > /dev/null 2> err || wrong "$1: $(cat err)"
	mv image was
	"$FWTOOL" repack o -o again -f > out 2>&1 || wrong "repack $1: $(cat out)"
	cmp was again || wrong "$1"
	grep -q 'laid out anew, identical' out || wrong "what is said of $1: $(cat out)"
}

# gone MKSQUASHFS-OPTIONS
gone() {
	mksquashfs t image -noappend -quiet -no-progress "$@" > /dev/null 2>&1 ||
		wrong "mksquashfs $*"
	again "$*"
}
gone
gone -comp xz -b 16K -Xbcj x86,arm -Xdict-size 50%
gone -comp xz -b 4K -no-duplicates
gone -b 8K -no-fragments
gone -comp lzo -b 16K -Xcompression-level 3 -no-fragments -nopad
gone -comp lz4 -b 16K -Xhc -always-use-fragments -no-exports
gone -comp zstd -b 16K -Xcompression-level 3 -sort sort
gone -b 16K -Xwindow-size 9 -Xstrategy filtered,fixed -no-sparse -no-duplicates
gone -b 16K -noI -noD -noF -noX -all-root -no-xattrs
mv t all && mkdir t && head -c 56 /dev/zero > t/zeros
gone -b 8K -no-fragments -no-sparse
rm -rf t && mv all t
gone -b 16K -noId -comp lzma -no-hardlinks

# A changed option counts; the rest is as it was.
"$FWTOOL" repack o --comp xz -o again -f > /dev/null 2>&1 || wrong "--comp xz"
unsquashfs -s again | grep -q 'Compression xz' && unsquashfs -s again | grep -q 'size 16384' ||
	wrong "--comp xz is not as it was otherwise"

# In an order of its own: as it happened, added to, from tar, by another tool.
gone -b 8K -not-reproducible
mksquashfs t/bin image -noappend -quiet -no-progress -force-uid 7 > /dev/null 2>&1
mksquashfs t/many image -quiet -no-progress > /dev/null 2>&1 || wrong append
again "an image that was added to"
tar --sort=none -C t -cf - bin many zeros hello tiny1 |
	sqfstar -quiet -no-progress -comp xz image > /dev/null 2>&1 || wrong sqfstar
again "an image from tar"
if command -v gensquashfs > /dev/null; then
	for o in '-c gzip' '-c xz'; do
		# shellcheck disable=SC2086
		gensquashfs -q -f -D t $o image > /dev/null 2>&1 || wrong "gensquashfs $o"
		again "gensquashfs $o"
	done
fi

# xz as router makers call it: what stands in the blocks is found.
"$FWTOOL" repack t --squashfs --comp xz --version 4.0,xz=0/2/2/273 -o image -f > out 2>&1 ||
	wrong "xz=0/2/2/273: $(cat out)"
rm -rf u && unsquashfs -q -n -d u image > /dev/null 2>&1
diff -r --no-dereference t u > diff 2>&1 || wrong "unsquashfs has another tree: $(head -3 diff)"
again "xz with parameters"
grep -q '^option version=4.0,xz=0/2/2/273$' o.fwmeta || wrong "$(grep version o.fwmeta)"
lede=${SHARED:-/nowhere}/corpus/images/fw_lede_17.01.7_wr703n_sysupgrade.bin
if [ -f "$lede" ]; then
	rm -rf o o.fwmeta
	tail -c +1276821 "$lede" | head -c 2170206 > lede
	"$FWTOOL" extract lede -d o > /dev/null 2>&1
	grep -q '^option version=.*,xz=0/2/2/64$' o.fwmeta || wrong "$(grep version o.fwmeta)"
fi
exit $bad
