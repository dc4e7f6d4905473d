# messages.sh - the messages that all others are measured by: each is made to happen
work=$(mktemp -d) || exit 2
trap 'kill $(jobs -p) 2> /dev/null; chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
says() { # STATUS REGEX COMMAND...: a message with that text, status and a remedy
	local want=$1 re=$2; shift 2
	fwtool "$@" > out 2> err < /dev/null
	local s=$?
	[ $s = "$want" ] || wrong "fwtool $*: status $s"
	grep '^fwtool:' err | grep -Evq '^fwtool: (error|warning|note): .+$' && wrong "fwtool $*: $(cat err)"
	grep '^fwtool: error: ' err | grep -vq '; ' && wrong "fwtool $*: no remedy: $(cat err)"
	grep -Eq "^fwtool: (error|warning): $re\$" err || wrong "fwtool $*: $(cat err)"
}
serve() {
	rm -f port
	EMU_CHIP=$1 EMU_FAULTS=${2-} "$TOP/$O/emu/serprogd" port &
	server=$!
	for _ in $(seq 100); do [ -s port ] && break; sleep 0.02; done
	at=127.0.0.1:$(cat port)
}
stop() { kill $server 2> /dev/null; wait $server 2> /dev/null; }
"$TOP"/tests/make/flash mstar dump.bin pieces > /dev/null || { echo "no flash image"; exit 2; }

# what is cut off, too large, too small, not there, there already
mksquashfs pieces fs -quiet -noappend > log 2>&1 || { echo "no mksquashfs"; exit 77; }
head -c -69632 fs > cut.bin
says 2 'cut.bin:0x000000: squashfs says it ends at 0x[0-9a-f]+, the file ends at 0x[0-9a-f]+ \([0-9]+ bytes missing\); read again, or add --partial' extract cut.bin
fwtool extract -q dump.bin
head -c 3000000 /dev/urandom > dump.bin.fw/fs/ROOTFS/large
says 2 'ROOTFS: needs [0-9]+ blocks, room for 30 \([0-9]+ bytes too many\); see fwtool ls --by-size, or try .+' repack dump.bin.fw
says 2 'dump.bin.fw: exists; add -f to replace it, or -d for another place' extract dump.bin
says 2 '-e 10000: not a power of two; did you mean 0x10000 \(64 KiB\)\?' repack --jffs2 -e 10000 pieces/conf
says 2 'pieces/x would lie inside pieces, the tree it is made from; choose another -o' repack --jffs2 -e 0x10000 pieces -o pieces/x
head -c 1966083 dump.bin > sys.img
says 2 'sys.img: length 1966083 is not a multiple of 4 \(3 bytes over\); the dump is cut off, or add --tail keep' swap32 sys.img
says 2 'standard input is empty; the command before the pipe failed' swap32
for i in 0 1 2 4; do cp sys.img mtd$i.bin; done
says 2 'mtd\*\.bin: mtd3\.bin is missing between mtd2\.bin and mtd4\.bin; add it, or give the map with -m' join mtd0.bin mtd1.bin mtd2.bin mtd4.bin
"$TOP"/tests/make/jffs2nasty leave evil.img
says 2 'evil.img:0x[0-9a-f]+: jffs2 name ".+" leaves the tree; not written \(add --partial for the rest\)' extract evil.img
says 3 'evil.img:0x[0-9a-f]+: jffs2 name "\.\./evil" leaves the tree; not written' extract --partial evil.img -d tree
[ ! -e evil ] && [ ! -e ../evil ] || wrong "it is written"
{ seq 40; printf '0x%012x-0x%012x : "conf"\n' 0 0x800000 0x800000 0x2000000; } | sed '41i Creating 2 MTD partitions on "NOR":' > boot.log
says 2 'boot.log:line 43: partition "conf" ends at 0x2000000, dump.bin at 0x1000000; is this the log of another device\?' scan -m boot.log dump.bin
head -c 4096 dump.bin > few; "$TOP"/tests/make/putty few | tr -d '\r' > whole.log
grep -nE '^82000a0' whole.log | head -1 > log
sed -E '/^[0-9a-f]*0a[01]0: /d' whole.log > session.log
says 3 'session.log:line [0-9]+: 32 bytes missing at 0x000a00; run "md.b 0x[0-9a-f]+ 0x20" and add that log' unhex session.log -o u.bin

# a chip
head -c 4096 boot.log | tr "\n" x > putty.bin; truncate -s 4096 putty.bin
head -c 1048576 dump.bin > small.bin
serve file=dump.bin,id=ffffff float=1
says 4 'chip: id reads ff ff ff in 16 of 16 tries, nobody answers; check pin 1, CS and 3.3 V, and hold the board in reset' acquire --serprog "$at" -o a.bin
stop; serve file=small.bin,id=ef4014 flip=1e-3,seed=5
says 3 'chip:0x[0-9a-f]+: [0-9]+ of 256 sectors read differently each time; reseat the clip, use shorter wires or --speed, then add --resume' acquire --serprog "$at" -o a.bin
stop; serve file=small.bin,id=ef4014,sr1=1c
says 2 'chip: status register protects 0x000000\+.+; add --unprotect' flash --serprog "$at" -y putty.bin --range 0+4096 --backup none
stop
says 2 'few: is 4096 bytes, the chip 1048576; add --range .+' flash --sim small.bin -y few
if [ -z "$SAN" ]; then
	export EMU_CHIP=file=small.bin,id=ef4014
	with() { EMU_FAULTS=$1 LD_PRELOAD=$TOP/$O/emu/libusb.so says "${@:2}"; }
	with two=1 2 '2 CH341A found: bus 1 device 7, bus 1 device 9; choose with --ch341a=1:7' acquire --ch341a -o a.bin
	with access=1 4 'CH341A at bus 1 device 7: no permission for /dev/bus/usb/001/007; install 60-fwtool.rules and replug, or use sudo once' acquire --ch341a -o a.bin
fi

# a port that another program holds, and one on which nobody speaks
python3 -c 'import os, pty, sys, time
m, s = pty.openpty()
os.write(m, bytes(range(128, 228)))
os.symlink(os.ttyname(s), "ttyUSB0")
open("ready", "w")
time.sleep(60)' &
holder=$!
for _ in $(seq 100); do [ -e ready ] && break; sleep 0.05; done
says 4 'ttyUSB0: in use by python3 \(pid [0-9]+\); quit it and run again' acquire --uboot ttyUSB0 -o a.bin
says 4 '/dev/pts/[0-9]+: no prompt in 1 s at 115200 baud \([0-9]+ bytes came, [0-9]+ % unprintable\); try --baud auto, and power-cycle the device now' \
	acquire --uboot "$(readlink ttyUSB0)" --wait 1 -o a.bin
kill $holder
exit $bad
