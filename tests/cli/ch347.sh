# ch347.sh - the emulated CH347, which is held to what public drivers do with
# it: the flashrom of Debian does not know it, so it judges the bytes elsewhere
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
[ -z "$SAN" ] || { echo "a preloaded library does not mix with a sanitizer"; exit 77; }
bad=0
wrong() { echo "wrong: $*"; bad=1; }
emu() { LD_PRELOAD=$TOP/$O/emu/libusb.so "$@"; }

head -c 2097152 /dev/urandom > chip.bin
cp chip.bin truth.bin
export EMU_CHIP=file=chip.bin,id=ef4015 EMU_USB=ch347f
emu fwtool acquire --ch347 -o f.bin 2> err && cmp f.bin truth.bin || wrong "CH347F: $(cat err)"
grep -q 'CH347F 1a86:55de, bus 1 device 7' err || wrong "the name of a CH347F: $(cat err)"
EMU_USB=ch347t
emu fwtool acquire --list | grep -q '^ch347  *1a86:55db  *bus 1 dev 7 .* ok' || wrong "--list"
EMU_FAULTS=two=1 emu fwtool acquire --ch347 --probe 2> err && wrong "two of a kind"
grep -q 'choose with --ch347=1:7' err || wrong "two of a kind: $(cat err)"
EMU_FAULTS=access=1 emu fwtool acquire --ch347 --probe 2> err
[ $? = 4 ] && grep -q 'install 60-fwtool.rules' err || wrong "no permission: $(cat err)"
EMU_FAULTS=busy=1 emu fwtool acquire --ch347 --probe 2> err
[ $? = 4 ] && grep -q 'in use by another program; quit it' err || wrong "busy: $(cat err)"
EMU_FAULTS=product=55dc emu fwtool acquire --ch347 2> err
[ $? = 4 ] && grep -q 'in another mode (1a86:55dc)' err || wrong "HID mode: $(cat err)"

# twice the clock while test reads agree, and 0bh above 33 MHz
for most in 7e6:3.8 20e6:15 40e6:30 99e6:60; do
	EMU_FAULTS=maxhz=${most%:*} emu fwtool acquire --ch347 -f -o a.bin 2> err
	case $?:$most in
	0:*) cmp a.bin truth.bin || wrong "$most: silently wrong" ;;
	[34]:7e6*) ;;	# 15 MHz is wrong from the beginning: said, not guessed
	*) wrong "$most: $(cat err)" ;;
	esac
	rm -f a.bin*
	case $most in
	20e6*) grep -q '^clock' err && wrong "$most: clock raised" ;;
	*:[36]0) grep -q "^clock  *${most#*:}.0 MHz" err || wrong "$most: $(cat err)" ;;
	esac
done
EMU_FAULTS=maxhz=7e6 emu fwtool acquire --ch347 --speed 7M -o a.bin 2> err && cmp a.bin truth.bin ||
	wrong "--speed: $(cat err)"
for fault in timeout=500 cut=900 lost=900 timeout=150,seed=2 flip=1e-6,lose=1e-5; do
	EMU_FAULTS=$fault emu fwtool acquire --ch347 -f -o x.bin > out 2>&1
	case $? in
	0) cmp x.bin truth.bin || wrong "$fault: silently wrong" ;;
	3) grep -q 'add --resume' out || wrong "$fault: $(cat out)" ;;
	*) wrong "$fault: $(cat out)" ;;
	esac
	rm -f x.bin*
done
EMU_FAULTS=gone=1500000 emu fwtool acquire --ch347 -o y.bin 2> err
[ $? = 4 ] && [ ! -e y.bin ] && [ -e y.bin.part ] || wrong "unplugged: $(cat err)"
emu fwtool acquire --ch347 --resume -o y.bin 2> err && cmp y.bin truth.bin || wrong "resumed: $(cat err)"

head -c 2097152 /dev/urandom > new.bin
emu fwtool flash --ch347 -y new.bin --backup none 2> err && cmp chip.bin new.bin || wrong "write: $(cat err)"
command -v flashrom > /dev/null || { echo "flashrom is missing"; exit $bad; }
EMU_USB=ch341a emu flashrom -p ch341a_spi -c W25Q16.V -v new.bin > out 2>&1 ||
	wrong "flashrom reads other bytes: $(tail -n 2 out)"
exit $bad
