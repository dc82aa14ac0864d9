/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Non-canonical addresses: #SS(0) when the access goes through the stack segment, #GP(0) else.
 * Which it was is found out by looking at the instruction, once a fault has happened.
 *
 * Spec:   Intel SDM volume 1 section 3.3.7.1; volume 2 chapter 2 for the encoding.
 * Thread: the vCPU's own.
 *
 * Only 64-bit code can form such addresses.
 */
#include "qemu/osdep.h"
#include "internal.h"

/* One-byte opcodes that push or pop: PUSH, POP, CALL, RET, ENTER, LEAVE, PUSHF, POPF, IRET. */
static bool pushes_or_pops(uint8_t op)
{
    return (op >= 0x50 && op <= 0x5f) || op == 0x68 || op == 0x6a || op == 0x8f || op == 0x9c ||
           op == 0x9d || op == 0xc2 || op == 0xc3 || op == 0xc8 || op == 0xc9 || op == 0xca ||
           op == 0xcb || op == 0xcf || op == 0xe8 || op == 0xff;
}

/* Is the address of a ModRM operand based on RSP or RBP? */
static bool based_on_stack(const uint8_t *modrm, unsigned rex)
{
    unsigned mod = modrm[0] >> 6, rm = modrm[0] & 7;

    if (mod == 3 || (rex & 1)) {
        return false;
    }
    if (rm == 4) {
        unsigned base = modrm[1] & 7;

        return base == 4 || (base == 5 && mod != 0);
    }
    return rm == 5 && mod != 0;
}

bool x86_access_uses_stack(CPUX86State *env, uint64_t addr)
{
    uint8_t insn[16];
    unsigned i = 0, rex = 0;
    bool fs_gs = false;

    if (!x86_code64(env) ||
        cpu_memory_rw_debug(env_cpu(env), env->eip, insn, sizeof(insn), false)) {
        return false;
    }
    for (; i < 13; i++) {
        uint8_t b = insn[i];

        if (b == 0x64 || b == 0x65) {
            fs_gs = true;
        } else if (b != 0x66 && b != 0x67 && b != 0xf0 && b != 0xf2 && b != 0xf3 && b != 0x2e &&
                   b != 0x36 && b != 0x3e && b != 0x26) {
            break;
        }
    }
    if ((insn[i] & 0xf0) == 0x40) {
        rex = insn[i++];
    }
    /* The stack pointer itself is the better witness where both kinds of operand occur. */
    if (pushes_or_pops(insn[i]) && addr - env->regs[R_ESP] + 4096 < 8192) {
        return true;
    }
    if (insn[i] == 0x0f) {
        i++;
        if (insn[i] == 0x38 || insn[i] == 0x3a) {
            i++;
        }
    } else if (insn[i] == 0xc5) {
        rex = 0;
        i += 2;
    } else if (insn[i] == 0xc4) {
        rex = ~insn[i + 1] >> 5 & 1;
        i += 3;
    }
    return !fs_gs && i < 13 && based_on_stack(&insn[i + 1], rex);
}
