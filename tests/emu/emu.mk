# emu.mk - programs and libraries that stand in for hardware, for the tests
emu_parts := tests/emu/chip.c src/acquire/norsim.c \
	src/core/buf.c src/core/maps.c src/core/mem.c
emu_heads := $(wildcard tests/emu/*.h)
emus := $O/emu/serprogd $O/emu/libusb.so $O/emu/libftdi.so $O/emu/spidev.so

$O/emu/serprogd: tests/emu/serprogd.c $(emu_parts) $(emu_heads)
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^)
$O/emu/libusb.so: tests/emu/usb_ch341a.c tests/emu/usb_ch347.c
$O/emu/lib%.so: tests/emu/lib%.c $(emu_parts) $(emu_heads)
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CPPFLAGS) $(filter-out -fsanitize=%,$(CFLAGS)) -fPIC -shared -o $@ \
		$(filter %.c,$^)
$O/emu/spidev.so: tests/emu/spidev.c $(emu_parts) $(emu_heads)
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CPPFLAGS) $(filter-out -fsanitize=%,$(CFLAGS)) -fPIC -shared -o $@ \
		$(filter %.c,$^) -ldl
# Real U-Boots under QEMU: minutes, and packages that nothing else takes.
emulated: all
	@tests/emu/boards; r=$$?; [ $$r = 77 ] && echo skipped || exit $$r
.PHONY: emulated
