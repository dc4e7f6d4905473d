# bzimage.sh - the kernel in a bzImage and in an EFI zboot image, and the
# initramfs in that: opened, changed, put back where nothing behind it moves
set -u
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
export LC_ALL=C
command -v objcopy > /dev/null || { echo "no objcopy"; exit 77; }
mkdir -p root/etc
head -c 9000 /dev/urandom | base64 > root/etc/long
(cd root && find . | sort | cpio --quiet -o -H newc) > init.cpio
truncate -s %8 init.cpio
printf '%016x' "$(stat -c %s init.cpio)" | fold -w2 | tac | tr -d '\n' | xxd -r -p > size
cat init.cpio size > ramfs
objcopy --add-section .init.ramfs=ramfs --set-section-alignment .init.ramfs=8 /bin/true vmlinux ||
	{ echo "objcopy cannot"; exit 77; }
seq 1 30000 > more && cat more >> vmlinux
n=$(stat -c %s vmlinux)

pack() { # TOOL
	case $1 in
	gzip) gzip -9nc vmlinux ;; xz) xz --check=crc32 -c vmlinux ;;
	lzma) xz --format=lzma -c vmlinux ;; bzip2) bzip2 -9c vmlinux ;;
	lzop) lzop -9c vmlinux ;; lz4) lz4 -lq9c vmlinux ;; zstd) zstd -q -19 < vmlinux ;;
	esac
}
round() { # KIND NAME TOOL PROOF
	local kind=$1 name=$2 tool=$3
	pack "$tool" > packed
	python3 "$TOP"/tests/make/bzimage.py "$kind" image packed "$n" $([ "$tool" = gzip ] && echo own)
	python3 "$TOP"/tests/make/bzimage.py check "$kind" image vmlinux "$tool" || wrong "$kind, $tool: the maker"
	cat image more > flash
	fwtool scan flash > out
	grep -qE "^0x000000 .* $name +$4 " out || wrong "$kind, $tool: $(cat out)"
	[ "$(fwtool scan --json image | jq '.found[0].size')" = "$(stat -c %s image)" ] || wrong "$kind, $tool: size"
	fwtool extract -q -f flash 2> err || wrong "$kind, $tool: $(cat err)"
	cmp vmlinux flash.fw/open/$name-kernel.elf || wrong "$kind, $tool: the kernel"
	cmp root/etc/long flash.fw/fs/$name-cpio/etc/long || wrong "$kind, $tool: initramfs"
	fwtool repack -q flash.fw -f -o same; cmp flash same || wrong "$kind, $tool: untouched"
	echo short > flash.fw/fs/$name-cpio/etc/long
	fwtool repack -q flash.fw -f -o new 2> err
	r=$?
	[ $kind = signed ] && { [ $r = 3 ] && grep -q 'signature of the kernel' err || wrong "signed: $(cat err)"; r=0; }
	[ $r = 0 ] || wrong "$kind, $tool: $(cat err)"
	fwtool extract -q new -f -d new.fw || wrong "$kind, $tool: again"
	grep -qx short new.fw/fs/$name-cpio/etc/long || wrong "$kind, $tool: the change"
	head -c "$(stat -c %s image)" new > front
	python3 "$TOP"/tests/make/bzimage.py check "$kind" front new.fw/open/$name-kernel.elf "$tool" ||
		wrong "$kind, $tool: what was put back"
}
for tool in gzip xz lzma bzip2 lzop lz4 zstd; do
	command -v ${tool/lzma/xz} > /dev/null || continue
	round bzimage bzimage $tool proven
done
round signed bzimage xz proven
round zboot zboot gzip plausible
round zboot zboot zstd plausible

# No more than there was room for, packed or not.
head -c 300000 /dev/urandom > new.fw/open/zboot-kernel.elf
rm -rf new.fw/fs
fwtool repack -q new.fw -f -o much 2> err
[ $? = 2 ] && [ ! -e much ] && grep -q 'packed kernel needs .*room for' err || wrong "packed: $(cat err)"
{ cat vmlinux; head -c 99 /dev/zero; } > flash.fw/open/zboot-kernel.elf
rm -rf flash.fw/fs
fwtool repack -q flash.fw -f -o much 2> err
[ $? = 2 ] && grep -q 'kernel needs .*room for' err || wrong "unpacked: $(cat err)"

# A flipped bit, and an end that is missing.
round bzimage bzimage gzip proven
printf '\377' | dd of=image bs=1 seek=20000 conv=notrunc status=none
fwtool scan image | grep -q 'bzimage *plausible *no crc32 that holds' || wrong "flipped: $(fwtool scan image)"
head -c 30000 image > cut
fwtool scan cut 2>&1 | grep -q 'bzimage' || wrong "cut: $(fwtool scan cut 2>&1)"

# This machine's own.
for f in /boot/vmlinuz*; do
	[ -r "$f" ] && file -bL "$f" | grep -q bzImage || continue
	fwtool scan "$f" | grep -qE 'bzimage +proven +crc32 ok' || wrong "$f: $(fwtool scan "$f")"
done
exit $bad
