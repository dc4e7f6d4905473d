# vendor.sh - the containers of TP-Link, Alpha, Broadcom and Realtek: opened,
# changed, put back; an independent reading of each agrees with the sums
set -u
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
mkdir -p root/etc root/bin
echo 'root:x:0:0:root:/root:/bin/sh' > root/etc/passwd
seq 1 6000 > root/bin/busybox
mkfs.cramfs root rootfs > /dev/null || { echo "no mkfs.cramfs"; exit 77; }
seq 1 30000 | xz --format=lzma -6 > kernel

for format in tplink1 tplink2 seama bcmtag realtek; do
	python3 "$TOP"/tests/make/vendor.py $format $format.bin kernel rootfs
	python3 "$TOP"/tests/make/vendor.py check $format $format.bin ||
		wrong "$format: the maker and the check differ"
	name=${format%[12]}
	fwtool scan $format.bin > out || wrong "$format: scan"
	grep -qE "^0x000000 .* $name +proven" out || wrong "$format: $(cat out)"
	fwtool extract -q $format.bin 2> err || wrong "$format: $(cat err)"
	tree=$format.bin.fw/fs/$name-cramfs
	[ -d $tree ] || [ -d $format.bin.fw/fs/cramfs ] || wrong "$format: no tree: $(find $format.bin.fw)"
	fwtool repack -q $format.bin.fw -f -o same || wrong "$format: untouched"
	cmp $format.bin same || wrong "$format: untouched differs"

	# A larger file system, then a kernel of another length.
	seq 3 9000 > $tree/bin/more
	fwtool repack -q $format.bin.fw -f -o new 2> err || wrong "$format: $(cat err)"
	python3 "$TOP"/tests/make/vendor.py check $format new || wrong "$format: sums"
	fwtool extract -q new -f -d new.fw 2> err || wrong "$format: $(cat err)"
	diff -r $tree new.fw/fs/$name-cramfs || wrong "$format: the tree"
	cmp $format.bin.fw/open/$name-lzma.bin new.fw/open/$name-lzma.bin ||
		wrong "$format: the kernel beside the tree"
	seq 5 29000 > new.fw/open/$name-lzma.bin
	fwtool repack -q new.fw -f -o newer 2> err || wrong "$format: $(cat err)"
	python3 "$TOP"/tests/make/vendor.py check $format newer || wrong "$format: sums again"
	fwtool extract -q newer -f -d newer.fw 2> err || wrong "$format: $(cat err)"
	diff -r $tree newer.fw/fs/$name-cramfs || wrong "$format: the tree beside the kernel"
	cmp new.fw/open/$name-lzma.bin newer.fw/open/$name-lzma.bin || wrong "$format: the kernel"
done

# A real one: LEDE for TP-Link's WR703N, whose rootfs follows the kernel at an
# odd offset although the header says another.
real=$SHARED/corpus/images/fw_lede_17.01.7_wr703n_sysupgrade.bin
if [ -e "$real" ]; then
	cp "$real" lede.bin
	fwtool extract -q lede.bin || wrong "lede"
	fwtool repack -q lede.bin.fw -f -o same || wrong "lede: repack"
	cmp lede.bin same || wrong "lede: untouched"
	[ -x lede.bin.fw/fs/tplink-squashfs/bin/busybox ] || wrong "lede: no tree"
	echo 'echo changed' >> lede.bin.fw/fs/tplink-squashfs/etc/rc.local
	if [ -z "$SAN" ]; then		# seconds, and minutes with sanitizers
		fwtool repack -q lede.bin.fw -f -o new || wrong "lede: repack changed"
		python3 "$TOP"/tests/make/vendor.py check tplink1 new || wrong "lede: md5"
		tail -c +$((512 + 0x$(xxd -s 132 -l 4 -p new) + 1)) new > new.sqfs
		unsquashfs -q -n -d out.sqfs new.sqfs etc/rc.local > /dev/null 2>&1
		grep -q changed out.sqfs/etc/rc.local || wrong "lede: unsquashfs"
	fi
fi
exit $bad
