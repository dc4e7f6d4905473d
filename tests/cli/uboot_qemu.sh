# uboot_qemu.sh - a real U-Boot 2023.01 under QEMU: its flash comes by TFTP
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
exit $bad
