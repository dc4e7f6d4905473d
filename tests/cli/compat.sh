# compat.sh - command lines of other tools, beside those tools
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
export SOURCE_DATE_EPOCH=1700000000
mkdir -p t/a t/b; seq 5000 > t/a/numbers; echo x > t/b/x; ln -s a/numbers t/l; ln t/b/x t/y; chmod 4755 t/y
touch -h -d @1600000000 t/a/numbers t/b/x t/l t/a t/b t

# mksquashfs: the files and attributes that the real one reads are the same.
for o in "-comp gzip" "-comp xz -b 64K -Xdict-size 100%" "-comp zstd -no-exports -all-root" "-noI -no-fragments -e a" \
	"-p /dev{d}755{0}0 -processors 1"; do
	opts=$(echo "$o" | sed 's/ -p .*//; s/^-p .*//')
	pseudo=(); case $o in *-p*) pseudo=(-p "dev d 755 0 0" -p "dev/null c 666 0 0 1 3") ;; esac
	rm -f ours ref
	$FWTOOL mksquashfs t ours -noappend -quiet $opts "${pseudo[@]}" > out 2> err || wrong "mksquashfs $o: $(cat err)"
	mksquashfs t ref -noappend -quiet -no-progress $opts "${pseudo[@]}" > /dev/null
	cmp -s <(unsquashfs -lln ours) <(unsquashfs -lln ref) || wrong "mksquashfs $o: $(diff <(unsquashfs -lln ours) <(unsquashfs -lln ref) | head -n 4)"
done
$FWTOOL mksquashfs t ours > out 2> err; [ $? = 2 ] || wrong "an existing file without -noappend"
$FWTOOL mksquashfs t ours -noappend -wildcards > out 2> err; [ $? = 2 ] && [ "$(wc -l < err)" = 1 ] || wrong "-wildcards: $(cat err)"
$FWTOOL mksquashfs t ours -noappend -no-such > out 2> err; [ $? = 2 ] && [ "$(wc -l < err)" = 1 ] || wrong "-no-such: $(cat err)"

# unsquashfs
mksquashfs t ref -noappend -quiet -no-progress > /dev/null
cmp -s <($FWTOOL unsquashfs -l ref) <(unsquashfs -l ref) || wrong "unsquashfs -l"
for o in -ll -lln; do
	cmp -s <($FWTOOL unsquashfs $o ref | grep -v ^d) <(unsquashfs $o ref | grep -v ^d) ||
		wrong "unsquashfs $o: $(diff <($FWTOOL unsquashfs $o ref) <(unsquashfs $o ref) | head -n 4)"
done
$FWTOOL unsquashfs -q -n -d d1 ref > /dev/null 2> err || wrong "unsquashfs -d: $(cat err)"
diff -r --no-dereference t d1 > /dev/null || wrong "unsquashfs: other files"
$FWTOOL unsquashfs -q -n -d d1 ref > /dev/null 2> err; [ $? = 2 ] || wrong "unsquashfs into what is there"
$FWTOOL unsquashfs -q ref b > /dev/null 2> err; [ "$(ls squashfs-root)" = b ] || wrong "unsquashfs PATH"
$FWTOOL unsquashfs -cat ref a/numbers | cmp -s - t/a/numbers || wrong "unsquashfs -cat"

# flashrom, by its own dummy and by ours
head -c 1048576 "$FWTOOL" > chip; cp chip was
$FWTOOL flashrom -p dummy:image=chip -r out.bin > /dev/null 2> err && cmp -s out.bin was || wrong "flashrom -r: $(cat err)"
$FWTOOL flashrom -p dummy:image=chip -r - 2> /dev/null | cmp -s - was || wrong "flashrom -r -"
cp was new; printf 'changed' | dd of=new bs=1 seek=70000 conv=notrunc 2> /dev/null
$FWTOOL flashrom -p dummy:image=chip -v new > out 2> err; [ $? = 1 ] || wrong "flashrom -v of another: $? $(cat err)"
cmp -s chip was || wrong "flashrom -v writes"
$FWTOOL flashrom -p dummy:image=chip -w new > out 2> err || wrong "flashrom -w: $(cat err)"
cmp -s chip new || wrong "flashrom -w: not written"
$FWTOOL flashrom -p dummy:image=chip -v new > out 2> err || wrong "flashrom -v: $(cat err)"
$FWTOOL flashrom -p dummy:image=chip -E > out 2> err || wrong "flashrom -E: $(cat err)"
[ "$(tr -d '\377' < chip | wc -c)" = 0 ] || wrong "flashrom -E: not erased"
$FWTOOL flashrom -p nonsense -r x > out 2> err; [ $? = 2 ] && [ "$(wc -l < err)" = 1 ] || wrong "flashrom -p nonsense"

# fw_printenv
printf 'bootdelay=3\nipaddr=10.0.0.2\n' > vars; mkenvimage -s 0x4000 -o env.bin vars
{ head -c 65536 /dev/zero | tr '\0' '\377'; cat env.bin; } > dump.bin
echo "$PWD/dump.bin 0x10000 0x4000" > fw.config
for o in "" "bootdelay" "-n bootdelay" "ipaddr bootdelay"; do
	cmp -s <($FWTOOL fw_printenv -c fw.config $o 2> /dev/null) <(fw_printenv -c fw.config $o 2> /dev/null) || wrong "fw_printenv $o"
done
[ "$($FWTOOL fw_printenv -n -c dump.bin ipaddr)" = 10.0.0.2 ] || wrong "fw_printenv of a dump"

# genromfs: the same bytes; binwalk: what is found, and _FILE.extracted.
for o in "" "-V ROMdisk" "-v -a 64 -V x"; do
	$FWTOOL genromfs $o -f rom.ours -d t > /dev/null 2> err || wrong "genromfs $o: $(cat err)"
	$FWTOOL ls -R rom.ours | grep -q 'a/numbers' || wrong "genromfs $o: no tree"
done
$FWTOOL genromfs -V ROMdisk -f rom.ours -d t > /dev/null 2>&1; genromfs -V ROMdisk -f rom.ref -d t
cmp -s <($FWTOOL ls -lR rom.ours) <($FWTOOL ls -lR rom.ref) || wrong "genromfs: another tree"
$FWTOOL genromfs > /dev/null 2> err; [ $? = 2 ] && [ "$(wc -l < err)" = 1 ] || wrong "genromfs: $(cat err)"
$FWTOOL binwalk ref rom.ours > out 2> err || wrong "binwalk: $(cat err)"
grep -q squashfs out && grep -q romfs out || wrong "binwalk: $(cat out)"
mkdir x; $FWTOOL binwalk -Me -C x ref > out 2> err || wrong "binwalk -Me: $(cat err)"
[ -n "$(find x/_ref.extracted -name numbers 2> /dev/null)" ] || wrong "binwalk -e: $(cat err)"
$FWTOOL binwalk -Z ref > out 2> err; [ $? = 2 ] && [ "$(wc -l < err)" = 1 ] || wrong "binwalk -Z"

# A link by that name is that tool.
ln -s "$FWTOOL" unsquashfs; ./unsquashfs -l ref > out; cmp -s out <(command unsquashfs -l ref) || wrong "a link"
exit $bad
