# scan.sh - what scan finds, what it says, and how it ends
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
noise() { perl -e 'srand 7; print pack "C*", map { rand 256 } 1..shift' "$1"; }
ff() { head -c "$1" /dev/zero | tr '\0' '\377'; }

"$TOP"/tests/make/flash mstar dump.bin pieces || { echo "no flash image"; exit 2; }
fwtool scan dump.bin > out 2> err || wrong "scan: $? $(cat err)"
head -n 2 out | diff - <(printf '%s\n' \
	'dump.bin: 16.0 MiB, erased value 0xff, little-endian, SoC MStar (U-Boot boot loader at 0x000000)' \
	'map: mtdparts in the environment at 0x040000; agrees with the structures') ||
	wrong "the head"
grep -qx 'OFFSET    SIZE       PART    TYPE    PROOF      DETAIL' out || wrong "columns: $(cat out)"
grep -qx '0x000000  195.3 KiB  BOOT    uboot   plausible  U-Boot 2015.01, MStar' out || wrong uboot
grep -qx '0x040000   64.0 KiB  BOOT    env     proven     crc32 ok, 5 variables' out || wrong env
grep -qx '0xfe0000   64.0 KiB  vd1     -       -          erased' out || wrong vd1
grep -q '% in structures, .* % erased, 0 bytes unknown$' out || wrong "coverage: $(tail -n 1 out)"
[ "$(grep -c ^0x out)" -le 10 ] || wrong "too many lines"
[ "$(tail -n 1 out | tr -d ,% | awk '{print ($1 * 10 + $4 * 10) / 10}')" = 100 ] ||
	wrong "percentages: $(tail -n 1 out)"

# The same from a pipe, with any number of workers, and as JSON.
cat dump.bin | fwtool scan 2> err | tail -n +2 | cmp - <(tail -n +2 out) || wrong pipe
for j in 1 2 5; do fwtool scan -j $j dump.bin 2> err | cmp - out || wrong "-j $j"; done
fwtool scan --json dump.bin > json 2> err || wrong "--json: $?"
[ "$(jq -r .input.sha256 json)" = "$(sha256sum < dump.bin | cut -d' ' -f1)" ] || wrong sha256
[ "$(jq '.coverage | add' json)" = "$(stat -c %s dump.bin)" ] || wrong "coverage in JSON"
[ "$(jq '[.spans[].size] | add' json)" = "$(stat -c %s dump.bin)" ] || wrong spans
[ "$(jq -r '.found[] | select(.type == "uimage").size' json)" = "$(stat -c %s pieces/uImage)" ] ||
	wrong "the size of the uImage"
[ "$(jq -r '.found[] | select(.type == "uimage").part' json)" = KERNEL ] || wrong "its part"
fwtool scan --plain dump.bin 2> err | awk -F'\t' 'NF != 6 { exit 1 }' || wrong "--plain"
fwtool scan --plain dump.bin | cut -f1-3,5 | grep -qx "$(printf '0x050000\t%s\tKERNEL\tproven' \
	"$(stat -c %s pieces/uImage)")" || wrong "--plain: $(fwtool scan --plain dump.bin)"

fwtool scan --plain dump.bin dump.bin | awk -F'\t' 'NF != 7 || $1 != "dump.bin" { exit 1 }' ||
	wrong "--plain of several"

# Neighbours without a border: the map cuts them, each with its own nodes.
mkdir one two
seq 1 900 > one/a; seq 1 900 > two/b
for d in one two; do mkfs.jffs2 -l -e 0x10000 -p0x20000 -r $d -o $d.jffs2; done
cat one.jffs2 two.jffs2 > both.bin
fwtool scan -m 'mtdparts=x:128K(one),128K(two)' --plain both.bin > out 2> err
[ "$(grep -c jffs2 out)" = 2 ] || wrong "neighbours: $(cat out err)"
grep -q '^0x020000.*two.jffs2' out <(tr '\t' . < out) || wrong "the second: $(cat out)"
cat one.jffs2 one.jffs2 one.jffs2 > spare.bin
[ "$(fwtool scan --plain spare.bin | cut -f1,4 | xargs)" = \
	"0x000000 jffs2 0x020000 jffs2 0x040000 jffs2" ] || wrong "copies: $(fwtool scan --plain spare.bin)"

