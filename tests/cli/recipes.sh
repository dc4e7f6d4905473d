# recipes.sh - the lines for the work this tool was written for, run as they stand,
# against emulated chips and boot loaders; only the ports have other names
work=$(mktemp -d) || exit 2
trap '[ $BASHPID != $$ ] || { kill $(jobs -p) 2> /dev/null; chmod -R u+w "$work"; rm -rf "$work"; }' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
run() { fwtool "$@" > out 2> err < /dev/null || wrong "fwtool $*: $? $(cat err)"; }
boot() { # MEMORY SETTING... - a boot loader; its port in $port
	rm -f pty
	python3 "$TOP/tests/emu/fakeboot.py" "$@" > pty &
	loader=$!
	for _ in $(seq 600); do port=$(awk '{ print $2 }' pty 2> /dev/null); [ -n "$port" ] && break; sleep 0.05; done
}
stop() { kill $loader 2> /dev/null; wait $loader 2> /dev/null; }
"$TOP"/tests/make/flash mstar dump.bin pieces || { echo "no flash image"; exit 2; }

# Reolink and thingino: a chip is read, written, read again; and all of it
chip() { # --PROGRAMMER ID LIBRARY
	cp dump.bin chip.bin
	export EMU_CHIP=file=chip.bin,id=$2 LD_PRELOAD=$TOP/$O/emu/$3
	run acquire "$1" -f -o rlc520.bin
	cmp rlc520.bin dump.bin || wrong "$1: other bytes"
	printf brick | dd of=chip.bin bs=1 seek=$((0x1d0000)) conv=notrunc status=none
	run flash "$1" -y rlc520.bin --backup none
	cmp chip.bin dump.bin || wrong "$1: not written"
	fwtool acquire "$1" 2> err | fwtool carve -f -d all.fw > out 2>&1 || wrong "$1 | carve: $(cat err out)"
	cat all.fw/parts/* | cmp - dump.bin || wrong "$1 | carve: other bytes"
	unset EMU_CHIP LD_PRELOAD
}
if [ -z "$SAN" ]; then
	chip --ft232h ef4018 libftdi.so
	chip --ch341a ef4018 libusb.so
fi
run help wiring
grep -q SOIC8 out || wrong "help wiring: $(cat out)"

# HiSilicon: the map from a printenv, and a partition of it by TFTP
printf 'hisilicon # printenv\r\nbootdelay=1\r\nmtdparts=mtdparts=hi_sfc:64K(boot),64K(env),128K(romfs),-(rest)\r\nEnvironment size: 99/65532 bytes\r\n' > printenv.log
run env printenv.log --mtdparts
grep -q '^romfs *0x020000 *0x020000$' out || wrong "env --mtdparts: $(cat out)"
head -c 1048576 dump.bin > flash.bin
net="--serverip 127.0.0.1 --ipaddr 127.0.0.1 --tftp-port $((20000 + RANDOM % 20000))"
boot flash.bin tftp=1
if curl --version 2> /dev/null | grep -q tftp; then
	# shellcheck disable=SC2086
	run acquire --uboot "$port" --via tftp -p romfs -m printenv.log $net
	cmp -n 131072 -i 131072:0 flash.bin romfs.bin || wrong "-p romfs: other bytes"
	# shellcheck disable=SC2086
	run acquire --uboot "$port" --via tftp -o firmware.bin $net
	cmp firmware.bin flash.bin || wrong "--via tftp: other bytes"
fi
run acquire --uboot "$port" --via sd -n --size 1M
grep -q '^mmc write .* 0x10 0x800$' out || wrong "--via sd -n: $(cat out)"
# Yi/MStar: partitions that a boot log names
printf '[    0.5] Creating 3 MTD partitions on "NOR":\r\n' > boot.log
printf '[    0.6] 0x%012x-0x%012x : "%s"\r\n' 0 0x10000 BOOT 0x10000 0x14000 ROOTFS 0x14000 0x80000 HOME >> boot.log
sed 's/14000-0x000000080000/14000-0x000000016000/' boot.log > few.log
run acquire --uboot "$port" -m few.log -p ROOTFS,HOME -d .
cmp -n 16384 -i 65536:0 flash.bin ROOTFS.bin && cmp -n 8192 -i 81920:0 flash.bin HOME.bin || wrong "-p ROOTFS,HOME: other bytes"
stop
run scan flash.bin -m boot.log
grep -q '^0x014000 .* HOME ' out || wrong "scan -m boot.log: $(cat out)"

# thingino: mtdN on a card, a card of sectors, a log of md
mkdir mtd && head -c 3000 dump.bin > mtd/mtd0.bin && head -c 70000 dump.bin > mtd/mtd1.bin
(cd mtd && run join mtd*.bin -o firmware.bin && cat mtd0.bin mtd1.bin | cmp - firmware.bin) || wrong "join"
head -c 8192 /dev/urandom | cat - dump.bin > card
run acquire --file card --range 0x10s+0x8000s -o fulldump.bin
cmp fulldump.bin dump.bin || wrong "--range 0x10s+0x8000s: other bytes"
head -c 65536 dump.bin > few
"$TOP"/tests/make/putty few > session.log
run unhex session.log -f -o firmware.bin
cmp firmware.bin few || wrong "unhex: other bytes"

# Heden: memory (0xC3C00 of it take four minutes) through its monitor, and whether
# both files are good
seq 1 5000 | gzip -n > linux.bin
truncate -s $((0x3C00)) linux.bin
genromfs -d pieces/conf -f romfs.img
run verify linux.bin romfs.img
[ "$(grep -c '^0x0.* ok ' out)" = 2 ] && grep -qx romfs.img: out || wrong "verify of two: $(cat out)"
printf x | dd of=romfs.img bs=1 seek=20 conv=notrunc status=none
fwtool verify linux.bin romfs.img > out 2> err; [ $? = 1 ] || wrong "a bent romfs: $(cat out)"
fwtool verify linux.bin romfs.img --json > out 2> err; [ $? = 2 ] || wrong "two and --json: $(cat out)"
boot linux.bin loader=netos base=0x7f0e0000
mv linux.bin truth.bin
run acquire --monitor "$port" --range 0x7F0E0000+0x3C00 -o linux.bin
cmp linux.bin truth.bin || wrong "--monitor: other bytes"
stop

# Yi/MStar: words turned round, a tree, what is personal in it, an image again
dd if=dump.bin of=rootfs.bin bs=64K skip=$((0x1d0000)) count=$((0x1e0000)) iflag=skip_bytes,count_bytes status=none
run swap32 rootfs.bin -o sys_y203c
run swap32 sys_y203c -o sys_y203c.swapped
cmp sys_y203c.swapped rootfs.bin || wrong "swap32: other bytes"
run extract sys_y203c -d outdir
diff -r --no-dereference pieces/ROOTFS outdir | grep -v ': dev$' && wrong "another tree"
printf 'network={\n\tpsk="planted-in-the-tree"\n}\n' > outdir/etc/wpa_supplicant.conf
run clean outdir --apply
grep -rq planted outdir && wrong "clean left it"
run repack --jffs2 -l -e 0x10000 -r outdir -o sys_y203c.final
run verify sys_y203c.final
run repack --jffs2 -e 0x10000 outdir -o short
cmp short sys_y203c.final || wrong "the short form gives others"
exit $bad
