# maps_logs.sh - the maps of real boot logs, from cameras, routers and an ONU
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
logs=$SHARED/corpus/logs
[ -d "$logs" ] || { echo "no collection of logs"; exit 77; }
bad=0
# The tables as the kernels printed them, added up by hand: names and ends.
while read -r file size names; do
	got=$(fwtool env --mtdparts --json "$logs/$file" 2> /dev/null |
		jq -r '[.map.parts[] | select(.over | not) | .name] | join(" ")')
	[ "$got" = "$names" ] || { echo "$file: $got"; bad=1; }
	# On a flash of its size it is taken, on one of half its size refused.
	truncate -s $((size)) "$work/flash.bin"
	fwtool carve -n -m "$logs/$file" "$work/flash.bin" > /dev/null 2> "$work/err" ||
		{ echo "$file: $(cat "$work/err")"; bad=1; }
	truncate -s $((size / 2)) "$work/flash.bin"
	fwtool carve -n -m "$logs/$file" "$work/flash.bin" > /dev/null 2> "$work/err"
	[ $? = 2 ] && grep -q 'ends at .*flash.bin at .*is this the log of another device' "$work/err" ||
		{ echo "$file on half a flash: $(cat "$work/err")"; bad=1; }
done <<'END'
mstar_n1pro_index.md 0x1000000 BOOT KERNEL LOGO rootfs miservice customer appconfigs
mstar_infinity6_index.md 0x8000000 mini-Boot updateflag hwid dtb syslog config backup appdata dgs firmware product Kernel romfs web backdtb backfirmware backproduct backkernel backromfs backweb
mstar_infinity6_nor_flash_boot_excerpt.txt 0x1000000 BOOT KERNEL ROOTFS DATA CONFIG FACTORY
mstar_ssr621d_log.txt 0x1000000 factory_boot factory_info art config kernel rootfs
thingino_pesita-x09.md 0x1000000 boot kernel rootfs user kernel2 rootfs2 mtd_rw factory
vatilon_asecam_README.md 0x800000 uboot kernel appfs custom config data
vatilon_jieuno_README.md 0x800000 uboot kernel appfs custom config data
vatilon_pb1_README.md 0x800000 uboot kernel appfs custom config data
gemtek_putty-linkem.log 0x8000000 Bootloader Bootloader2 Config Env1 Env2 Kernel Kernel2 Storage1 Storage2
ufinstant/console.md 0x1000000 boot env env2 config k0 r0 k1 r1 hw sec
ufinstant/printenv_bdinfo.md 0x1000000 boot env env2 config k0 r0 k1 r1 hw sec
END
exit $bad
