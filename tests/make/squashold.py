#!/usr/bin/env python3
"""squashold.py VERSION little|big OUT [TRAIT]... - squashfs as it was before 4

Writes a small tree that has a bit of everything as version 1, 2 or 3, from
the published structures. Traits: check (a byte 0xff before each block of
metadata), stored (nothing packed), lzma13 lzma5 ddwrt headerless e2100 7z
odd (how vendors packed LZMA), many (listings of several blocks). Or a hostile one:
loop, names, deep, overlap, claims (sizes and places that are not there).
"""
import lzma
import struct
import sys
import zlib

BLOCK, LOG, META = 32768, 15, 8192
DIR, FILE, LINK, BLK, CHR, FIFO, SOCK, LDIR, LREG = range(1, 10)
TIME = 1234567890
NONE = 0xffffffff
PACKINGS = ("lzma13", "lzma5", "ddwrt", "headerless", "e2100", "7z", "odd")


def raw_lzma(data, lc, lp, pb):
    alone = lzma.compress(data, lzma.FORMAT_ALONE, filters=[
        {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": 1 << 20}])
    return alone[:5], alone[13:]


def pack(data, how):
    if how == "zlib":
        return zlib.compress(data, 9)
    lc, lp, pb = (0, 0, 2) if how == "e2100" else (3, 0, 2)
    if how == "ddwrt":
        lc, pb = 1, 1
    if how == "odd":
        lc, lp, pb = 1, 1, 3
    props, body = raw_lzma(data, lc, lp, pb)
    heads = {
        "lzma13": props + struct.pack("<Q", len(data)),
        "lzma5": props,
        "ddwrt": bytes([pb, lc, lp, 0]),
        "headerless": b"",
        "e2100": b"",
        "odd": b"odd",
        "7z": b"7z\0\0" + props,
    }
    return heads[how] + body


class Table:
    """Metadata: plain bytes cut every 8 KiB, each piece packed."""

    def __init__(self, image):
        self.image, self.plain, self.packed = image, bytearray(), bytearray()

    def flush(self, least):
        while len(self.plain) >= least and self.plain:
            self.packed += self.image.meta(bytes(self.plain[:META]))
            del self.plain[:META]

    def place(self):
        self.flush(META)
        return len(self.packed), len(self.plain)

    def add(self, record):
        """Append; (block, offset, number of the inode)."""
        at = self.place()
        self.plain += record
        return (*at, self.image.number)


class Image:
    def __init__(self, version, order, traits):
        self.version, self.big, self.traits = version, order == "big", traits
        packings = [t for t in traits if t in PACKINGS]
        self.how = packings[0] if packings else "zlib"
        self.data = bytearray({1: 51, 2: 63, 3: 119}[version])
        self.inodes, self.dirs = Table(self), Table(self)
        self.fragments, self.tail = [], bytearray()
        self.uids, self.guids, self.number = [], [], 0

    def bits(self, *fields):
        """(value, width): from the low end in little-endian, else the high."""
        x = n = 0
        for value, width in fields:
            value &= (1 << width) - 1
            x = x << width | value if self.big else x | value << n
            n += width
        assert n % 8 == 0, fields
        return x.to_bytes(n // 8, "big" if self.big else "little")

    def num(self, value, size):
        return self.bits((value, 8 * size))

    def meta(self, plain):
        packed = pack(plain, self.how)
        stored = "stored" in self.traits or len(packed) >= len(plain)
        body = plain if stored else packed
        check = b"\xff" if "check" in self.traits else b""
        return self.num(len(body) | stored << 15, 2) + check + body

    def block(self, plain):
        """Append a block of data; what the list says of it."""
        bit = 1 << (15 if self.version == 1 else 24)
        packed = pack(plain, self.how)
        if "stored" in self.traits or len(packed) >= len(plain):
            self.data += plain
            return len(plain) % bit | bit
        self.data += packed
        return len(packed)

    def end_fragment(self):
        if self.tail:
            at = len(self.data)
            self.fragments.append((at, self.block(bytes(self.tail))))
            self.tail = bytearray()

    def id_of(self, ids, value):
        if value not in ids:
            ids.append(value)
        return ids.index(value)

    def base(self, kind, mode, uid, gid):
        u = self.id_of(self.uids, uid)
        self.number += 1
        if self.version == 1:
            g = 15 if gid == uid else self.id_of(self.guids, gid)
            if kind in (FIFO, SOCK):
                return self.bits((0, 4), (mode, 12), (u % 16, 4), (g, 4),
                                 (kind, 4), (u // 16, 4))
            return self.bits((kind + 5 * (u // 16), 4), (mode, 12), (u % 16, 4), (g, 4))
        g = 255 if gid == uid else self.id_of(self.guids, gid)
        out = self.bits((kind, 4), (mode, 12), (u, 8), (g, 8))
        if self.version == 3:
            out += self.num(TIME + self.number, 4) + self.num(self.number, 4)
        return out

    def links(self):
        return self.num(1, 4) if self.version == 3 else b""

    def file(self, mode, uid, gid, data, large=False):
        blocks, rest, fragment, offset = [], b"", NONE, 0
        start = len(self.data)
        whole = len(data) if self.version == 1 else len(data) // BLOCK * BLOCK
        if large:
            whole = len(data)
        for i in range(0, whole, BLOCK):
            part = data[i:i + BLOCK]
            hole = self.version == 3 and not any(part)
            blocks.append(0 if hole else self.block(part))
        rest = data[whole:]
        if rest:
            if len(self.tail) + len(rest) > BLOCK:
                self.end_fragment()
            fragment, offset = len(self.fragments), len(self.tail)
            self.tail += rest
        kind = LREG if large and self.version == 3 else FILE
        out = self.base(kind, mode, uid, gid)
        if self.version == 1:
            out += self.num(TIME + 1, 4) + self.num(start, 4) + self.num(len(data), 4)
            return self.inodes.add(out + b"".join(self.num(b, 2) for b in blocks))
        if self.version == 2:
            out += self.num(TIME + 1, 4) + self.num(start, 4)
        else:
            out += (self.links() if large else b"") + self.num(start, 8)
        out += self.num(fragment, 4) + self.num(offset, 4)
        out += self.num(len(data), 8 if kind == LREG else 4)
        return self.inodes.add(out + b"".join(self.num(b, 4) for b in blocks))

    def other(self, kind, mode, uid, gid, value=None):
        out = self.base(kind, mode, uid, gid) + self.links()
        if kind in (BLK, CHR):
            out += self.num(value, 2)
        if kind == LINK:
            out += self.num(len(value), 2) + value
        return self.inodes.add(out)

    def dir(self, mode, uid, gid, entries, large=False):
        """entries: sorted (name, kind, ref), ref = block, offset, number."""
        (start, offset), size, i = self.dirs.place(), 0, 0
        while i < len(entries):
            group = entries[i:i + 100]
            block = group[0][2][0]
            group = group[:next((k for k, e in enumerate(group) if e[2][0] != block),
                                len(group))]
            number = group[0][2][2]
            head = [(len(group) - 1, 8), (block, 24 if self.version < 3 else 32)]
            if self.version == 3:
                head.append((number, 32))
            out = self.bits(*head)
            for name, kind, ref in group:
                entry = [(ref[1], 13), (kind if kind < 8 else kind - 7, 3), (len(name) - 1, 8)]
                if self.version == 3:
                    entry.append((ref[2] - number, 16))
                out += self.bits(*entry) + name
            self.dirs.add(out)
            size += len(out)
            i += len(group)
        size += 3 if self.version == 3 else 0
        kind = LDIR if large and self.version > 1 else DIR
        out = self.base(kind, mode, uid, gid) + self.links()
        out += self.bits((size, 27 if kind == LDIR else 19), (offset, 13))
        if self.version < 3:
            out += self.num(TIME + 2, 4) + self.num(start, 3)
            if kind == LDIR:
                out += self.num(0, 2)
        else:
            out += self.num(start, 4)
            if kind == LDIR:
                out += self.num(0, 2)
            out += self.num(0, 4)
        return self.inodes.add(out)

    def table(self, entries):
        """Packed entries, then pointers to their blocks; where those are."""
        pointers, size = [], 8 if self.version == 3 else 4
        for i in range(0, len(entries), META):
            pointers.append(len(self.data))
            self.data += self.meta(entries[i:i + META])
        at = len(self.data)
        self.data += b"".join(self.num(p, size) for p in pointers)
        return at

    def finish(self, root):
        v3 = self.version == 3
        self.end_fragment()
        inodes = len(self.data)
        self.inodes.flush(1)
        self.data += self.inodes.packed
        dirs = len(self.data)
        self.dirs.flush(1)
        self.data += self.dirs.packed
        fragments = NONE if not v3 else 2 ** 64 - 1
        if self.fragments:
            fragments = self.table(b"".join(
                self.num(at, 8) + self.num(word, 4) + self.num(0, 4) if v3 else
                self.num(at, 4) + self.num(word, 4) for at, word in self.fragments))
        uids = len(self.data)
        self.data += b"".join(self.num(u, 4) for u in self.uids)
        guids = len(self.data)
        self.data += b"".join(self.num(g, 4) for g in self.guids)
        used = len(self.data)
        flags = ("check" in self.traits) << 2 | 3 * ("stored" in self.traits)
        old = (used, uids, guids, inodes, dirs)
        head = b"sqsh" if self.big else b"hsqs"
        head += self.num(self.number, 4)
        head += b"".join(self.num(0 if v3 else x, 4) for x in old)
        head += self.num(self.version, 2) + self.num(self.version == 3, 2)
        head += self.num(BLOCK, 2) + self.num(LOG, 2) + self.num(flags, 1)
        head += self.num(len(self.uids), 1) + self.num(len(self.guids), 1)
        head += self.num(TIME, 4) + self.num(root[0] << 16 | root[1], 8)
        if self.version > 1:
            head += self.num(BLOCK, 4) + self.num(len(self.fragments), 4)
            head += self.num(0 if v3 else fragments, 4)
        if v3:
            for x in (used, uids, guids, inodes, dirs, fragments, 2 ** 64 - 1):
                head += self.num(x, 8)
        self.data[:len(head)] = head
        return bytes(self.data) + bytes(-len(self.data) % 4096)


def everything(im):
    text = b"".join(b"%d\n" % i for i in range(9000))
    noise = bytes(zlib.crc32(b"%d" % i) & 255 for i in range(BLOCK + 5))
    etc = [(b"passwd", FILE, im.file(0o644, 0, 0, b"root::0:0::/:/bin/sh\n")),
           (b"shadow", FILE, im.file(0o4600, 0, 42, b"root:x"))]
    owned = [(b"of%03d" % u, FILE, im.file(0o640, 1000 + u, 1000 + u, b"%d" % u))
             for u in range(20)]
    many = [(b"file%05d" % i, FILE, im.file(0o644, 0, 0, b"%d" % i))
            for i in range(800 if "many" in im.traits else 5)]
    big = im.file(0o755, 0, 0, text)
    top = [
        (b"big", FILE, big),
        (b"console", CHR, im.other(CHR, 0o600, 0, 5, 5 << 8 | 1)),
        (b"empty", FILE, im.file(0o600, 7, 8, b"")),
        (b"etc", DIR, im.dir(0o750, 0, 0, etc)),
        (b"fifo", FIFO, im.other(FIFO, 0o622, 1019, 3)),
        (b"hard", FILE, big),
        (b"link", LINK, im.other(LINK, 0o777, 0, 0, b"etc/passwd")),
        (b"many", DIR, im.dir(0o755, 0, 0, many, large=True)),
        (b"mtd3", BLK, im.other(BLK, 0o640, 0, 6, 31 << 8 | 3)),
        (b"noise", FILE, im.file(0o644, 0, 0, noise, large=True)),
        (b"nothing", DIR, im.dir(0o700, 0, 0, [])),
        (b"owned", DIR, im.dir(0o755, 0, 0, owned)),
        (b"socket", SOCK, im.other(SOCK, 0o666, 1, 1)),
        (b"sparse", FILE, im.file(0o644, 0, 0, bytes(3 * BLOCK) + b"x" + bytes(BLOCK))),
    ]
    return im.dir(0o755, 0, 0, top)


def loop(im):
    me = (*im.inodes.place(), im.number + 1)
    inner = im.dir(0o755, 0, 0, [(b"again", DIR, me)])
    return [(b"loop", DIR, inner), (b"same", DIR, inner)]


def names(im):
    ref = im.file(0o644, 0, 0, b"x")
    return [(n, FILE, ref) for n in
            (b".", b"..", b"../out", b"/etc/out", b"a\0b", b"dot", b"dot", b"\033[2J")]


def deep(im):
    ref = im.file(0o644, 0, 0, b"x")
    entry = (b"f", FILE, ref)
    for _ in range(3000):
        entry = (b"d", DIR, im.dir(0o755, 0, 0, [entry]))
    return [entry]


def overlap(im):
    refs = [im.file(0o644, 0, 0, b"x") for _ in range(200)]
    entries = [(b"file%03d" % i, FILE, r) for i, r in enumerate(refs)]
    im.dir(0o755, 0, 0, entries)
    dirs = []
    for i in range(100):
        out = im.base(DIR, 0o755, 0, 0) + im.links()
        out += im.bits((2421, 19), (0, 13)) + im.num(0, 4) + im.num(0, 4)
        dirs.append((b"dir%03d" % i, DIR, im.inodes.add(out)))
    return dirs


def claims(im):
    def lie(size, start, fragment):
        out = im.base(LREG, 0o644, 0, 0) + im.links() + im.num(start, 8)
        out += im.num(fragment, 4) + im.num(0, 4) + im.num(size, 8)
        return im.inodes.add(out + bytes(16))
    good = im.file(0o644, 0, 0, b"good")
    return [
        (b"block", FILE, im.file(0o644, 0, 0, b"here")),
        (b"fragment", FILE, lie(5, 0, 99)),
        (b"good", FILE, good),
        (b"huge", FILE, lie(1 << 62, 0, NONE)),
        (b"nobody", FILE, (0, 8000, 1)),
        (b"outside", FILE, (77777, 0, 1)),
        (b"target", LINK, im.inodes.add(im.base(LINK, 0o777, 0, 0) + im.links() +
                                        im.num(65535, 2))),
    ]


def hostile(im, trait):
    make = {"loop": loop, "names": names, "deep": deep, "overlap": overlap,
            "claims": claims}[trait]
    return im.dir(0o755, 0, 0, make(im))


def main():
    version, order, out, *traits = sys.argv[1:]
    im = Image(int(version), order, traits)
    bad = [t for t in traits if t in ("loop", "names", "deep", "overlap", "claims")]
    root = hostile(im, bad[0]) if bad else everything(im)
    with open(out, "wb") as f:
        f.write(im.finish(root))


main()
