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

make = {'pak32': lambda k, r: pak(4, k, r), 'pak64': lambda k, r: pak(8, k, r)}
check = {'pak32': check_pak, 'pak64': check_pak}
if sys.argv[1] == 'check':
    check[sys.argv[2]](open(sys.argv[3], 'rb').read())
else:
    read = lambda p: open(p, 'rb').read()
    open(sys.argv[2], 'wb').write(make[sys.argv[1]](read(sys.argv[3]), read(sys.argv[4])))
