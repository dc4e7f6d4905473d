# camera.sh - updates of cameras: opened, changed, put back; an independent
# reading of each agrees with the sums
maker=camera.py
. "$TOP"/tests/make/roundtrip.sh

round_trip pak32 reolink
round_trip pak64 reolink
round_trip hikvision hikvision
round_trip hdr1 xiaomi
round_trip hdr2 xiaomi
round_trip bneg bneg plausible
round_trip stored zip
round_trip zip zip
round_trip dahua dahua
round_trip xiongmai zip
fwtool scan xiongmai.bin | grep -q 'Xiongmai update' || wrong "Xiongmai is not named"
round_trip tenvis tenvis
round_trip senao senao

# Info-ZIP's own, written to a pipe: sizes behind the data, then a comment.
if command -v zip > /dev/null; then
	seq 1 50000 > long
	zip -q -9 - long rootfs | cat > piped.zip
	fwtool extract -q piped.zip 2> err || wrong "piped: $(cat err)"
	seq 1 51000 > piped.zip.fw/open/zip-long.bin
	fwtool repack -q piped.zip.fw -f -o new.zip 2> err || wrong "piped: $(cat err)"
	unzip -tq new.zip > /dev/null || wrong "piped: unzip -t"
	unzip -p new.zip long | cmp - <(seq 1 51000) || wrong "piped: long"
	zip -q -P secret locked.zip long
	fwtool scan locked.zip | grep -q 'encrypted (ZipCrypto)' || wrong "locked"
fi

# Encrypted: the scheme is said.
python3 - << 'END'
import struct
key = bytes.fromhex('bacdbcfed6caddd3bab9a3abbfcbb5be')
h = b'03KH' + struct.pack('<III', 7, 400, 3)
open('locked.dav', 'wb').write(bytes(a ^ b for a, b in zip(h, key)) + bytes(range(256)) * 9)
END
fwtool scan locked.dav | grep -q 'hikvision .*encrypted (AES' || wrong "locked.dav"
exit $bad
