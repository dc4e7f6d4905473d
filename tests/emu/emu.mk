# emu.mk - programs and libraries that stand in for hardware, for the tests
emu_parts := tests/emu/chip.c src/acquire/norsim.c src/core/buf.c src/core/mem.c
emus := $O/emu/serprogd $O/emu/libusb.so $O/emu/libftdi.so

$O/emu/serprogd: tests/emu/serprogd.c $(emu_parts) tests/emu/chip.h
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^)
$O/emu/lib%.so: tests/emu/lib%.c $(emu_parts) tests/emu/chip.h
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CPPFLAGS) $(filter-out -fsanitize=%,$(CFLAGS)) -fPIC -shared -o $@ \
		$(filter %.c,$^)
