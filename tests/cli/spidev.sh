# spidev.sh - an emulated /dev/spidev0.0, read and written by us and by flashrom
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
[ -z "$SAN" ] || { echo "a preloaded library does not mix with a sanitizer"; exit 77; }
bad=0
wrong() { echo "wrong: $*"; bad=1; }
emu() { LD_PRELOAD=$TOP/$O/emu/spidev.so "$@"; }
dev=/dev/spidev0.0

head -c 2097152 /dev/urandom > chip.bin
cp chip.bin truth.bin
export EMU_CHIP=file=chip.bin,id=ef4015
emu fwtool acquire --spidev $dev -o a.bin 2> err && cmp a.bin truth.bin || wrong "read: $(cat err)"
fwtool acquire --spidev /dev/spidev9.9 2> err
[ $? = 4 ] && grep -q '^fwtool: error: /dev/spidev9.9: ' err || wrong "no such bus: $(cat err)"
fwtool acquire --spidev /dev/null 2> err
[ $? = 4 ] && grep -q 'is no SPI bus.*; give /dev/spidev0.0' err || wrong "not a bus: $(cat err)"
EMU_FAULTS=access=1 emu fwtool acquire --spidev $dev 2> err
[ $? = 4 ] && grep -q 'no permission; join the group' err || wrong "no permission: $(cat err)"
EMU_FAULTS=maxhz=5e6 emu fwtool acquire --spidev $dev --speed 4M -f -o s.bin 2> err &&
	cmp s.bin truth.bin || wrong "--speed: $(cat err)"
for fault in eio=50 eio=20,seed=3 maxhz=9e6 flip=1e-6; do
	EMU_FAULTS=$fault emu fwtool acquire --spidev $dev -f -o x.bin > out 2>&1
	case $? in
	0) cmp x.bin truth.bin || wrong "$fault: silently wrong" ;;
	[34]) grep -q '; ' out || wrong "$fault: $(cat out)" ;;
	*) wrong "$fault: $(cat out)" ;;
	esac
	rm -f x.bin*
done
command -v flashrom > /dev/null || { echo "flashrom is missing"; exit $bad; }
emu flashrom -p linux_spi:dev=$dev -c W25Q16.V -r r.bin > out 2>&1 && cmp r.bin truth.bin ||
	wrong "flashrom reads other bytes: $(tail -n 2 out)"
head -c 2097152 /dev/urandom > new.bin
emu fwtool flash --spidev $dev -y new.bin --backup none 2> err && cmp chip.bin new.bin || wrong "write: $(cat err)"
emu flashrom -p linux_spi:dev=$dev -c W25Q16.V -v new.bin > out 2>&1 || wrong "flashrom -v: $(tail -n 2 out)"
emu flashrom -p linux_spi:dev=$dev -c W25Q16.V -w truth.bin > out 2>&1 && cmp chip.bin truth.bin ||
	wrong "flashrom writes other bytes: $(tail -n 2 out)"
emu fwtool acquire --spidev $dev -f -o a.bin 2> err && cmp a.bin truth.bin || wrong "again: $(cat err)"
exit $bad
