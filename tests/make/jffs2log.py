#!/usr/bin/env python3
"""jffs2log.py [CASE | -d DIR] - jffs2 logs node by node, as only a kernel writes them

mkfs.jffs2 writes every file once; what a device does to its log (deletions,
renames, truncations, garbage collection, power cuts) is made here, a case for
each rule. Without CASE their names are listed. Written from the grammar in
src/fs/jffs2/jffs2.h; the oracle for the result is a kernel that mounts it.
-d writes all of them into a directory.
"""
import os
import struct
import sys
import zlib

S_DIR, S_REG, S_LNK, S_CHR, S_BLK, S_FIFO, S_SOCK = (
    0o040000, 0o100000, 0o120000, 0o020000, 0o060000, 0o010000, 0o140000)
NONE, ZERO, RTIME, RUBIN3, COPY, RUBIN5, ZLIB, LZO, LZMA = range(9)
DIRENT, INODE, CLEAN, PADDING, XATTR, XREF = (
    0xe001, 0xe002, 0x2003, 0x2004, 0xe008, 0xe009)
T = 1500000000


def crc(data):
    return zlib.crc32(data, 0xffffffff) ^ 0xffffffff


class Log:
    def __init__(self, erase=0x10000, big=False, clean=True):
        self.e, self.erase, self.clean = '>' if big else '<', erase, clean
        self.b = bytearray()
        self.version = {}
        self.begin()

    def begin(self):
        """Start a block."""
        self.b += b'\xff' * (-len(self.b) % self.erase)
        if self.clean:
            self.put(self.node(CLEAN, b''))

    def block(self):
        if len(self.b) % self.erase:
            self.b += b'\xff' * (-len(self.b) % self.erase)
        self.begin()

    def node(self, kind, rest, totlen=None):
        head = struct.pack(self.e + 'HHI', 0x1985, kind,
                           12 + len(rest) if totlen is None else totlen)
        return head + struct.pack(self.e + 'I', crc(head)) + rest

    def put(self, raw, obsolete=False):
        at = len(self.b)
        raw = bytearray(raw)
        if obsolete:
            raw[2 if self.e == '>' else 3] &= 0xdf
        self.b += raw
        self.b += b'\xff' * (-len(self.b) % 4)
        return at

    def dirent(self, name, ino, pino=1, version=None, mctime=T, dtype=8,
               bad=None, obsolete=False, name_crc=None):
        if version is None:
            version = self.version[('d', pino)] = self.version.get(('d', pino), 0) + 1
        else:
            self.version[('d', pino)] = max(version, self.version.get(('d', pino), 0))
        name = name.encode() if isinstance(name, str) else name
        total = 40 + len(name)
        head = struct.pack(self.e + 'HHI', 0x1985, DIRENT, total)
        body = head + struct.pack(self.e + 'IIIIIBBH', crc(head), pino, version,
                                  ino, mctime, len(name), dtype, 0)
        ncrc = crc(body)
        if bad == 'node':
            ncrc ^= 1
        nmcrc = crc(name) if name_crc is None else name_crc
        if bad == 'name':
            nmcrc ^= 1
        return self.put(body + struct.pack(self.e + 'II', ncrc, nmcrc) + name,
                        obsolete)

    def inode(self, ino, data=b'', version=None, mode=S_REG | 0o644, uid=0, gid=0,
              isize=None, mtime=T, offset=0, compr=NONE, usercompr=0, dsize=None,
              csize=None, bad=None, obsolete=False, raw=None):
        """raw: the packed bytes, where compr is not one that is packed here."""
        if version is None:
            version = self.version[ino] = self.version.get(ino, 0) + 1
        else:
            self.version[ino] = max(version, self.version.get(ino, 0))
        packed = raw if raw is not None else data
        if compr == ZLIB and raw is None:
            packed = zlib.compress(data, 3)
        if compr == ZERO and raw is None:
            packed = b''
        if dsize is None:
            dsize = len(data)
        if isize is None:
            isize = offset + dsize
        total = 68 + len(packed)
        head = struct.pack(self.e + 'HHI', 0x1985, INODE, total)
        body = head + struct.pack(
            self.e + 'IIIIHHIIIIIIIBBH', crc(head), ino, version, mode, uid, gid,
            isize, mtime, mtime, mtime, offset,
            len(packed) if csize is None else csize, dsize, compr, usercompr, 0)
        ncrc, dcrc = crc(body), crc(packed)
        if bad == 'node':
            ncrc ^= 1
        if bad == 'data':
            dcrc ^= 1
        return self.put(body + struct.pack(self.e + 'II', dcrc, ncrc) + packed,
                        obsolete)

    def xattr(self, xid, prefix, name, value, version=1, bad=None):
        name, value = name.encode(), value.encode()
        data = name + b'\0' + value
        total = (32 + len(data) + 3) & ~3
        head = struct.pack(self.e + 'HHI', 0x1985, XATTR, total)
        body = head + struct.pack(self.e + 'IIIBBH', crc(head), xid, version,
                                  prefix, len(name), len(value))
        body += struct.pack(self.e + 'I', crc(data) ^ (bad == 'data'))
        return self.put(body + struct.pack(self.e + 'I', crc(body)) + data)

    def xref(self, ino, xid, seqno):
        head = struct.pack(self.e + 'HHI', 0x1985, XREF, 28)
        body = head + struct.pack(self.e + 'IIII', crc(head), ino, xid, seqno)
        return self.put(body + struct.pack(self.e + 'I', crc(body)))

    def file(self, name, ino, data=b'', pino=1, **k):
        self.inode(ino, data, **k)
        self.dirent(name, ino, pino)

    def dir(self, name, ino, pino=1, mode=S_DIR | 0o755, **k):
        self.inode(ino, mode=mode, **k)
        self.dirent(name, ino, pino, dtype=4)

    def done(self, blocks=1):
        self.b += b'\xff' * (-len(self.b) % self.erase)
        self.b += b'\xff' * (blocks * self.erase - len(self.b))
        return bytes(self.b)


