# undelete.sh - deleted files and older versions: each was so, none is left out
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
is() { printf '%b' "$2" | cmp -s - "$1" || wrong "$1: $(head -c 40 "$1")"; }

# a log that Linux wrote: what it was told to write is known
gzip -dc "$TOP/tests/images/jffs2-history/disk.gz" > disk
fwtool extract --undelete disk -d out > said 2> err || wrong "status $?: $(cat err)"
is out.deleted/etc/passwd~1 'password 1\n'
is out.deleted/etc/passwd~2 'password 2\n'
is out.deleted/gone/key~1 'secret\n'
is out.deleted/t~1 'old\n'
is out.deleted/re~1 'x\n'
is out.deleted/re~2 'yy\n'
is out.deleted/big~1 "$(head -c 20000 /dev/zero | tr '\0' a)"
is out.deleted/big~2 "$(head -c 20000 /dev/zero | tr '\0' b)"
is out.deleted/shrink~1 "$(seq 1 2000)\n"
[ "$(find out.deleted ! -type d | wc -l)" = 10 ] || wrong "$(find out.deleted)"
python3 "$TOP/tests/make/jffs2past.py" disk out out.fwmeta out.deleted out.deleted.fwmeta ||
	wrong "kernel's log"

# only what is asked for, in a dump of several
cat disk disk > dump
fwtool extract --undelete dump jffs2/gone -d some > said 2> err || wrong "status $?: $(cat err)"
[ "$(cd some.deleted && find . -type f)" = ./gone/key~1 ] || wrong "asked: $(find some*)"
[ "$(fwtool ls --versions dump jffs2/etc/passwd)" = 'jffs2@0x000000/etc/passwd~1  replaced
jffs2@0x000000/etc/passwd~2  replaced' ] || wrong "$(fwtool ls --versions dump jffs2/etc/passwd)"

# logs by hand: many overwritings, lost nodes, hostile names, both byte orders
for name in overwritten truncated deleted obsolete unordered orphans renamed holes copies; do
	python3 "$TOP/tests/make/jffs2log.py" $name > $name
	fwtool extract --undelete --partial $name -d o.$name -q -q 2> err > said
	python3 "$TOP/tests/make/jffs2past.py" $name o.$name{,.fwmeta,.deleted,.deleted.fwmeta} \
		> told || wrong "$name: $(cat told)"
done
python3 "$TOP/tests/make/jffs2log.py" deleted-be > be
[ "$(fwtool cat --versions be goes~1)" = goes ] || wrong "big-endian"
python3 "$TOP/tests/make/jffs2log.py" hostile-names > hostile
fwtool extract --undelete --partial hostile -d h -q -q 2> err > said
[ -z "$(find . -maxdepth 1 -newer err ! -name 'h*' ! -name said ! -name .)" ] || wrong "outside: $(ls)"
[ "$(fwtool ls -0 --versions hostile 2> err | tr '\0' '\n' | grep -c ^/)" = 0 ] || wrong "rooted"

# without a name each counts for itself
python3 - <<'END'
d = open('disk', 'rb').read()
open('nameless', 'wb').write(d.replace(b'key', b'k\0y').replace(b'passwd', b'pa\0swd'))
END
[ "$(fwtool ls --versions nameless 2> err | grep '#' | cut -d' ' -f1 | tr '\n' ' ')" = '#4~1 #4~2 #4~3 #5~1 ' ] ||
	wrong "nameless: $(fwtool ls --versions nameless 2> err)"

# its last node was marked obsolete, and its copy is gone: written once, it was so
PYTHONPATH=$TOP/tests/make PYTHONDONTWRITEBYTECODE=1 python3 - <<'END'
import jffs2log
l = jffs2log.Log()
l.file('f', 2)
l.inode(2, b'written once', obsolete=True)
open('once', 'wb').write(l.done())
END
[ "$(fwtool cat --versions once f~1)" = 'written once' ] || wrong "obsolete: $(fwtool ls --versions once)"

# what is gone is said, with its offset
fwtool extract --undelete overwritten -d part > said 2> err; s=$?
[ $s = 3 ] || wrong "missing: status $s"
grep -q 'overwritten:0x00042c: many~1: no node of this part is left; 0x32+11 of the file is missing' err ||
	wrong "missing: $(cat err)"
fwtool cat --versions overwritten many~1 > part.bin 2> err; s=$?
[ $s = 3 ] || wrong "cat of what is missing: status $s"

# what YAFFS wrote: it erased some of it since
for kind in yaffs2 inband yaffs1; do
	gzip -dc "$TOP/tests/images/yaffs-history/$kind.gz" > y.$kind
	for s in '' password1 password2 password3 constant secret x yy old new!; do
		printf %s "$s" | sha256sum
	done > truth
	b=$(head -c 20000 /dev/zero | tr '\0' b)
	c=${b:0:4096}CCCC${b:4100}
	for s in "$b" "$c" "${c:0:5000}" "$(tr b a <<< "$b")"; do
		printf %s "$s" | sha256sum
	done >> truth
	fwtool extract --undelete y.$kind -d l.$kind -q -q 2> err > said
	fwtool ls --versions --json y.$kind > list 2> err
	python3 "$TOP/tests/make/logpast.py" check y.$kind $kind l.$kind l.$kind.deleted truth \
		list > told || wrong "$kind: $(cat told)"
	is l.$kind.deleted/gone/key~1 secret
	is l.$kind.deleted/etc/passwd~1 password1
done

# a block between two of its records is gone: so may be what was written then
python3 - <<'END'
import struct
d = bytearray(open('y.yaffs2', 'rb').read())
for at in range(2048, len(d), 2112):
    seq, = struct.unpack_from('<I', d, at)
    if 0x1005 <= seq < 0xf0000000:
        struct.pack_into('<I', d, at, seq + 1)
open('y.gap', 'wb').write(d)
END
[ "$(fwtool ls --versions y.yaffs2 big~2)" = 'big~2  replaced' ] || wrong "gap: $(fwtool ls --versions y.yaffs2)"
[ "$(fwtool ls --versions y.gap | grep -c 'big~2  replaced, perhaps not all of it')" = 1 ] ||
	wrong "gap: $(fwtool ls --versions y.gap)"

# formats that keep nothing
mkdir d; echo hi > d/x
mkfs.cramfs d d.cramfs
fwtool ls --versions d.cramfs 2> err; [ $? = 2 ] || wrong "cramfs: $(cat err)"
grep -q 'keeps no older versions' err || wrong "cramfs: $(cat err)"
mkfs.jffs2 -r d -o fresh -e 0x10000
fwtool ls --versions fresh 2> err; [ $? = 1 ] || wrong "nothing: $(cat err)"
exit $bad
