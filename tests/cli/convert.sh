# convert.sh - one kind of file system becomes another: what was learnt of the first
# does not stand in the way, and what the other cannot hold is said
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
command -v mksquashfs > /dev/null || { echo "no mksquashfs"; exit 77; }
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p t/etc
printf 'root::0:0:::\n' > t/etc/passwd
head -c 20001 "$FWTOOL" > t/tool
printf x > "t/$(printf '\377\376bad')"
ln -s tool t/link
touch -h -d @77 t/link

# learnt MKSQUASHFS-OPTIONS: o and o.fwmeta
learnt() {
	rm -rf image o o.fwmeta
	mksquashfs t image -noappend -quiet -no-progress -all-root "$@" > /dev/null
	"$FWTOOL" extract image -d o > /dev/null 2> err || wrong "extract $*: $(cat err)"
}

# builds WHAT-IT-SAYS OPTIONS: new, which is read as the tree
builds() {
	local say=$1; shift
	"$FWTOOL" repack o -f -o new "$@" > out 2> err
	[ $? != 2 ] || { wrong "$*: $(cat err)"; return; }
	if [ "$say" ]; then grep -q "$say" err; else [ ! -s err ]; fi || wrong "$*: says $(cat err)"
	rm -rf n n.fwmeta
	"$FWTOOL" extract new -d n > /dev/null 2> err || wrong "$*: read: $(cat err)"
	diff -r t n || wrong "$*: another tree"
}

# refused WHAT-IT-SAYS OPTIONS
refused() {
	local say=$1; shift
	"$FWTOOL" repack o -f -o new "$@" > out 2> err
	[ $? = 2 ] && grep -q -- "$say" err || wrong "$*: says $(cat err)"
}

# The other's inode numbers are none of YAFFS's, which has some of its own.
learnt
for kind in yaffs2 yaffs2-inband yaffs1 yaffs1-packed; do
	builds "" --yaffs --kind $kind
done
rm -rf o o.fwmeta
"$FWTOOL" extract new -d o > /dev/null 2>&1
for kind in yaffs1 yaffs2 yaffs2-inband; do
	builds "" --kind $kind
done
"$FWTOOL" repack o --yaffs --kind yaffs2 -f -o image > /dev/null 2>&1
rm -rf o o.fwmeta
"$FWTOOL" extract image -d o > /dev/null 2>&1
for chunk in 512 8192 16384; do
	builds "" --chunk $chunk
done
refused "not what chips have" --spare 77
refused "there are none; give 0" --kind yaffs2-inband --spare 64
learnt
builds "romfs has no room for the times of 5 files" --romfs
builds "cramfs has no room for the times of 5 files" --cramfs
builds "" --ubifs

# Times of 32 bits; a time once said in the list is as good as one read.
sed -i '/^\/tool /s/ 0:0 [0-9]* / 0:0 -5 /; /passwd/s/ 0:0 [0-9]* / 0:0 8000000000 /' o.fwmeta
for format in squashfs jffs2 cpio yaffs; do
	builds "times of 2 files, .* do not fit" --$format
done
"$FWTOOL" repack o --cpio --kind odc -f -o new > out 2> err
grep -q "time of 1 file" err || wrong "odc: $(cat err)"
"$FWTOOL" repack o --ubifs -f -o new > out 2> err && [ ! -s err ] || wrong "ubifs: $(cat err)"

# What one version or compressor of squashfs was told is not for another.
learnt -comp lzo -Xcompression-level 3
builds "" --algorithm lzo1x_1
builds "" --version 3.1
refused "only lzo1x_999 has levels" --algorithm lzo1x_1 --level 5
refused "never packed with it" --version 3.1 --comp lz4
learnt -comp xz -Xdict-size 8K -Xbcj arm -b 1M
builds "" --version 2.1
builds "" --version 1.0,big
builds "" --block 64K
unsquashfs -s new | grep -q 'Dictionary size 8192' || wrong "the dictionary is another"
refused "give --block 64K" --version 2.1 --block 128K
refused "--window: xz has none; give --comp gzip" --window 9
learnt
for option in --bcj=arm --dict=8K --algorithm=lzo1x_1 --hc; do
	refused "${option%=*}: gzip has none; give --comp" "$option"
done
rm -rf a && cp -r t a && rm a/link
"$FWTOOL" repack --squashfs --version 2.0 a -o new -f > out 2> err || wrong "2.0: $(cat err)"

