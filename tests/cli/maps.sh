# maps.sh - which partition map is believed, from where, and what is said
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
ff() { head -c $(($1)) /dev/zero | tr '\0' '\377'; }
at() { dd of="$1" bs=4096 seek=$(($2)) oflag=seek_bytes conv=notrunc status=none; }
map() { sed -n 's/^map: //p' "$1"; }

# 8 MiB: a boot loader, an environment, a kernel, two file systems.
ff 0x800000 > bare.bin
{ seq 100000 | gzip -n | head -c 60000; printf 'U-Boot 2015.01 (Feb 26 2019 - 10:53:00)\0'; } | at bare.bin 0
head -c 500000 /dev/urandom > vmlinux
mkimage -A arm -O linux -T kernel -C none -a 0 -e 0 -n Linux -d vmlinux uImage > /dev/null
at bare.bin 0x50000 < uImage
mkdir tree && head -c 70000 /dev/urandom > tree/file
mksquashfs tree root.sqfs -quiet -noappend -all-root > /dev/null 2>&1
at bare.bin 0x1d0000 < root.sqfs
mkfs.jffs2 -r tree -e 0x10000 -l -n -q -o data.jffs2
at bare.bin 0x400000 < data.jffs2
good='nor:320K(BOOT),1536K(KERNEL),2240K(ROOTFS),-(DATA)'
wrong='nor:256K(u-boot),64K(env),2M(kernel),-(fs)'
large='nor:320K(BOOT),1536K(KERNEL),2240K(ROOTFS),12M(DATA)'
env() { # FLAGS... < lines
	mkenvimage -s 0x2000 "$@" -
}
default() { printf '\0bootdelay=3\0bootcmd=run x\0mtdparts=mtdparts=%s\0baudrate=9600\0\0' "$1"; }

expect() { # FILE MAP-REGEX PARTS...
	local file=$1 want=$2 got; shift 2
	fwtool scan "$file" --json > json 2> err
	fwtool scan -v "$file" > out 2> err || { cat err; wrong "scan $file"; }
	got=$(map out)
	[[ $got =~ ^$want$ ]] || { cat err; wrong "$file: $got, not $want"; }
	got=$(jq -r '[.map.parts[]?.name] | join(" ")' json)
	[ "$got" = "$*" ] || wrong "$file: parts $got"
}

expect bare.bin ''

# An environment with a right checksum, through a variable.
cp bare.bin env.bin
printf 'bootargs=console=ttyS0 ${mtdparts}\nmtdparts=mtdparts=%s\n' "$good" | env | at env.bin 0x40000
expect env.bin 'mtdparts in the environment at 0x040000; agrees with the structures' BOOT KERNEL ROOTFS DATA

# A decoy compiled into the boot loader, before and after it: the environment wins.
cp env.bin decoy.bin
default "$wrong" | at decoy.bin 0xc000
expect decoy.bin 'mtdparts in the environment at 0x040000; .*' BOOT KERNEL ROOTFS DATA
grep -q 'not used: mtdparts in the default environment at 0x00c.*; agrees with 2 of 4 structures' err ||
	{ cat err; wrong "decoy: nothing said with -v"; }
# ... and the other way round: what fits wins over rank.
cp bare.bin reverse.bin
echo "bootargs=mtdparts=$wrong" | env | at reverse.bin 0x40000
default "$good" | at reverse.bin 0xc000
expect reverse.bin 'mtdparts in the default environment at 0x00c001; agrees.*' BOOT KERNEL ROOTFS DATA
# ... a default alone is as good as it fits.
cp bare.bin only.bin; default "$good" | at only.bin 0xc000
expect only.bin 'mtdparts in the default environment at .*' BOOT KERNEL ROOTFS DATA
cp bare.bin none.bin; default "nor:1M(a),-(b)" | at none.bin 0xc000
expect none.bin ''

# The environment of a larger flash.
cp bare.bin large.bin
echo "bootargs=mtdparts=$large" | env | at large.bin 0x40000
expect large.bin ''
grep -q 'note: large.bin: .*"DATA" ends at 0x1000000, the dump at 0x800000; is the dump cut off?' err ||
	{ cat err; wrong "large: nothing said"; }

# A stale copy of a redundant pair: the active one counts when both fit.
cp bare.bin pair.bin
echo "bootargs=mtdparts=${good//BOOT/old}" | env -r > a.env
echo "bootargs=mtdparts=${good//BOOT/new}" | env -r > b.env
printf '\1' | dd of=a.env bs=1 seek=4 conv=notrunc status=none
printf '\2' | dd of=b.env bs=1 seek=4 conv=notrunc status=none
at pair.bin 0x40000 < a.env; at pair.bin 0x42000 < b.env
expect pair.bin 'mtdparts in the environment at 0x042000; .*' new KERNEL ROOTFS DATA
printf '\3' | dd of=pair.bin bs=1 seek=$((0x40004)) conv=notrunc status=none
expect pair.bin 'mtdparts in the environment at 0x040000; .*' old KERNEL ROOTFS DATA