# Truncated: says, is; and the other ways to end.
head -c 600000 pieces/uImage > cut.bin
fwtool scan cut.bin > out 2> err || wrong "cut: $?"
grep -q "cut.bin:0x000000: uimage says it ends at 0xeb35e, the file ends at 0x927c0 (363422 bytes missing)" err ||
	wrong "cut says $(cat err)"
noise 300000 > noise.bin
fwtool scan noise.bin > out 2> err; [ $? = 1 ] || wrong "noise"
grep -qx 'noise.bin: 293.0 KiB, nothing proven or plausible' out || wrong "noise says $(cat out)"
grep -q '^entropy 8.00 bits per byte from 0x000000 to the end: compressed without' out || wrong entropy
ff 70000 > erased.bin
fwtool scan erased.bin > out 2> err; [ $? = 1 ] || wrong "erased"
grep -q 'every byte is 0xff: erased' out || wrong "erased says $(cat out)"
: > empty.bin
for f in empty.bin absent.bin .; do
	fwtool scan $f > out 2> err; [ $? = 2 ] || wrong "$f: $?"
	[ ! -s out ] && [ "$(wc -l < err)" = 1 ] && grep -q '^fwtool: error: .*' err ||
		wrong "$f says $(cat out err)"
done
fwtool scan noise.bin absent.bin dump.bin > out 2> err; [ $? = 2 ] || wrong "several"
grep -q '^dump.bin: 16.0 MiB' out || wrong "one that is absent stops the others"
fwtool scan --jsonl noise.bin absent.bin dump.bin 2> err | jq -r '[.ok, .input.name] | @text' |
	diff - <(printf '%s\n' '[true,"noise.bin"]' '[false,null]' '[true,"dump.bin"]') ||
	wrong "--jsonl"
fwtool scan --only uimge dump.bin 2> err; [ $? = 2 ] || wrong "--only uimge"
[ "$(fwtool scan --only uimage --plain dump.bin | cut -f4 | sort -u | xargs)" = "- uimage" ] ||
	wrong "--only uimage"
fwtool scan --range 0x50000+0x180000 --plain dump.bin 2> err | grep -q '^0x050000' || wrong "--range"

# Many small streams are one line, unless all are asked for.
for i in $(seq 12); do noise 90000; seq $i 400 | gzip -n; done > crumbs.bin
fwtool scan crumbs.bin > out 2> err
[ "$(grep -c gzip out)" = 0 ] && grep -qx 'and 12 small streams and programs; fwtool scan -a shows them' out ||
	wrong "crumbs: $(cat out)"
[ "$(fwtool scan -a crumbs.bin | grep -c gzip)" = 12 ] || wrong "crumbs with -a"
[ "$(fwtool scan --plain crumbs.bin | grep -c gzip)" = 12 ] || wrong "crumbs with --plain"

# Inside: a loader in a packed uImage, with --depth only.
xz -c pieces/u-boot.bin > u.xz
fwtool scan --depth 1 u.xz > out 2> err
grep -q '^+0x000000 .* uboot ' out || wrong "--depth: $(cat out)"
fwtool scan u.xz | grep -q uboot && wrong "without --depth"

# What binwalk finds in an image without a map is found at the same places.
"$TOP"/tests/make/flash plain plain.bin || { echo "no plain image"; exit 2; }
if command -v binwalk > /dev/null && [ -z "$SAN" ]; then
	binwalk plain.bin 2> /dev/null | sed -nE 's/^([0-9]+) .*(romfs|CramFS|Squashfs).*/\1 \L\2/p' > theirs
	fwtool scan --json plain.bin | jq -r '.found[] | "\(.offset) \(.type)"' > ours
	[ -s theirs ] && diff theirs ours || wrong "not as binwalk: $(cat theirs ours)"
fi
exit $bad
