# tar_read.sh - tar archives as GNU tar, bsdtar and Python make them
work=$(mktemp -d -p /dev/shm 2> /dev/null) || work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
command -v bsdtar > /dev/null && command -v python3 > /dev/null || { echo "bsdtar or python3 not installed"; exit 77; }

long=$(printf 'd%.0s' $(seq 90))
mkdir -p "tree/$long/$long/$long" tree/empty "tree/a b"
seq 1 9999 > tree/seq; ln tree/seq tree/hard; : > tree/none; mkfifo tree/fifo
echo x > "tree/$long/$long/$long/$(printf 'g%.0s' $(seq 200))"; ln -s "$(printf 'y/%.0s' $(seq 200))" tree/link
ln -s /etc/passwd tree/out; echo ü > tree/ümläut; chmod 6711 tree/none
for i in $(seq 1 2 61); do echo $i | dd of=tree/holes bs=1 seek=$((i * 20000)) conv=notrunc status=none; done
touch -d '1960-01-01 00:00:00' tree/none; touch -d 2500-01-01 tree/seq
setfattr -n user.some -v "$(printf 'a\nb')" tree/seq 2> /dev/null && attr=y

# two listings, as tar itself sees the one that it made and the one that we made of it
listed() { tar --numeric-owner --full-time -tvf "$1" 2> err | sed 's| \./| |; s/ link to .*//; s/^h/-/' |
	grep -v ' $' | awk '$NF != "hard" && $NF != "seq" { $5 = substr($5, 1, 8); print }' | sort -k6; }
same() { # NAME
	fwtool scan $1 > said 2> err || wrong "scan $1: $(cat err)"
	grep -q 'tar .*proven' said && grep -q '^100.0 %' said || wrong "scan $1: $(cat said)"
	fwtool extract $1 -d o.$1 > said 2> err || wrong "extract $1: $(cat err)"
	diff -r --no-dereference -x fifo tree o.$1 > said || wrong "$1: $(head -3 said)"
	fwtool extract $1 --tar - > again 2> err || wrong "again $1: $(cat err)"
	diff <(listed $1) <(listed again) > said || wrong "$1: $(head -4 said)"
	grep -q 'hard to=' o.$1.fwmeta || wrong "$1: hard links"
}
make() { n=$1; shift; "$@" > $n || wrong "$n: made"; same $n; }
xattrs="--xattrs --xattrs-include=*"
for f in gnu oldgnu posix; do make $f tar -C tree --format=$f -cf - .; done
for v in 0.0 0.1 1.0; do make holes$v tar -C tree -S --sparse-version=$v $xattrs --format=posix -cf - .; done
make holes tar -C tree -S --format=gnu -cf - .
make bsd bsdtar -C tree -cf - --format pax .
make bsdgnu bsdtar -C tree -cf - --format gnutar .
[ -z "$attr" ] || grep -q '^/hard .*x:user.some=610a62' o.holes1.0.fwmeta || wrong "attribute: $(grep ^/hard o.holes1.0.fwmeta)"
[ "$(du -k o.holes/holes | cut -f1)" -lt 400 ] || wrong "holes are filled: $(du -k o.holes/holes)"
tar --owner=u:3000000 --group=g:2097152 -C tree --format=gnu -cf ids empty
fwtool extract ids -d o.ids > said 2> err || wrong "ids: $(cat err)"
grep -q '^/empty dir .* 3000000:2097152 ' o.ids.fwmeta || wrong "ids: $(cat o.ids.fwmeta)"

# from before there was a magic
mkdir -p plain/d; seq 1 999 > plain/d/f; ln plain/d/f plain/h; ln -s d/f plain/l
tar -C plain --format=v7 -cf v7 .; fwtool scan v7 | grep -q 'tar .*proven' || wrong "v7: $(fwtool scan v7)"
fwtool extract v7 -d o.v7 > said 2> err || wrong "v7: $(cat err)"
diff -r --no-dereference plain o.v7 > said || wrong "v7: $(head -3 said)"

