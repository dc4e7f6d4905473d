# uboot_md.sh - a real U-Boot of Debian's under QEMU, stopped and read by md;
# make emulated reads more, on other processors
exec "$TOP/tests/emu/boards" arm 0x10000 4
