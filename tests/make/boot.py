# boot.py FORMAT OUT [IN...] - a vendor's boot stage made from what is known of
# it: headers and sums by another hand than the program's
import random, struct, sys, zlib

def u32(*a): return struct.pack('<%dI' % len(a), *a)

def code(n, seed=1):
    return random.Random(seed).randbytes(n)

def crc7(b):
    crc = 0
    for byte in b:
        for i in range(7, -1, -1):
            top = (crc >> 6 ^ byte >> i) & 1
            crc = crc << 1 & 0x7f
            crc ^= 9 if top else 0
    return crc

def sum32(b, start=0):
    return (start + sum(struct.unpack('<%dI' % (len(b) // 4), b))) & 0xffffffff

def ingenic():
    c = code(0x3100 - 2048)
    assert crc7(b'123456789') == 0x75
    h = bytes.fromhex('0605040302 55aa55 aa') + bytes([crc7(c), 0, 0]) + u32(2048 + len(c))
    return h.ljust(2048, b'\0') + c

def fullhan():
    # name, id, offset, size
    parts = [('DDR3', 0x7840d0, 0x180, 0), ('ram', 0x7840d1, 0x400, 0x1c00),
             ('uboot', 0x7840d2, 0x2000, 0x5000)]
    b = bytearray(b'\xff' * 0x7000)
    b[:0x1c] = b'2BL*OABD' + u32(1, 1, 1, 0x180, 0xaa5555aa)
    for i, (name, id, at, size) in enumerate(parts[1:]):
        d = code(size, i)
        b[at:at + size] = d
        b[0x100 + 64 * i:0x140 + 64 * i] = (name.encode().ljust(16, b'\0') + u32(id, 0,
            size, 0, size, at, 0xa0000000, 0xa0000000, 0, zlib.crc32(d) ^ 0xffffffff)
            ).ljust(64, b'\0')
    return bytes(b)

def ipl(kind=b'IPL_', size=0x2000):
    c = code(size - 16)
    return u32(0xea000002) + kind + struct.pack('<HBB', size, 1, 5) + u32(sum32(c)) + c

def mxpt(at=0x3000, parts=None):
    parts = parts or [('IPL', 1, 0, 0x3000), ('MXPT', 1, 0x3000, 0x1000),
        ('BOOT', 3, 0, 0x50000), ('KERNEL', 3, 0x50000, 0x50000),
        ('ROOTFS', 3, 0xa0000, 0xffffffff)]
    out = b''
    for name, type, start, size in parts + [('', 0, 0, 0)] * (30 - len(parts)):
        out += b'MXPT' + bytes([1, type, 0, 0]) + struct.pack('<QQII', start, size, 0, 0) + \
            name.encode().ljust(16, b'\0') + b'\xff' * (32 + 16 + 23 + 1 + 4) + b'\0TPXM\0\0\0\0'[:5] + b'\xff' * 7
    return out

def egon():
    c = bytearray(u32(0xea000016) + b'eGON.BT0' + u32(0x5f0a6c39, 0x2000) + code(0x2000 - 20))
    c[12:16] = u32(sum32(c))
    return bytes(c)

def toc0():
    c = bytearray(b'TOC0.GLH' + u32(0x89119800, 0x5f0a6c39, 0, 0, 2, 0x2000) + b'MIE;' +
                  code(0x2000 - 36))
    c[12:16] = u32(sum32(c))
    return bytes(c)

def anyka(parts=(('UBOOT', 0, 200), ('KERNEL', 0x36000, 56), ('ROOT', 0x44000, 48))):
    b = bytearray(b'\xff' * 0x36000)
    b[:0x40] = (u32(0xea000062) + b'ANYKA_H3' + u32(0x8000, 4, 0, 0, 0, 1, 0x80e00000)
        ).ljust(0x40, b'\0')
    b[0x18c:0x18c + 64] = b'SPIP' + u32(0xc22017, 0x50000, 256, 256, 4096, 20000000) + \
        bytes([1, 0, 0, 0x20]) + b'mx25l64'.ljust(32, b'\0')
    t = u32(len(parts))
    for name, at, kib in parts:
        t += bytes([1, 0]) + name.encode().ljust(6, b'\0')[:6] + u32(kib, at, 0, 0, 0, 0)
    b[0x20000:0x20000 + len(t)] = t
    return bytes(b)

def hisilicon(n=60):
    b = u32(0xea000100, *[0xe59ff014] * 7, *[0x700000 + i for i in range(7)], 0x12345678)
    for i in range(n):
        b += u32(0x12010000 + 4 * i, 0x1000 + i, 0, 0xfd)
    return (b + bytes(16)).ljust(0x1440, b'\0')

def goke():
    b = b'17KG' + u32(1, 0x100, 0xc0800000, 0, 0) + b'ZZZZ'
    return (b + u32(0x70170000, 1, 0xffffffff, 100, 0x70170004, 2)).ljust(512, b'\0')

def grainmedia():
    b = b'GM8136\0\0' + u32(0x10000, 0x20000, 0)
    for name, at, size in (('UBOOT', 0x10000, 0x20000), ('LINUX', 0x30000, 0x10000)):
        b += u32(at, size) + name.encode().ljust(8, b'\0') + u32(0)
    return b.ljust(254, b'\0') + b'\x55\xaa' + b'\xff' * 0x3ff00

def ambptb():
    b = b''
    for i, (name, n) in enumerate((('bst', 1), ('ptb', 1), ('bld', 2), ('pri', 4), ('lnx', 8))):
        b += u32(1 << i if i else 0, n) + name.encode().ljust(8, b'\0')
    b = b.ljust(320, b'\0') + u32(0x4432a0ce)
    b = b.ljust(2044, b'\0')
    return b + u32(zlib.crc32(b))

def novatek():
    b = bytearray(code(0x4000))
    b[0x300 + 0x50:0x300 + 0x70] = b'NT98528\0' + b'1.00.000' + b'20201010' + u32(0x4000, 0)
    s = sum(struct.unpack('<%dH' % (len(b) // 2), b)) + sum(range(len(b) // 2))
    b[0x36c:0x36e] = struct.pack('<H', -s & 0xffff)
    return bytes(b)

def cfe():
    b = bytearray(code(0x8000))
    b[0x4e0:0x4e8] = b'CFE1CFE1'
    b[0x570:0x57a] = b'cfe-v' + bytes([1, 0, 37, 106, 24])
    return bytes(b)

def nvram():
    v = b'boardtype=0x0472\0boardnum=42\0lan_ipaddr=192.168.1.1\0\0\0'
    tail = bytes([1]) + struct.pack('<HII', 0x419, 0x104, 0) + v
    crc = 0xff
    for byte in tail:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xab if crc & 1 else 0)
    return b'FLSH' + u32(9 + len(tail)) + bytes([crc]) + tail

def gcis():
    return (b'MSTARSEMIUSFDCIS' + bytes([2, 0xc8, 0xd1]).ljust(16, b'\0') +
            struct.pack('<4H', 64, 2048, 64, 1024)).ljust(2048, b'\xff')

made = {'egon': egon, 'toc0': toc0, 'anyka': anyka, 'hisilicon': hisilicon, 'goke': goke,
        'grainmedia': grainmedia, 'ambptb': ambptb, 'novatek': novatek, 'cfe': cfe,
        'nvram': nvram, 'gcis': gcis,
        'ingenic': ingenic, 'fullhan': fullhan, 'ipl': ipl, 'mxpt': mxpt,
        'iplc': lambda: ipl(b'IPLC')}
open(sys.argv[2], 'wb').write(made[sys.argv[1]]())
