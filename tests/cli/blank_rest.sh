# blank_rest.sh - blank bytes around a file system are part of the same bytes
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
mkdir -p tree/etc
head -c 300000 /dev/urandom > tree/blob
seq 9000 > tree/etc/numbers
for how in "-l -e 0x10000" "-b -e 0x10000 -n" "-l -e 0x2000 -p" "-l -e 0x10000 -p 0x100000"; do
	for rest in 0 65536 1000000; do
		rm -rf out out.fwmeta
		# shellcheck disable=SC2086
		mkfs.jffs2 $how -r tree -o fs.img 2> /dev/null
		{ cat fs.img; head -c $rest /dev/zero | tr '\0' '\377'; } > in.img
		fwtool extract in.img -d out > log 2>&1 || wrong "$how +$rest: $(cat log)"
		fwtool repack out -f -o again.img > log 2>&1 && cmp again.img in.img ||
			wrong "$how +$rest: other bytes: $(cat log)"
		mkdir -p away && mv in.img away/was && mv fs.img away/fs
		fwtool repack out -f -o again.img > log 2>&1 && cmp again.img away/was ||
			wrong "$how +$rest, original gone: other bytes: $(cat log out.fwmeta)"
		grep -q 'identical to the original' log || wrong "$how +$rest: not said: $(cat log)"
	done
done

# Before it too: as mksquashfs leaves them there, and erased ones.
if command -v mksquashfs > /dev/null; then
	mksquashfs tree fs.img -noappend -quiet -no-progress > /dev/null
	mksquashfs tree before.00 -quiet -no-progress -offset 5000 > /dev/null
	{ head -c 65536 /dev/zero | tr '\0' '\377'; cat fs.img; } > before.ff
fi
for in in before.*; do
	[ -e "$in" ] || continue
	rm -rf out out.fwmeta u
	before=5000
	[ "$in" = before.00 ] || before=65536
	fwtool extract "$in" -d out > log 2>&1 || wrong "$in: $(cat log)"
	fwtool repack out -f -o again.img > log 2>&1 && cmp again.img "$in" ||
		wrong "$in: other bytes: $(cat log)"
	mv "$in" away
	fwtool repack out -f -o again.img > log 2>&1 && cmp again.img "away/$in" ||
		wrong "$in, original gone: other bytes: $(cat log)"
	echo new > out/etc/new
	fwtool repack out -f -o again.img > log 2>&1 || wrong "$in changed: $(cat log)"
	unsquashfs -q -n -o "$before" -f -d u again.img > log 2>&1 &&
		diff -r out u || wrong "$in changed: $(cat log)"
done
exit $bad
