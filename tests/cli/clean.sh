# clean.sh - secrets in files, deleted files, slack, environments: found, then nowhere
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
holds() { python3 "$TOP"/tests/make/grepnodes.py "$@"; }
"$TOP"/tests/make/flash mstar plain.bin pieces > /dev/null || { echo "no flash image"; exit 2; }

# A flash with a past: a file with a secret was there, and was deleted.
$FWTOOL extract -q plain.bin || wrong "extract"
etc=plain.bin.fw/fs/ROOTFS/etc
printf 'network={\n\tssid="Villa Kunterbunt"\n\tpsk="planted-psk-live"\n}\n' > $etc/wpa_supplicant.conf
echo 'old=planted-in-a-deleted-file' > $etc/gone.conf
printf 'root:$1$abcdefgh$plantedhashplantedha:0:0:root:/:/bin/sh\nnobody:*:99:99::/:\nuser:x:5:5::/:/bin/sh\n' > $etc/passwd
{ echo 'a line'; echo '-----BEGIN RSA PRIVATE KEY-----'; echo 'cGxhbnRlZC1rZXktbWF0ZXJpYWw='; echo '-----END RSA PRIVATE KEY-----'; echo 'another'; } > $etc/server.pem
printf '{ "name": "cam", "access_token": "planted-json-token", "n": 3 }\n' > $etc/cloud.json
printf "config wifi-iface\n\toption key 'other'\n\toption wpa_psk 'planted-uci-psk'\n" > $etc/wireless
printf 'mac=00:11:22:AB:cd:ef\n' > $etc/mac.conf
printf 'nothing personal = here\n' > $etc/plain.conf
$FWTOOL repack -q plain.bin.fw -o past.bin || wrong "repack"
rm -rf plain.bin.fw; $FWTOOL extract -q past.bin && rm past.bin.fw/fs/ROOTFS/etc/gone.conf &&
	$FWTOOL repack -q past.bin.fw -o now.bin || wrong "repack of a deletion"
rm -rf past.bin.fw
holds now.bin planted-in-a-deleted-file > /dev/null || wrong "the deleted file is not in the log: the test is none"
$FWTOOL env now.bin --set wifi_psk=planted-in-the-env --set ethaddr=00:11:22:33:44:55 -o dump.bin > /dev/null 2>&1 ||
	$FWTOOL env now.bin wifi_psk=planted-in-the-env ethaddr=00:11:22:33:44:55 -o dump.bin > /dev/null 2> err || wrong "env: $(cat err)"
python3 - dump.bin <<'END'
import sys
f = open(sys.argv[1], "r+b")
f.seek(0x3a0000); f.write(b'slack psk=planted-in-slack\n and planted-psk-live again')     # behind ROOTFS's file system
f.seek(0xfe0000); f.write(b'\0\1raw \0planted-psk-live\0 wpa_psk="planted-raw-psk"\0')  # a partition without a structure
f.seek(0x1c0000); f.write(b'\0old copy of planted-hash: $1$abcdefgh$plantedhashplantedha\0')  # behind the kernel
END
secrets="planted-psk-live planted-in-a-deleted-file plantedhashplantedha cGxhbnRlZC1rZXktbWF0ZXJpYWw= planted-json-token
	planted-uci-psk 00:11:22:AB:cd:ef planted-in-the-env 00:11:22:33:44:55 planted-in-slack planted-raw-psk"
for s in $secrets; do holds dump.bin "$s" > /dev/null || wrong "$s was not planted"; done

$FWTOOL clean dump.bin > out 2> err; [ $? = 1 ] || wrong "looking: status, $(cat err)"
for want in 'etc/passwd .*root=\$1\$\*\*\*' 'wpa_supplicant.conf .*psk=p\*+' 'private key' 'cloud token' 'mac address' 'wifi_psk=p'; do
	grep -Eq "$want" out || wrong "not found: $want: $(cat out)"
