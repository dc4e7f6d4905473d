# camera.py FORMAT OUT KERNEL ROOTFS - a vendor's update made from what is known
# of it; camera.py check FORMAT IN - whether its sums hold, by the same
import struct, sys, zlib

def plain(b, crc=0):
    return zlib.crc32(b, crc ^ 0xffffffff) ^ 0xffffffff

def pak(word, kernel, rootfs):
    i = '<I' if word == 4 else '<Q'
    parts = [('loader', b''), ('uImage', kernel), ('', b''), ('rootfs', rootfs), ('para', b'\x5a' * 100)]
    at = 3 * word + len(parts) * (56 + 2 * word + 76)
    table, mtd, data, flash = b'', b'', b'', 0
    for name, d in parts:
        table += struct.pack('<32s24s', name.encode(), b'v1.0.0.1') + \
            struct.pack(i, at + len(data)) + struct.pack(i, len(d))
        mtd += struct.pack('<32sI32sII', name.encode(), 0,
                           b'/dev/mtd%d' % (flash >> 20), flash, 1 << 20)
        data += d
        flash += 1 << 20
    crc = plain(table, plain(b'\2\0\0\0', plain(data)))
    return b''.join(struct.pack(i, x) for x in (0x32725913, crc, 0x2302)) + table + mtd + data

def check_pak(b):
    word = 8 if b[4:8] == b[12:16] == bytes(4) else 4
    i, size = ('<I', 64) if word == 4 else ('<Q', 72)
    table = b[3 * word:3 * word + 5 * size]
    n = [struct.unpack_from(i, table, k * size + 56 + d)[0] for k in range(5) for d in (0, word)]
    for k in range(4):
        assert n[2 * k] + n[2 * k + 1] == n[2 * k + 2], 'sections touch'
    assert n[0] == 3 * word + 5 * (size + 76) and n[8] + n[9] == len(b), 'ends'
    assert b[n[8]:] == b'\x5a' * 100, 'the last one moved along'
    assert struct.unpack_from(i, b, word)[0] == \
        plain(table, plain(b'\2\0\0\0', plain(b[n[0]:]))), 'crc'

KEY = bytes.fromhex('bacdbcfed6caddd3bab9a3abbfcbb5be')

def xor(b):
    return bytes(x ^ KEY[(i + (i >> 4)) & 15] for i, x in enumerate(b))

def hikvision(kernel, rootfs):
    files = [(b'uImage', kernel), (b'rootfs.img', rootfs), (b'help.txt', b'help' * 9)]
    at = 64 + 44 * len(files)
    h, data = struct.pack('<IIIII', len(files), 2, 2, 1, 0xffffffff).ljust(52, b'\0'), b''
    for name, d in files:
        h += struct.pack('<32sIII', name, at + len(data), len(d), sum(d))
        data += d
    return xor(b'SWKH' + struct.pack('<II', sum(h), at) + h) + data

def check_hikvision(b):
    h = xor(b[:64 + 44 * 3])
    magic, total, size, n = struct.unpack_from('<4sIII', h)
    assert magic == b'SWKH' and size == len(h) and n == 3 and total == sum(h[12:]), 'header'
    end = size
    for i in range(n):
        name, at, length, total = struct.unpack_from('<32sIII', h, 64 + 44 * i)
        assert at == end and sum(b[at:at + length]) == total, name
        end = at + length
    assert end == len(b) and b.endswith(b'help' * 9), 'end'

def hdr(version, kernel, rootfs):
    start = 48 if version == 1 else 80
    body, at = b'', []
    for name, d in ((b'uboot.bin', b'boot'), (b'kernel', kernel), (b'root.squashfs', rootfs)):
        at.append(start + len(body))
        body += struct.pack('<IIIHH32s', 0xbabe, 0xffffffff, len(d), 3, 0, name) + d
        body += b'\0' * (-len(body) % 4)
    offsets = struct.pack('<8I', *(at + [0] * 5))
    tail = struct.pack('<HH', 0, 0x11) if version == 1 else \
        struct.pack('<I8s8s16x', 0, b'RA70', b'EU')
    tail += offsets + body + struct.pack('<4I', 256, 0, 0, 0) + bytes(range(256))
    return b'HDR%d' % version + struct.pack('<II', start + len(body), plain2(tail)) + tail

def plain2(b):
    return zlib.crc32(b) ^ 0xffffffff

