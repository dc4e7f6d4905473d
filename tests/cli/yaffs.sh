# yaffs.sh - YAFFS1 and YAFFS2 read as devices left them, written as unyaffs reads them
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }

cat > check.py <<'END'
import os, sys
os.chdir(sys.argv[1])
c = 512 if sys.argv[1] == 'yaffs1' else 2048
want = bytearray(b''.join(bytes([ord('old'[min(i // c, 2)])]) for i in range(3000)))
want[c:min(2 * c, 3000)] = b'N' * (min(2 * c, 3000) - c)
def check(name, bytes):
    if open(name, 'rb').read() != bytes:
        sys.exit(name)
check('etc/conf', want)
check('hard', want)
check('etc/cut', b'c' * 100)
at = 4999 // c * c
check('etc/hole', bytes(at) + b'h' * (5000 - at))
check('now', b'abc')
check('lost+found/stray', b'ok')
if os.readlink('link') != 'etc/conf' or sorted(os.listdir('.')) != [
        'etc', 'hard', 'link', 'lost+found', 'now']:
    sys.exit('names')
END
# logs with everything in them
for what in yaffs2 yaffs2be yaffs2extra yaffs1; do
	python3 "$TOP/tests/make/yaffslog.py" $what > $what.img
	fwtool extract $what.img -d $what --partial -f -q 2> err; s=$?
	[ $s = 3 ] || wrong "$what: status $s: $(cat err)"
	grep -q 'object 267 is in a directory that is not there' err || wrong "$what: said $(cat err)"
	python3 check.py $what || wrong "$what: content"
	fwtool ls -lR $what.img 2> /dev/null | tr -s ' ' > list
	grep -q '^crw-r----- 7 8 4, *65 .* dev$' list || wrong "$what: dev: $(cat list)"
	grep -q '^-rwsr-xr-x 7 8 3 .* now$' list || wrong "$what: now: $(cat list)"
	fwtool repack $what -o again -f -q 2> err; cmp again $what.img || wrong "$what: not the same again: $(cat err)"
	echo new > $what/etc/new
	fwtool repack $what -o changed -f -q 2> err; s=$?
	[ $s = 3 ] || wrong "$what: changed: $s: $(cat err)"	# the damage it had
	[ "$(fwtool cat changed etc/new)" = new ] || wrong "$what: the change is lost"
	fwtool cat changed etc/hole | cmp - $what/etc/hole || wrong "$what: a file beside the change"
done

# ours, of every kind: the tree comes back; and by unyaffs
mkdir -p tree/a/b
head -c 10000 "$FWTOOL" > tree/a/b/g; head -c 4096 /dev/zero > tree/zeros; : > tree/empty
echo hi > tree/a/f; ln tree/a/f tree/a/hard; ln -s a/f tree/link
while read -r o; do
	fwtool repack --yaffs $o tree -o y.img -f -q 2> err || wrong "$o: $(cat err)"
	rm -rf x x.fwmeta; fwtool extract y.img -d x -f -q 2> err && diff -r --no-dereference tree x || wrong "$o: $(cat err)"
	[ x/a/f -ef x/a/hard ] || wrong "$o: the hard link"
	fwtool repack x --rebuild -o z.img -f -q 2> err; cmp y.img z.img || wrong "$o: not the same anew: $(cat err)"
	echo more >> x/a/b/g
	fwtool repack x -o z.img -f -q 2> err || wrong "$o: changed: $(cat err)"
	fwtool cat z.img a/b/g | cmp - x/a/b/g || wrong "$o: the change is lost"
done <<'END'

--kind yaffs1 --chunk 512 --spare 16
--kind yaffs1-packed --tags-at 8 --chunk 512 --spare 16 --headers big --tags big
--kind yaffs2-inband --spare 0 --chunk 1024 --headers big --tags big
--headers big --tags big --tags-at 2
--chunk 4096 --spare 218 --tags-at 30 --root-header
--no-tags-ecc --chunk 512 --spare 16
END
if command -v unyaffs > /dev/null; then
	for o in '' '--chunk 4096 --spare 128' '--chunk 8192 --spare 256'; do
		fwtool repack --yaffs $o tree -o y.img -f -q; rm -rf u; mkdir u
		unyaffs y.img u > /dev/null 2> err && diff -r --no-dereference tree u || wrong "unyaffs $o: $(cat err)"
	done
fi
for o in '--kind yaffs2-inband --spare 0 --chunk 512' '--chunk 1000' '--spare 9999' '--spare 16' '--kind yaffs1 --chunk 2048'; do
	fwtool repack --yaffs $o tree -o n.img 2> err; [ $? = 2 ] && [ ! -e n.img ] || wrong "$o: $(cat err)"
done

# extended attributes: YAFFS wrote them; ours are as it writes them
gzip -dc "$TOP/tests/images/yaffs-history/yaffs2.gz" > was.img
fwtool extract was.img -d at -f -q 2> err || wrong "attributes: $(cat err)"
grep -q '^/keep .* x:user.color=626c7565 x:security.x=79$' at.fwmeta || wrong "attributes: $(grep keep at.fwmeta)"
sed -i '/^origin/d; s/x:user.color=626c7565/x:user.color=726564/' at.fwmeta
for o in '' '--kind yaffs2-inband --spare 0 --chunk 1024 --headers big --tags big'; do
	fwtool repack --yaffs $o at -o x.img -f -q 2> err || wrong "attributes $o: $(cat err)"
	rm -rf back back.fwmeta; fwtool extract x.img -d back -f -q
	grep -q '^/keep .* x:user.color=726564 x:security.x=79$' back.fwmeta || wrong "attributes $o: $(grep keep back.fwmeta)"
	echo more > back/more; fwtool repack back -o y.img -f -q; rm -rf third third.fwmeta; fwtool extract y.img -d third -f -q
	grep -q '^/keep .* x:user.color=726564 x:security.x=79$' third.fwmeta || wrong "attributes $o: changed: $(grep keep third.fwmeta)"
done
fwtool repack --yaffs at -o x.img -f -q
python3 - <<'END' || wrong "attributes: bytes"
d = open('x.img', 'rb').read()
at = d.index(b'\x12\0\0\0user.color')
exit(d[at:at + 40] != b'\x12\0\0\0user.color\0red\x10\0\0\0security.x\0y\0\0\0\0\xff\xff')
END
fwtool repack --yaffs --kind yaffs1 --chunk 512 --spare 16 at -o x.img -f -q 2> err; [ $? = 3 ] || wrong "attributes: yaffs1: $(cat err)"
grep -q 'extended attributes of 1 file are left out' err || wrong "attributes: yaffs1: $(cat err)"
sed -i "s/x:security.x=79/x:user.b=$(head -c 1600 /dev/zero | od -An -v -tx1 | tr -d ' \n')/" at.fwmeta
fwtool repack --yaffs at -o n.img 2> err; [ $? = 2 ] && [ ! -e n.img ] && grep -q 'do not fit' err || wrong "attributes: too large: $(cat err)"

# the power went between the two headers of a renaming: what was there is deleted
python3 - <<'END'
import struct
d = bytearray(open('was.img', 'rb').read())
step = 2112
seq = lambda i: (struct.unpack_from('<I', d, i * step + 2048)[0], i)
last = [i for i in range(len(d) // step) if d[i * step + 10:i * step + 14] == b're\0\0'
        and 0 < struct.unpack_from('<i', d, i * step + 504)[0]]
for i in range(len(d) // step):
    if seq(i) > seq(last[0]):
        d[i * step:(i + 1) * step] = b'\xff' * step
open('cut.img', 'wb').write(d)
END
[ "$(fwtool ls -0 cut.img 2> err | tr '\0' '\n' | grep -c re)" = 1 ] && [ "$(fwtool cat cut.img re)" = yy ] || wrong "renamed: $(cat err) $(fwtool ls cut.img)"
[ "$(fwtool cat --versions cut.img re~1)" = x ] || wrong "renamed over: $(fwtool ls --versions cut.img)"

# a damaged chunk is said, the rest is read
python3 - <<'END'
d = bytearray(open('yaffs2.img', 'rb').read())
at = d.index(b'h' * 100)
at = at - at % 2112 + 2048
d[at:at + 30] = b'\x55' * 30
open('hurt.img', 'wb').write(d)
END
fwtool extract hurt.img -d hurt --partial -f -q 2> err; [ $? = 3 ] && grep -q '1 chunks whose tags make no sense' err || wrong "hurt: $(cat err)"

# images that mkyaffs2image made
for f in "$SHARED"/corpus/images/*yaffs2*; do
	[ -e "$f" ] || continue
	rm -rf x x.fwmeta u; fwtool extract "$f" -d x -q 2> err || wrong "$f: $(cat err)"
	fwtool repack x -o same -f -q 2> err; cmp same "$f" || wrong "$f: not the same again: $(cat err)"
	mkdir u
	case $f in
	*2048*be*) fwtool extract "${f/be/le}" -d l -f -q; diff -r --no-dereference l x || wrong "$f: not as little-endian" ;;
	*binwalk*) ! command -v unyaffs > /dev/null || { unyaffs "$f" u > /dev/null; diff -r u x; } || wrong "$f: not as unyaffs" ;;
	esac
done
exit $bad