def page(c, n=4096):
    return c.encode() * n


def text(n=4096, seed=1):
    out = bytearray()
    while len(out) < n:
        seed = (seed * 1103515245 + 12345) & 0x7fffffff
        out += b'%d line of text %d\n' % (seed % 97, seed >> 16)
    return bytes(out[:n])


cases = {}


def case(f):
    cases[f.__name__.replace('_', '-')] = f
    return f


@case
def deleted(big=False):
    """A name goes with a dirent of inode 0; an older one is not back."""
    l = Log(big=big)
    l.file('stays', 2, b'stays\n')
    l.file('goes', 3, b'goes\n')
    l.file('comes-back', 4, b'old\n')
    l.dirent('goes', 0)
    l.dirent('comes-back', 0)
    l.file('comes-back', 5, b'new\n')
    l.dir('dir', 6)
    l.file('inside', 7, b'x', pino=6)
    l.dirent('inside', 0, pino=6)
    return l.done()


@case
def deleted_be():
    return deleted(True)


@case
def renamed():
    """Renaming is a new name and a deletion; over another file too."""
    l = Log()
    l.file('old-name', 2, b'moved\n')
    l.dirent('new-name', 2)
    l.dirent('old-name', 0)
    l.file('target', 3, b'was replaced\n')
    l.file('source', 4, b'replaces\n')
    l.dirent('target', 4)
    l.dirent('source', 0)
    l.dir('a', 5)
    l.dir('b', 6)
    l.file('f', 7, b'wanders\n', pino=5)
    l.dirent('f', 7, pino=6)
    l.dirent('f', 0, pino=5)
    return l.done()


@case
def truncated():
    """Shrinking and growing again: what was cut off does not come back."""
    l = Log()
    l.dirent('shrunk', 2)
    l.inode(2, page('a'), isize=8192)
    l.inode(2, page('b'), offset=4096, isize=8192)
    l.inode(2, isize=100, dsize=0)
    l.dirent('regrown', 3)
    l.inode(3, page('a'))
    l.inode(3, isize=10, dsize=0)
    l.inode(3, compr=ZERO, offset=10, dsize=4086, isize=4096)
    l.dirent('emptied', 4)
    l.inode(4, page('a'))
    l.inode(4, isize=0, dsize=0)
    l.inode(4, b'fresh', isize=5)
    l.dirent('empty', 5)
    l.inode(5, isize=0)
    return l.done()


