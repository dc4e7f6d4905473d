# vendor.py FORMAT OUT KERNEL ROOTFS - a vendor's container made from what is
# known of it; vendor.py check FORMAT IN - whether its sums hold, by the same
import hashlib, struct, sys

SALT1 = bytes.fromhex('dcd73aa5c39598fbddf9e7f40eae4738')
SALT2 = bytes.fromhex('dcd73aa5c39598fbdcf9e7f40eae4737')

def jamcrc(b):
    import zlib
    return zlib.crc32(b) ^ 0xffffffff

def tplink(version, kernel, rootfs):
    h = bytearray((b'\0' if version == 1 else b'\xff') * 512)
    struct.pack_into('>I', h, 0, version << 24)
    if version == 1:
        md5, at, salt = 0x4c, 0x74, SALT1
        h[4:28] = b'TP-LINK Technologies'.ljust(24, b'\0')
        h[28:64] = b'ver. 1.0'.ljust(36, b'\0')
        struct.pack_into('>II', h, 0x40, 0x07030101, 1)
        rofs = 0x100000                         # a default, and not true
        body = kernel + rootfs
    else:
        md5, at, salt = 0x40, 0x68, SALT2
        h[4:52] = b'ver. 2.0'.ljust(48, b'\0')
        struct.pack_into('>II', h, 0x34, 0x89700001, 1)
        rofs = 0x20000
        body = kernel.ljust(rofs - 512, b'\xff') + rootfs
    h[md5:md5 + 16] = salt
    struct.pack_into('>9I', h, at, 0x80060000, 0x80060000, 0x3c0000, 512,
                     len(kernel), rofs, len(rootfs), 0, 0)
    whole = bytes(h) + body
    whole = whole.ljust(-(-len(whole) // 65536) * 65536, b'\xff') + b'\xde\xad\xc0\xde'
    whole = bytearray(whole)
    whole[md5:md5 + 16] = hashlib.md5(whole).digest()
    return bytes(whole)

def check_tplink(b):
    md5, salt = (0x4c, SALT1) if b[0] == 1 else (0x40, SALT2)
    end = b.find(b'\xde\xad\xc0\xde', 512 + struct.unpack_from('>I', b,
                 0x84 if b[0] == 1 else 0x78)[0]) + 4
    t = bytearray(b[:end])
    t[md5:md5 + 16] = salt
    assert hashlib.md5(t).digest() == b[md5:md5 + 16], 'md5'

def seama(kernel, rootfs):
    meta = b'dev=/dev/mtdblock/1\0'.ljust(36, b'\0')
    seal = struct.pack('>IHHI', 0x5ea3a417, 0, len(meta), 0) + meta
    return seal + struct.pack('>IHHI', 0x5ea3a417, 0, len(meta),
        len(kernel + rootfs)) + hashlib.md5(kernel + rootfs).digest() + meta + kernel + rootfs

def check_seama(b):
    meta = struct.unpack_from('>H', b, 6)[0]
    at = 12 + meta
    meta, size = struct.unpack_from('>HI', b, at + 6)
    data = b[at + 28 + meta:at + 28 + meta + size]
    assert len(data) == size and hashlib.md5(data).digest() == b[at + 12:at + 28], 'md5'

def bcmtag(kernel, rootfs):
    t = bytearray(256)
    def put(at, text): t[at:at + len(text)] = text.encode()
    base = 0xbfc10100
    put(0, '6'); put(4, 'Broadcom Corporatio'); put(24, 'ver. 2.0'); put(38, '6348')
    put(44, '96348GW-11'); put(60, '1'); put(62, str(len(kernel + rootfs)))
    put(72, '0'); put(84, '0')
    put(94, str(base)); put(106, str(len(rootfs)))
    put(116, str(base + len(rootfs))); put(128, str(len(kernel)))
    struct.pack_into('>I', t, 216, jamcrc(rootfs + kernel))
    struct.pack_into('>II', t, 220, jamcrc(rootfs), jamcrc(kernel))
    struct.pack_into('>I', t, 236, jamcrc(t[:236]))
    return bytes(t) + rootfs + kernel

def check_bcmtag(b):
    n = lambda at, size: int(b[at:at + size].rstrip(b'\0'))
    total, rlen, klen = n(62, 10), n(106, 10), n(128, 10)
    assert n(116, 12) - n(94, 12) == rlen and total == rlen + klen, 'addresses'
    for at, v in ((216, b[256:256 + total]), (220, b[256:256 + rlen]),
                  (224, b[256 + rlen:256 + total]), (236, b[:236])):
        assert struct.unpack_from('>I', b, at)[0] == jamcrc(v), 'crc at %d' % at

def realtek(kernel, rootfs):
    d = kernel + rootfs
    d += b'\0' * (len(d) & 1)
    s = sum(struct.unpack('>%dH' % (len(d) // 2), d)) & 0xffff
    return b'cr6c' + struct.pack('>III', 0x80500000, 0x10000, len(d) + 2) + d + \
        struct.pack('>H', -s & 0xffff)

def check_realtek(b):
    d = b[16:16 + struct.unpack_from('>I', b, 12)[0]]
    assert sum(struct.unpack('>%dH' % (len(d) // 2), d)) & 0xffff == 0, 'sum'

make = {'tplink1': lambda k, r: tplink(1, k, r), 'tplink2': lambda k, r: tplink(2, k, r),
        'seama': seama, 'bcmtag': bcmtag, 'realtek': realtek}
if sys.argv[1] == 'check':
    globals()['check_' + sys.argv[2].rstrip('12')](open(sys.argv[3], 'rb').read())
else:
    read = lambda p: open(p, 'rb').read()
    open(sys.argv[2], 'wb').write(make[sys.argv[1]](read(sys.argv[3]), read(sys.argv[4])))