done
grep -q 'planted' out && wrong "a value is shown"
grep -q plain.conf out && wrong "what is not personal"
$FWTOOL clean --show-secrets dump.bin 2> /dev/null | grep -q planted-psk-live || wrong "--show-secrets"
$FWTOOL clean --json dump.bin 2> /dev/null | jq -e '.findings | length > 7' > /dev/null || wrong "--json"

$FWTOOL extract -q dump.bin || wrong "extract"
cp -r dump.bin.fw before
$FWTOOL clean dump.bin.fw > out 2> err; [ $? = 1 ] || wrong "a project: status"
diff -r --no-dereference dump.bin.fw before > /dev/null || wrong "looking changes the project"
$FWTOOL clean --apply dump.bin.fw > out 2> err || wrong "--apply: $(cat err)"
grep -q 'bytes of raw data overwritten' out && grep -q '3 file systems will be built anew' out || wrong "--apply says: $(cat out)"
$FWTOOL repack -q dump.bin.fw -o clean.bin 2> err || wrong "repack: $(cat err)"
holds clean.bin $secrets && wrong "secrets are left"
$FWTOOL clean clean.bin > out 2> err; [ $? = 0 ] || wrong "the clean dump: $(cat out)"
# The rest is there, and right.
[ "$(stat -c %s clean.bin)" = 16777216 ] || wrong "another size"
$FWTOOL verify clean.bin > out 2> err || wrong "verify: $(cat out)"
$FWTOOL cat clean.bin ROOTFS/etc/passwd > p; grep -q '^root:\*:0:0:root:/:/bin/sh$' p && grep -q '^user:x:' p || wrong "passwd: $(cat p)"
[ "$($FWTOOL cat clean.bin ROOTFS/etc/server.pem | tr '\n' ' ')" = "a line  another " ] || wrong "pem"
$FWTOOL cat clean.bin ROOTFS/etc/cloud.json | jq -e '.access_token == "" and .n == 3' > /dev/null || wrong "json"
$FWTOOL cat clean.bin ROOTFS/etc/wireless | grep -q "option key 'other'" || wrong "uci: too much"
$FWTOOL cat clean.bin ROOTFS/etc/plain.conf | grep -q 'personal = here' || wrong "a file that is not personal"
$FWTOOL env clean.bin > e 2> /dev/null; grep -q bootcmd e && ! grep -q 'wifi_psk\|ethaddr' e || wrong "env: $(cat e)"
$FWTOOL ls -lR dump.bin ROOTFS/bin > a; $FWTOOL ls -lR clean.bin ROOTFS/bin > b; cmp -s a b || wrong "attributes"

# A tree by itself, rules of one's own, files by name.
$FWTOOL extract -q pieces/conf.jffs2 -d tree; echo 'colour=planted-by-rule' > tree/x.cfg; echo junk > tree/y
printf '# mine\nshade: keys colour in *.cfg\n' > my.rules
$FWTOOL clean --rules my.rules tree > out; [ $? = 1 ] && grep -q 'x.cfg  *shade  *colour=p' out || wrong "--rules: $(cat out)"
$FWTOOL clean --apply --rules my.rules --remove y tree > out || wrong "--apply of a tree"
[ ! -e tree/y ] && grep -q '^colour=$' tree/x.cfg || wrong "a tree: $(ls tree) $(cat tree/x.cfg)"
for text in 'nonsense' 'a: b in c' 'a: keys' ''; do
	printf '%s\n' "$text" > bad.rules
	$FWTOOL clean --rules bad.rules tree > out 2> err; [ $? = 2 ] && [ "$(grep -c error err)" = 1 ] || wrong "rules \"$text\": $(cat err)"
done
$FWTOOL clean --apply dump.bin > out 2> err; [ $? = 2 ] || wrong "--apply of an image"
# Links lead nowhere.
mkdir out.d; echo 'psk=outside-of-the-tree' > out.d/wpa_supplicant.conf
ln -s ../out.d tree/link; ln -s ../out.d/wpa_supplicant.conf tree/wpa_supplicant.conf
$FWTOOL clean --apply tree > out 2> err; grep -q outside-of-the-tree out.d/wpa_supplicant.conf || wrong "a link was followed"

