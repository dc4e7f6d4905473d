# updates.sh - updates of more vendors: opened, changed, put back; an independent
# reading of each agrees with the sums
maker=update.py
. "$TOP"/tests/make/roundtrip.sh

round_trip pack2 nvtpack
round_trip nvtpack nvtpack
round_trip capwap senao
round_trip hwnp hwnp
round_trip anjoy anjoy
round_trip safeloader safeloader
round_trip sercomm sercomm
round_trip sercommzip sercomm plausible
round_trip jzlzma jzlzma plausible
round_trip imagewty1 imagewty
round_trip imagewty3 imagewty

# What a part has in flash is kept to.
seq 1 300000 > safeloader.bin.fw/open/safeloader-lzma.bin
head -c 600000 /dev/urandom > safeloader.bin.fw/open/safeloader-lzma.bin
fwtool repack -q safeloader.bin.fw -f -o much 2> err
[ $? = 2 ] && grep -q 'its partition in flash has 524288' err || wrong "safeloader: $(cat err)"

# The boot code in front of an old Novatek update has a sum of its own.
boot=$(ls nvtpack.bin.fw/open/nvtpack-bcl1.bin)
printf 'changed' | dd of="$boot" bs=1 seek=200 conv=notrunc status=none
fwtool repack -q nvtpack.bin.fw -f -o new 2> err || wrong "boot code: $(cat err)"
python3 "$TOP"/tests/make/update.py check nvtpack new || wrong "boot code: its own sum"

# Sums that nobody knows: opened, and not put back.
for format in paks sunplus; do
	python3 "$TOP"/tests/make/update.py $format $format.bin kernel rootfs
	fwtool scan $format.bin | grep -qE "^0x000000 .* $format +plausible +no known sum" ||
		wrong "$format: $(fwtool scan $format.bin)"
	fwtool extract -q $format.bin 2> err
	[ -s $format.bin.fw/fs/$format-cramfs/bin/busybox ] || wrong "$format: no tree: $(cat err)"
	fwtool repack -q $format.bin.fw -f -o same && cmp $format.bin same || wrong "$format: untouched"
	echo x > $format.bin.fw/fs/$format-cramfs/etc/passwd
	fwtool repack -q $format.bin.fw -f -o new 2> err
	[ $? = 2 ] && grep -q 'not packed again; undo' err || wrong "$format: $(cat err)"
done
exit $bad
