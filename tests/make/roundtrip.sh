# roundtrip.sh - what camera.sh, updates.sh and vendor.sh share: an image is
# opened, changed, put back; $maker, an independent reading, agrees with the sums
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

# A signature that no longer holds is said.
repack() {
	fwtool repack -q "$@" 2> err; r=$?
	case $format in hdr*) [ $r = 3 ] && grep -q signature err ;; *) [ $r = 0 ] ;; esac
}

# FORMAT WORD [PROOF]: what scan calls it, and how sure it is.
round_trip() {
	format=$1 name=$2 proof=${3:-proven}
	python3 "$TOP"/tests/make/$maker $format $format.bin kernel rootfs
	python3 "$TOP"/tests/make/$maker check $format $format.bin ||
		wrong "$format: the maker and the check differ"
	fwtool scan $format.bin > out || wrong "$format: scan"
	grep -qE "^0x000000 .* $name +$proof" out || wrong "$format: $(cat out)"
	fwtool extract -q $format.bin 2> err || wrong "$format: $(cat err)"
	tree=$(ls -d $format.bin.fw/fs/*cramfs)
	lzma=$(ls $format.bin.fw/open/*lzma.bin)
	[ -s "$tree/bin/busybox" ] || wrong "$format: no tree: $(find $format.bin.fw)"
	cmp "$lzma" <(seq 1 30000) || wrong "$format: the kernel"
	fwtool repack -q $format.bin.fw -f -o same || wrong "$format: untouched"
	cmp $format.bin same || wrong "$format: untouched differs"

	# A larger file system, and then a kernel of another length.
	seq 3 9000 > "$tree"/bin/more
	repack $format.bin.fw -f -o new || wrong "$format: $(cat err)"
	python3 "$TOP"/tests/make/$maker check $format new || wrong "$format: sums"
	fwtool extract -q new -f -d new.fw 2> err || wrong "$format: $(cat err)"
	diff -r "$tree" new.fw/fs/*cramfs || wrong "$format: the tree"
	cmp "$lzma" new.fw/open/*lzma.bin || wrong "$format: the kernel beside the tree"
	seq 5 29000 > new.fw/open/"${lzma##*/}"
	repack new.fw -f -o newer || wrong "$format: $(cat err)"
	python3 "$TOP"/tests/make/$maker check $format newer || wrong "$format: sums again"
	fwtool extract -q newer -f -d newer.fw 2> err || wrong "$format: $(cat err)"
	diff -r "$tree" newer.fw/fs/*cramfs || wrong "$format: the tree beside the kernel"
	cmp new.fw/open/"${lzma##*/}" newer.fw/open/*lzma.bin || wrong "$format: the kernel"
}
