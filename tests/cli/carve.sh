# carve.sh - parts put together are the input, whatever the map says
set -u
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
whole() { # INPUT DIR - no byte lost, twice or out of order; digests are right
	cat "$2"/parts/* | cmp - "$1" > /dev/null || wrong "$2: parts are not $1"
	jq -r --argjson size "$(stat -Lc %s "$1")" '[.parts[] | .size] as $s |
		if ($s | add) == $size and ([.parts[] | .offset] ==
			[foreach $s[] as $x (0; . + $x; . - $x)]) then "tiled" else "holes" end,
		.input.sha256 + "  -", (.parts[] | .sha256 + "  " + .file)' \
		"$2/fwtool.json" > list
	[ "$(sed -n 1p list)" = tiled ] || wrong "$2: the manifest does not tile"
	sed -n 2p list | cmp - <(sha256sum < "$1") || wrong "$2: digest of the input"
	(cd "$2/parts" && sha256sum -- *) | cmp - <(sed 1,2d list) ||
		wrong "$2: digests, or an order that the shell does not have"
}
refused() { # STATUS COMMAND... - one error line, with a remedy or the system's word
	local status=$1; shift
	"$@" > out 2> err < /dev/null
	local s=$?
	[ $s = "$status" ] || wrong "$*: status $s"
	[ "$(grep -c '^fwtool: error: .*\(; \|No such file\)' err)" = 1 ] || wrong "$*: $(cat err)"
}

make=$TOP/tests/make/flash
"$make" mstar dump.bin pieces && "$make" openwrt wrt.bin && "$make" plain plain.bin ||
	{ echo "no flash images"; exit 2; }

# The map in the environment; the screen of the manual.
fwtool carve dump.bin > out 2> err || wrong "carve dump.bin: status $?"
diff - out <<'END' || wrong "the table"
dump.bin.fw/parts/00-BOOT.bin      0x000000   320.0 KiB  uboot, env
dump.bin.fw/parts/01-KERNEL.bin    0x050000     1.5 MiB  uimage
dump.bin.fw/parts/02-ROOTFS.jffs2  0x1d0000     1.9 MiB  jffs2
dump.bin.fw/parts/03-HOME.jffs2    0x3b0000    12.2 MiB  jffs2
dump.bin.fw/parts/04-vd1.bin       0xfe0000    64.0 KiB  erased
dump.bin.fw/parts/05-conf.jffs2    0xff0000    64.0 KiB  jffs2
6 parts, 16777216 of 16777216 bytes, in dump.bin.fw
END
[ ! -s err ] || wrong "carve talks: $(cat err)"
whole dump.bin dump.bin.fw
grep -q "$work" dump.bin.fw/fwtool.json && wrong "a path in the manifest"

# The same input and map: the same manifest. Through a pipe too, but its name.
cp dump.bin.fw/fwtool.json first.json
sleep 1
fwtool carve -f dump.bin -j 1 > out2 2>&1 && cmp out out2 || wrong "-f, one worker"
cmp first.json dump.bin.fw/fwtool.json || wrong "another manifest"
cat dump.bin | fwtool carve > out 2>&1 || wrong "carve from a pipe: $(cat out)"
whole dump.bin dump.fw
diff <(jq 'del(.input.name)' first.json) <(jq 'del(.input.name)' dump.fw/fwtool.json) ||
	wrong "another manifest through a pipe"

# A second run changes nothing; -f takes only what is ours.
find dump.bin.fw -printf '%p %s %T@\n' | sort > before
refused 2 fwtool carve dump.bin
find dump.bin.fw -printf '%p %s %T@\n' | sort | cmp - before || wrong "refused, and changed"
mkdir mine && touch mine/precious
refused 2 fwtool carve dump.bin -d mine
refused 2 fwtool carve -f dump.bin -d mine
[ -e mine/precious ] || wrong "-f ate a foreign folder"
refused 2 fwtool carve absent
fwtool carve -n dump.bin -d nothing > out 2>&1 || wrong "carve -n: status $?"
[ ! -e nothing ] && grep -q 'dry run' out || wrong "carve -n: $(cat out)"
fwtool carve -f dump.bin > /dev/full 2> err
[ $? = 2 ] && [ "$(grep -c error err)" = 1 ] || wrong "/dev/full: $(cat err)"
whole dump.bin dump.bin.fw

# Maps from elsewhere; partitions in partitions, at odd offsets.
cat wrt.bin | fwtool carve -m wrt.bin.log -d w.fw > out 2>&1 || wrong "boot log: $(cat out)"
whole wrt.bin w.fw
jq -r '.parts[].name' w.fw/fwtool.json | tr '\n' ' ' | grep -q '^u-boot kernel rootfs ' ||
	wrong "parts of the boot log: $(cat out)"
jq -e '.parts[2].offset % 2 == 1 and .parts[2].main.type == "squashfs"' w.fw/fwtool.json \
	> /dev/null || wrong "the odd squashfs"
fwtool carve wrt.bin -m w.fw/fwtool.json -d w2.fw > out 2>&1 || wrong "map of a manifest"
whole wrt.bin w2.fw
diff <(jq '[.parts[] | .name, .offset]' w.fw/fwtool.json) \
	<(jq '[.parts[] | .name, .offset]' w2.fw/fwtool.json) || wrong "map of a manifest"
map() { # NAME MAP - whatever it says, the parts are the input
	fwtool carve -f dump.bin -m "mtdparts=x:$2" -d map.fw > out 2> err
	case $? in 0 | 3) ;; *) wrong "$1: status $?: $(cat err)"; return ;; esac
	whole dump.bin map.fw
}
map overlap '0x50000(a),0x60000@0x30000(b),0x100000@0x80000(c)'
map crossing '0x50000@0x10000(a),0x50000@0x30000(b),0x40000@0x20000(c),0x10@0x33333(d)'
map all '0x1000000@0(ALL),0x50000@0(BOOT),0x180000(KERNEL)'
jq -e '[.parts[] | .name] | index("ALL") == null and index("gap") != null' \
	map.fw/fwtool.json > /dev/null || wrong "ALL was cut: $(cat out)"
map inside '0x400000(outer),0x10000@0x100000(inner),0x10000@0x100000(again)'
map twins '64k(x),64k(x),64k(X),64k(x)'
[ "$(jq -r '.parts[].dir' map.fw/fwtool.json | sort -u | wc -l)" = \
	"$(jq '.parts | length' map.fw/fwtool.json)" ] || wrong "folders of twins"
map names '64k(../../etc/passwd),64k(.hidden),64k(-rf),64k(a b),64k(fs.fwmeta),64k(x/y)'
find map.fw/parts -type f | grep -vE '^map.fw/parts/[0-9]+-[A-Za-z0-9_][A-Za-z0-9._-]*$' &&
	wrong "names that are not safe"
map many "$(for i in $(seq 120); do printf '16k(p%s),' "$i"; done)-(rest)"
[ "$(jq '.parts | length' map.fw/fwtool.json)" = 121 ] || wrong "121 parts"
map odd '0x10001(a),0x3(b),0x70707(c),0x1@0x900001(d)'
refused 2 fwtool carve -f dump.bin -d map.fw -m 'mtdparts=x:64k(a'
refused 2 fwtool carve -f dump.bin -d map.fw -m absent.log

jq -n '{schema: "fwtool.scan/1", map: {source: "x", parts: ["\u001b[31mred", "a\nb", "\u202ee",
	"..", "", " "] | to_entries | map({name: .value, offset: (.key * 65536), size: 65536})}}' \
	> hostile.json
fwtool carve -f dump.bin -m hostile.json -d hostile.fw > out 2>&1 || wrong "hostile: $(cat out)"
whole dump.bin hostile.fw
fwtool repack hostile.fw -o hostile.bin >> out 2>&1 && cmp dump.bin hostile.bin ||
	wrong "hostile names do not come back"
fwtool verify hostile.fw >> out 2>&1
LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae' out && wrong "control bytes: $(cat -v out)"
[ "$(jq -r '.parts[0].name' hostile.fw/fwtool.json)" = $'\e[31mred' ] || wrong "a name was lost"

# No map at all: objects and gaps.
fwtool carve plain.bin > out 2>&1 || wrong "carve plain.bin: $(cat out)"
whole plain.bin plain.bin.fw
[ "$(ls plain.bin.fw/parts | sed 's/^..-//' | tr '\n' ' ')" = \
	"gap.bin romfs.romfs gap.bin cramfs.cramfs gap.bin squashfs.squashfs gap.bin " ] ||
	wrong "parts without a map: $(ls plain.bin.fw/parts)"
: > empty
refused 2 fwtool carve empty
refused 2 fwtool carve -
grep -q 'standard input is empty; the command before the pipe failed' err ||
	wrong "empty pipe: $(cat err)"
fwtool carve -v -f dump.bin -m 'mtdparts=x:1m(a),-(b)' -d v.fw > out 2> err
grep -q 'not used: mtdparts in the environment at 0x040000; ' err || wrong "no losers on -v"
refused 2 fwtool carve wrt.bin -d wide.fw -m 'mtdparts=x:4m(a),4m(b),8m(conf)'
grep -q 'partition "conf" ends at 0x1000000, wrt.bin at 0x800000; ' err ||
	wrong "a map of another flash: $(cat err)"
fwtool carve wrt.bin -d wide.fw -m 'mtdparts=x:4m(a),8m(conf)' > out 2> err
[ $? = 3 ] && grep -q 'warning: .*"conf" ends at 0xc00000, ' err || wrong "cut off: $(cat err)"
whole wrt.bin wide.fw

# -p: by name, number, place, type, range.
sel() { # SEL EXPECTED-FILES
	fwtool carve -f dump.bin -p "$1" -d sel.fw > out 2> err || wrong "-p $1: $(cat err)"
	[ "$(ls sel.fw/parts | tr '\n' ' ')" = "$2" ] || wrong "-p $1: $(ls sel.fw/parts)"
	[ "$(jq '.parts | length' sel.fw/fwtool.json)" = 6 ] || wrong "-p $1: manifest"
}
sel ROOTFS '02-ROOTFS.jffs2 '
sel rootfs,'#0' '00-BOOT.bin 02-ROOTFS.jffs2 '
sel @0x60000 '01-KERNEL.bin '
sel jffs2 '02-ROOTFS.jffs2 03-HOME.jffs2 05-conf.jffs2 '
sel 0xfd0000..0xff0000 '03-HOME.jffs2 04-vd1.bin '
sel 0xff0000+1 '05-conf.jffs2 '
grep -q 'beside it' err || wrong "-p does not say what repack will need"
refused 2 fwtool carve -f dump.bin -p ROTFS -d sel.fw
grep -q 'did you mean ROOTFS' err || wrong "no suggestion: $(cat err)"
for sel in '' , '#6' '#x' @0x1000000 @ 0x9+ ..; do
	refused 2 fwtool carve -f dump.bin -p "$sel" -d sel.fw
done

# A word-swapped dump and a console log: the parts are the fixed bytes.
perl -e 'local $/; binmode STDIN; my $d = <STDIN>; print pack "N*", unpack "V*", $d' \
	< dump.bin > swapped.bin
fwtool carve swapped.bin > out 2> err || wrong "swapped: $(cat err)"
whole dump.bin swapped.bin.fw
jq -e '.input.fixups[0].name == "swap32" and (.input.raw.sha256 | length) == 64' \
	swapped.bin.fw/fwtool.json > /dev/null || wrong "the manifest of a swapped dump"
fwtool carve swapped.bin --fixup none -f > out 2> err
whole swapped.bin swapped.bin.fw

# A full disk: one line, and nothing is left.
if unshare -rm true 2> /dev/null; then
	mkdir small
	unshare -rm sh -c 'mount -t tmpfs -o size=2m none small && cd small &&
		fwtool carve ../dump.bin -d x; echo "$? $(ls -A | wc -l)"' > out 2> err
	grep -q '^2 0$' out && [ "$(grep -c 'error: .*No space left' err)" = 1 ] ||
		wrong "a full disk: $(cat out err)"
fi

# kill -9 at any moment: either a whole project, or none.
for i in 01 02 03 05 08 10 12 15 20 30; do
	rm -rf kill.fw
	fwtool carve dump.bin -d kill.fw > /dev/null 2>&1 &
	pid=$!
	sleep "0.0$i"
	kill -9 $pid 2> /dev/null
	wait $pid 2> /dev/null
	[ ! -e kill.fw ] || whole dump.bin kill.fw
done

for f in "$SHARED"/corpus/images/*; do
	[ -f "$f" ] || continue
	fwtool carve -f "$f" -d corpus.fw > out 2> err < /dev/null
	s=$?
	[ $s = 0 ] || [ $s = 3 ] || { wrong "carve $f: status $s: $(cat err)"; continue; }
	[ "$(jq '.input.fixups | length' corpus.fw/fwtool.json)" = 0 ] && whole "$f" corpus.fw
done
exit $bad