@case
def holes():
    """Hole nodes, holes without nodes, and the old ones written the wrong way."""
    l = Log()
    l.dirent('hole', 2)
    l.inode(2, compr=ZERO, dsize=100000, isize=100000)
    l.inode(2, b'end', offset=100000)
    l.dirent('gap', 3)
    l.inode(3, b'start', isize=9000)
    l.inode(3, b'end', offset=8997, isize=9000)
    l.dirent('swapped', 4)
    l.inode(4, compr=ZERO, csize=5000, dsize=0, isize=5000, raw=b'')
    l.inode(4, b'end', offset=5000)
    l.dirent('short', 5)
    l.inode(5, b'only this', isize=5000)
    l.dirent('trailing', 6)
    l.inode(6, b'data', isize=4)
    l.inode(6, compr=ZERO, offset=4, dsize=60000, isize=60004)
    return l.done()


@case
def overwritten():
    """Writes over parts of older nodes, in the middle, across, and all over."""
    l = Log()
    l.dirent('middle', 2)
    l.inode(2, page('a'), compr=ZLIB)
    l.inode(2, b'MIDDLE', offset=1000, isize=4096)
    l.dirent('across', 3)
    l.inode(3, page('a'), compr=ZLIB)
    l.inode(3, page('b'), compr=ZLIB, offset=4096)
    l.inode(3, page('c'), compr=ZLIB, offset=2048, isize=8192)
    l.dirent('whole', 4)
    l.inode(4, page('a'), compr=ZLIB)
    l.inode(4, page('b'), compr=ZLIB)
    l.dirent('many', 5)
    for i in range(40):
        n = 50 + i * 37 % 200
        l.inode(5, bytes([65 + i % 26]) * n, offset=i * 61 % 700, isize=830,
                compr=ZLIB if i % 3 else NONE)
    l.dirent('prepend', 6)
    l.inode(6, page('b'), compr=ZLIB, offset=4096, isize=8192)
    l.inode(6, page('a'), compr=ZLIB, offset=0, isize=8192)
    return l.done()


@case
def unordered():
    """Versions count, not places: garbage collection moves old nodes back."""
    l = Log()
    l.inode(2, b'newest\n', version=7)
    l.inode(2, b'older!\n', version=3)
    l.inode(2, b'oldest\n', version=1)
    l.dirent('file', 2, version=9)
    l.dirent('file', 0, version=5)
    l.dirent('gone', 0, version=8)
    l.dirent('gone', 2, version=2)
    l.block()
    l.inode(2, b'middle\n', version=5)
    return l.done()


@case
def copies():
    """Equal versions are copies; one with a broken sum does not hurt."""
    l = Log()
    l.dirent('both', 2, version=1)
    l.inode(2, b'copied\n', version=1)
    l.inode(2, b'copied\n', version=1)
    l.dirent('first-bad', 3, version=2)
    l.inode(3, b'copied\n', version=1, bad='data')
    l.inode(3, b'copied\n', version=1)
    l.dirent('last-bad', 4, version=3)
    l.inode(4, b'copied\n', version=1)
    l.inode(4, b'copied\n', version=1, bad='data')
    l.dirent('differ', 7, version=5)
    l.inode(7, b'first!\n', version=1)
    l.inode(7, b'second\n', version=1)
    l.dirent('tie', 5, version=4)
    l.inode(5, b'five\n')
    l.inode(6, b'six\n')
    l.dirent('tie', 6, version=4)
    return l.done()


@case
def obsolete():
    """NOR flash: the bit that says obsolete is cleared in place."""
    l = Log()
    l.file('kept', 2, b'kept\n')
    l.dirent('unlinked', 3, obsolete=True)
    l.inode(3, b'unlinked\n', obsolete=True)
    l.inode(4, b'newer, but obsolete\n', version=5, obsolete=True)
    l.inode(4, b'counts\n', version=2)
    l.dirent('file', 4)
    l.dirent('name', 2, version=50, obsolete=True)
    l.inode(7, b'half unlinked\n', obsolete=True)
    l.dirent('half', 7)
    return l.done()


@case
def links():
    """Hard links: of one inode, across directories, and one removed."""
    l = Log()
    l.dir('dir', 2)
    l.file('one', 3, b'linked\n', uid=7, gid=8)
    l.dirent('two', 3)
    l.dirent('three', 3, pino=2)
    l.file('gone', 4, b'other\n')
    l.dirent('left', 4)
    l.dirent('gone', 0)
    return l.done()


