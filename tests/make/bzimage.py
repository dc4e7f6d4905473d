# bzimage.py bzimage|signed|zboot OUT PACKED SIZE [own] - a kernel for a PC or
# for EFI around a packed one of that unpacked size, laid out as the kernel's
# boot protocol has it; bzimage.py check KIND IN ELF UNPACK - whether the sum,
# the lengths and the packed kernel are right
import struct, subprocess, sys, zlib

def pe(b, at, sections, cert=(0, 0)):
    b[0:2] = b'MZ'
    struct.pack_into('<I', b, 0x3c, at)
    struct.pack_into('<4sHHIIIHH', b, at, b'PE\0\0', 0x8664, len(sections), 0, 0, 0, 160, 0x206)
    struct.pack_into('<H', b, at + 24, 0x20b)
    struct.pack_into('<I', b, at + 24 + 108, 6)
    for i, (start, size) in enumerate(sections):
        struct.pack_into('<8sIIII', b, at + 184 + 40 * i, b'.text', size, start, size, start)

def jam(b): return zlib.crc32(b) ^ 0xffffffff

def bzimage(packed, signed):
    setup, code = 512 * 28, bytes(range(256)) * 3
    b = bytearray(setup) + code + packed
    tail = b'stub' * 300
    b += tail + bytes(-(len(b) + len(tail) + 4) % 16)
    struct.pack_into('<B', b, 0x1f1, 27)
    struct.pack_into('<I', b, 0x1f4, (len(b) + 4 - setup) // 16)
    struct.pack_into('<H', b, 0x1fe, 0xaa55)
    b[0x202:0x206] = b'HdrS'
    struct.pack_into('<H', b, 0x206, 0x20f)
    struct.pack_into('<H', b, 0x20e, 0x1000)
    b[0x1200:0x1220] = b'6.1.0-test (me@here) #1 SMP'.ljust(32, b'\0')
    struct.pack_into('<II', b, 0x248, len(code), len(packed))
    pe(b, 0x80, [(0x200, setup - 0x200), (setup, len(b) + 4 - setup)])
    b += struct.pack('<I', jam(b))
    if signed:
        struct.pack_into('<I', b, 0x80 + 24 + 64, 0x1234567)
        struct.pack_into('<II', b, 0x80 + 24 + 144, len(b), 200)
        b += bytes(range(200))
    return b

def zboot(packed, how):
    b = bytearray(0x1000) + packed + b'stub' * 300
    pe(b, 0x40, [(0x1000, len(b) - 0x1000)])
    b[4:8] = b'zimg'
    struct.pack_into('<II', b, 8, 0x1000, len(packed))
    b[24:24 + len(how)] = how.encode()
    return b

def unpack(data, tool):
    if tool == 'xz' or tool == 'lzma' or tool == 'gzip' or tool == 'bzip2':
        d = __import__('lzma').LZMADecompressor() if tool in ('xz', 'lzma') else \
            zlib.decompressobj(31) if tool == 'gzip' else __import__('bz2').BZ2Decompressor()
        return d.decompress(data)
    return subprocess.run([tool, '-dc'], input=data, capture_output=True).stdout

kind = sys.argv[1]
if kind != 'check':
    packed = open(sys.argv[3], 'rb').read()
    if sys.argv[5:] != ['own']:
        packed += struct.pack('<I', int(sys.argv[4]))
    b = zboot(packed, 'gzip') if kind == 'zboot' else bzimage(packed, kind == 'signed')
    open(sys.argv[2], 'wb').write(b)
else:
    kind, b, elf, tool = sys.argv[2], bytearray(open(sys.argv[3], 'rb').read()), \
        open(sys.argv[4], 'rb').read(), sys.argv[5]
    if kind == 'zboot':
        at, n = struct.unpack_from('<II', b, 8)
    else:
        code = (b[0x1f1] + 1) * 512
        at, n = struct.unpack_from('<II', b, 0x248)
        at += code
        end = code + 16 * struct.unpack_from('<I', b, 0x1f4)[0]
        if kind == 'signed':
            b[0x80 + 88:0x80 + 92] = bytes(4)
            b[0x80 + 168:0x80 + 176] = bytes(8)
            assert b[end:] == bytes(range(200)), 'what is behind it'
        assert jam(b[:end]) == 0, 'crc'
    assert struct.unpack_from('<I', b, at + n - 4)[0] == len(elf), 'unpacked length'
    assert unpack(bytes(b[at:at + n - (0 if tool == 'gzip' else 4)]), tool) == elf, 'packed kernel'
