# boot.sh - boot stages name the SoC and the map; nothing else looks like one
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
make() { python3 "$TOP"/tests/make/boot.py "$1" "$2" || wrong "boot.py $1"; }
put() { dd if="$1" of="$2" bs=4096 seek=$(($3 / 4096)) conv=notrunc status=none; }
blank() { head -c "$2" /dev/zero | tr '\0' '\377' > "$1"; }
export SOURCE_DATE_EPOCH=1000000000 LC_ALL=C PATH=$PATH:/usr/sbin:/sbin

# SigmaStar: IPL, IPL_CUST and the table that cuts the flash.
make ipl ipl && make iplc iplc && make mxpt mxpt
mkdir -p d && seq 1 30000 > d/numbers && mksquashfs d sq -quiet -noappend > /dev/null
seq 1 9999 > k && mkimage -A arm -C none -n 'MVX4##I6E0' -d k kernel > /dev/null
blank sigma 1048576
put ipl sigma 0 && put mxpt sigma 0x3000 && put iplc sigma 0x10000
put kernel sigma 0x50000 && put sq sigma 0xa0000
fwtool scan sigma > out || wrong "sigma: exit $?"
head -1 out | grep -q ', SoC SigmaStar or MStar (SigmaStar .* at 0x0' || wrong "sigma: $(head -1 out)"
grep -q '^map: SigmaStar partition table (MXPT) at 0x003000; agrees' out || wrong "sigma: $(cat out)"
grep -qE '^0x0a0000 .* ROOTFS +squashfs' out || wrong "sigma: $(cat out)"
fwtool scan --json sigma | jq -e '.soc.family == "SigmaStar or MStar" and .soc.proof == "proven"
	and (.map.parts | length) == 3' > /dev/null || wrong "sigma: json"

# What the boot code calls the chip stands beside the family.
make ingenic spl && blank ingenic 262144 && put spl ingenic 0
printf 'U-Boot 2013.07 (Jan 01 2020 - 10:10:10)\0Board: ISVP (Ingenic XBurst T31 SoC)\0' > u
put u ingenic 0x7000
fwtool scan ingenic | head -1 | grep -q ', SoC Ingenic T31 (Ingenic first stage at 0x000000)$' ||
	wrong "ingenic: $(fwtool scan ingenic)"

# A boot loader in a container lies where that says, not at its front.
{ cat u; seq 1 3000; } > loader
mkimage -A arm -T firmware -C none -n 'U-Boot for x' -d loader fw > /dev/null
fwtool scan --json fw | jq -e '.found | any(.type == "uboot" and .offset == 64 and .size == '"$(stat -c %s loader)"')' \
	> /dev/null || wrong "U-Boot in a uImage: $(fwtool scan fw)"
seq 1 999 > atf
cat > two.its <<'ITS'
/dts-v1/;
/ { description = "x"; #address-cells = <1>;
	images { loader { data = /incbin/("loader"); type = "standalone"; arch = "arm"; compression = "none"; };
		atf { data = /incbin/("atf"); type = "firmware"; arch = "arm"; compression = "none"; }; };
	configurations { default = "c"; c { firmware = "loader"; }; };
};
ITS
if mkimage -E -f two.its two.itb > /dev/null 2>&1; then
	at=$(grep -abo 'U-Boot 2013.07' two.itb | head -n 1 | cut -d: -f1)
	fwtool scan --json two.itb | jq -e '.found | any(.type == "uboot" and .offset == '"$at"' and .size == '"$(stat -c %s loader)"')' \
		> /dev/null || wrong "U-Boot in a FIT: $(fwtool scan two.itb)"
fi

# Tables of other makers cut the flash as well.
make anyka anyka && cat anyka > ak && blank rest 106496 && cat rest >> ak && put kernel ak 0x36000
make grainmedia gm && put kernel gm 0x30000
make ambptb ptb && blank amb 2097152 && put ptb amb 0x20000 && put kernel amb 0x80000
for t in 'ak Anyka 3' 'gm Grain-Media 2' 'amb Ambarella 5'; do
	set -- $t
	fwtool scan --json $1 | jq -e --arg f $2 --argjson n $3 '(.soc.family | startswith($f))
		and (.map.parts | length) == $n' > /dev/null || wrong "$1: $(fwtool scan $1)"
done

# Ralink's kits say nothing, but all have the same layout.
printf '\x28\x76\x01\x00\x00\x0c\x43\x28\x80\x01' > radio
blank ral 524288 && put u ral 0x1000 && put radio ral 0x40000 && put kernel ral 0x50000
fwtool scan ral | head -1 | grep -q "SoC Ralink or MediaTek (Ralink's usual" || wrong "ralink: SoC"
fwtool scan ral | grep -q "^map: Ralink's usual layout, radio 7628 at 0x040000; agrees" ||
	wrong "ralink: $(fwtool scan ral)"
blank none 65536 && put none ral 0x40000
fwtool scan ral | grep -q '^map:' && wrong "ralink: a map without a radio"

# No image of anything else has a boot stage in it.
stages=$(fwtool formats --json | jq -r '[.formats[] | select(.title | test("first stage|boot table|boot code|partition table|register table|system header|CFE boot|nvram|NAND desc|LK")) | .name] | join(",")')
head -c 4000000 /dev/urandom > noise
for f in noise "$SHARED"/corpus/images/* /bin/bash; do
	[ -e "$f" ] || continue
	fwtool scan -a --plain --only "$stages" "$f" > out 2> /dev/null
	[ ! -s out ] || wrong "$f: $(cat out)"
done
exit $bad
