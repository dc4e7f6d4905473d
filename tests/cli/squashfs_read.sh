#!/bin/bash
# squashfs_read.sh - squashfs is read as unsquashfs reads it, whatever built it
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p t/bin t/dev t/many t/deep/a/b/c "t/two words"
printf hello > t/hello
: > t/empty
seq 1 30000 > t/big
ln t/big t/hard
ln t/big t/deep/a/hard2
ln -s ../hello t/bin/link
head -c 200001 "$FWTOOL" > t/bin/tool
chmod 4755 t/bin/tool
truncate -s 600K t/sparse
printf x >> t/sparse
mkfifo -m 600 t/fifo
printf %0260d 0 | head -c 255 > name
mv name "t/$(cat name)"
for i in $(seq 300); do printf %s "$i" > "t/many/file$i"; done
setfattr -n user.small -v bar t/hello 2> /dev/null && xattrs=1
setfattr -n user.large -v "$(printf %03000d 0)" t/big 2> /dev/null
setfattr -n user.large -v "$(printf %03000d 0)" t/bin/tool 2> /dev/null
setfattr -n user.dir -v d t/many 2> /dev/null
setfattr -n security.one -v s t/empty 2> /dev/null
setfattr -h -n trusted.two -v t t/bin/link 2> /dev/null

# same IMAGE: all that unsquashfs tells and unpacks, we do
same() {
	"$TOP/tests/make/squashsame" "$1" || { wrong "$1"; return; }
	# Nothing changed: the very bytes; and not a byte of padding more.
	"$FWTOOL" repack o -o again -f > /dev/null 2>&1 || wrong "repack $1"
	cmp -n "$(stat -c %s again)" again "$1" || wrong "repacked $1"
}
build() {
	mksquashfs t "$1" -noappend -quiet -no-progress "${@:2}" \
		-p 'dev/console c 600 0 5 5 1' -p 'dev/mtd0 b 640 3 4 31 2' \
		-p 'dev/log i 666 70000 8 s' > /dev/null 2>&1 || wrong "mksquashfs $*"
	same "$1"
}

build plain -noI -noD -noF -noX -noId
build noid -noI
build gzip -b 4096
build nopad -nopad -no-fragments
build always -always-use-fragments -no-exports -b 16K
if [ -z "$SAN" ]; then
	build xz -comp xz -b 1M -Xbcj x86
	build xzdict -comp xz -b 8K -Xdict-size 8K
	build lz4hc -comp lz4 -Xhc
fi
for c in lzma lzo lz4 zstd; do build $c -comp $c; done

# Attributes of every kind, and of links, directories; equal values stored once.
if [ "$xattrs" ]; then
	"$FWTOOL" extract gzip -d x > /dev/null 2>&1
	getfattr -R -h -m - -e hex -d t 2> /dev/null | sed -n 's/^[a-z]*\.[a-z]*=0x/&/p' |
		sed "s/=0x/=/" | LC_ALL=C sort -u > a
	grep -ao 'x:[a-z.]*=[0-9a-f]*' x.fwmeta | sed 's/^x://' | LC_ALL=C sort -u > b
	[ -s a ] && cmp a b || { wrong "attributes"; diff a b | cut -c1-200; }
fi
[ "$(grep -c ' hard to=/big$' o.fwmeta)" = 2 ] || wrong "hard links"
[ "$("$FWTOOL" cat gzip hello)" = hello ] || wrong "cat"
"$FWTOOL" extract gzip --tar x.tar > /dev/null 2>&1
tar xOf x.tar big | cmp - t/big || wrong "tar"

# A changed file, and no other, is another one in the new image.
echo more >> o/hello
"$FWTOOL" repack o -o changed > out 2>&1 || wrong "repack changed"
rm -rf u
unsquashfs -q -n -d u changed > /dev/null 2>&1
[ "$(cat u/hello)" = hellomore ] && rm u/hello && rm -rf v && cp -a o v && rm v/hello &&
	diff -r --no-dereference u v > diff 2>&1
grep -v 'is a \(fifo\|socket\|character\|block\)\|^Only in u/dev\|^Only in u: \(dev\|fifo\)' \
	diff && wrong "changed"

# Damage has a place; --partial keeps the rest.
cp nopad damaged
printf 'XXXXXXXXXXXXXXXX' | dd of=damaged bs=1 seek=120 conv=notrunc status=none
"$FWTOOL" extract damaged -d d > out 2> err
[ $? = 2 ] && [ ! -e d ] || wrong "damage is not told"
"$FWTOOL" extract --partial damaged -d d > out 2> err
[ $? = 3 ] && cmp d/hello t/hello && grep -q '^fwtool: warning: damaged:0x' err ||
	wrong "partial"

# Images of others, versions 2 to 4, both byte orders, LZMA of several kinds.
for truth in "$SHARED"/corpus/truth/*{sqfs,sqsh,squashfs,.sqs.}*.man; do
	case $truth in *failed* | *\**) continue ;; esac
	name=${truth##*/} name=${name%.man} image=$SHARED/corpus/images/${name%.*}
	[ -e "$image" ] || continue
	rm -rf o o.fwmeta
	"$FWTOOL" extract "$image" -d o > /dev/null 2> err || { wrong "$name"; cat err; }
	sed -E 's/^([^|]*)\|[^|]*\|/\1|/' "$truth" | grep -E '\|(-> .*|[0-9a-f]{32})$' |
		LC_ALL=C sort > a
	(cd o && find . -type l -printf '%p|-> %l\n' && find . -type f -print0 |
		xargs -0 md5sum | sed -E 's/^(\S+)  (.*)/\2|\1/') | LC_ALL=C sort -u > b
	[ -s a ] && cmp a b || wrong "$name"
done
exit $bad