# What a person would expect to be found, in the places where devices have it.
mkdir -p person/etc/config person/etc/ppp person/etc/ssl person/etc/network person/etc/miio person/root/.ssh person/var/lib person/www/lang person/etc/init.d
printf "config wifi-iface\n\toption ssid 'planted-a1'\n\toption key 'planted-a2'\n" > person/etc/config/wireless
printf "config interface 'wan'\n\toption username 'planted-a3'\n\toption password 'planted-a4'\n" > person/etc/config/network
printf "config interface 'wg0'\n\toption private_key 'planted-a5='\n" > person/etc/config/wg
echo '"planted-a6" * "planted-a7" *' > person/etc/ppp/chap-secrets
printf 'iface wlan0 inet dhcp\n\twpa-ssid planted-a8\n  wpa-psk planted-a9\n' > person/etc/network/interfaces
printf '[rtsp]\nrtsp_passwd = planted-b1\nonvif_pwd=planted-b2\nftp_pass=planted-b3\n' > person/etc/rtsp.conf
echo '{"wlan":{"ssid":"planted-b4","pass":"planted-b5"},"accessKeyId":"planted-b6"}' > person/etc/cam.json
echo '<N><WifiSSID>planted-b7</WifiSSID><WifiPwd>planted-b8</WifiPwd></N>' > person/etc/net.xml
printf 'SSID1=planted-b9\nWPAPSK1=planted-c1\nRADIUS_Key1=planted-c2\n' > person/etc/RT2860AP.dat
printf 'did=planted-c3\nkey=planted-c4\n' > person/etc/miio/device.conf
printf 'SN=planted-c5\nMAC=00:11:22:aa:bb:c6\n' > person/etc/device_info.txt
printf 'network={\n ssid="planted-c7"\n identity="planted-c8"\n private_key_passwd="planted-c9"\n}\n' > person/etc/wpa.conf
echo 'planted-d1.example ssh-rsa AAAA' > person/root/.ssh/known_hosts
echo '1700000000 00:11:22:aa:bb:d2 192.168.1.5 planted-d2 *' > person/var/lib/dhcp.leases
printf '\0\0\0\013ssh-ed25519\0\0\0\040planted-d3-0123456789abcdefghij' > person/etc/ssl/host
python3 - <<'END'
body = b"\x02\x01\x00" + b"\x02\x81\x81\x00" + b"planted-d4" + b"k" * 118
open("person/etc/ssl/server.bin", "wb").write(b"\x30\x81" + bytes([len(body)]) + body)
open("person/etc/ssl/not.bin", "wb").write(b"\x30\x81" + bytes([len(body)]) + body + b"more")
END
# ... and what is none of it.
printf '#!/bin/sh\nPASSWORD=$(cat /x)\nssid=$1\n' > person/etc/init.d/rcS
echo '{"password":"Kennwort","token":"Zeichen"}' > person/www/lang/de.json
cp -r person was; mksquashfs person person.sqsh -noappend -quiet > /dev/null 2>&1
$FWTOOL extract -q person.sqsh -d opened || wrong "extract of a squashfs"
$FWTOOL clean -q --apply opened > out 2> err || wrong "--apply: $(cat err)"
$FWTOOL repack -q opened -o after.sqsh 2> err || wrong "repack: $(cat err)"
unsquashfs -q -n -d after after.sqsh > /dev/null 2>&1
rm after/etc/ssl/not.bin || wrong "unsquashfs"
grep -raoE 'planted-[a-d][0-9]|aa:bb:[a-z0-9]+' after && wrong "left in the squashfs"
for f in etc/init.d/rcS www/lang/de.json; do cmp was/$f after/$f || wrong "$f is no secret"; done
cmp -s was/etc/ssl/not.bin opened/etc/ssl/not.bin || wrong "a file that only begins as a key does"
exit $bad
