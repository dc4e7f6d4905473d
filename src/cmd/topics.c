/* topics.c - the texts behind fwtool help TOPIC */
#include "cmd/help.h"

const struct topic topics[] = {
	{ "ranges",
"--range R     OFF+LEN   LEN bytes from OFF\n"
"              OFF..END  up to END, which is not included\n"
"              OFF..     to the end\n"
"              +LEN      from the beginning\n"
"-p SEL        a partition or structure: its name, #2 (the second, from 0),\n"
"              @0x1d0000 (what begins there), a type (jffs2), a range, or\n"
"              several of these with commas between\n"
	},
	{ "numbers",
"65536, 0x10000, 64K, 64k, 64KiB, 16M, 16MiB, 1G: powers of 1024.\n"
"16s, 0x10s: sectors of 512 bytes, as U-Boot's mmc and dd bs=512 count.\n"
"Refused, because tools disagree on them: 64KB, 010, 1.5M, 10000h, -1.\n"
"Printed: offsets in hexadecimal, sizes in KiB, MiB, GiB; JSON has bytes.\n"
	},
	{ "paths",
"Partitions are the top directories of an image:\n"
"  fwtool ls dump.bin\n"
"  fwtool ls dump.bin ROOTFS/etc\n"
"  fwtool cat dump.bin ROOTFS/etc/init.d/rcS\n"
"A file system alone has no top level:\n"
"  fwtool cat sys.img etc/passwd\n"
	},
	{ "exit",
"0  done, or yes\n"
"1  ran well, the answer is no: nothing found, inputs differ, mismatch\n"
"2  trouble: usage, unreadable or malformed input, refused; nothing written\n"
"3  partial: something was written, something is missing, each listed\n"
"4  hardware: no programmer, no permission, no chip, no prompt\n"
"128+n  ended by signal n\n"
	},
	{ "json",
"--json prints exactly one document on stdout, also when the command fails;\n"
"--jsonl one per line and input. Every document has schema (fwtool.scan/1),\n"
"tool, ok and messages (level, code, subject, offset or line, text).\n"
"Offsets and sizes are integers, hashes hexadecimal strings. A name that is\n"
"not UTF-8 comes as KEY_b64 (base64) instead of KEY. Within a schema number\n"
"there are only additions. fwtool formats --schema NAME prints the schema.\n"
	},
	{ "environment",
"NO_COLOR CLICOLOR CLICOLOR_FORCE TERM  whether stdout is coloured\n"
"COLUMNS            width of the progress line\n"
"FWTOOL_HINTS=0     no hint lines\n"
"SOURCE_DATE_EPOCH  the time that new files in an image get\n"
"TMPDIR             where a pipe is spooled\n"
	},
	{ "wiring",
"SOIC8 SPI NOR      pin  CH341A (25 SPI)  FT232H breakout  CH347     spidev\n"
"CS#                 1   CS               D3               SCS0      CE0\n"
"SO / SIO1           2   MISO             D2               MISO      MISO\n"
"WP# / SIO2          3   3.3V             3.3V             3.3V      3.3V\n"
"GND                 4   GND              GND              GND       GND\n"
"SI / SIO0           5   MOSI             D1               MOSI      MOSI\n"
"SCLK                6   CLK              D0               SCK       SCLK\n"
"HOLD# / RESET#      7   3.3V             3.3V             3.3V      3.3V\n"
"VCC                 8   3.3V             3.3V             3.3V      3.3V\n"
"Pin 1 is at the dot or the bevelled edge of the chip. 3.3 V only: measure VCC\n"
"first. If the board runs, hold its processor in reset or lift VCC.\n"
"\n"
"          ___ ___\n"
"   CS#  1|o  U   |8  VCC      Seen from above: pins count against the clock.\n"
"    SO  2|       |7  HOLD#    The red wire of a clip goes to pin 1.\n"
"   WP#  3|       |6  SCLK     Do not power the board while the programmer\n"
"   GND  4|_______|5  SI       powers the chip.\n"
"\n"
"25QxxFW, 25QxxDW, MX25U and GD25LQ are 1.8 V parts: they need an adapter, at\n"
"3.3 V they read ff or are damaged.\n"
"Many black CH341A boards put 5 V on CS, CLK and MOSI, though VCC is 3.3 V:\n"
"measure between GND and CS. Mend the board (pin 28 of the CH341A to 3.3 V) or\n"
"take one with a voltage switch, set to 3.3 V.\n"
"WP# and HOLD# must not float: tie them to 3.3 V where the board does not.\n"
"Wires under 20 cm, ground beside clock. fwtool acquire --probe says whether\n"
"the chip answers; --speed lowers the clock of all but the CH341A.\n"
	},
	{ "compat",
"fwtool mkfs.jffs2 OPTIONS, or a link to fwtool of the name mkfs.jffs2 (make\n"
"install-compat makes one), takes the command line of mtd-utils 2.1.5 and\n"
"writes the same bytes. Other than there:\n"
"  -e 10000, -s 0, -p smaller than the content: refused, the image is no use\n"
"  -e 64K, -s 4K, -p 1M: sizes as in fwtool help numbers; -e 64 is 64 KiB\n"
"  devices over 255: kept (4 bytes, as Linux has them); not cut to 8 bits\n"
"  links over 254 bytes, owners over 65535: refused, not cut\n"
"  FILE of -o inside the tree: left out of the image\n"
"  -D: a line that cannot be followed is a warning and status 3, or refused;\n"
"      new nodes get the time of SOURCE_DATE_EPOCH where it is set\n"
"  -i: said to lose changes to files that both images have\n"
"fwtool mkfs.cramfs [-h -V -v -E -s -p -z -b SIZE -e N -i FILE -n NAME -N WORD]\n"
"DIR FILE, or a link of that name, writes what util-linux 2.38.1 writes. Other\n"
"than there:\n"
"  files over 16 MiB, names over 252 bytes, large device numbers: refused, not\n"
"      cut; owners that do not fit are cut with a warning and status 3\n"
"fwtool jefferson FILE -d DIR [-f] [-v], or a link of the name jefferson, takes\n"
"the command line of jefferson. Other than there:\n"
"  what the log says was deleted, renamed or cut off is not there; all names\n"
"      of a hard link are; nodes with wrong sums are not used\n"
"  owners, modes, times and devices are kept in DIR.fwmeta; no root is needed\n"
"  status 2 when nothing was extracted, 3 when something is damaged\n"
	},
	{ 0 }
};