@case
def specials():
    """Devices in both sizes, a pipe, a socket, links."""
    l = Log()
    l.inode(2, struct.pack('<H', 5 << 8 | 1), mode=S_CHR | 0o600)
    l.dirent('console', 2, dtype=2)
    l.inode(3, struct.pack('<I', (300 & 0xff) | 8 << 8 | (300 & ~0xff) << 12),
            mode=S_BLK | 0o660, gid=6)
    l.dirent('sda300', 3, dtype=6)
    l.inode(4, struct.pack('<I', 44 | 300 << 8), mode=S_CHR | 0o600)
    l.dirent('high', 4, dtype=2)
    l.inode(5, mode=S_FIFO | 0o644)
    l.dirent('pipe', 5, dtype=1)
    l.inode(6, mode=S_SOCK | 0o755)
    l.dirent('socket', 6, dtype=12)
    l.inode(7, b'../some/where', mode=S_LNK | 0o777)
    l.dirent('link', 7, dtype=10)
    l.inode(8, b'/old', mode=S_LNK | 0o777, isize=0)
    l.dirent('link-without-size', 8, dtype=10)
    l.inode(9, b'x' * 254, mode=S_LNK | 0o777)
    l.dirent('link-254', 9, dtype=10)
    l.inode(10, b'first', mode=S_LNK | 0o777)
    l.inode(10, b'again', mode=S_LNK | 0o777, uid=3)
    l.dirent('link-chowned', 10, dtype=10)
    l.inode(11, struct.pack('<H', 1 << 8 | 3), mode=S_CHR | 0o666)
    l.inode(11, struct.pack('<H', 1 << 8 | 3), mode=S_CHR | 0o600)
    l.dirent('null-chmodded', 11, dtype=2)
    return l.done()


@case
def types():
    """The inode says what a file is, not the dirent."""
    l = Log()
    l.inode(2, b'a file\n')
    l.dirent('file-said-dir', 2, dtype=4)
    l.inode(3, mode=S_DIR | 0o700)
    l.dirent('dir-said-file', 3, dtype=8)
    l.file('inside', 4, b'x\n', pino=3)
    return l.done()


@case
def attributes():
    """The newest node gives mode, owner and times, even without data."""
    l = Log()
    l.dirent('file', 2)
    l.inode(2, b'data\n', mode=S_REG | 0o644, uid=1, gid=2)
    l.inode(2, isize=5, dsize=0, mode=S_REG | 0o4755, uid=1000, gid=65534,
            mtime=T + 5000)
    l.inode(1, mode=S_DIR | 0o1777, uid=5, gid=6, mtime=T + 1)
    l.dir('dir', 3)
    l.inode(3, mode=S_DIR | 0o2750, uid=9, mtime=T + 9)
    return l.done()


@case
def orphans():
    """No way from the root, or no inode: not there."""
    l = Log()
    l.file('seen', 2, b'seen\n')
    l.inode(3, b'never named\n')
    l.dirent('no-inode', 4)
    l.inode(5, mode=S_DIR | 0o755)
    l.file('in-lost-dir', 6, b'x\n', pino=5)
    l.file('in-no-dir', 7, b'x\n', pino=99)
    l.dirent('a', 11, pino=10, dtype=4)
    l.inode(11, mode=S_DIR | 0o755)
    l.dirent('b', 10, pino=11, dtype=4)
    l.inode(10, mode=S_DIR | 0o755)
    return l.done()


@case
def no_dir_inode():
    """A directory whose inode is gone, but which has children."""
    l = Log()
    l.dirent('dir', 2, dtype=4)
    l.file('child', 3, b'child\n', pino=2)
    l.dirent('sub', 4, pino=2, dtype=4)
    l.file('deep', 5, b'deep\n', pino=4)
    return l.done()


