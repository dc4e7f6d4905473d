# env.sh - environments that mkenvimage made, changed, and read by fw_printenv
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "$*"; bad=1; }
say() { tail -n 1 err; }

cat > vars.txt <<'END'
bootdelay=1
bootcmd=sf probe 0; bootm 0x21000000
bootargs=console=ttyS0,115200 mtdparts=nor:320K(BOOT),1536K(KERNEL),-(rest)
empty=
last=1
END
ff() { head -c "$1" /dev/zero | tr '\0' '\377'; }
noise() { head -c "$1" /dev/urandom; }

# Every size, both byte orders, both headers: found, and read as fw_printenv does.
for size in 0x400 0x800 0x1000 0x2000 0x3000 0x5000 0x8000 0x1f000 0x20000 0x40000; do
	for how in '' -b -r '-b -r' '-p 0x00'; do
		mkenvimage -s $size $how -o env.bin vars.txt
		{ noise 8192; cat env.bin; ff 300000; } > dump.bin
		fwtool env dump.bin > out 2> err || wrong "$size $how: $(cat err)"
		cmp -s out vars.txt || wrong "$size $how: other variables"
		grep -q "at 0x002000, $((size)) bytes, .*crc32 ok" err ||
			wrong "$size $how: says $(say)"
	done
done

# A block alone, of any size; and one with a wrong crc32 is told.
mkenvimage -s 1000 -o odd.bin vars.txt
fwtool env odd.bin bootdelay 2> /dev/null | grep -qx bootdelay=1 || wrong "odd size"
printf X | dd of=odd.bin bs=1 seek=900 conv=notrunc 2> /dev/null
fwtool env odd.bin bootdelay > out 2> err || wrong "wrong crc32: status $?"
grep -qx bootdelay=1 out || wrong "wrong crc32: nothing shown"
grep -q '^fwtool: warning: odd.bin:0x0*: crc32 is wrong: says' err || wrong "$(cat err)"
fwtool env odd.bin --at 0 --size 1000 --set bootdelay=2 -o mended.bin 2> err || wrong "mend"
fwtool env mended.bin 2>&1 > /dev/null | grep -q 'crc32 ok' || wrong "not mended"

# Changes: what fw_printenv reads, what mkenvimage would have made, nothing else.
mkenvimage -s 0x10000 -o env.bin vars.txt
{ noise 262144; cat env.bin; noise 5000; } > dump.bin
fwtool env dump.bin --set bootdelay=5 -o five.bin 2> err || wrong "set: $(cat err)"
[ "$(cat err)" = "bootdelay: 1 -> 5; crc32 rewritten; 5 bytes of five.bin differ from dump.bin" ] ||
	wrong "set says: $(cat err)"
sed s/bootdelay=1/bootdelay=5/ vars.txt > five.txt
mkenvimage -s 0x10000 -o five.env five.txt
dd if=five.bin bs=65536 skip=4 count=1 2> /dev/null | cmp - five.env || wrong "set: not as mkenvimage"
cmp -n 262144 dump.bin five.bin && cmp -i 327680 dump.bin five.bin || wrong "set: elsewhere"
echo "five.bin 0x40000 0x10000" > fw.config
[ "$(fw_printenv -c fw.config -n bootdelay)" = 5 ] || wrong "fw_printenv"
fwtool env dump.bin --set bootdelay=5 2> err < /dev/null | cmp - five.bin || wrong "to a pipe"
fwtool env - --set bootdelay=5 < dump.bin 2> err | cmp - five.bin || wrong "from a pipe"

printf '# remark\nnew=a \\\nb\nbootcmd=run new\n\n' > more.txt
fwtool env dump.bin --import more.txt --unset last --set z=1 --set z=2 -o more.bin 2> err ||
	wrong "import: $(cat err)"
printf '%s\n' bootdelay=1 'bootcmd=run new' "$(sed -n 3p vars.txt)" empty= 'new=a b' z=2 > want.txt
fwtool env more.bin 2> /dev/null | cmp - want.txt || wrong "import: other variables"
mkenvimage -s 0x10000 -o want.env want.txt
dd if=more.bin bs=65536 skip=4 count=1 2> /dev/null | cmp - want.env || wrong "import: not as mkenvimage"

# Old U-Boots leave what a longer list left behind: it stays where it is.
python3 - env.bin stale.bin <<'END'
import sys, zlib, struct
d = bytearray(open(sys.argv[1], "rb").read())
d[0x8000:0x8005] = b"stale"
d[:4] = struct.pack("<I", zlib.crc32(d[4:]))
open(sys.argv[2], "wb").write(d)
END
fwtool env stale.bin --set bootdelay=55 -o kept.bin 2> err || wrong "stale: $(cat err)"
cmp -s -i 4096 stale.bin kept.bin || wrong "stale bytes were changed"
fwtool env kept.bin bootdelay 2>&1 | grep -q 'crc32 ok' || wrong "stale: crc32"

