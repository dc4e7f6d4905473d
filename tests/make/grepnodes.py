#!/usr/bin/env python3
"""grepnodes.py IMAGE TEXT... - texts that are in an image, raw or in any jffs2 node's content; 1: none is"""
import struct
import sys
import zlib

image = open(sys.argv[1], "rb").read()
texts = [t.encode() for t in sys.argv[2:]]
found = {t for t in texts if t in image}
at = image.find(b"\x85\x19\x02\xe0")
while at >= 0:
    head = image[at:at + 68]
    if len(head) == 68:
        csize, dsize = struct.unpack("<II", head[48:56])
        data = image[at + 68:at + 68 + csize]
        if head[56] == 6:
            try:
                data = zlib.decompress(data)
            except zlib.error:
                pass
        found |= {t for t in texts if t in data}
    at = image.find(b"\x85\x19\x02\xe0", at + 4)
for t in sorted(found):
    print(t.decode())
sys.exit(0 if found else 1)
