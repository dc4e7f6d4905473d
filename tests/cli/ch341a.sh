# ch341a.sh - the emulated CH341A, read and written by us and by flashrom
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
[ -z "$SAN" ] || { echo "a preloaded library does not mix with a sanitizer"; exit 77; }
bad=0
wrong() { echo "wrong: $*"; bad=1; }
emu() { LD_PRELOAD=$TOP/$O/emu/libusb.so "$@"; }

head -c 2097152 /dev/urandom > chip.bin
cp chip.bin truth.bin
export EMU_CHIP=file=chip.bin,id=ef4015
EMU_COUNT=ours emu fwtool acquire --ch341a -o a.bin 2> err && cmp a.bin truth.bin ||
	wrong "read: $(cat err)"
emu fwtool acquire --list | grep -q '^ch341a  *1a86:5512  *bus 1 dev 7 .* ok' || wrong "--list"
EMU_FAULTS=two=1 emu fwtool acquire --ch341a --probe 2> err && wrong "two of a kind"
grep -q 'choose with --ch341a=1:7' err || wrong "two of a kind: $(cat err)"
EMU_FAULTS=two=1 emu fwtool acquire --ch341a=1:9 --probe 2> err || wrong "by name: $(cat err)"
EMU_FAULTS=access=1 emu fwtool acquire --ch341a --probe 2> err
[ $? = 4 ] && grep -q 'install 60-fwtool.rules' err || wrong "no permission: $(cat err)"
EMU_FAULTS=none=1 emu fwtool acquire --ch341a 2> err
[ $? = 4 ] && grep -q 'no CH341A is plugged in' err || wrong "none: $(cat err)"
for fault in timeout=2000 cut=3000 lost=5000 timeout=400,seed=2 flip=1e-6,lose=1e-6; do
	EMU_FAULTS=$fault emu fwtool acquire --ch341a -f -o x.bin > out 2>&1
	case $? in
	0) cmp x.bin truth.bin || wrong "$fault: silently wrong" ;;
	3) grep -q 'add --resume' out || wrong "$fault: $(cat out)" ;;
	*) wrong "$fault: $(cat out)" ;;
	esac
	rm -f x.bin*
done
EMU_FAULTS=gone=1500000 emu fwtool acquire --ch341a -o y.bin 2> err
[ $? = 4 ] && [ ! -e y.bin ] && [ -e y.bin.part ] || wrong "unplugged: $(cat err)"
emu fwtool acquire --ch341a --resume -o y.bin 2> err && cmp y.bin truth.bin || wrong "resumed: $(cat err)"

cp truth.bin new.bin
printf hello | dd of=new.bin bs=1 seek=70000 conv=notrunc status=none
EMU_COUNT=ours.w emu fwtool flash --ch341a -y --base truth.bin new.bin 2> err &&
	cmp chip.bin new.bin || wrong "write: $(cat err)"
command -v flashrom > /dev/null || { echo "flashrom is missing"; exit $bad; }
EMU_COUNT=theirs emu flashrom -p ch341a_spi -c W25Q16.V -r r.bin > out 2>&1 &&
	cmp r.bin new.bin || wrong "flashrom reads other bytes: $(tail -n 2 out)"
EMU_COUNT=theirs.w emu flashrom -p ch341a_spi -c W25Q16.V -w truth.bin > out 2>&1 &&
	cmp chip.bin truth.bin || wrong "flashrom writes other bytes: $(tail -n 2 out)"
emu fwtool acquire --ch341a -f -o a.bin 2> err && cmp a.bin truth.bin || wrong "again: $(cat err)"
set -- $(cat ours) $(cat theirs)
[ "$2" -le $((2 * $8)) ] && [ "$4" -le $((2 * ${10})) ] ||
	wrong "transfers of a verified read: ours $(cat ours), flashrom's read $(cat theirs)"
set -- $(cat ours.w) $(cat theirs.w)
[ $(($6 * 50)) -le "${12}" ] || wrong "bytes for one sector: $(cat ours.w); $(cat theirs.w)"
exit $bad