def check_hdr(b):
    start = 48 if b[3:4] == b'1' else 80
    sig, crc = struct.unpack_from('<II', b, 4)
    assert crc == plain2(b[12:]), 'crc'
    end = start
    for at in struct.unpack_from('<3I', b, start - 32):
        magic, _, size = struct.unpack_from('<III', b, at)
        assert at == -(-end // 4) * 4 and magic == 0xbabe, 'blob'
        end = at + 48 + size
    assert sig == -(-end // 4) * 4 and b[sig + 16:] == bytes(range(256)), 'signature'

def bneg(kernel, rootfs):
    return b'BNEG' + struct.pack('<4I', 1, 5, len(kernel), len(rootfs)) + kernel + rootfs

def check_bneg(b):
    assert sum(struct.unpack_from('<II', b, 12)) + 20 == len(b), 'sizes'

def archive(kind, kernel, rootfs):
    import io, zipfile
    f = io.BytesIO()
    method = zipfile.ZIP_STORED if kind == 'stored' else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(f, 'w', method) as z:
        if kind == 'xiongmai':
            z.writestr('InstallDesc', '{"UpgradeCommand":[{"Command":"Burn"}]}')
        z.writestr('kernel.img', kernel)
        z.writestr('sub/romfs-x.cramfs.img', rootfs)
        z.writestr('last.txt', 'last\n' * 9)
    b = f.getvalue()
    return b'DH' + b[2:] if kind == 'dahua' else b

def check_zip(b):
    import io, zipfile
    with zipfile.ZipFile(io.BytesIO(b'PK' + b[2:])) as z:
        assert z.testzip() is None, 'an entry'
        assert z.read('last.txt') == b'last\n' * 9, 'the last one'

TENVIS = bytes.fromhex('a1832478b3414356')

def mask(b, key):
    return bytes(x ^ key[i % 8] for i, x in enumerate(b))

def md5(b):
    import hashlib
    return hashlib.md5(b).digest()

def tenvis(kernel, rootfs):
    out = b'PK2\0' + struct.pack('<II', 0x1fbe, 0x509b3e2d) + b'1.1\0' + bytes(8) + struct.pack('<I', 3)
    for name, d in (('/tmp/kernel', kernel), ('/tmp/rootfs.img', rootfs), (None, b'reboot\0')):
        p = mask(d, TENVIS)
        if name:
            name = name.encode() + b'\0'
            p = struct.pack('<I', len(name)) + name + struct.pack('<I', len(d)) + p
        out += (b'FILE' if name else b'CMD\0') + md5(p) + struct.pack('<I', len(p)) + p
    return out

def check_tenvis(b):
    at = 28
    for word in (b'FILE', b'FILE', b'CMD\0'):
        size = struct.unpack_from('<I', b, at + 20)[0]
        p = b[at + 24:at + 24 + size]
        assert b[at:at + 4] == word and md5(p) == b[at + 4:at + 20], 'md5'
        if word == b'FILE':
            n = struct.unpack_from('<I', p)[0]
            assert struct.unpack_from('<I', p, 4 + n)[0] == len(p) - 8 - n, 'length'
        at += 24 + size
    assert at == len(b) and mask(p, TENVIS) == b'reboot\0', 'end'

SENAO = [0x12345678 >> i & 0xff for i in range(8)]

def senao(kernel, rootfs):
    d = kernel + rootfs
    h = struct.pack('>III16sIII16s32s', 0, 0x101, 0x40, b'v1.2.3', 2, len(d), 0, md5(d), b'')
    return h + struct.pack('>II', sum(h), 0x12345678) + mask(d, SENAO)

def check_senao(b):
    assert struct.unpack_from('>I', b, 32)[0] == len(b) - 96, 'size'
    assert md5(mask(b[96:], SENAO)) == b[40:56], 'md5'
    assert struct.unpack_from('>I', b, 88)[0] == sum(b[:88]), 'sum'

make = {'tenvis': tenvis, 'senao': senao, 'pak32': lambda k, r: pak(4, k, r), 'pak64': lambda k, r: pak(8, k, r),
        'hikvision': hikvision, 'bneg': bneg,
        'hdr1': lambda k, r: hdr(1, k, r), 'hdr2': lambda k, r: hdr(2, k, r)}
check = {'tenvis': check_tenvis, 'senao': check_senao, 'pak32': check_pak, 'pak64': check_pak, 'hikvision': check_hikvision,
         'hdr1': check_hdr, 'hdr2': check_hdr, 'bneg': check_bneg}
for kind in ('stored', 'zip', 'dahua', 'xiongmai'):
    make[kind] = lambda k, r, kind=kind: archive(kind, k, r)
    check[kind] = check_zip
if sys.argv[1] == 'check':
    check[sys.argv[2]](open(sys.argv[3], 'rb').read())
else:
    read = lambda p: open(p, 'rb').read()
    open(sys.argv[2], 'wb').write(make[sys.argv[1]](read(sys.argv[3]), read(sys.argv[4])))
