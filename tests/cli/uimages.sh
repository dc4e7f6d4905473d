# uimages.sh - uImages of every compression, told rightly or not, scripts too:
# the payload replaced, dumpimage and the tool that packed it agree
set -u
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
export LC_ALL=C
seq 1 9000 > plain
seq 5 9100 > other
gzip -9 -n -c plain > p.gzip; bzip2 -c plain > p.bzip2; lzop -9 -c plain > p.lzo
xz --format=lzma -c plain > p.lzma; xz --check=crc32 -c plain > p.xz
lz4 -q -l -9 -c plain > p.lz4; zstd -q -19 -c plain > p.zstd; cp plain p.none

# SAID IS COMMAND... - mkimage -C SAID of what is packed by IS
one() {
	local said=$1 is=$2; shift 2
	mkimage -A arm -T kernel -C "$said" -n x -d p.$is image > /dev/null || wrong "mkimage $said"
	rm -rf image.fw
	fwtool extract -q image 2> err || wrong "$said $is: $(cat err)"
	fwtool repack -q image.fw -f -o same; cmp -s image same || wrong "$said $is: untouched"
	cmp -s plain image.fw/open/* || wrong "$said $is: unpacked"
	cp other "$(echo image.fw/open/*)"
	fwtool repack -q image.fw -f -o new 2> err || wrong "$said $is: $(cat err)"
	dumpimage -l new > /dev/null 2> err || wrong "$said $is: dumpimage: $(cat err)"
	dumpimage -T kernel -p 0 -o payload new > /dev/null 2>&1
	"$@" < payload | cmp - other || wrong "$said $is: the payload"
}
one gzip gzip gzip -dc
one bzip2 bzip2 bzip2 -dc
one lzma lzma xz -dc --format=lzma
one lzo lzo lzop -dc
one lz4 lz4 lz4 -dcq
one zstd zstd zstd -dcq
one none none cat
one none gzip gzip -dc
one lzma gzip gzip -dc
one lzma xz xz -dc

echo 'bootm 0x1000' > text
mkimage -A arm -T script -C none -n s -d text script > /dev/null
fwtool extract -q script || wrong "script"
cmp text script.fw/open/uimage-script.bin || wrong "the script's text"
echo 'setenv a b; bootm 0x2000' > script.fw/open/uimage-script.bin
fwtool repack -q script.fw -f -o new || wrong "script: repack"
dumpimage -T script -p 0 -o back new > /dev/null 2>&1
grep -q 'bootm 0x2000' back || wrong "script: $(cat back)"
fwtool verify -q new || wrong "script: verify"
exit $bad
