# mkfs_jffs2.sh - the same bytes as mkfs.jffs2 for trees and options
# FULL=1 tries every option on every tree.
command -v mkfs.jffs2 > /dev/null || { echo "mkfs.jffs2 is not installed"; exit 77; }
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
export SOURCE_DATE_EPOCH=1000000000
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p odd/dir/empty hard/a/b hard/c many deep
long=$(printf 'x%.0s' $(seq 254))
echo q > "odd/$long"
ln -s "$(printf 'y%.0s' $(seq 254))" odd/link
truncate -s 300K odd/sparse; echo tail >> odd/sparse
: > odd/empty; seq 20000 > odd/text; head -c 65536 "$FWTOOL" > odd/elf
seq 30000 | gzip -9 > odd/packed
echo suid > odd/suid; chmod 6777 odd/suid; mkdir -m 7777 odd/sticky; mkfifo odd/fifo
for n in 1 2 60 70 79 80 128 129 300 4095 4096 4097 8192; do
	seq 9999 | head -c "$n" > "odd/s$n"
	head -c "$n" odd/packed > "odd/p$n"
	head -c "$n" odd/elf > "odd/e$n"
done
echo q > "odd/$(printf 'nl\nname \xff')"
touch -d @0 odd/s1; touch -d '1969-01-01' odd/s2; touch -d '2040-01-01' odd/empty
seq 5000 > hard/a/b/f; ln hard/a/b/f hard/z; ln hard/a/b/f hard/c/g; ln hard/z hard/zz
echo 1 > hard/y; ln hard/y hard/c/yy; mkfifo hard/ff; ln hard/ff hard/c/ff
for d in $(seq 20); do
	mkdir many/$d
	for i in $(seq 50); do head -c $((i * 37)) odd/text > many/$d/$i; done
done
d=deep; for i in $(seq 60); do d=$d/d$i; mkdir $d; echo "$i" > $d/f; done
mkdir -p table/dev table/etc; echo root > table/etc/passwd; chmod 4666 table/etc/passwd
cat > devices << 'END'
# name		type mode uid gid major minor start inc count
/dev		d 755 5 6 - - - - -
/dev/console	c 600 0 0 5 1 - - -
/dev/hda	b 640 0 6 3 1 1 1 3
/dev/tty	c 666 0 5 4 64 2 4 3

/new		d 1777 1 1 - - - - -
/new/pipe	p 644 1 2 - - - - -
/etc/passwd	f 4755 7 8 - - - - -
END

same() {	# TREE OPTION...
	local t=$1; shift
	mkfs.jffs2 -r "$t" "$@" -o theirs 2> their.err
	$FWTOOL mkfs.jffs2 -r "$t" "$@" -o ours 2> our.err || wrong "$t $*: $(cat our.err)"
	cmp theirs ours || wrong "$t $*"
}

for t in odd hard many deep; do
	same $t -l
	same $t -b -e 16 -p
done
while read -r options; do
	for t in odd ${FULL:+hard many deep table}; do
		# shellcheck disable=SC2086
		same $t $options
	done
done << 'END'
-e 8
-e 128KiB
-e 0x100000 -p
-e 0x1000
-n
-n -p
-n -p1000001
-c 13
-c 100
-p0x100000
-p1000001
-s 1024
-s 8192
-s 1000
-x zlib
-x rtime
-x zlib -x rtime
-X lzo
-X lzo -x zlib
-m none
-m size
-m size -X lzo
-m favourlzo -X lzo
-y 90:rtime
-y 50:zlib
-y 60:rtime
-X lzo -y 60:lzo
-q
-U
-P -t -v
-f
--little-endian --eraseblock=32KiB --pagesize=2048 --pad
-f -q -b -n -e 16KiB -s 2048 -m size -X lzo -p
END
mkfs.jffs2 -l -r hard -p -o base
same odd -l -i base
same table -b -i /dev/null

# mkfs.jffs2 gives the nodes of a table the time of day; -f makes it 0.
for o in "-l" "-b -q" "-P"; do
	# shellcheck disable=SC2086
	same table -f -D devices $o
done
$FWTOOL mkfs.jffs2 -r table -D devices -o a 2> err; sleep 0.01
$FWTOOL mkfs.jffs2 -r table -D devices -o b 2> err
cmp a b || wrong "SOURCE_DATE_EPOCH is not the time of new devices"

if setfattr -n user.one -v 1 odd/text 2> /dev/null; then
	setfattr -n user.zz -v 2 odd/s1; setfattr -n user.aa -v 1 odd/s1
	setfattr -n user.one -v 1 odd/s2; setfattr -n user.one -v 1 odd/dir
	setfattr -n user.big -v "$(seq 500)" odd/s60; setfattr -n user.d -v 1 odd
	same odd --with-xattr; same odd -b --with-xattr; same odd -l
	same odd --with-selinux; same odd --with-posix-acl
fi

# Where mkfs.jffs2 makes an image that is wrong, ours is right or refused.
refused() {	# TEXT OPTION...
	local text=$1; shift
	$FWTOOL mkfs.jffs2 "$@" > out 2> err < /dev/null
	[ $? = 2 ] || wrong "$*: not refused"
	[ ! -s out ] || wrong "$*: wrote something"
	grep -q "^fwtool: error: .*$text" err || wrong "$*: $(cat err)"
	[ "$(grep -c . err)" = 1 ] || wrong "$*: more than a line: $(cat err)"
}
refused '-e 10000: not a power of two; did you mean 0x10000 (64 KiB)?' -r hard -e 10000
refused 'more than the 100 that --pad says' -r hard -p100
refused '100: mkfs.jffs2 takes options only' -r hard -p 100
refused '0: out of range' -r hard -s 0
refused 'foo: not a compressor' -r hard -x foo
mkdir links; ln -s "$(printf 'y%.0s' $(seq 300))" links/l
refused 'target has 300 bytes' -r links
refused 'absent' -r absent
echo '/dev/x c 600 0 0 300 5 - - -' > one
$FWTOOL mkfs.jffs2 -r table -D one -f -o wide 2> err || wrong "device 300, 5: $(cat err)"
xxd -p wide | tr -d '\n' | grep -q 052c0100 || wrong "device 300, 5 is not in the image"
echo '/nowhere/x c 600 0 0 3 5 - - -' > one
$FWTOOL mkfs.jffs2 -r table -D one -o wide 2> err; [ $? = 3 ] || wrong "no parent: not 3"
grep -q '^fwtool: warning: one:line 1: /nowhere/x left out' err || wrong "no parent: $(cat err)"
cp -r table in; $FWTOOL mkfs.jffs2 -r in -o in/x.jffs2 2> err; cp in/x.jffs2 first
$FWTOOL mkfs.jffs2 -r in -o in/x.jffs2 2> err; cmp first in/x.jffs2 || wrong "takes itself in"
$FWTOOL mkfs.jffs2 -r odd -j1 > x 2>&1; [ $? = 2 ] || wrong "-j is not its option"
$FWTOOL mkfs.jffs2 --help | grep -q '^usage: fwtool mkfs.jffs2' || wrong "--help"
$FWTOOL mkfs.jffs2 -L | grep -q 'zlib priority:60 enabled' || wrong "-L"
ln -s "$FWTOOL" mkfs.jffs2; ./mkfs.jffs2 -r hard -l -o a 2> err; mkfs.jffs2 -r hard -l -o b
cmp a b || wrong "called as mkfs.jffs2"
exit $bad
