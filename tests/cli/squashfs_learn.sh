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

# gone MKSQUASHFS-OPTIONS
gone() {
	rm -rf o o.fwmeta
	mksquashfs t image -noappend -quiet -no-progress "$@" > /dev/null 2>&1 &&
		"$FWTOOL" extract image -d o > /dev/null 2> err || wrong "$* $(cat err)"
	mv image was
	"$FWTOOL" repack o -o again -f > out 2>&1 || wrong "repack $* $(cat out)"
	cmp was again || wrong "$*"
	grep -q 'laid out anew, identical' out || wrong "what is said of $*: $(cat out)"
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
gone -b 16K -noId -comp lzma -no-hardlinks

# A changed option counts; the rest is as it was.
"$FWTOOL" repack o --comp xz -o again -f > /dev/null 2>&1 || wrong "--comp xz"
unsquashfs -s again | grep -q 'Compression xz' && unsquashfs -s again | grep -q 'size 16384' ||
	wrong "--comp xz is not as it was otherwise"
exit $bad
