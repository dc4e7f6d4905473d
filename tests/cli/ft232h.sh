# ft232h.sh - the emulated FT232H, read and written by us and by flashrom
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
[ -z "$SAN" ] || { echo "a preloaded library does not mix with a sanitizer"; exit 77; }
bad=0
wrong() { echo "wrong: $*"; bad=1; }
emu() { LD_PRELOAD=$TOP/$O/emu/libftdi.so "$@"; }

for chip in "2097152 ef4015" "33554432 ef4019,four_ops=1" "33554432 c22019,four_ops=0" \
	"33554432 c84019,four_only=1"; do
	set -- $chip
	head -c "$1" /dev/urandom > chip.bin
	cp chip.bin truth.bin
	EMU_CHIP=file=chip.bin,id=$2 emu fwtool acquire --ft232h --reads 1 -f -o a.bin 2> err &&
		cmp a.bin truth.bin || wrong "$chip: $(cat err)"
	cp truth.bin new.bin
	printf hello | dd of=new.bin bs=1 seek=$(($1 - 5000)) conv=notrunc status=none
	EMU_CHIP=file=chip.bin,id=$2 emu fwtool flash --ft232h -y --base truth.bin new.bin 2> err &&
		cmp chip.bin new.bin || wrong "$chip, written: $(cat err)"
done
head -c 2097152 /dev/urandom > chip.bin
cp chip.bin truth.bin
export EMU_CHIP=file=chip.bin,id=ef4015
emu fwtool acquire --list | grep -q '^ft232h  *0403:6014  *bus 1 dev 9  *FT7EMU01  *ok' || wrong "--list"
EMU_FAULTS=two=1 emu fwtool acquire --ft232h --probe 2> err && wrong "two of a kind"
grep -q '2 FT232H found: bus 1 device 9, bus 1 device 12; choose with --ft232h=1:9' err ||
	wrong "two of a kind: $(cat err)"
EMU_FAULTS=two=1 emu fwtool acquire --ft232h=1:12 --probe 2> err || wrong "BUS:DEV: $(cat err)"
EMU_FAULTS=two=1 emu fwtool acquire --ft232h=FT7EMU02 --probe 2> err || wrong "serial of two: $(cat err)"
EMU_FAULTS=access=1 emu fwtool acquire --ft232h --probe 2> err
[ $? = 4 ] && grep -q 'FT232H at bus 1 device 9: no permission for /dev/bus/usb/001/009; install 60-fw' err ||
	wrong "no permission: $(cat err)"
EMU_FAULTS=access=1 emu fwtool acquire --list | grep -q 'no permission: 60-fwtool.rules' || wrong "--list, closed"
EMU_FAULTS=busy=1 emu fwtool acquire --ft232h --probe 2> err
[ $? = 4 ] && grep -q 'in use by another program; quit it' err || wrong "busy: $(cat err)"
EMU_FAULTS=none=1 emu fwtool acquire --ft232h --probe 2> err
[ $? = 4 ] && grep -q 'no FT232H is plugged in' err || wrong "none: $(cat err)"
emu fwtool acquire --ft232h=FT7EMU01 --probe 2> err || wrong "by serial: $(cat err)"
emu fwtool acquire --ft232h=OTHER --probe 2> err && wrong "another serial"
for fault in short=40 drop=900000 flip=1e-6; do
	EMU_FAULTS=$fault emu fwtool acquire --ft232h -f -o x.bin > out 2>&1
	case $? in
	0) cmp x.bin truth.bin || wrong "$fault: silently wrong" ;;
	3) grep -q 'add --resume' out || wrong "$fault: $(cat out)" ;;
	*) wrong "$fault: $(cat out)" ;;
	esac
	rm -f x.bin*
done
command -v flashrom > /dev/null || { echo "flashrom is missing"; exit $bad; }
emu flashrom -p ft2232_spi:type=232H -c W25Q16.V -r r.bin > out 2>&1 && cmp r.bin truth.bin ||
	wrong "flashrom reads other bytes: $(tail -n 2 out)"
head -c 2097152 /dev/urandom > new.bin
emu flashrom -p ft2232_spi:type=232H -c W25Q16.V -w new.bin > out 2>&1 && cmp chip.bin new.bin ||
	wrong "flashrom writes other bytes: $(tail -n 2 out)"
emu fwtool acquire --ft232h -f -o a.bin 2> err && cmp a.bin new.bin || wrong "again: $(cat err)"
exit $bad
