# update.py FORMAT OUT KERNEL ROOTFS - a vendor's update made from what is known
# of it; update.py check FORMAT IN - whether its sums hold, by the same
import hashlib, lzma, struct, sys, zlib

TAIL = b'last bytes of all' * 3

def le(*a): return struct.pack('<%dI' % len(a), *a)

def be(*a): return struct.pack('>%dI' % len(a), *a)

def sum16(b):
    return (sum(struct.unpack('<%dH' % (len(b) // 2), b[:len(b) & ~1])) + sum(range(len(b) // 2))) & 0xffff

def put_sum(b, at):
    b = bytearray(b)
    struct.pack_into('<H', b, at, -sum16(b) & 0xffff)
    assert sum16(b) == 0
    return bytes(b)

def number(n):
    out = [n & 0x7f]
    while n > 0x7f:
        n >>= 7
        out.insert(0, n & 0x7f | 0x80)
    return bytes(out)

# The LZ of the Basic Compression Library, as its documentation has it.
def lz(b):
    count = [b.count(bytes([i])) for i in range(256)]
    marker = count.index(min(count))
    out, at, seen = bytearray([marker]), 0, {}
    while at < len(b):
        j, n = seen.get(b[at:at + 4], -1), 0
        if j >= 0:
            while n < at - j and at + n < len(b) and b[j + n] == b[at + n]:
                n += 1
        step = n if n > 7 else 1
        if n > 7:
            out += bytes([marker]) + number(n) + number(at - j)
        else:
            out += bytes([b[at]]) + (b'\0' if b[at] == marker else b'')
        for k in range(at, at + step):
            seen[b[k:k + 4]] = k
        at += step
    return bytes(out)

def unlz(b, n):
    out, at = bytearray(), 1
    def get():
        nonlocal at
        x = 0
        while True:
            x = x << 7 | b[at] & 0x7f
            at += 1
            if b[at - 1] < 0x80:
                return x
    while len(out) < n:
        at += 1
        if b[at - 1] != b[0]:
            out.append(b[at - 1])
        elif b[at] == 0:
            out.append(b[0])
            at += 1
        else:
            size = get()
            far = get()
            for _ in range(size):
                out.append(out[-far])
    return bytes(out)

PACK = {9: lz, 11: lambda b: lzma.compress(b, lzma.FORMAT_ALONE), 12: zlib.compress}

def bcl1(how, b):
    p = PACK[how](b)
    p += bytes(-len(p) % 4)
    return put_sum(b'BCL1' + struct.pack('>HHII', 0, how, len(b), len(p)) + p, 4)

def unbcl1(b):
    _, how, n, size = struct.unpack_from('>HHII', b, 4)
    p = b[16:16 + size]
    assert sum16(b[:16 + size]) == 0 and len(p) == size, 'bcl1'
    return unlz(p, n) if how == 9 else zlib.decompress(p) if how == 12 else \
        lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(p)

def cksm(b):
    pad = -len(b) % 4
    h = b'CKSM' + le(0x16040719, 1, 0, 64, len(b), pad, 9) + bytes(32)
    return put_sum(h + b + bytes(pad), 12)

def uncksm(b):
    at, size, pad = struct.unpack_from('<III', b, 16)
    assert len(b) >= at + size + pad and sum16(b[:at + size + pad]) == 0, 'cksm'
    return b[at:at + size]

GUID2 = bytes.fromhex('072e01d6bc10914fb28a352f82261a50')
GUID1 = bytes.fromhex('90be2788cd36c24fa98773a8484e84b1')

def table(at, parts):
    t, data = b'', b''
    for i, b in parts:
        t += le(at + len(data), len(b), i)
        data += b + bytes(-len(b) % 4)
    return t, data[:len(data) - (-len(parts[-1][1]) % 4)]

def pack2(kernel, rootfs):
    parts = [(0, b'tree' * 20), (4, cksm(bcl1(9, kernel))), (6, cksm(rootfs)), (9, TAIL)]
    t, data = table(64 + 12 * 4, parts)
    h = GUID2 + le(0x16071515, 64, 4, 64 + len(t) + len(data), 1, 0) + bytes(24)
    return put_sum(h + t + data, 0x24)

def entries(b, at, n):
    return [struct.unpack_from('<III', b, at + 12 * i) for i in range(n)]

def check_pack2(b):
    assert b[:16] == GUID2 and sum16(b) == 0, 'sum'
    assert struct.unpack_from('<I', b, 0x1c)[0] == len(b), 'size'
    e = entries(b, 64, 4)
    for (at, n, _), (follow, _, _) in zip(e, e[1:]):
        assert follow == at + n + -n % 4, 'parts'
    unbcl1(uncksm(b[e[1][0]:e[1][0] + e[1][1]]))
    uncksm(b[e[2][0]:e[2][0] + e[2][1]])
    assert b[e[3][0]:] == TAIL and [x[2] for x in e] == [0, 4, 6, 9], 'end'

# The first part is boot code with a sum of its own; a kernel is its content.
def nvtpack(kernel, rootfs):
    boot = bytearray(bytes(range(256)) * 8)
    boot[0x6c:0x70] = b'\x55\xaa\0\0'
    first = bcl1(11, put_sum(bytes(boot), 0x6e))
    at = len(first) + 28 + 12 * 2
    t, data = table(at, [(1, bcl1(12, kernel)), (5, cksm(rootfs))])
    return first + put_sum(GUID1 + le(28 + len(t), 0, 2) + t, 0x14) + data

def check_nvtpack(b):
    assert sum16(unbcl1(b)) == 0, 'the boot code'
    at = 16 + struct.unpack_from('>I', b, 12)[0]
    size, _, n = struct.unpack_from('<III', b, at + 16)
    assert b[at:at + 16] == GUID1 and sum16(b[at:at + size]) == 0, 'table'
    e = entries(b, at + 28, n)
    assert e[0][0] == at + size and e[1][0] + e[1][1] == len(b), 'parts'
    unbcl1(b[e[0][0]:e[0][0] + e[0][1]])
    uncksm(b[e[1][0]:])

SENAO = [0x12345678 >> i & 0xff for i in range(8)]

def xor(b):
    return bytes(x ^ SENAO[i % 8] for i, x in enumerate(b))

def capwap(kernel, rootfs):
    d = kernel + rootfs
    cw = be(0x616c6c00, 0, 3, 0, 1, 171101, 1, 8, 53, 9) + b'ENS620EXT'
    h = struct.pack('>III16sIII16s32sII', 0, 0x101, 0x79, b'123', 0, len(d), 0,
                    hashlib.md5(d).digest(), b'', 0, 0x12345678)
    return h[:88] + be(sum(h) + sum(cw)) + h[92:] + cw + xor(d)

def check_capwap(b):
    n = 136 + struct.unpack_from('>I', b, 132)[0]
    d = xor(b[n:])
    assert struct.unpack_from('>I', b, 32)[0] == len(d) and hashlib.md5(d).digest() == b[40:56], 'md5'
    assert struct.unpack_from('>I', b, 88)[0] == sum(b[:88]) + sum(b[92:n]), 'sum'

def hwnp(kernel, rootfs):
    items = [(b'file:/var/UpgradeCheck.xml', b'UPGRDCHECK', b'<xml/>'),
             (b'flash:kernel', b'KERNEL', kernel), (b'flash:rootfs', b'ROOTFS', rootfs),
             (b'file:/mnt/jffs2/app', b'', TAIL)]
    products = b'494|4B4|534|;COMMON|CMCC|'.ljust(256, b'\0')
    size, t, data = 36 + 256 + 360 * len(items), b'', b''
    for i, (name, section, d) in enumerate(items):
        t += le(i, zlib.crc32(d), size + len(data), len(d)) + \
            struct.pack('<256s16s64sII', name, section, b'', 0, 0)
        data += d
    rest = le(len(items)) + struct.pack('<BBHII', 0, 0, 256, 360, 0) + products + t
    return b'HWNP' + be(size + len(data) - 76) + \
        le(zlib.crc32(le(size, zlib.crc32(rest)) + rest + data), size, zlib.crc32(rest)) + rest + data

def check_hwnp(b):
    _, size, crc, head, headcrc, n = struct.unpack_from('<6I', b)
    assert struct.unpack('>I', le(size))[0] + 76 == len(b), 'size'
    assert zlib.crc32(b[12:]) == crc and zlib.crc32(b[20:head]) == headcrc, 'crc'
    end = head
    for i in range(n):
        _, crc, at, size = struct.unpack_from('<IIII', b, 292 + 360 * i)
        assert at == end and zlib.crc32(b[at:at + size]) == crc, 'item'
        end = at + size
    assert end == len(b) and b.endswith(TAIL), 'end'

ANJOY = ((20, 28), (288, 552), (556, 564), (568, 576), (580, 588))

def anjoy(kernel, rootfs):
    h, at = bytearray(1556), 1556
    h[:8] = b'ANJOY888'
    h[32:48], h[296:310] = b'SDK_KERNEL_T31\0\0', b'IPC_V1.0.0.1\0\0'
    body = (kernel, rootfs, None, TAIL, None)
    for (place, crc), d in zip(ANJOY, body):
        if d is not None:
            struct.pack_into('<II', h, place, at, len(d))
            struct.pack_into('<I', h, crc, zlib.crc32(d))
            at += len(d)
    struct.pack_into('<II', h, 12, at, 1 | 2 | 8)
    struct.pack_into('<I', h, 8, zlib.crc32(h))
    return bytes(h) + kernel + rootfs + TAIL

def check_anjoy(b):
    h = bytearray(b[:1556])
    h[8:12] = bytes(4)
    assert struct.unpack_from('<II', b, 8) == (zlib.crc32(h), len(b)), 'header'
    end = 1556
    for place, crc in (ANJOY[0], ANJOY[1], ANJOY[3]):
        at, size = struct.unpack_from('<II', b, place)
        assert at == end and zlib.crc32(b[at:at + size]) == struct.unpack_from('<I', b, crc)[0], 'part'
        end = at + size
    assert end == len(b) and b.endswith(TAIL), 'end'

SALT = bytes.fromhex('7a2b15ed9b98596de504ab44ac2a9f4e')

def safeloader(kernel, rootfs):
    flash = b'\0\4\0\0' + b''.join(b'partition %s base 0x%05x size 0x%05x\n' % x for x in (
        (b'fs-uboot', 0, 0x20000), (b'os-image', 0x40000, 0x80000),
        (b'file-system', 0xc0000, 0x400000), (b'support-list', 0x7b1000, 0x400))) + b'\0'
    parts = [(b'partition-table', flash.ljust(0x800, b'\xff')), (b'support-list', b'SupportList:\r\nCPE210\r\n'),
             (b'os-image', kernel), (b'file-system', rootfs), (b'soft-version', TAIL)]
    t, data = b'', b''
    for name, d in parts:
        t += b'fwup-ptn %s base 0x%05x size 0x%05x\t\r\n' % (name, 0x800 + len(data), len(d))
        data += d
    text = b'CPE510(TP-LINK|UN|N300-5):1.0\r\n'
    rest = (be(len(text)) + text).ljust(0x1000, b'\xff') + (t + b'\0').ljust(0x800, b'\xff') + data
    return be(len(rest) + 20) + hashlib.md5(SALT + rest).digest() + rest

def check_safeloader(b):
    assert struct.unpack_from('>I', b)[0] == len(b), 'size'
    assert hashlib.md5(SALT + b[20:]).digest() == b[4:20], 'md5'
    end = 0x800
    for line in b[0x1014:0x1814].split(b'\0')[0].decode().split('\t\r\n')[:-1]:
        word, name, _, at, _, size = line.split(' ')
        assert word == 'fwup-ptn' and int(at, 16) == end, line
        end += int(size, 16)
    assert end + 0x1014 == len(b) and b.endswith(TAIL), 'end'

def sercomm(kernel, rootfs):
    h = bytearray(b'\xff' * 256)
    d = kernel + bytes(-len(kernel) % 16) + rootfs
    for at, x in ((0xc, 0xffffff02), (0x1c, 0), (0x34, 0), (0x10, 0x400100), (0x28, 0xa00000),
                  (0x2c, 4), (0x30, zlib.crc32(b'UBI#')), (0x14, len(d)), (4, 0x400100 + len(d)),
                  (0x18, zlib.crc32(d))):
        struct.pack_into('<I', h, at, x)
    struct.pack_into('<I', h, 8, zlib.crc32(h))
    h[:4] = b'Ser\0'
    return bytes(h) + d

def check_sercomm(b):
    h = bytearray(b[:256])
    end, crc, _, at, size, sum = struct.unpack_from('<6I', h, 4)
    h[:4] = h[8:12] = b'\xff' * 4
    assert zlib.crc32(h) == crc and zlib.crc32(b[256:]) == sum and size == len(b) - 256 and end == at + size

def sercommzip(kernel, rootfs):
    import io, zipfile
    f = io.BytesIO()
    with zipfile.ZipFile(f, 'w') as z:
        z.writestr('kernel.img', kernel)
        z.writestr('romfs.img', rootfs)
    b = (b'sErCoMm\0\1\0\0' + b'ASW'.ljust(34, b'\0') + b'A001'.ljust(10, b'\0') + bytes(8) + b'sErCoMm').ljust(512, b'\0')
    b = bytearray(b + f.getvalue())
    b[511] = -sum(b) & 0xff
    return bytes(b)

def check_sercommzip(b):
    import io, zipfile
    assert sum(b) & 0xff == 0, 'sum'
    assert zipfile.ZipFile(io.BytesIO(b[512:])).testzip() is None

def words(b):
    b += bytes(-len(b) % 4)
    return sum(struct.unpack('<%dI' % (len(b) // 4), b)) & 0xffffffff

def imagewty(version, kernel, rootfs):
    files = [(b'boot.fex', kernel), (b'Vboot.fex', le(words(kernel))), (b'rootfs.fex', rootfs),
             (b'Vrootfs.fex', le(words(rootfs))), (b'sys_config.fex', TAIL)]
    heads, data, at = b'', b'', 1024 * (len(files) + 1)
    for name, d in files:
        stored = d + bytes(-len(d) % 512)
        h = le(256, 1024) + b'RFSFAT16' + name[:16].ljust(16, b'_')
        h += le(0, len(stored), len(d), at + len(data), 0) + name.ljust(256, b'\0') if version == 1 else \
            le(0) + name.ljust(256, b'\0') + le(len(stored), 0, len(d), 0, at + len(data))
        heads += h.ljust(1024, b'\0')
        data += stored + bytes(-len(stored) % 1024)
    h = b'IMAGEWTY' + (le(0x100, 0x50, 0x4d00000, 0x100234, at + len(data), 1024) if version == 1 else
                       le(0x300, 0x60, 0x4d00000, 0x100234, at + len(data), 1024, 0))
    return (h + le(0x1234, 0x8743, 0x100, 0x100, 1, 1024, len(files))).ljust(1024, b'\0') + heads + data

def check_imagewty(version, b):
    n, name, place = (56, 52, (36, 40, 44)) if version == 1 else (60, 36, (292, 300, 308))
    n = struct.unpack_from('<I', b, n)[0]
    assert struct.unpack_from('<I', b, 24)[0] == len(b), 'size'
    end, got = 1024 * (n + 1), {}
    for i in range(n):
        h = 1024 * (i + 1)
        stored, size, at = (struct.unpack_from('<I', b, h + x)[0] for x in place)
        assert at == end and stored == size + -size % 512, 'place of %d' % i
        end = at + stored + -stored % 1024
        got[b[h + name:h + name + 256].split(b'\0')[0]] = b[at:at + size]
    for x in (b'boot.fex', b'rootfs.fex'):
        assert got[b'V' + x] == le(words(got[x])), x
    assert end == len(b) and got[b'sys_config.fex'] == TAIL, 'end'

# LZMA's words as plain bits, as the decoders in public code read them.
class Bits:
    def __init__(self, b=b''):
        self.s, self.at = ''.join(format(x, '08b')[::-1] for x in b), 0
    def put(self, x, n): self.s += format(x, '0%db' % n) if n else ''
    def rev(self, x, n): self.s += format(x, '0%db' % n)[::-1] if n else ''
    def get(self, n):
        self.at += n
        return int(self.s[self.at - n:self.at] or '0', 2)
    def bytes(self):
        s = self.s + '0' * (-len(self.s) % 8)
        return bytes(int(s[i:i + 8][::-1], 2) for i in range(0, len(s), 8))

def jzpack(b):
    w, at, seen = Bits(), 0, {}
    while at < len(b):
        j, n = seen.get(b[at:at + 4], -1), 0
        while j >= 0 and n < 273 and at + n < len(b) and b[j + n] == b[at + n]:
            n += 1
        far = at - j - 1
        if n < 4:
            w.put(b[at], 9)
            n = 1
        else:
            w.put(2, 2)
            w.put(n - 2, 4) if n < 10 else w.put(2 << 3 | n - 10, 5) if n < 18 else w.put(3 << 8 | n - 18, 10)
            if far < 4:
                w.put(far, 6)
            else:
                d = far.bit_length() - 2
                slot = 2 * (d + 1) + (far >> d & 1)
                w.put(slot, 6)
                low = far & ((1 << d) - 1)
                w.rev(low, d) if slot < 14 else (w.put(low >> 4, d - 4), w.rev(low & 15, 4))
        for k in range(at, at + n):
            seen[b[k:k + 4]] = k
        at += n
    return w.bytes()

def jzunpack(b, size):
    r, out, reps = Bits(b), bytearray(), [0] * 4
    rev = lambda n: int(format(r.get(n), '0%db' % n)[::-1], 2) if n else 0
    length = lambda: r.get(3) + 2 if not r.get(1) else r.get(8) + 18 if r.get(1) else r.get(3) + 10
    while len(out) < size:
        if not r.get(1):
            out.append(r.get(8))
            continue
        n = 0
        if not r.get(1):
            n, slot = length(), r.get(6)
            if slot >= 4:
                d = (slot >> 1) - 1
                x = (2 | slot & 1) << d
                slot = x + (rev(d) if slot < 14 else (r.get(d - 4) << 4) + rev(4))
            reps = [slot] + reps[:3]
        elif not r.get(1):
            n = 0 if r.get(1) else 1
        else:
            k = 1 if not r.get(1) else 2 if not r.get(1) else 3
            reps.insert(0, reps.pop(k))
        for _ in range(n or length()):
            out.append(out[-reps[0] - 1])
    assert len(b) - (r.at + 7) // 8 < 8, 'bits are left'
    return bytes(out)

def jzlzma(kernel, rootfs):
    b = kernel + rootfs
    p = jzpack(b)
    p += bytes(-len(p) % 4)
    return le(len(p) + 8, 0x27051956, 0x10000, len(b)) + p

def check_jzlzma(b):
    size, magic, dict, n = struct.unpack_from('<4I', b)
    assert magic == 0x27051956 and size + 8 == len(b), 'size'
    assert len(jzunpack(b[16:], n)) == n, 'stream'

def paks(kernel, rootfs):
    body = b''
    for name, d in ((b'fdt', b'tree' * 9), (b'kernel', kernel), (b'rootfs', rootfs)):
        body += struct.pack('<II32s32sIIII', 1, 0x5eed, name, b'v1', len(d), 3, 4, 0) + d
    h = b'SKAP' + le(0x1234, len(body) + 104, 1, 0, 77, 0x4321)
    return h + struct.pack('<32s32s', b'IPC_MS1NA45MP', b'v3.1.0.2368') + le(len(body), 3, 0) + body

def sunplus(kernel, rootfs):
    first = bytes(range(256)) * 2
    a = 512 + len(first)
    offsets = le(a + len(kernel) + len(rootfs) + len(TAIL), a, a + len(kernel), 0, 0,
                 a + len(kernel) + len(rootfs), 0)
    return (b'SUNP BURN FILE\0\0' + offsets).ljust(512, b'\0') + first + kernel + rootfs + TAIL

make = {f.__name__: f for f in (pack2, nvtpack, capwap, hwnp, anjoy, safeloader, sercomm, sercommzip, jzlzma, paks, sunplus)}
check = {f: globals().get('check_' + f) for f in make}
for v in (1, 3):
    make['imagewty%d' % v] = lambda k, r, v=v: imagewty(v, k, r)
    check['imagewty%d' % v] = lambda b, v=v: check_imagewty(v, b)
if sys.argv[1] == 'check':
    check[sys.argv[2]](open(sys.argv[3], 'rb').read())
else:
    read = lambda p: open(p, 'rb').read()
    open(sys.argv[2], 'wb').write(make[sys.argv[1]](read(sys.argv[3]), read(sys.argv[4])))
