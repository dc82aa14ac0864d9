/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disassembly of guest code through libcapstone, for -d in_asm and the monitor.
 *
 * Threads: any; a capstone handle lives for one call.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "exec/cpu-exec.h"
#include "target-i386/cpu.h"
#include "target-i386/disas.h"
#ifdef CONFIG_CAPSTONE
#include <capstone/capstone.h>
#endif

enum { BYTES_SHOWN = 8 };

static void put_bytes(GString *out, uint64_t linear, const uint8_t *code, unsigned len)
{
    g_string_append_printf(out, "0x%08" PRIx64 ":  ", linear);
    for (unsigned i = 0; i < MAX(len, BYTES_SHOWN); i++) {
        if (i < len) {
            g_string_append_printf(out, "%02x ", code[i]);
        } else {
            g_string_append(out, "   ");
        }
    }
}

static void put_raw(GString *out, const uint8_t *code, size_t size, uint64_t linear)
{
    for (size_t i = 0; i < size; i += BYTES_SHOWN) {
        put_bytes(out, linear + i, code + i, MIN(BYTES_SHOWN, size - i));
        g_string_append_c(out, '\n');
    }
}

#ifdef CONFIG_CAPSTONE
void i386_disassemble(GString *out, const uint8_t *code, size_t size, uint64_t linear,
                      unsigned mode, unsigned count)
{
    cs_mode cs = mode == 64 ? CS_MODE_64 : mode == 32 ? CS_MODE_32 : CS_MODE_16;
    unsigned done = 0;
    csh handle;
    cs_insn *insn;

    if (cs_open(CS_ARCH_X86, cs, &handle) != CS_ERR_OK) {
        put_raw(out, code, size, linear);
        return;
    }
    cs_option(handle, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
    insn = cs_malloc(handle);
    while (size && (!count || done < count)) {
        if (!cs_disasm_iter(handle, &code, &size, &linear, insn)) {
            put_bytes(out, linear, code, 1);
            g_string_append(out, " .byte\n");
            code++;
            size--;
            linear++;
        } else {
            put_bytes(out, insn->address, insn->bytes, insn->size);
            g_string_append_printf(out, " %s %s\n", insn->mnemonic, insn->op_str);
        }
        done++;
    }
    cs_free(insn, 1);
    cs_close(&handle);
}
#else
void i386_disassemble(GString *out, const uint8_t *code, size_t size, uint64_t linear,
                      unsigned mode, unsigned count)
{
    (void)mode;
    (void)count;
    put_raw(out, code, size, linear);
}
#endif

void x86_cpu_disassemble(CPUState *cpu, GString *out, const uint8_t *code, size_t size,
                         vaddr addr, unsigned count)
{
    const CPUX86State *env = cpu->env;

    i386_disassemble(out, code, size, addr,
                     env->hflags & HF_CS64 ? 64 : env->hflags & HF_CS32 ? 32 : 16, count);
}

void i386_log_block(CPUState *cpu, const struct TranslationBlock *tb)
{
    uint64_t linear = tb->cs_base + tb->pc;
    unsigned mode = tb->flags & HF_CS64 ? 64 : tb->flags & HF_CS32 ? 32 : 16;
    g_autofree uint8_t *code = g_malloc(tb->size);
    g_autoptr(GString) text = g_string_new("----------------\nIN:\n");

    for (unsigned i = 0; i < tb->size; i++) {
        code[i] = cpu_ldub_code(cpu, mode == 64 ? linear + i : (uint32_t)(linear + i));
    }
    i386_disassemble(text, code, tb->size, linear, mode, 0);
    qemu_log("%s\n", text->str);
}
