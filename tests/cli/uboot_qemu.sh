# uboot_qemu.sh - a real U-Boot 2023.01 under QEMU: its flash comes by TFTP, and
# goes back by loady and TFTP
board=$SHARED/tools/uboot
[ -x "$board/uboot-run" ] && command -v qemu-system-arm > /dev/null || {
	echo "no U-Boot with a flash here: qemu-system-arm and shared tools/uboot are needed"
	exit 77
}
work=$(mktemp -d) || exit 2
trap 'kill $(cat "$work/pid") 2> /dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }

{ cat "$board/u-boot-ast2500.bin"; head -c 700000 /dev/urandom; seq 200000; } > flash.bin
truncate -s 16M flash.bin
"$board/uboot-run" ast2500 flash.bin > boot
awk '/PID/ { print $2 }' boot > pid
port=$(awk '/PTY/ { print $2 }' boot)
cp flash.bin was.bin
free=$((20000 + RANDOM % 20000))
timeout 60 "$FWTOOL" acquire --uboot "$port" --via tftp --tftp-port $free -o tftp.bin 2> err ||
	wrong "--via tftp: $? $(cat err)"
cmp tftp.bin was.bin && grep -q 'device crc32 agrees' err || wrong "--via tftp: $(cat err)"

# Written by it, and compared byte for byte with the file behind the chip. Text,
# as QEMU 7 loses pages that begin with a byte that is a fast read's opcode.
cp was.bin new.bin
seq 3000 | tr -d '\n' | dd of=new.bin bs=1 seek=$((0x7f0100)) conv=notrunc status=none
timeout 60 "$FWTOOL" flash --uboot "$port" -n new.bin > lines 2> err &&
	grep -q '^crc32 .* && itest.l .* && sf erase 0x7f0000 0x10000 && sf write ' lines ||
	wrong "-n: $(cat lines err)"
timeout 100 "$FWTOOL" flash --uboot "$port" -y --via loady --backup none new.bin 2> err &&
	cmp flash.bin new.bin || wrong "flash by loady: $(cat err)"
timeout 60 "$FWTOOL" flash --uboot "$port" -y --via tftp --tftp-port $free --backup none \
	was.bin 2> err && cmp flash.bin was.bin || wrong "flash by tftp: $(cat err)"
exit $bad
