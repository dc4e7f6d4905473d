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
builds "attribute is left out; squashfs has them from 4.0 on" --version 3.1

# Ambarella's list has next to nothing.
learnt
rm o/link
sed -i '/^\/tool /s/ 0:0 / 5:0 /; /^\/tool /s/$/ x:user.a=31/' o.fwmeta
"$FWTOOL" repack o --ambarella -f -o new > out 2> err
grep -q "owners and modes" err && grep -q "attributes of 1 file " err ||
	wrong "ambarella: $(cat err)"
exit $bad
