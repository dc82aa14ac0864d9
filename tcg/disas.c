/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disassembly for the log: -d in_asm and -d out_asm.
 *
 * Threads: any. A capstone handle is opened for each call; nobody logs assembly in a hurry.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "tcg/disas.h"
#ifdef CONFIG_CAPSTONE
#include <capstone.h>
#endif

/* Sixteen bytes a line. */
static void dump_bytes(const uint8_t *p, size_t size, uint64_t address)
{
    for (size_t at = 0; at < size; at += 16) {
        g_autoptr(GString) line = g_string_new(NULL);

        g_string_append_printf(line, "0x%08" PRIx64 ": ", address + at);
        for (size_t i = at; i < MIN(at + 16, size); i++) {
            g_string_append_printf(line, " %02x", p[i]);
        }
        qemu_log("%s\n", line->str);
    }
}

#ifdef CONFIG_CAPSTONE

/* False when capstone does not know the machine. What it cannot decode is dumped as a byte. */
static bool disas_capstone(cs_arch arch, cs_mode mode, const uint8_t *p, size_t size,
                           uint64_t address)
{
    cs_insn *insn;
    csh handle;

    if (cs_open(arch, mode, &handle) != CS_ERR_OK) {
        return false;
    }
    cs_option(handle, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
    insn = cs_malloc(handle);
    while (size) {
        if (cs_disasm_iter(handle, &p, &size, &address, insn)) {
            qemu_log("0x%08" PRIx64 ":  %-7s %s\n", insn->address, insn->mnemonic,
                     insn->op_str);
        } else {
            dump_bytes(p, 1, address);
            p++;
            size--;
            address++;
        }
    }
    cs_free(insn, 1);
    cs_close(&handle);
    return true;
}

#endif

void disas_host(const void *buf, size_t size, uint64_t address)
{
#if defined(CONFIG_CAPSTONE) && defined(__x86_64__)
    if (disas_capstone(CS_ARCH_X86, CS_MODE_64, buf, size, address)) {
        return;
    }
#elif defined(CONFIG_CAPSTONE) && defined(__aarch64__)
    if (disas_capstone(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, buf, size, address)) {
        return;
    }
#endif
    dump_bytes(buf, size, address);
}

void disas_x86(const void *buf, size_t size, uint64_t address, int bits)
{
#ifdef CONFIG_CAPSTONE
    cs_mode mode = bits == 64 ? CS_MODE_64 : bits == 32 ? CS_MODE_32 : CS_MODE_16;

    if (disas_capstone(CS_ARCH_X86, mode, buf, size, address)) {
        return;
    }
#endif
    dump_bytes(buf, size, address);
}
