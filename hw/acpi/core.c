/*
 * ACPI fixed hardware registers.
 *
 * Spec:     ACPI 6.3 section 4.8.
 * Thread:   under the big lock.
 * Deviates: the sleep button and the global lock bit never fire.
 * Migrated: all registers; the timer is derived from the guest's clock.
 *
 *   block   offset  register  writable
 *   event   0       PM1_STS   write 1 clears: timer, global lock, power and sleep button, RTC, wake
 *           2       PM1_EN    timer, global lock, buttons, RTC
 *   control 0       PM1_CNT   SCI enable, sleep type; sleep enable (bit 13) acts, reads 0
 *   timer   0       PM_TMR    none: 24 bits at 3.579545 MHz
 *   GPE     0       status    write 1 clears
 *           len/2   enable    all
 *
 *   sleep type   0 off (S5) | 1 suspend to RAM (S3) | s4_val suspend to disk (S4)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/acpi/acpi.h"
#include "migration/vmstate.h"
#include "qapi/qapi-event.h"
#include "qemu/log.h"
#include "sysemu/runstate.h"

#define TMR_MASK 0xffffff
#define TMR_HALF 0x800000
#define PM1_STS_WRITABLE 0xcf31
#define PM1_EN_WRITABLE 0x4721
#define PM1_CNT_WRITABLE 0x1c07

/* ---- timer ---- */

static int64_t tmr_ticks(void)
{
    return muldiv64(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), PM_TIMER_FREQUENCY,
                    NANOSECONDS_PER_SECOND);
}

static int64_t next_overflow(int64_t ticks)
{
    return (ticks | (TMR_HALF - 1)) + 1;
}

static uint16_t pm1_status(ACPIREGS *ar)
{
    int64_t ticks = tmr_ticks();

    if (ticks >= ar->tmr_overflow_time) {
        ar->pm1_sts |= ACPI_BITMASK_TIMER_STATUS;
    }
    return ar->pm1_sts;
}

static void arm_timer(ACPIREGS *ar)
{
    if ((ar->pm1_en & ACPI_BITMASK_TIMER_STATUS) &&
        !(ar->pm1_sts & ACPI_BITMASK_TIMER_STATUS)) {
        timer_mod(ar->tmr_timer, muldiv64_round_up(ar->tmr_overflow_time, NANOSECONDS_PER_SECOND,
                                                   PM_TIMER_FREQUENCY));
    } else {
        timer_del(ar->tmr_timer);
    }
}

static void timer_fired(void *opaque)
{
    acpi_update_sci(opaque);
}

static uint64_t tmr_read(void *opaque, hwaddr addr, unsigned width)
{
    return (tmr_ticks() & TMR_MASK) >> (8 * addr);
}

static void tmr_write(void *opaque, hwaddr addr, uint64_t val, unsigned width)
{
}

