#!/usr/bin/env python3
"""jffs2past.py IMAGE LIVE PAST LIST... - nothing lost, nothing invented

Walks the log of a little-endian jffs2 by itself and holds two trees against it:
LIVE (what is there) and PAST (what --undelete wrote), each with its LIST
(.fwmeta, for inode numbers). Every file of PAST must be a state that its inode
was in after some node; every piece of data in the log must be seen in some
file of its inode, at its place. Inodes packed in other ways than zlib and not at
all are left out.
"""
import collections
import os
import struct
import sys
import zlib


def crc(data):
    return zlib.crc32(data, 0xffffffff) ^ 0xffffffff


def nodes(image):
    at = 0
    while at + 12 <= len(image):
        magic, kind, total, hcrc = struct.unpack_from('<HHII', image, at)
        head = struct.pack('<HHI', magic, kind | 0x2000, total)
        if magic != 0x1985 or crc(head) != hcrc or at + total > len(image):
            at += 4
            continue
        if kind | 0x2000 == 0xe002:
            yield inode(image[at:at + total], head)
        at += (max(total, 4) + 3) & ~3


def inode(raw, head):
    (ino, version, mode, uid, gid, isize, at, mt, ct, offset, csize, dsize, compr,
     user, flags, dcrc, ncrc) = struct.unpack_from('<IIIHHIIIIIIIBBHII', raw, 12)
    if crc(head + raw[8:60]) != ncrc or crc(raw[68:68 + csize]) != dcrc:
        return None
    data = raw[68:68 + csize]
    if compr == 1:
        data = bytes(dsize)
    elif compr == 6:
        data = zlib.decompress(data)
    elif compr != 0:
        data = None
    return ino, version, mode, isize, offset, data, compr


def files(tree, listing):
    found = collections.defaultdict(list)
    for line in open(listing):
        word = line.split()
        ino = [w[4:] for w in word if w.startswith('ino=')]
        if len(word) > 2 and word[1] == 'file' and ino:
            with open(os.path.join(tree, word[0][1:]), 'rb') as f:
                found[int(ino[0])].append((word[0], f.read()))
    return found


def main(image, live, live_list, past, past_list):
    log = collections.defaultdict(dict)
    for n in nodes(open(image, 'rb').read()):
        if n and n[2] & 0o170000 == 0o100000:
            log[n[0]][n[1]] = n
    live, past = files(live, live_list), files(past, past_list)
    pieces = states = 0
    for ino, by_version in log.items():
        was, seen = bytearray(), set()
        if any(n[5] is None for n in by_version.values()):
            continue
        for version in sorted(by_version):
            _, _, _, isize, offset, data, compr = by_version[version]
            # Linux cuts when it reads: who grows a file again writes a hole.
            was = was.ljust(max(isize, offset), b'\0') if isize else bytearray()
            was[offset:offset + len(data)] = data
            seen.add(bytes(was[:isize]))
            if compr == 1 or not data:
                continue
            pieces += 1
            if not any(c[offset:offset + len(data)] == data[:isize - offset]
                       for _, c in live[ino] + past[ino]):
                sys.exit('inode %d version %d: its data is nowhere' % (ino, version))
        for name, content in past[ino]:
            states += 1
            if content not in seen:
                sys.exit('%s: was never so' % name)
    if set(past) - set(log):
        sys.exit('inodes that are not in the log')
    print('%d pieces, %d states' % (pieces, states))


main(*sys.argv[1:])
