#!/usr/bin/env python3
"""cramfsodd.py TREE OUT [TRAIT]... - cramfs as others than mkfs.cramfs make it

From the published structures and the vendors' sources. Traits: big (byte
order), boot (512 bytes before it), old (no version, no crc), wide (inodes of
16 bytes), lzma (OpenRG's blocks), page=N, xip (block pointers of Linux 4.15:
some blocks stored, some elsewhere), sticky (programs stored whole from a page
border on), swapped (Cisco's crc). Or a hostile one, of which TREE is not
looked at: loop names deep share claims.
"""
import lzma
import os
import stat
import struct
import sys
import zlib

tree, out, traits = sys.argv[1], sys.argv[2], sys.argv[3:]
PAGE = 4096
for t in traits:
    if t.startswith("page="):
        PAGE = int(t[5:])
END = ">" if "big" in traits else "<"
WIDE, XIP = "wide" in traits, "xip" in traits
BASE = 512 if "boot" in traits else 0
INODE = 16 if WIDE else 12
image = bytearray(BASE + 64 + INODE)
count = {"blocks": 0, "files": 0}


def inode(mode, uid, gid, size, namelen, offset):
    n, o = namelen // 4, offset // 4
    if WIDE:
        words = (mode << 16 | uid, (size & 0xffffff) << 8 | gid, size >> 24 << 24 | n, o)
        if END == "<":
            words = (mode | uid << 16, (size & 0xffffff) | gid << 24, size >> 24 | n << 8, o)
    else:
        words = (mode << 16 | uid, size << 8 | gid, n << 26 | o)
        if END == "<":
            words = (mode | uid << 16, size | gid << 24, n | o << 6)
    return struct.pack(END + f"{len(words)}I", *words)


def pack(data):
    if "lzma" not in traits:
        return zlib.compress(data, 9)
    alone = lzma.compress(data, lzma.FORMAT_ALONE, filters=[
        {"id": lzma.FILTER_LZMA1, "lc": 3, "lp": 0, "pb": 2, "dict_size": 1 << 16}])
    return alone[:5] + struct.pack("<I", len(data)) + alone[13:]


def pad(n=4):
    image.extend(bytes(-len(image) % n))


def put_file(data, mode):
    """Its place: a table of pointers to where each block ends, then blocks."""
    if not data:
        return 0
    pad()
    at = len(image)
    if "sticky" in traits and mode & stat.S_ISVTX:
        pad(PAGE)
        image.extend(data)
        return at
    pages = [data[i:i + PAGE] for i in range(0, len(data), PAGE)]
    count["blocks"] += len(pages)
    image.extend(bytes(4 * len(pages)))
    for i, page in enumerate(pages):
        if page.strip(b"\0"):
            image.extend(pack(page))
        struct.pack_into(END + "I", image, at + 4 * i, len(image))
    return at


def put_xip(data):
    """With direct pointers every block may lie anywhere: all of them do."""
    pages = [data[i:i + PAGE] for i in range(0, len(data), PAGE)]
    count["blocks"] += len(pages)
    pad()
    at = len(image)
    image.extend(bytes(4 * len(pages)))
    words = [0] * len(pages)
    for i in reversed(range(len(pages))):
        if i % 4 == 0:
            continue            # of the ordinary kind, done below
        pad()
        words[i] = len(image) >> 2 | 1 << 30
        if i % 4 == 1:
            packed = pack(pages[i])
            image.extend(struct.pack(END + "H", len(packed)) + packed)
        else:
            words[i] |= 1 << 31
            image.extend(pages[i])
        if i % 4 == 3 and i + 1 < len(pages):
            # Its end is where the ordinary block behind it begins.
            if len(pages) - 1 == i + 1:
                image.extend(pages[i + 1])
                words[i + 1] = len(image) | 1 << 31
            else:
                image.extend(pack(pages[i + 1]))
                words[i + 1] = len(image)
    if pages:
        first = pack(pages[0])
        # The first block begins behind the table; make room by moving there.
        new = len(image) + (-len(image) % 4)
        pad()
        at = new
        image.extend(bytes(4 * len(pages)))
        image.extend(first)
        words[0] = len(image)
    struct.pack_into(END + f"{len(words)}I", image, at, *words)
    return at if pages else 0