# Back to 4.0, there is room for attributes and the table for NFS again.
learnt
"$FWTOOL" repack o --version 2.1 -f -o old > out 2> err || wrong "$(cat err)"
rm -rf o o.fwmeta
"$FWTOOL" extract old -d o > /dev/null 2>&1
sed -i '/^\/tool /s/$/ x:user.a=31/' o.fwmeta
builds "" --version 4.0
grep -q x:user.a=31 n.fwmeta || wrong "the attribute is lost"
unsquashfs -s new | grep -q 'exportable via NFS' || wrong "no table for NFS"
"$FWTOOL" repack o --version 3.1 --ids 7,0 -f -o old > out 2> err; [ $? != 2 ] || wrong "$(cat err)"
rm -rf q q.fwmeta
"$FWTOOL" extract old -d q > /dev/null 2>&1
mv old gone
"$FWTOOL" repack q -f -o new > /dev/null 2>&1 && cmp gone new || wrong "3.1: owners in another order"
builds "attribute is left out; squashfs has them from 4.0 on" --version 3.1

# Ambarella's list has next to nothing.
learnt
rm o/link
sed -i '/^\/tool /s/ 0:0 / 5:0 /; /^\/tool /s/$/ x:user.a=31/' o.fwmeta
"$FWTOOL" repack o --ambarella -f -o new > out 2> err
grep -q "owners and modes" err && grep -q "attributes of 1 file " err ||
	wrong "ambarella: $(cat err)"

# Of three names of a file one becomes another file: the others stay linked.
mkdir l
echo one > l/a; ln l/a l/b; ln l/a l/c; ln l/a l/d
mksquashfs l image -noappend -quiet -no-progress -all-root > /dev/null
for apart in a b; do
	rm -rf o o.fwmeta n n.fwmeta
	"$FWTOOL" extract image -d o > /dev/null 2>&1
	rm o/$apart; echo another > o/$apart
	"$FWTOOL" repack o -f -o new > out 2> err && [ ! -s err ] || wrong "links: $(cat err)"
	"$FWTOOL" extract new -d n > /dev/null 2>&1
	diff -r o n || wrong "links: another tree"
	[ "$(find n -links 3 | wc -l)" = 3 ] || wrong "links: $(ls -l n)"
done

# A mode that was changed on disk alone is not silently without effect.
learnt
chmod 711 o/tool
"$FWTOOL" repack o -f -o new > out 2> err
grep -q "1 file (tool) has another mode on disk than in the list" err || wrong "mode: $(cat err)"

# romfs: other multiples move what has a place in the list; names Linux cannot see.
"$FWTOOL" repack o --romfs -f -o image > /dev/null 2>&1
rm -rf o o.fwmeta
"$FWTOOL" extract image -d o > /dev/null 2>&1
for how in '--align 4096' '--aligned 4096,tool'; do
	"$FWTOOL" repack o $how -f -o new > out 2> err || wrong "$how: $(cat err)"
	at=$(grep -abom1 -- "$(head -c 4 t/tool)" new | cut -d: -f1)
	case $how in
	'--align '*) [ $((at % 4096)) = 0 ] || wrong "$how: the data is at $at" ;;
	*) cmp -s image new && wrong "$how: nothing" ;;
	esac
done
refused "powers of two" --aligned 7,tool
refused "255 at most" --volume "$(printf %300s x)"
n=$(printf %0200d 1)
echo x > o/$n

"$FWTOOL" repack o -f -o new > out 2> err
grep -q "1 name is longer than 127 bytes, which Linux does not find" err || wrong "name: $(cat err)"
rm o/$n

# cpio: what cannot be is refused before it is built.
rm -rf o o.fwmeta
(cd t && find . | cpio -o -H newc 2> /dev/null) > image
"$FWTOOL" extract image -d o > /dev/null 2>&1
refused "not what leads to the same place" --prefix a/
refused "no numbers that fit" --kind odc --device 9999,1
refused "no numbers that fit" --device x
refused "kind: .*newc" --kind xx
sed -i 's/option device=.*/option device=254,300/' o.fwmeta
builds "" --kind odc

# UBIFS: a journal of another geometry; its -l is not that of jffs2.
learnt
"$FWTOOL" repack o --ubifs --jrn-size 2M -l 6 -c 100 -f -o image > /dev/null 2> err || wrong "$(cat err)"
rm -rf o o.fwmeta
"$FWTOOL" extract image -d o > /dev/null 2>&1
builds "" -c 25 -e 63488
builds "" -e 1M
builds "" -l 8
refused "three erase blocks that Linux wants" --jrn-size 4K

# Its index has attributes by hash: they stay in the order that they came in.
learnt
sed -i '/^\/tool /s/$/ x:user.b=31 x:user.a=32 x:trusted.c=33 x:user.d=34/' o.fwmeta
"$FWTOOL" repack o --ubifs -f -o image > /dev/null 2>&1
rm -rf o o.fwmeta
"$FWTOOL" extract image -d o > /dev/null 2>&1
mv image gone
"$FWTOOL" repack o -f -o new > /dev/null 2>&1 && cmp gone new || wrong "attributes in another order"
exit $bad
