# repack.sh - trees become images again: the same bytes, or those of mkfs.jffs2
work=$(mktemp -d) || exit 2
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
is() { [ "$1" = "$2" ] || wrong "$3: \"$1\" instead of \"$2\""; }
repack() { fwtool repack "$@" < /dev/null; }
umask 022

mkdir -p r/etc/init.d r/empty r/dev r/bin
printf 'root:x:0:0::/:/bin/sh\n' > r/etc/passwd
echo secret > r/etc/back.bin
head -c 200000 /dev/zero > r/zeroes
seq 60000 > r/bin/numbers
ln -s /tmp/etc/TZ r/etc/TZ
ln r/bin/numbers r/bin/hard
mkfifo r/pipe
find r -exec touch -h -d 2020-01-02T03:04:05Z {} +
cat > table <<'END'
/bin/hard f 4751 3 4 - - - - -
/etc d 1777 5 6 - - - - -
/dev/console c 600 0 0 5 1 - - -
/dev/mtdblock b 660 0 6 31 0 0 1 2
END

# nothing changed: the same bytes, with and without the original, both byte orders
for how in "-l -e 0x10000" "-b -e 0x20000 -p" "-l -e 0x10000 -n" "-l -e 0x8000 -p0x100000"; do
	mkfs.jffs2 $how -U -D table -r r -o j.img || exit 2
	fwtool extract -f j.img -d o > out 2> err || wrong "extract ($how): $(cat err)"
	repack o -f -o new.img > out 2> err || wrong "repack ($how): $(cat err)"
	cmp j.img new.img || wrong "untouched ($how)"
	grep -q '^nothing changed: the bytes of the original$' out || wrong "untouched: $(cat out)"
	grep -q '^read back: identical to o$' out || wrong "read back: $(cat out)"
	mv j.img gone.img
	repack o -f -o new.img > out 2> err || wrong "repack without the original ($how): $(cat err)"
	cmp gone.img new.img || wrong "without the original ($how)"
	grep -q '^nothing changed: laid out anew, identical to the original$' out || wrong "original gone: $(cat out)"
	repack o --original gone.img -f -o new.img > out 2> err || wrong "--original: $(cat err)"
	grep -q '^nothing changed: the bytes of the original$' out || wrong "--original: $(cat out)"
	repack o --rebuild --original gone.img -f -o new.img > out 2> err && cmp gone.img new.img ||
		wrong "--rebuild ($how)"
done
mkfs.jffs2 -l -e 0x10000 -D table -r r -o j.img || exit 2
cat j.img <(head -c 200000 /dev/zero | tr '\0' '\377') > long.img
fwtool extract long.img -d long > out 2> err && repack long -f -o new.img > out 2> err &&
	cmp long.img new.img || wrong "with erased bytes behind: $(cat err)"

# changed: what mkfs.jffs2 makes of the same tree; the time of a new file is the disk's
mkfs.jffs2 -l -e 0x10000 -r r -o plain.img
fwtool extract plain.img -d c > out 2> err || wrong "extract: $(cat err)"
cp -a r r2
for d in c r2; do
	rm $d/etc/back.bin
	echo changed > $d/etc/passwd
	mkdir $d/new; seq 3 > $d/new/file; ln -s file $d/new/link; chmod 755 $d/new/file
	ln $d/etc/passwd $d/etc/passwd2
	find $d/new $d/etc/passwd -exec touch -h -d 2021-05-05T05:05:05Z {} +
	touch -h -d 2020-01-02T03:04:05Z $d/etc $d
done
# (hard links, fifos and names are in the order of mkfs.jffs2 without an original too)
mkfs.jffs2 -U -l -e 0x10000 -r r2 -o want.img
mv plain.img away.img
repack c -o have.img > out 2> err || wrong "repack: $(cat err)"
fwtool ls -lR want.img > want.txt; fwtool ls -lR have.img > have.txt
diff want.txt have.txt || wrong "a changed tree is not what mkfs.jffs2 makes of it"
repack c --order name -f -o have.img > out 2> err && cmp want.img have.img ||
	wrong "a changed tree has other bytes than mkfs.jffs2 gives: $(cat err)"