static const MemoryRegionOps tmr_ops = {
    .read = tmr_read,
    .write = tmr_write,
    .valid = { .min_access_size = 1, .max_access_size = 4, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 4, .unaligned = true },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* ---- interrupt ---- */

void acpi_update_sci(ACPIREGS *ar)
{
    bool level = pm1_status(ar) & ar->pm1_en &
                 (ACPI_BITMASK_TIMER_STATUS | ACPI_BITMASK_GLOBAL_LOCK_STATUS |
                  ACPI_BITMASK_POWER_BUTTON_STATUS | ACPI_BITMASK_SLEEP_BUTTON_STATUS |
                  ACPI_BITMASK_RT_CLOCK_STATUS);

    for (int i = 0; i < ar->gpe_len / 2; i++) {
        level |= (ar->gpe_sts[i] & ar->gpe_en[i]) != 0;
    }
    ar->sci_level = level;
    qemu_set_irq(ar->sci, level);
    arm_timer(ar);
}

void acpi_send_gpe_event(ACPIREGS *ar, uint8_t status)
{
    ar->gpe_sts[0] |= status;
    acpi_update_sci(ar);
}

/* ---- events ---- */

static uint64_t evt_read(void *opaque, hwaddr addr, unsigned width)
{
    ACPIREGS *ar = opaque;

    return addr == 0 ? pm1_status(ar) : ar->pm1_en;
}

static void evt_write(void *opaque, hwaddr addr, uint64_t val, unsigned width)
{
    ACPIREGS *ar = opaque;

    if (addr == 0) {
        if (pm1_status(ar) & val & ACPI_BITMASK_TIMER_STATUS) {
            ar->tmr_overflow_time = next_overflow(tmr_ticks());
        }
        ar->pm1_sts &= ~(val & PM1_STS_WRITABLE);
    } else {
        ar->pm1_en = val & PM1_EN_WRITABLE;
        qemu_system_wakeup_enable(QEMU_WAKEUP_REASON_RTC,
                                  ar->pm1_en & ACPI_BITMASK_RT_CLOCK_STATUS);
        qemu_system_wakeup_enable(QEMU_WAKEUP_REASON_PMTIMER,
                                  ar->pm1_en & ACPI_BITMASK_TIMER_STATUS);
    }
    acpi_update_sci(ar);
}

static const MemoryRegionOps evt_ops = {
    .read = evt_read,
    .write = evt_write,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 2, .max_access_size = 2 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void powerdown_requested(Notifier *n, void *data)
{
    ACPIREGS *ar = container_of(n, ACPIREGS, powerdown);

    ar->pm1_sts |= ACPI_BITMASK_POWER_BUTTON_STATUS;
    acpi_update_sci(ar);
}

static void woken_up(Notifier *n, void *data)
{
    ACPIREGS *ar = container_of(n, ACPIREGS, wakeup);

    switch (*(WakeupReason *)data) {
    case QEMU_WAKEUP_REASON_RTC:
        ar->pm1_sts |= ACPI_BITMASK_WAKE_STATUS | ACPI_BITMASK_RT_CLOCK_STATUS;
        break;
    case QEMU_WAKEUP_REASON_PMTIMER:
        ar->pm1_sts |= ACPI_BITMASK_WAKE_STATUS | ACPI_BITMASK_TIMER_STATUS;
        break;
    case QEMU_WAKEUP_REASON_OTHER:
        /* The same as the power button, for systems that look for a reason. */
        ar->pm1_sts |= ACPI_BITMASK_WAKE_STATUS | ACPI_BITMASK_POWER_BUTTON_STATUS;
        break;
    default:
        break;
    }
}

/* ---- control ---- */

static void go_to_sleep(ACPIREGS *ar)
{
    uint8_t type = (ar->pm1_cnt & ACPI_BITMASK_SLEEP_TYPE) >> 10;

    if (type == 0) {
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    } else if (type == 1 && !ar->disable_s3) {
        qemu_system_suspend_request();
    } else if (type == ar->s4_val && !ar->disable_s4) {
        qapi_event_send_suspend_disk(NULL);
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    } else {
        qemu_log_mask(LOG_GUEST_ERROR, "acpi: sleep type %u is not offered\n", type);
    }
}

static uint64_t cnt_read(void *opaque, hwaddr addr, unsigned width)
{
    ACPIREGS *ar = opaque;

    return ar->pm1_cnt;
}

static void cnt_write(void *opaque, hwaddr addr, uint64_t val, unsigned width)
{
    ACPIREGS *ar = opaque;

    /* Switching ACPI on and off is firmware's business: see acpi_pm1_cnt_update(). */
    ar->pm1_cnt = (val & PM1_CNT_WRITABLE & ~ACPI_BITMASK_SCI_ENABLE) |
                  (ar->pm1_cnt & ACPI_BITMASK_SCI_ENABLE);
    if (val & ACPI_BITMASK_SLEEP_ENABLE) {
        go_to_sleep(ar);
    }
}

static const MemoryRegionOps cnt_ops = {
    .read = cnt_read,
    .write = cnt_write,
    .valid = { .min_access_size = 1, .max_access_size = 2 },
    .impl = { .min_access_size = 2, .max_access_size = 2 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

void acpi_pm1_cnt_update(ACPIREGS *ar, bool sci_enable, bool sci_disable)
{
    if (sci_enable) {
        ar->pm1_cnt |= ACPI_BITMASK_SCI_ENABLE;
    } else if (sci_disable) {
        ar->pm1_cnt &= ~ACPI_BITMASK_SCI_ENABLE;
    }
}

/* ---- general events ---- */

static uint64_t gpe_read(void *opaque, hwaddr addr, unsigned width)
{
    ACPIREGS *ar = opaque;
    unsigned half = ar->gpe_len / 2;

    return addr < half ? ar->gpe_sts[addr] : ar->gpe_en[addr - half];
}

static void gpe_write(void *opaque, hwaddr addr, uint64_t val, unsigned width)
{
    ACPIREGS *ar = opaque;
    unsigned half = ar->gpe_len / 2;

    if (addr < half) {
        ar->gpe_sts[addr] &= ~val;
    } else {
        ar->gpe_en[addr - half] = val;
    }
    acpi_update_sci(ar);
}

static const MemoryRegionOps gpe_ops = {
    .read = gpe_read,
    .write = gpe_write,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* ---- life ---- */

void acpi_pm_reset(ACPIREGS *ar)
{
    ar->pm1_sts = 0;
    ar->pm1_en = 0;
    ar->pm1_cnt = 0;
    ar->tmr_overflow_time = next_overflow(tmr_ticks());
    memset(ar->gpe_sts, 0, sizeof(ar->gpe_sts));
    memset(ar->gpe_en, 0, sizeof(ar->gpe_en));
    timer_del(ar->tmr_timer);
    acpi_update_sci(ar);
}

void acpi_pm_init(ACPIREGS *ar, Object *owner, MemoryRegion *parent, bool disable_s3,
                  bool disable_s4, uint8_t s4_val)
{
    ar->disable_s3 = disable_s3;
    ar->disable_s4 = disable_s4;
    ar->s4_val = s4_val;
    ar->tmr_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, timer_fired, ar);
    memory_region_init_io(&ar->evt, owner, &evt_ops, ar, "acpi-evt", 4);
    memory_region_add_subregion(parent, 0, &ar->evt);
    memory_region_init_io(&ar->cnt, owner, &cnt_ops, ar, "acpi-cnt", 2);
    memory_region_add_subregion(parent, 4, &ar->cnt);
    memory_region_init_io(&ar->tmr, owner, &tmr_ops, ar, "acpi-tmr", 4);
    memory_region_add_subregion(parent, 8, &ar->tmr);
    ar->powerdown.notify = powerdown_requested;
    qemu_register_powerdown_notifier(&ar->powerdown);
    ar->wakeup.notify = woken_up;
    qemu_register_wakeup_notifier(&ar->wakeup);
    if (!disable_s3) {
        qemu_register_wakeup_support();
    }
}

void acpi_gpe_init(ACPIREGS *ar, Object *owner, MemoryRegion *parent, hwaddr addr, uint8_t len)
{
    assert(len <= ACPI_MAX_GPE_BYTES && len % 2 == 0);
    ar->gpe_len = len;
    memory_region_init_io(&ar->gpe, owner, &gpe_ops, ar, "acpi-gpe0", len);
    memory_region_add_subregion(parent, addr, &ar->gpe);
}

void acpi_pm_unregister(ACPIREGS *ar)
{
    notifier_remove(&ar->powerdown);
    notifier_remove(&ar->wakeup);
    timer_free(ar->tmr_timer);
}

static int acpi_post_load(void *opaque, int version_id)
{
    arm_timer(opaque);
    return 0;
}

const VMStateDescription vmstate_acpi_regs = {
    .name = "acpi-regs",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = acpi_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT16(pm1_sts, ACPIREGS),
        VMSTATE_UINT16(pm1_en, ACPIREGS),
        VMSTATE_UINT16(pm1_cnt, ACPIREGS),
        VMSTATE_INT64(tmr_overflow_time, ACPIREGS),
        VMSTATE_UINT8_ARRAY(gpe_sts, ACPIREGS, ACPI_MAX_GPE_BYTES / 2),
        VMSTATE_UINT8_ARRAY(gpe_en, ACPIREGS, ACPI_MAX_GPE_BYTES / 2),
        VMSTATE_BOOL(sci_level, ACPIREGS),
        VMSTATE_END_OF_LIST()
    },
};
