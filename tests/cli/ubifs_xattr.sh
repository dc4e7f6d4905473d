# ubifs_xattr.sh - extended attributes as Linux sees what we wrote, and as it writes them
. "$TOP"/tests/make/ubilinux.sh
export GUEST=$PWD/xattrs
cc -static -o xattrs "$TOP/tests/make/xattrs.c" 2> err || { echo "no static libc: $(head -1 err)"; exit 77; }

# The UBIFS in a UBI of ours; what the guest says of it, between ==IN and ==OUT.
guest() {
	printf '[v]\nmode=ubi\nimage=%s\nvol_id=0\nvol_type=dynamic\nvol_name=v\nvol_size=3MiB\n' "$1" > u.ini
	ubinize -o "$1.ubi" -p 128KiB -m 2048 -Q 7 u.ini || exit 2
	"$tools/kmount" "$1.ubi" ubifs > said 2>&1 || { echo "kmount: $(tail -1 said)"; exit 77; }
	"$TOP/tests/make/ubifswritten" "$1.ubi" 40 commands used.ubi > log
}

mkdir t t/d t/d/e; echo hi > t/f; ln t/f t/hard; ln -s f t/link; echo x > t/d/x; : > t/empty
head -c 20000 "$FWTOOL" > t/d/big
mkfs.ubifs -m 2048 -e 126976 -c 60 -x zlib -r t plain.ubifs || exit 2
"$FWTOOL" extract plain.ubifs -d o -q 2> err || wrong "$(cat err)"
long=$(head -c 3000 "$FWTOOL" | od -An -v -tx1 | tr -d ' \n')
name=user.$(printf 'n%.0s' {1..200})
sed -i '/^origin/d' o.fwmeta
sed -Ei "s/^(\/f file.*)/\1 x:user.a=6869 x:security.selinux=73797300 x:trusted.t=/
	s/^(\/d dir.*)/\1 x:user.dir=64 x:$name=01ff00/; s/^(\/d\/x file.*)/\1 x:user.long=$long/" o.fwmeta
"$FWTOOL" repack --ubifs o -o ours.ubifs -q 2> err || wrong "repack: $(cat err)"
echo '/tests/xattrs f hard d d/x d/big link empty' > commands
guest ours.ubifs
sed '/^==OUT/,$d' log | LC_ALL=C sort > got
for p in f hard; do
	printf '%s\n' "$p security.selinux=73797300" "$p trusted.t=" "$p user.a=6869"
done > want
printf '%s\n' "d user.dir=64" "d $name=01ff00" "d/x user.long=$long" >> want
LC_ALL=C sort want | diff - got > out || wrong "the kernel sees: $(cut -c1-200 out)"
grep -iE 'ubifs.*(error|warn|bad|corrupt)' said log && wrong "the kernel complains"

# and it may go on writing there: what it set is what we read
cat > commands << 'END'
x=/tests/xattrs
$x f user.a=changed; $x f user.new=1; $x d/big user.big=$(seq 1 700 | tr '\n' ,)
$x empty security.ima=abc; $x d/e trusted.x=y; $x link trusted.l=z
rm d/x; sync
$x empty user.late=late; $x d user.dir=; sync
END
echo '$x f hard d d/big d/e link empty' >> commands
guest ours.ubifs
sed '/^==OUT/,$d' log | LC_ALL=C sort > want
"$FWTOOL" extract used.ubi -d p -q 2> err; s=$?
[ $s = 0 ] || wrong "status $s: $(cat err)"
python3 - p/fs/*.fwmeta << 'END' | LC_ALL=C sort > got
import sys
for line in open(sys.argv[1]):
	for word in line.split()[1:] if line[0] == '/' else []:
		if word.startswith('x:'):
			print(line.split()[0][1:], word[2:])
END
grep -v '^hard ' want > w; grep -v '^hard ' got | diff w - > out || wrong "we see: $(cut -c1-200 out)"
[ "$(wc -l < w)" -ge 9 ] || wrong "few attributes: $(cat w)"
grep -iE 'ubifs.*(error|warn|bad|corrupt)' log && wrong "the kernel complains"
exit $bad