@case
def dirt():
    """Garbage between nodes, zeros, old magic, a node over the block's end."""
    l = Log()
    l.file('a', 2, b'a\n')
    l.b += b'\0' * 16 + b'garbage!' + struct.pack('<HHII', 0x1984, INODE, 68, 0)
    l.file('b', 3, b'b\n')
    l.put(l.node(PADDING, b'\xff' * 52))
    l.file('c', 4, b'c\n')
    at = l.put(l.node(0x2777, b'unknown, to be dropped'))
    l.put(l.node(0x6777, b'unknown, to be copied'))
    l.file('d', 5, b'd\n')
    l.put(l.node(INODE, b'', totlen=0x20000))
    l.file('e', 6, b'e\n')
    raw = l.node(INODE, b'\xff' * 200)
    l.put(raw)
    l.file('f', 7, b'f\n')
    l.block()
    l.file('g', 8, b'g\n')
    return l.done()


@case
def gap():
    """Erased bytes between nodes of a block are stepped over."""
    l = Log()
    l.file('a', 2, b'a\n')
    l.b += b'\xff' * 1024
    l.file('b', 3, b'b\n')
    l.b += b'\xff' * 8192
    l.file('c', 4, b'c\n')
    l.block()
    l.file('d', 5, b'd\n')
    return l.done()


@case
def half_erased():
    """An erase that was cut short: old nodes behind erased bytes."""
    l = Log()
    l.file('new', 2, b'new\n')
    l.dirent('deleted', 0, version=9)
    l.block()
    n = len(l.b) - 12
    l.file('x', 5, b'x\n')
    l.file('stale', 6, b'stale\n')
    l.block()
    l.file('last', 4, b'last\n')
    l.block()
    b = bytearray(l.done())
    body = b[n + 12:n + 0x10000 - 1012]
    b[n:n + 0x10000] = b'\xff' * 1024 + body
    return bytes(b)


@case
def half_erased_short():
    """The same, but fewer erased bytes than a kernel looks at."""
    l = Log()
    l.file('new', 2, b'new\n')
    l.block()
    n = len(l.b) - 12
    l.file('x', 5, b'x\n')
    l.block()
    l.file('last', 4, b'last\n')
    b = bytearray(l.done())
    body = b[n + 12:n + 0x10000 - 116]
    b[n:n + 0x10000] = b'\xff' * 128 + body
    return bytes(b)


@case
def after_marker():
    """Nodes long after a cleanmarker."""
    l = Log()
    l.file('a', 2, b'a\n')
    l.block()
    l.b += b'\xff' * 2036
    l.file('b', 3, b'b\n')
    l.block()
    l.file('c', 4, b'c\n')
    return l.done()


@case
def names():
    """Long names, bytes that are no text, a NUL inside, version order."""
    l = Log()
    l.file('n' * 254, 2, b'254\n')
    l.file(b'\xff\xfe raw', 3, b'raw\n')
    l.file('with space', 4, b'space\n')
    l.inode(5, b'cut\n')
    l.dirent(b'cut\0off', 5, name_crc=crc(b'cut'))
    l.inode(6, b'cut too\n')
    l.dirent(b'keep\0off', 6)
    return l.done()


@case
def hostile_names():
    """Names that would leave the tree, or are none."""
    l = Log()
    l.file('good', 2, b'good\n')
    l.file('..', 3, b'x\n')
    l.file('.', 4, b'x\n')
    l.file('a/b', 5, b'x\n')
    l.file('../../etc/passwd', 6, b'x\n')
    l.file('', 7, b'x\n')
    return l.done()


@case
def dir_links():
    """A directory with two names; one that is its own parent."""
    l = Log()
    l.dir('a', 2)
    l.file('f', 3, b'f\n', pino=2)
    l.dirent('b', 2, dtype=4)
    l.dirent('loop', 2, pino=2, dtype=4)
    l.dirent('root', 1, pino=2, dtype=4)
    return l.done()