mv away.img plain.img
repack c -f -o kept.img > out 2> err || wrong "repack: $(cat err)"
grep -Eq '^changed: .*etc/back.bin removed' out && grep -q 'etc/passwd replaced' out || wrong "changes: $(cat out)"
fwtool ls -lR kept.img | diff want.txt - || wrong "a changed image is not the tree"

# attributes that only the list has
fwtool extract -f j.img -d o > out 2> err
sed -i '/^\/dev\/mtdblock1 /d; s/^\(\/dev\/console .*\) 0600 0:0 /\1 0622 7:8 /' o.fwmeta
rm o/etc/back.bin
repack o -f -o a.img > out 2> err || wrong "attributes: $(cat err)"
fwtool ls -lR j.img | grep -v 'etc/back.bin\|mtdblock1' | sed 's/crw------- root root\(.*console\)/crw--w--w- 7    8   \1/' > want.txt
fwtool ls -lR a.img | diff want.txt - || wrong "attributes"
if [ -x "$SHARED/tools/kmount/kmount" ]; then
	cat a.img <(head -c 400000 /dev/zero | tr '\0' '\377') > padded.img
	truncate -s %65536 padded.img
	"$SHARED/tools/kmount/kmount" padded.img jffs2 -e 0x10000 > kernel.txt 2>&1
	for line in '-rwsr-x--x|3|4|348894|0,0|1577934245|2|./bin/hard' \
		'-rwsr-x--x|3|4|348894|0,0|1577934245|2|./bin/numbers' \
		'drwxrwxrwt|5|6|0|0,0|1577934245|3|./etc' 'prw-r--r--|0|0|0|0,0|1577934245|1|./pipe' \
		"lrwxrwxrwx|0|0|11|0,0|1577934245|1|'./etc/TZ' -> '/tmp/etc/TZ'"; do
		grep -qxF -- "$line" kernel.txt || wrong "the kernel does not see $line: $(grep '|' kernel.txt)"
	done
	grep -q '^crw--w--w-|7|8|0|5,1|.*/console$' kernel.txt || wrong "the kernel sees no console"
	grep -q '^brw-rw----|0|6|0|1f,0|.*/mtdblock0$' kernel.txt || wrong "the kernel sees no mtdblock0"
	grep -q 'back.bin\|mtdblock1' kernel.txt && wrong "the kernel sees what was removed"
fi

# names of outputs, and refusals
is "$(repack --jffs2 -l -e 0x10000 o 2> /dev/null | sha256sum)" "$(sha256sum < a.img)" "to a pipe"
repack --jffs2 -e 0x10000 o > /dev/null 2> err && cmp o.jffs2 a.img || wrong "the default name: $(cat err)"
repack -r o -f -o b.img > out 2> err && cmp a.img b.img || wrong "-r TREE"
one() { # STATUS MESSAGE ARGS...
	local status=$1 text=$2; shift 2
	repack "$@" > out 2> err
	is "$?" "$status" "repack $*"
	is "$(grep -v 'fwtool: note' err)" "$text" "repack $*"
}
one 2 "fwtool: error: o.jffs2: exists; add -f to replace it, or give another name" o -o o.jffs2
one 2 "fwtool: error: o/x would lie inside o, the tree it is made from; choose another -o" o -o o/x
one 2 "fwtool: error: -e 10000: not a power of two; did you mean 0x10000 (64 KiB)?" -e 10000 o -o x
one 2 "fwtool: error: r: nothing says which file system to build; give --jffs2, or the tree with its .fwmeta" r -o x
one 2 "fwtool: error: nowhere: cannot open the directory: No such file or directory; check the name" --jffs2 nowhere -o x
one 2 "fwtool: error: plain.img: is not what the tree was extracted from; leave --original out to build without it" o --original plain.img -o x
repack o --room 64K -o x > out 2> err; is "$? $(wc -l < err)" "2 1" "too large for --room"
grep -Eq '^fwtool: error: .*; see fwtool ls --by-size' err || wrong "room: $(cat err)"
repack --jffs2 o > /dev/full 2> err; is "$? $(grep -c error err)" "2 1" "repack > /dev/full"
sed -i '20s/ 0:0 / x /' o.fwmeta
repack o -o x > out 2> err; is "$?" 2 "a damaged list"
grep -Eq '^fwtool: error: o.fwmeta:line 20: .*;' err || wrong "a damaged list: $(cat err)"
[ -e x ] && wrong "a refused repack left a file"
repack -n --jffs2 r -o x > out 2> err || wrong "dry run: $(cat err)"
[ -e x ] && wrong "a dry run wrote"