# A redundant pair: the active copy is shown; after --set both are equal.
mkenvimage -s 0x2000 -r -o one.env vars.txt
pair() { # FLAGS FLAGS
	{ ff 8192; printf %b "\\x$1" | cat <(head -c 4 one.env) - <(tail -c +6 one.env)
	  printf %b "\\x$2" | cat <(head -c 4 two.env) - <(tail -c +6 two.env); ff 4096; } > pair.bin
}
mkenvimage -s 0x2000 -r -o two.env five.txt
while read -r a b active; do
	pair "$a" "$b"
	fwtool env pair.bin bootdelay > out 2> err
	grep -qx "bootdelay=$active" out || wrong "flags $a $b: $(cat out err)"
	printf 'pair.bin 0x2000 0x2000\npair.bin 0x4000 0x2000\n' > fw.config
	fw=$(fw_printenv -c fw.config -n bootdelay 2> /dev/null)
	[ "$fw" = "$active" ] || wrong "flags $a $b: fw_printenv reads $fw"
	fwtool env pair.bin --set bootdelay=7 -f -o pair7.bin 2> err || wrong "pair: $(cat err)"
	sed -i s/pair.bin/pair7.bin/ fw.config
	[ "$(fw_printenv -c fw.config -n bootdelay)" = 7 ] || wrong "flags $a $b: set"
	[ "$(fwtool env pair7.bin bootdelay 2> /dev/null)" = bootdelay=7 ] || wrong "pair7"
	cmp -s <(tail -c +8198 pair7.bin | head -c 8187) <(tail -c +16390 pair7.bin | head -c 8187) ||
		wrong "flags $a $b: copies differ"
	for at in 8196 16388; do
		cmp -s -i $at -n 1 pair.bin pair7.bin || wrong "flags $a $b: flags changed"
	done
done <<'END'
01 00 1
00 01 5
03 02 1
02 03 5
ff 00 5
00 ff 1
04 04 1
END
grep -q 'both copies and their crc32 rewritten' err || wrong "pair says: $(cat err)"
# One copy was cut off while it was written: the other one counts.
pair 07 08
printf 'torn' | dd of=pair.bin bs=1 seek=17000 conv=notrunc 2> /dev/null
fwtool env pair.bin bootdelay 2> err | grep -qx bootdelay=1 || wrong "torn copy"
grep -q 'one of a pair (flags 7)' err || wrong "torn copy says $(cat err)"

# What cannot be.
expect() { # STATUS TEXT COMMAND...
	local want=$1 text=$2; shift 2
	"$@" > out 2> err; local got=$?
	[ $got = "$want" ] || wrong "$*: status $got, not $want: $(cat err)"
	grep -qE -- "$text" err || wrong "$*: $(cat err)"
}
big=$(printf '%070000d' 0)
expect 2 'needs 7[0-9]* bytes, its block has room for 65532; ' fwtool env dump.bin --set big="$big" -o x.bin
[ ! -e x.bin ] || wrong "x.bin was written"
expect 2 'use --unset a' fwtool env dump.bin --set a= -o x.bin
expect 2 'has no NAME=VALUE' fwtool env dump.bin --set a -o x.bin
expect 2 'more.bin: exists' fwtool env dump.bin --set a=b -o more.bin
noise 50000 > noise.bin
expect 1 '^fwtool: error: noise.bin: no environment found; ' fwtool env noise.bin
expect 1 '"nope" is not set' fwtool env dump.bin nope
expect 2 'no environment with a right crc32' fwtool env dump.bin --at 0x1000
expect 2 'ends at' fwtool env dump.bin --at 0x1000000
expect 2 'log of one' fwtool env vars.txt --set a=b -o x.bin

# Maps: as UX.md shows them; of a log; with a rest when the flash is unknown.
fwtool env dump.bin --mtdparts > out 2> err
printf '%s\n' 'BOOT    0x000000  0x050000' 'KERNEL  0x050000  0x180000' 'rest    0x1d0000  rest' |
	cmp - out || { cat out err; wrong "--mtdparts"; }
printf 'x\r\n=> printenv\r\nm=mtdparts=${id}:64K(a)\r\nid=nor0\r\nEnvironment size: 9/9 bytes\r\nbye=1\r\n' > print.log
fwtool env print.log 2> err | cmp - <(printf 'm=mtdparts=${id}:64K(a)\nid=nor0\n') || wrong "log"
fwtool env print.log --mtdparts | grep -qx 'a  0x000000  0x010000' || wrong "log --mtdparts"

# Compiled in: shown when there is nothing better, and a decoy when there is.
{ noise 3000; printf '\0\0bootdelay=3\0bootcmd=run x\0baudrate=9600\0\0'; noise 300000; } > uboot.bin
fwtool env uboot.bin > out 2> err
printf 'bootdelay=3\nbootcmd=run x\nbaudrate=9600\n' | cmp - out || wrong "compiled in"
grep -q 'compiled in at 0x000bba' err || wrong "compiled in says $(cat err)"
{ head -c 262144 uboot.bin; cat env.bin; } > both.bin
fwtool env both.bin bootdelay 2> /dev/null | grep -qx bootdelay=1 || wrong "decoy"

# Hostile values reach a pipe as they are and a terminal escaped.
printf 'a=\033[2Jb\n' > esc.txt
mkenvimage -s 0x1000 -o esc.bin esc.txt
fwtool env esc.bin 2> /dev/null | cmp - esc.txt || wrong "escapes in a pipe"
if command -v script > /dev/null; then
	script -qec "fwtool env esc.bin" /dev/null < /dev/null | grep -q 'a=.x1b\[2Jb' || wrong "escapes on a terminal"
fi
exit $bad