# in a stream; behind other bytes
gzip -c posix > t.tgz; fwtool extract t.tgz -d o.tgz > said 2> err || wrong "tgz: $(cat err)"
diff -r --no-dereference -x fifo tree o.tgz/fs/*-tar > said || wrong "tgz: $(head -3 said)"
{ seq 1 5000; cat gnu; seq 1 5000; } > amid
fwtool scan amid | grep -q "tar .*proven" || wrong "amid: $(fwtool scan amid)"

# access lists as setfacl would make them; a name without its number is told
python3 - <<'END'
import io, tarfile
def make(name, acl):
    with tarfile.open(name, 'w', format=tarfile.PAX_FORMAT) as t:
        i = tarfile.TarInfo('f'); i.pax_headers = {'SCHILY.acl.access': acl}; t.addfile(i)
make('acl', 'user::rw-\nuser:cam:rw-:1000,user:7:r-x,group::r--,mask::rwx,other::---')
make('plain-acl', 'user::rw-,group::r--,other::r--')
make('named', 'user::rw-,user:cam:rw-,group::r--,mask::rwx,other::---')
END
for n in acl plain-acl named; do fwtool extract $n -d o.$n > said 2> err.$n; done
rule() { printf '%02x00%02x00%s' $1 $2 $3; }
want=02000000$(rule 1 6 ffffffff)$(rule 2 5 07000000)$(rule 2 6 e8030000)$(rule 4 4 ffffffff)$(rule 16 7 ffffffff)$(rule 32 0 ffffffff)
grep -q "x:system.posix_acl_access=$want\$" o.acl.fwmeta || wrong "acl: $(grep x: o.acl.fwmeta)"
grep -q 'x:' o.plain-acl.fwmeta o.named.fwmeta && wrong "acl: invented"
grep -q 'access control list' err.named || wrong "acl: not told"

# nothing leaves the tree; what cannot be there is told, the rest is written
python3 - <<'END'
import io, tarfile
def make(name, *entries):
    with tarfile.open(name, 'w', format=tarfile.GNU_FORMAT) as t:
        for path, kind, to in entries:
            i = tarfile.TarInfo(path); i.type = kind; i.linkname = to
            data = b'bytes' if kind == tarfile.REGTYPE else b''
            i.size = len(data); t.addfile(i, io.BytesIO(data))
F, D, L, H, C = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE
make('up', ('ok', F, ''), ('../up', F, ''), ('a/../../b', F, ''), ('/abs', F, ''), ('last', F, ''))
make('via', ('l', L, '/tmp'), ('l/x', F, ''), ('last', F, ''))
make('links', ('self', H, 'self'), ('none', H, 'nowhere'), ('dir', D, ''), ('d', H, 'dir'), ('up', H, '../../etc/passwd'), ('last', F, ''))
make('twice', ('a', F, ''), ('h', H, 'a'), ('a', L, 'h'), ('a', F, ''), ('h', D, ''), ('h/x', F, ''), ('last', F, ''))
with tarfile.open('crowd', 'w', format=tarfile.PAX_FORMAT, pax_headers={'k%d' % n: 'v' for n in range(20000)}) as t:
    for n in ['last', 'f'] + list(map(str, range(2000))):
        i = tarfile.TarInfo(n); i.size = 5
        if n == 'f': i.pax_headers = {'SCHILY.xattr.user.%d' % k: 'v' for k in range(9000)}
        t.addfile(i, io.BytesIO(b'bytes'))
make('deep', ('x/' * 10000 + 'f', F, ''), ('last', F, ''))
make('many', *((str(n), F, '') for n in range(3000)), ('last', F, ''))
END
partial() { # NAME WHAT
	fwtool extract $1 -d d.$1 > said 2> err; [ $? = 2 ] || wrong "$1: not refused"
	timeout 20 fwtool extract --partial $1 -d d.$1 > said 2> err; [ $? = 3 ] || wrong "$1: not partial: $(cat err)"
	grep -q "$2" err || wrong "$1: said $(cat err)"
	[ "$(cat d.$1/last)" = bytes ] || wrong "$1: more lost"
}
partial up 'leaves the tree'; [ ! -e up.x ] && [ "$(cat d.up/abs)" = bytes ] || wrong "up: /abs"
[ -e b ] && wrong "up: outside"; ls | grep -qx last && wrong "outside"
partial crowd 'more than 512'; partial via 'below a file'; partial links 'link to what is not there'; partial deep 'nested too deep'
fwtool extract twice -d o.twice > said 2> err || wrong "twice: $(cat err)"
grep -q 'comes* again' err && [ "$(cat o.twice/a o.twice/h/x)" = bytesbytes ] || wrong "twice: $(cat err)"
fwtool extract many -d o.many > said 2> err && [ "$(ls o.many | wc -l)" = 3001 ] || wrong "many: $(cat err)"
fwtool extract --max-files 100 many -d o.few > said 2> err; [ $? = 2 ] || wrong "max-files"
cp gnu flip; printf X | dd of=flip bs=1 seek=$((512 + 20)) conv=notrunc status=none
fwtool scan flip > said; grep -q 'tar .*plausible' said || wrong "flip: $(cat said)"
head -c 40000 gnu > short; fwtool extract --partial short -d d.short > said 2> err; [ $? = 3 ] || wrong "short: $(cat err)"
# holes that are larger than all that may be
python3 - <<'END'
b = bytearray(open('holes', 'rb').read())
at = next(i for i in range(0, len(b), 512) if b[i + 156:i + 157] == b'S' and b[i + 257:i + 262] == b'ustar')
b[at + 483:at + 495] = b'\x80\0\0\0\x70' + bytes(7)
b[at + 148:at + 156] = b' ' * 8; b[at + 148:at + 155] = b'%06o\0' % sum(b[at:at + 512])
open('vast', 'wb').write(b)
END
timeout 20 fwtool extract vast -d o.vast > said 2> err; [ $? = 2 ] && grep -q 'max-bytes' err || wrong "vast: $(cat err)"
timeout 20 fwtool cat vast holes > said 2> err; [ $? = 2 ] && grep -q 'holes' err || wrong "vast cat: $(cat err)"
exit $bad