@case
def bad_sums():
    """Broken nodes: a page lost, an older one seen, a tail, a name, all."""
    l = Log()
    l.dirent('hole', 2)
    l.inode(2, page('a'), compr=ZLIB, isize=12288)
    l.inode(2, page('b'), compr=ZLIB, offset=4096, isize=12288, bad='data')
    l.inode(2, page('c'), compr=ZLIB, offset=8192, isize=12288)
    l.dirent('older', 3)
    l.inode(3, page('a'), compr=ZLIB)
    l.inode(3, b'NEW', offset=100, isize=4096, bad='data')
    l.dirent('tail', 4)
    l.inode(4, page('a'), compr=ZLIB, isize=8192)
    l.inode(4, page('b'), compr=ZLIB, offset=4096, isize=8192, bad='data')
    l.dirent('superseded', 5)
    l.inode(5, page('a'), compr=ZLIB, bad='data')
    l.inode(5, page('b'), compr=ZLIB)
    l.inode(6, b'name lost\n')
    l.dirent('name-lost', 6, bad='name')
    l.dirent('all-lost', 7)
    l.inode(7, b'everything\n', bad='data')
    l.dirent('node-crc', 8)
    l.inode(8, page('a'), compr=ZLIB, isize=8192)
    l.inode(8, page('b'), compr=ZLIB, offset=4096, isize=8192, bad='node')
    l.inode(9, b'named twice\n')
    l.dirent('cut-after', 10)
    l.inode(10, page('a'), compr=ZLIB, isize=8192)
    l.inode(10, page('b'), compr=ZLIB, offset=4096, isize=8192, bad='data')
    l.inode(10, isize=100, dsize=0)
    l.dirent('lost-of-two', 9, bad='node')
    l.dirent('kept-of-two', 9)
    return l.done()


@case
def power_cut():
    """A node that was never finished, at the end of the log."""
    l = Log()
    l.dirent('file', 2)
    l.inode(2, page('a'))
    at = l.inode(2, page('b'), isize=4096)
    n = len(l.b) - at
    l.b[at + 40:] = b'\xff' * (n - 40)
    return l.done()