# A command line in the open, and two devices: the one that fits.
cp bare.bin line.bin
printf 'console=ttyS0 mtdparts=nand:1M(x),-(y);%s root=/dev/mtdblock2\0' "$good" | at line.bin 0xd000
expect line.bin 'mtdparts in a command line at 0x00d00e; agrees.*' BOOT KERNEL ROOTFS DATA

# A device tree, by dtc: beside the kernel, and packed inside it.
cat > flash.dts <<'END'
/dts-v1/;
/ { #address-cells = <1>; #size-cells = <1>;
	flash@0 { reg = <0 0x800000>;
		partitions { compatible = "fixed-partitions"; #address-cells = <1>; #size-cells = <1>;
			partition@0 { label = "BOOT"; reg = <0x0 0x50000>; read-only; };
			partition@50000 { label = "KERNEL"; reg = <0x50000 0x180000>; };
			partition@1d0000 { label = "ROOTFS"; reg = <0x1d0000 0x230000>; };
			partition@400000 { label = "DATA"; reg = <0x400000 0x400000>; };
		};
	};
};
END
dtc -q -I dts -O dtb -o flash.dtb flash.dts
cp bare.bin tree.bin; at tree.bin 0x30000 < flash.dtb
expect tree.bin 'partitions in the device tree at 0x030000; agrees.*' BOOT KERNEL ROOTFS DATA
seq 90000 > vmlinux
for pack in gzip lzma; do
	cp bare.bin packed.bin
	{ head -c 300001 vmlinux; cat flash.dtb; head -c 100000 vmlinux; } > built
	[ $pack = gzip ] && gzip -9 < built > built.pack || xz --format=lzma < built > built.pack
	mkimage -A arm -O linux -T kernel -C $pack -a 0 -e 0 -n Linux -d built.pack uImage > /dev/null
	at packed.bin 0x50000 < uImage
	expect packed.bin 'partitions in the uimage at 0x050000; agrees.*' BOOT KERNEL ROOTFS DATA
done
{ head -c 300001 vmlinux; printf 'root=/dev/mtdblock2 mtdparts=%s\0' "$good"; } | gzip > built.pack
mkimage -A arm -O linux -T kernel -C gzip -a 0 -e 0 -n Linux -d built.pack uImage > /dev/null
cp bare.bin packed.bin; at packed.bin 0x50000 < uImage
expect packed.bin 'mtdparts in the uimage at 0x050000; agrees.*' BOOT KERNEL ROOTFS DATA

# One given always wins; what contradicts it is said; nonsense is an error.
fwtool scan -m "mtdparts=x:512K(a),-(b)" env.bin > out 2> err || wrong "given: $(cat err)"
[[ $(map out) == *--map*cuts\ the\ uimage\ at\ 0x050000* ]] || wrong "given: $(map out)"
grep -q 'note: env.bin: "a" is 0x0+0x80000 in .*, but 0x0+0x50000 in mtdparts in the environment' err ||
	{ cat err; wrong "given: disagreement"; }
cat > boot.log <<'END'
[    0.5] m25p80 spi0.0: mx25l12805d (16384 Kbytes)
[    0.6] Creating 2 MTD partitions on "spi0.0":
[    0.6] 0x000000000000-0x000000ff0000 : "all"
[    0.6] 0x000000ff0000-0x000001000000 : "conf"
END
fwtool scan -m boot.log env.bin > out 2> err; [ $? = 2 ] || wrong "other device: status"
[ "$(cat err)" = 'fwtool: error: boot.log:line 4: partition "conf" ends at 0x1000000, env.bin at 0x800000; is this the log of another device?' ] ||
	wrong "other device: $(cat err)"
for text in mtdparts=nor:64K mtdparts=nor:64K@x; do
	fwtool scan -m "$text(" env.bin > out 2> err; [ $? = 2 ] || wrong "$text: status"
	grep -q '^fwtool: error: --map: mtdparts: .* at ".*"; as in ' err || wrong "$text: $(cat err)"
done
fwtool scan -m vmlinux env.bin 2>&1 | grep -q 'error: vmlinux: no partition map in it; ' || wrong "no map"
sed -i s/ff0000/7f0000/g\;s/1000000/800000/ boot.log
fwtool scan -m boot.log env.bin > out 2> err || wrong "log: $(cat err)"
[[ $(map out) == boot.log* ]] || wrong "log: $(map out)"
exit $bad