# a copy without times and links is the same tree
mkfs.jffs2 -l -e 0x10000 -r r -o plain.img
fwtool extract -f plain.img -d c > out 2> err
rm -rf d; cp -r c d; cp c.fwmeta d.fwmeta; find d -exec touch -h {} +
repack d -f -o d.img > out 2> err && cmp d.img plain.img || wrong "a copy without times: $(cat out err)"

# what a list names is not read if it has no end
sed 's| path=[^ ]*| path=/dev/zero|; s| name=[^ ]*| name=zero|' c.fwmeta > z.fwmeta; cp -r c z
(ulimit -t 10; repack z -f -o z.img > out 2> err) || wrong "a list that names /dev/zero: $(cat err)"

# extended attributes, where the disk has them
mkdir xa; echo 1 > xa/a; touch -d 2020-01-01 xa/a
if command -v setfattr > /dev/null && setfattr -n user.one -v 0x0001ff xa/a 2> /dev/null; then
	mkfs.jffs2 --with-xattr -r xa -o x.img
	fwtool extract x.img -d xo > out 2> err
	grep -q ' x:user.one=0001ff$' xo.fwmeta || wrong "no attribute in the list"
	repack xo -f -o y.img > out 2> err && cmp x.img y.img || wrong "attributes: $(cat err)"
	repack xo --rebuild -f -o y.img > out 2> err && cmp x.img y.img || wrong "attributes, anew: $(cat err)"
	sed -i 's/user.one=0001ff/user.two=00/' xo.fwmeta
	repack xo -f -o y.img > out 2> err && fwtool extract y.img -d yo > out 2> err &&
		grep -q ' x:user.two=00$' yo.fwmeta || wrong "a changed attribute: $(cat err)"
fi

# a part of a tree, and a damaged one, are not taken for the whole
fwtool extract plain.img etc -d part > out 2> err
one 2 "fwtool: error: part: holds only what was asked for of a file system; extract all of it, or build this alone with --rebuild" part -o x
cp plain.img hurt.img; printf 'XXXX' | dd of=hurt.img bs=1 seek=$((0x4000)) conv=notrunc status=none
fwtool extract --partial hurt.img -d hurt > out 2> err
is "$?" 3 "extract --partial"
repack hurt -f -o x > out 2> err; cmp x hurt.img || wrong "a damaged image, untouched"
rm -f x; echo more > hurt/more
repack hurt -o x > out 2> err; is "$?" 3 "repack of a damaged tree: $(cat err)"
grep -q 'the original was damaged in' err || wrong "nothing is said of the damage"
rm -f x

# a tree of one's own
repack --jffs2 r -o own.img > out 2> err && fwtool ls -lR own.img | grep -q ' root root .*bin/numbers' || wrong "all of root: $(cat err)"
if [ "$(id -u)" = 0 ]; then
	chown -h 12:34 r/etc/TZ
	repack --jffs2 --owners r -f -o own.img > out 2> err && fwtool ls -l own.img etc/TZ | grep -q ' 12 *34 ' || wrong "--owners"
	chown -h 0:0 r/etc/TZ
fi
repack --jffs2 -D table r -f -o own.img > out 2> err && fwtool ls -l own.img dev | grep -q '31, 1.* mtdblock1' || wrong "-D: $(cat err)"

repack c -f -o kept.img > out 2> err

# kill -9: the name has the whole image, or nobody
for i in 1 2 3 4 5 6 7 8; do
	rm -f k.img
	fwtool repack c -o k.img > /dev/null 2>&1 < /dev/null & sleep 0.0$((i * 3 % 10))$i
	kill -9 $! 2> /dev/null; wait $! 2> /dev/null
	[ ! -e k.img ] || cmp k.img kept.img || wrong "killed: half an image"
done
exit $bad