@case
def methods():
    """Nodes that come out as more than is seen of them."""
    l = Log()
    l.dirent('zlib', 2)
    l.inode(2, text(), compr=ZLIB)
    l.dirent('zlib-part', 3)
    l.inode(3, text(), compr=ZLIB)
    l.inode(3, b'in between', offset=77, isize=4096)
    l.dirent('usercompr', 4)
    l.inode(4, text(seed=3), compr=ZLIB, usercompr=ZLIB)
    l.dirent('bad-adler', 5)
    z = bytearray(zlib.compress(text(seed=4), 3))
    z[-1] ^= 0x55
    l.inode(5, text(seed=4), compr=ZLIB, raw=bytes(z))
    l.dirent('cut-stream', 6)
    z = zlib.compress(text(seed=5), 3)
    l.inode(6, text(seed=5), compr=ZLIB, raw=z[:len(z) // 2])
    l.dirent('long-none', 7)
    l.inode(7, b'short', compr=NONE, raw=b'longer than said')
    l.dirent('zlib-9', 8)
    l.inode(8, text(seed=6), compr=ZLIB, raw=zlib.compress(text(seed=6), 9))
    return l.done()


def rtime(data):
    """A byte, then how many that follow repeat what followed it last time."""
    last, out, pos = {}, bytearray(), 0
    while pos < len(data):
        b = data[pos]
        back = last.get(b, 0)
        pos += 1
        last[b] = pos
        run = 0
        while run < 255 and back < pos and pos < len(data) and data[pos] == data[back]:
            pos, back, run = pos + 1, back + 1, run + 1
        out += bytes([b, run])
    return bytes(out)


def rubin(data, ones, total):
    """Arithmetic coding of bits, low bits first, in a 16-bit interval."""
    p, q, bits, top = 1 << 16, 0, [], 1 << 15
    for byte in data:
        for i in range(8):
            while q >= top or p + q <= top:
                bits.append(q >> 15 & 1)
                q = (q & (top - 1)) << 1
                p <<= 1
            zero = min(max((total - ones[i]) * p // total, 1), p - 1)
            if byte >> i & 1:
                q, p = q + zero, p - zero
            else:
                p = zero
    for i in range(16):
        bits.append(q >> 15 & 1)
        q = (q & (top - 1)) << 1
    bits += [0] * (-len(bits) % 8)
    return bytes(sum(bit << (7 - k) for k, bit in enumerate(bits[i:i + 8]))
                 for i in range(0, len(bits), 8))


def rubinmips(data):
    return rubin(data, [277, 249, 290, 267, 229, 341, 212, 241], 1043)


def dynrubin(data):
    ones = [min(max(sum(b >> i & 1 for b in data) * 256 // len(data), 1), 255)
            for i in range(8)]
    return bytes(ones) + rubin(data, ones, 256)


@case
def old_methods():
    """rtime and the two rubins, by encoders of our own."""
    l = Log()
    for i, (name, compr, pack) in enumerate((
            ('rtime', RTIME, rtime), ('rubin3', RUBIN3, dynrubin),
            ('rubin5', RUBIN5, rubinmips))):
        for k, data in enumerate((text(4096, i + 9), page('a'), b'abc' * 100,
                                  bytes(range(256)) * 2)):
            ino = 2 + 4 * i + k
            l.dirent('%s-%d' % (name, k), ino)
            l.inode(ino, data, compr=compr, raw=pack(data))
    return l.done()


@case
def lzma():
    """OpenWrt's LZMA, the one with properties, and Carlinkit's zlib."""
    import lzma as m
    l = Log()
    data = text(4096, 3)
    f = [{'id': m.FILTER_LZMA1, 'dict_size': 0x2000, 'lc': 0, 'lp': 0, 'pb': 0}]
    alone = m.compress(data, format=m.FORMAT_ALONE, filters=f)
    l.dirent('openwrt', 2)
    l.inode(2, data, compr=LZMA, raw=alone[13:])
    l.dirent('props', 3)
    f = [{'id': m.FILTER_LZMA1, 'dict_size': 1 << 16, 'lc': 3, 'lp': 0, 'pb': 2}]
    alone = m.compress(data, format=m.FORMAT_ALONE, filters=f)
    l.inode(3, data, compr=0x15, raw=alone[:5] + alone[13:])
    swap = bytes.maketrans(b'\x32\x60', b'\x60\x32')
    l.dirent('carlinkit', 4)
    l.inode(4, data, compr=0x16, raw=zlib.compress(data, 9).translate(swap))
    l.dirent('unknown', 5)
    l.inode(5, data, compr=0x77, raw=data)
    return l.done()


@case
def xattrs():
    """Values shared, replaced, removed; all prefixes; two of one name."""
    l = Log()
    l.file('a', 2, b'a\n')
    l.file('b', 3, b'b\n')
    l.xattr(1, 1, 'one', 'old', version=1)
    l.xattr(1, 1, 'one', 'new', version=2)
    l.xref(2, 1, 0)
    l.xref(3, 1, 2)
    l.xattr(2, 5, 'trust', 'secret')
    l.xref(2, 2, 4)
    l.xattr(3, 1, 'removed', 'x')
    l.xref(2, 3, 6)
    l.xref(2, 3, 9)
    l.xattr(4, 2, 'selinux', 'label')
    l.xref(2, 4, 10)
    l.xattr(5, 1, 'one', 'newest')
    l.xref(3, 5, 12)
    return l.done()


@case
def obsolete_start():
    """The first blocks are obsolete or erased; the first node is in the middle."""
    l = Log(clean=False)
    l.b += b'\xff' * 0x10000
    l.begin()
    l.put(l.node(CLEAN, b''), obsolete=True)
    l.dirent('x', 2, obsolete=True)
    l.inode(2, b'x\n', obsolete=True)
    l.clean = True
    l.block()
    l.file('file', 3, b'file\n')
    l.block()
    l.file('other', 4, b'other\n')
    return l.done()


@case
def end_mark():
    """What lies behind OpenWrt's mark is not part of it."""
    l = Log()
    l.file('a', 2, b'a\n')
    b = l.done()
    o = Log()
    o.file('stale', 2, b'stale\n')
    return b + b'\xde\xad\xc0\xde' + b'\xff' * 0xfffc + o.done()


@case
def neighbours():
    """Two of them side by side, with the same inode numbers."""
    l = Log()
    l.file('a', 2, b'first\n')
    l.block()
    l.file('b', 3, b'first too\n')
    o = Log()
    o.file('a', 2, b'second\n')
    return l.done() + o.done()


@case
def cut_off():
    """The image ends within a node."""
    l = Log()
    l.file('a', 2, page('a'))
    l.dirent('b', 3)
    at = l.inode(3, page('b'))
    return bytes(l.b[:at + 2000])


def main():
    if len(sys.argv) == 3 and sys.argv[1] == '-d':
        for name, make in cases.items():
            with open(os.path.join(sys.argv[2], name), 'wb') as f:
                f.write(make())
    elif len(sys.argv) == 2:
        sys.stdout.buffer.write(cases[sys.argv[1]]())
    else:
        print('\n'.join(cases))


if __name__ == '__main__':
    main()
