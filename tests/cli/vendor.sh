# vendor.sh - the containers of TP-Link, Alpha, Broadcom and Realtek: opened,
# changed, put back; an independent reading of each agrees with the sums
maker=vendor.py
. "$TOP"/tests/make/roundtrip.sh

for format in tplink1 tplink2 seama bcmtag realtek; do
	round_trip $format ${format%[12]}
	for fw in $format.bin.fw new.fw newer.fw; do
		[ -d $fw/fs/$name-cramfs ] && [ -s $fw/open/$name-lzma.bin ] ||
			wrong "$format: other names: $(find $fw -maxdepth 2)"
	done
	# One byte of the root file system, and one of the kernel.
	for at in $(($(stat -c %s $format.bin) / 3)) $(($(stat -c %s $format.bin) * 3 / 4)); do
		cp $format.bin spoilt
		printf '\125' | dd of=spoilt bs=1 seek=$at conv=notrunc status=none
		cmp -s $format.bin spoilt && continue
		fwtool verify spoilt > out
		[ $? = 1 ] && grep -q " $name .*WRONG" out || wrong "$format: spoilt at $at: $(cat out)"
	done
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