def put_dir(path):
    """Place and size of a directory's listing; its content follows it."""
    names = sorted(os.listdir(path), key=os.fsencode)
    head, entries = [], []
    for name in names:
        raw = os.fsencode(name)
        raw += bytes(-len(raw) % 4)
        head.append(raw)
    size = sum(INODE + len(n) for n in head)
    if not size:
        return 0, 0
    pad()
    at = len(image)
    image.extend(bytes(size))
    place = at
    for name, raw in zip(names, head):
        full = os.path.join(path, name)
        s = os.lstat(full)
        count["files"] += 1
        length, where = 0, 0
        if stat.S_ISDIR(s.st_mode):
            where, length = put_dir(full)
        elif stat.S_ISREG(s.st_mode) or stat.S_ISLNK(s.st_mode):
            data = (os.fsencode(os.readlink(full)) if stat.S_ISLNK(s.st_mode)
                    else open(full, "rb").read())
            where = (put_xip if XIP and stat.S_ISREG(s.st_mode) else
                     lambda d, m=s.st_mode: put_file(d, m))(data)
            length = len(data)
        elif stat.S_ISCHR(s.st_mode) or stat.S_ISBLK(s.st_mode):
            length = s.st_rdev
        image[place:place + INODE + len(raw)] = inode(
            s.st_mode, s.st_uid & 0xffff, s.st_gid & 0xff, length, len(raw), where) + raw
        place += INODE + len(raw)
    return at, size


def entry(name, mode, size, offset):
    name += bytes(-len(name) % 4)
    return inode(mode, 0, 0, size, len(name), offset) + name


def hostile(kind):
    """The place and size of a root that harms whoever believes it."""
    at = len(image)
    if kind == "loop":
        data = entry(b"d", 0o40755, 0, 0)
        data = entry(b"d", 0o40755, len(data), at)
        image.extend(data)
        return at, len(data)
    if kind == "names":
        bad = (b"..", b"../out", b"/etc/out", b".", b"dot", b"dot", b"a\0b")
        data = b"".join(entry(n, 0o100644, 0, 0) for n in bad)
        image.extend(data)
        return at, len(data)
    if kind == "deep":
        size = len(entry(b"d", 0, 0, 0))
        for i in range(10000):
            last = i == 9999
            image.extend(entry(b"d", 0o40755, 0 if last else size,
                               0 if last else at + (i + 1) * size))
        return at, size
    if kind == "share":
        # A listing of 1000 that each of 1000 directories claims in part.
        leaf = entry(b"file", 0o100644, 0, 0)
        first = at + 1000 * len(entry(b"d000", 0, 0, 0))
        for i in range(1000):
            image.extend(entry(b"d%03d" % i, 0o40755, (1000 - i) * len(leaf),
                               first + i * len(leaf)))
        end = len(image)
        image.extend(leaf * 1000)
        return at, end - at
    data = (entry(b"huge", 0o100644, 0xffffff, at), entry(b"far", 0o100644, 5000, 0xfffff0),
            entry(b"link", 0o120777, 0xffffff, at), entry(b"none", 0, 5, at),
            entry(b"dir", 0o40755, 0xfffff0, at + 64))
    image.extend(b"".join(data))
    return at, sum(map(len, data))


kinds = [t for t in traits if t in ("loop", "names", "deep", "share", "claims")]
where, length = hostile(kinds[0]) if kinds else put_dir(tree)
s = os.lstat(tree)
image.extend(bytes(-len(image) % max(PAGE, 4096)))
flags = 0 if "old" in traits else 3
flags |= 0x800 if XIP else 0
size = 0x10000 if "old" in traits and WIDE else len(image)
head = struct.pack(END + "4I", 0x28cd3d45, size, flags, 0) + b"Compressed ROMFS"
head += struct.pack(END + "4I", 0, 7, count["blocks"], count["files"] + 1)
head += b"odd".ljust(16, b"\0")
head += inode(s.st_mode, s.st_uid & 0xffff, s.st_gid & 0xff, length, 0, where)
image[BASE:BASE + len(head)] = head
if flags & 1:
    crc = zlib.crc32(image[BASE:])
    order = {"<": ">", ">": "<"}[END] if "swapped" in traits else END
    struct.pack_into(order + "I", image, BASE + 32, crc)
with open(out, "wb") as f:
    f.write(image)
