# recode.sh - a changed payload is packed with the very options of the tool that
# packed the original: what is told with -v, and what the tool makes of it
set -u
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
export LC_ALL=C
perl -e 'my ($s, $o) = (9, ""); my @w = qw(camera flash node boot kernel stream
	sensor mount video audio cloud key update log of and to in is);
	while (length $o < 90000) { use integer; $s = ($s * 1664525 + 1013904223)
	& 0xffffffff; my $x = $s >> 16 & 0xffff; $o .= $w[$x % @w] .
	($x % 7 ? " " : chr($x % 251)); } print substr $o, 0, 90000' > plain
head -c 30000 plain | tac > other
cat plain other >> plain.new

# TEXT FILE UNPACK... - FILE was packed by a tool, and TEXT is how: its payload
# replaced, the tool unpacks it; what it is packed with is named
exact() {
	local text=$1 file=$2 open; shift 2
	rm -rf "$file.fw"
	fwtool extract -q "$file" 2> err || wrong "$file: $(cat err)"
	open=$(echo "$file.fw"/open/*)
	cmp -s plain "$open" || wrong "$file: unpacked to something else"
	fwtool repack -q "$file.fw" -f -o same 2> err || wrong "$file: $(cat err)"
	cmp -s "$file" same || wrong "$file: untouched"
	cp plain.new "$open"
	fwtool repack -q -v "$file.fw" -f -o new 2> err > out || wrong "$file: $(cat err)"
	grep -qF -- "$text" err || wrong "$file: no \"$text\" in: $(cat err)"
	"$@" < new > back 2> err || wrong "$file: $* says $(cat err)"
	cmp -s back plain.new || wrong "$file: $* gives something else"
}
bits='which gives the original bit for bit'

for l in 1 9; do
	xz -$l -c plain > x$l.xz
	exact "packed with xz -$l, $bits" x$l.xz xz -dc
done
xz -6 -e --check=crc32 -c plain > e6.xz; exact "$bits" e6.xz xz -dc
xz -T2 --block-size=40000 -c plain > t.xz; exact "$bits" t.xz xz -dc
xz --block-size=40000 -c plain > b.xz; exact "$bits" b.xz xz -dc
xz --check=crc32 --arm --lzma2=dict=32MiB -c plain > arm.xz; exact "$bits" arm.xz xz -dc
# A first chunk that is not packed tells neither lc, lp nor pb.
cp plain plain.was; cp plain.new new.was
{ head -c 200000 /dev/urandom; cat plain.was; } > plain; cat plain other > plain.new
xz -c plain > noise.xz; MALLOC_PERTURB_=165 exact "$bits" noise.xz xz -dc
mv plain.was plain; mv new.was plain.new
xz --format=lzma -6 -c plain > a.lzma; exact "packed with lzma -6, $bits" a.lzma xz -dc --format=lzma
xz --format=raw --lzma1=lc=1,lp=2,pb=2,dict=4MiB -c plain > raw
# The length said, as the tools of routers have it; liblzma writes an end mark.
{ printf '\x6d\0\0\x40\0'; perl -e 'print pack "Q<", shift' "$(stat -c %s plain)"; cat raw; } > said.lzma
fwtool extract -q said.lzma 2> /dev/null && cmp -s plain said.lzma.fw/open/* || wrong "said.lzma"
bzip2 -4 -c plain > p.bz2; exact "packed with bzip2 -4, $bits" p.bz2 bzip2 -dc
for l in 1 9; do
	lzop -$l -c plain > l$l.lzo; exact "$bits" l$l.lzo lzop -dc
	lz4 -q -$l -c plain > l$l.lz4; exact "packed with lz4 -$l, $bits" l$l.lz4 lz4 -qdc
	lz4 -q -l -$l -c plain > o$l.lz4; exact "packed with lz4 -$l, $bits" o$l.lz4 lz4 -qdc
	zstd -q -$l -c plain > l$l.zst; exact "packed with zstd -$l" l$l.zst zstd -qdc
done
lz4 -q -12 -BD -B4 --content-size -c plain > d.lz4; exact "$bits" d.lz4 lz4 -qdc
zstd -q -19 < plain > s.zst; exact "$bits" s.zst zstd -qdc
zstd -q -9 --no-content-size -c plain > n.zst; exact "--no-content-size, $bits" n.zst zstd -qdc
zstd -q -3 --long -c plain > g.zst; exact "$bits" g.zst zstd -qdc
zstd -q --fast=3 -c plain > f.zst; exact "packed with zstd --fast=3 -T1, $bits" f.zst zstd -qdc
lz4 -q --fast=4 -c plain > f.lz4; exact "packed with lz4 --fast=4, $bits" f.lz4 lz4 -qdc
lz4 -q -12 --favor-decSpeed -c plain > v.lz4; exact "--favor-decSpeed, $bits" v.lz4 lz4 -qdc
for l in 1 3 6 9; do
	gzip -$l -n -c plain > g$l.gz; exact "packed with gzip -$l, $bits" g$l.gz gzip -dc
done
# Longer than the window slides; long matches among literals end blocks early.
{ cat plain; perl -e 'my $s = 7; my $long = join "", map { chr(33 + $_ % 90) } 1..240;
	for (1..2500) { use integer; for (1..3) { $s = ($s * 1664525 + 1013904223)
	& 0xffffffff; print chr($s >> 16 & 0xff); } print $long; }'; cat plain; } > long
cp plain short; cp long plain; cat long other > plain.new
gzip -9 -n -c plain > long.gz; exact "packed with gzip -9, $bits" long.gz gzip -dc
if command -v pigz > /dev/null; then
	# Pieces of 128 KiB, which end at a whole byte.
	for c in 6: 9: 1: '6: -i' '3: -p1'; do
		pigz -p2 ${c#*:} -${c%%:*} -n -c plain > p.gz
		exact "packed with pigz${c#*:} -${c%%:*}, $bits" p.gz gzip -dc
	done
fi
python3 -c 'import sys, zlib; c = zlib.compressobj(6, 8, 31, 8, int(sys.argv[1]))
sys.stdout.buffer.write(c.compress(open("plain", "rb").read()) + c.flush())' 2 > h.gz
exact "packed with zlib with Huffman codes only, $bits" h.gz gzip -dc
cp short plain; cat plain other > plain.new
python3 -c 'import gzip, sys; sys.stdout.buffer.write(gzip.compress(
	open("plain", "rb").read(), 6, mtime=77))' > z6.gz
exact "$bits" z6.gz gzip -dc
[ "$(xxd -s 4 -l 4 -p new)" = 4d000000 ] || wrong "the time in the gzip header"
exit $bad
