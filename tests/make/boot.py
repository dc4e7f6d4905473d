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

made = {'ingenic': ingenic, 'fullhan': fullhan, 'ipl': ipl, 'mxpt': mxpt,
        'iplc': lambda: ipl(b'IPLC')}
open(sys.argv[2], 'wb').write(made[sys.argv[1]]())
