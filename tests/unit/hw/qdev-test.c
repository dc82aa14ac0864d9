/*
 * Devices and buses: realize and unrealize, properties, pins, reset order, hot-plug, paths.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "qapi/qapi-types.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "sysemu/reset.h"

static GString *events;

#define LOG(...) g_string_append_printf(events, __VA_ARGS__)
#define CK_EVENTS(expected) \
    do { \
        ck_assert_str_eq(events->str, expected); \
        g_string_truncate(events, 0); \
    } while (0)

/* ---- a bus with two slots, a device for it, and a controller that has the bus ---- */

#define TYPE_TOY_BUS "toy-bus"
#define TYPE_TOY "toy"
#define TYPE_TOY_CTRL "toy-ctrl"

typedef struct Toy {
    DeviceState parent_obj;
    uint8_t u8;
    uint32_t flags;
    uint64_t big;
    int32_t num;
    char *label;
    bool on;
    bool broken;
    OnOffAuto mode;
    uint32_t nports;
    uint16_t *ports;
    DeviceState *peer;
    qemu_irq out[2];
    int levels[4];
} Toy;
DECLARE_INSTANCE_CHECKER(Toy, TOY, TYPE_TOY)

typedef struct ToyCtrl {
    SysBusDevice parent_obj;
    BusState bus;
    MemoryRegion mmio;
    qemu_irq irq;
    bool fail_late;
} ToyCtrl;
DECLARE_INSTANCE_CHECKER(ToyCtrl, TOY_CTRL, TYPE_TOY_CTRL)

static const Property toy_props[] = {
    DEFINE_PROP_UINT8("u8", Toy, u8, 200),
    DEFINE_PROP_BIT("bit3", Toy, flags, 3, true),
    DEFINE_PROP_BIT("bit4", Toy, flags, 4, false),
    DEFINE_PROP_SIZE("big", Toy, big, 1ull << 40),
    DEFINE_PROP_INT32("num", Toy, num, -7),
    DEFINE_PROP_STRING("label", Toy, label),
    DEFINE_PROP_BOOL("on", Toy, on, true),
    DEFINE_PROP_BOOL("broken", Toy, broken, false),
    DEFINE_PROP_ON_OFF_AUTO("mode", Toy, mode, ON_OFF_AUTO_AUTO),
    DEFINE_PROP_ARRAY("ports", Toy, nports, ports, qdev_prop_uint16, uint16_t),
    DEFINE_PROP_LINK("peer", Toy, peer, TYPE_DEVICE, DeviceState *),
    DEFINE_PROP_END_OF_LIST(),
};

static const VMStateDescription vmstate_toy = {
    .name = "toy",
    .version_id = 1,
    .fields = (const VMStateField[]) { VMSTATE_UINT32(flags, Toy), VMSTATE_END_OF_LIST() },
};

static void toy_irq(void *opaque, int n, int level)
{
    TOY(opaque)->levels[n] = level;
}

static void toy_realize(DeviceState *dev, Error **errp)
{
    Toy *t = TOY(dev);

    if (t->broken) {
        error_setg(errp, "toy is broken");
        return;
    }
    LOG("realize(%s) ", t->label ? t->label : "");
}

static void toy_unrealize(DeviceState *dev)
{
    LOG("unrealize(%s) ", TOY(dev)->label ? TOY(dev)->label : "");
}

static void toy_reset(DeviceState *dev)
{
    LOG("reset(%s) ", TOY(dev)->label ? TOY(dev)->label : "");
}

static void toy_init(Object *obj)
{
    Toy *t = TOY(obj);

    qdev_init_gpio_in(DEVICE(t), toy_irq, 2);
    qdev_init_gpio_in_named(DEVICE(t), toy_irq, "extra", 1);
    qdev_init_gpio_in(DEVICE(t), toy_irq, 1);
    qdev_init_gpio_out(DEVICE(t), t->out, 2);
}

static int live_toys;

static void toy_post_init(Object *obj)
{
    live_toys++;
}

static void toy_finalize(Object *obj)
{
    live_toys--;
}

static void toy_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    device_class_set_props(dc, toy_props);
    device_class_set_legacy_reset(dc, toy_reset);
    dc->realize = toy_realize;
    dc->unrealize = toy_unrealize;
    dc->bus_type = TYPE_TOY_BUS;
    dc->vmsd = &vmstate_toy;
}

static char *toy_bus_path(DeviceState *dev)
{
    return g_strdup_printf("slot-%s", TOY(dev)->label);
}

static void toy_bus_class_init(ObjectClass *klass, void *data)
{
    BusClass *bc = BUS_CLASS(klass);

    bc->max_dev = 2;
    bc->get_dev_path = toy_bus_path;
}

static void ctrl_enter(Object *obj, ResetType type)
{
    LOG("ctrl-enter ");
}

static void ctrl_hold(Object *obj)
{
    LOG("ctrl-hold ");
}

static void ctrl_exit(Object *obj)
{
    LOG("ctrl-exit ");
}

static void ctrl_unplug(HotplugHandler *h, DeviceState *dev, Error **errp)
{
    LOG("unplug ");
    qdev_unrealize(dev);
}

static void ctrl_pre_plug(HotplugHandler *h, DeviceState *dev, Error **errp)
{
    if (TOY(dev)->u8 == 13) {
        error_setg(errp, "13 is unlucky");
    }
    LOG("pre-plug ");
}

static void ctrl_plug(HotplugHandler *h, DeviceState *dev, Error **errp)
{
    LOG("plug ");
}

static void ctrl_init(Object *obj)
{
    ToyCtrl *c = TOY_CTRL(obj);

    memory_region_init_io(&c->mmio, obj, NULL, NULL, "toy-mmio", 0x100);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &c->mmio);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &c->irq);
    qbus_init(&c->bus, sizeof(c->bus), TYPE_TOY_BUS, DEVICE(obj), NULL);
    qbus_set_hotplug_handler(&c->bus, obj);
}

static void ctrl_class_init(ObjectClass *klass, void *data)
{
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    HotplugHandlerClass *hc = HOTPLUG_HANDLER_CLASS(klass);

    rc->phases.enter = ctrl_enter;
    rc->phases.hold = ctrl_hold;
    rc->phases.exit = ctrl_exit;
    hc->pre_plug = ctrl_pre_plug;
    hc->plug = ctrl_plug;
    hc->unplug = ctrl_unplug;
}

static const TypeInfo toy_types[] = {
    { .name = TYPE_TOY_BUS, .parent = TYPE_BUS, .instance_size = sizeof(BusState),
      .class_init = toy_bus_class_init },
    { .name = TYPE_TOY, .parent = TYPE_DEVICE, .instance_size = sizeof(Toy),
      .instance_init = toy_init, .instance_post_init = toy_post_init,
      .instance_finalize = toy_finalize, .class_init = toy_class_init },
    { .name = TYPE_TOY_CTRL, .parent = TYPE_SYS_BUS_DEVICE, .instance_size = sizeof(ToyCtrl),
      .instance_init = ctrl_init, .class_init = ctrl_class_init,
      .interfaces = (InterfaceInfo[]) { { TYPE_HOTPLUG_HANDLER }, { } } },
};
DEFINE_TYPES(toy_types)

static ToyCtrl *ctrl_new(void)
{
    DeviceState *dev = qdev_new(TYPE_TOY_CTRL);

    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_abort);
    return TOY_CTRL(dev);
}

static Toy *toy_on(ToyCtrl *c, const char *label)
{
    DeviceState *dev = qdev_new(TYPE_TOY);

    qdev_prop_set_string(dev, "label", label);
    qdev_realize_and_unref(dev, &c->bus, &error_abort);
    return TOY(dev);
}

static void ctrl_drop(ToyCtrl *c)
{
    object_unparent(OBJECT(c));
    drain_call_rcu();
    g_string_truncate(events, 0);
}

/* ---- tests ---- */

START_TEST(test_properties)
{
    Object *obj = OBJECT(qdev_new(TYPE_TOY));
    Toy *t = TOY(obj);
    Error *err = NULL;
    char *s;

    ck_assert_uint_eq(t->u8, 200);
    ck_assert_uint_eq(t->flags, 8);
    ck_assert_uint_eq(t->big, 1ull << 40);
    ck_assert_int_eq(t->num, -7);
    ck_assert(t->on);
    ck_assert_int_eq(t->mode, ON_OFF_AUTO_AUTO);
    ck_assert(object_property_parse(obj, "bit4", "on", &error_abort));
    ck_assert(object_property_parse(obj, "bit3", "off", &error_abort));
    ck_assert_uint_eq(t->flags, 16);
    ck_assert(object_property_parse(obj, "big", "3M", &error_abort));
    ck_assert_uint_eq(t->big, 3 << 20);
    ck_assert(!object_property_parse(obj, "u8", "256", &err));
    error_free_or_abort(&err);
    ck_assert(!object_property_parse(obj, "mode", "maybe", &err));
    error_free_or_abort(&err);
    ck_assert(object_property_parse(obj, "mode", "off", &error_abort));
    s = object_property_print(obj, "mode", false, &error_abort);
    ck_assert_str_eq(s, "off");
    g_free(s);

    ck_assert(object_property_parse(obj, "len-ports", "2", &error_abort));
    ck_assert(object_property_parse(obj, "ports[1]", "0x3f8", &error_abort));
    ck_assert_uint_eq(t->ports[1], 0x3f8);
    ck_assert(!object_property_parse(obj, "len-ports", "3", &err));
    error_free_or_abort(&err);
    object_unref(obj);
    ck_assert_int_eq(live_toys, 0);
}
END_TEST

START_TEST(test_realize)
{
    ToyCtrl *c = ctrl_new();
    Toy *t = toy_on(c, "a");
    Error *err = NULL;
    char *path;

    CK_EVENTS("pre-plug realize(a) plug ");
    ck_assert(qdev_is_realized(DEVICE(t)));
    ck_assert_str_eq(c->bus.name, "toy-bus.0");
    path = object_get_canonical_path(OBJECT(t));
    ck_assert_ptr_nonnull(g_strrstr(path, "/machine/unattached/device["));
    g_free(path);
    ck_assert_ptr_nonnull(savevm_find_entry("slot-a/toy", 0));
    ck_assert(!object_property_parse(OBJECT(t), "u8", "1", &err));
    ck_assert_ptr_nonnull(strstr(error_get_pretty(err), "after it was realized"));
    error_free_or_abort(&err);

    object_unparent(OBJECT(t));
    CK_EVENTS("unrealize(a) ");
    ck_assert_ptr_null(savevm_find_entry("slot-a/toy", 0));
    ck_assert_int_eq(c->bus.num_children, 0);
    ck_assert_int_eq(live_toys, 0);
    ctrl_drop(c);
}
END_TEST

START_TEST(test_realize_failures)
{
    ToyCtrl *c = ctrl_new();
    DeviceState *dev = qdev_new(TYPE_TOY);
    Error *err = NULL;

    qdev_prop_set_bit(dev, "broken", true);
    ck_assert(!qdev_realize_and_unref(dev, &c->bus, &err));
    ck_assert_str_eq(error_get_pretty(err), "toy is broken");
    error_free_or_abort(&err);
    ck_assert_int_eq(live_toys, 0);

    dev = qdev_new(TYPE_TOY);
    qdev_prop_set_uint8(dev, "u8", 13);
    ck_assert(!qdev_realize_and_unref(dev, &c->bus, &err));
    error_free_or_abort(&err);
    ck_assert_int_eq(live_toys, 0);

    dev = qdev_new(TYPE_TOY);
    ck_assert(!qdev_realize_and_unref(dev, sysbus_get_default(), &err));
    ck_assert_str_eq(error_get_pretty(err), "Device 'toy' can't go on System bus");
    error_free_or_abort(&err);
    ck_assert_int_eq(live_toys, 0);
    ck_assert_int_eq(c->bus.num_children, 0);
    ctrl_drop(c);
}
END_TEST

START_TEST(test_bus_full)
{
    ToyCtrl *c = ctrl_new();

    toy_on(c, "a");
    ck_assert(!qbus_is_full(&c->bus));
    toy_on(c, "b");
    ck_assert(qbus_is_full(&c->bus));
    /* The controller takes what is on its bus with it. */
    g_string_truncate(events, 0);
    object_unparent(OBJECT(c));
    ck_assert_int_eq(live_toys, 0);
    ck_assert_ptr_nonnull(strstr(events->str, "unrealize(a)"));
    ck_assert_ptr_nonnull(strstr(events->str, "unrealize(b)"));
    drain_call_rcu();
    g_string_truncate(events, 0);
}
END_TEST

static void log_handler(void *opaque)
{
    LOG("%s", (char *)opaque);
}

START_TEST(test_reset_order)
{
    ToyCtrl *c = ctrl_new();

    toy_on(c, "a");
    toy_on(c, "b");
    g_string_truncate(events, 0);
    device_cold_reset(DEVICE(c));
    CK_EVENTS("ctrl-enter reset(b) reset(a) ctrl-hold ctrl-exit ");
    bus_cold_reset(&c->bus);
    CK_EVENTS("reset(b) reset(a) ");
    /* Asserted twice: phases run once, the exit with the last release. */
    resettable_assert_reset(OBJECT(c), RESET_TYPE_COLD);
    resettable_assert_reset(OBJECT(c), RESET_TYPE_COLD);
    CK_EVENTS("ctrl-enter reset(b) reset(a) ctrl-hold ");
    ck_assert(device_is_in_reset(DEVICE(c)));
    resettable_release_reset(OBJECT(c), RESET_TYPE_COLD);
    CK_EVENTS("");
    resettable_release_reset(OBJECT(c), RESET_TYPE_COLD);
    CK_EVENTS("ctrl-exit ");
    /* The system's reset reaches all devices, and then whoever registered a handler. */
    qemu_register_reset(log_handler, (void *)"one ");
    qemu_register_reset(log_handler, (void *)"two ");
    qemu_devices_reset(0);
    CK_EVENTS("ctrl-enter reset(b) reset(a) ctrl-hold ctrl-exit one two ");
    qemu_unregister_reset(log_handler, (void *)"one ");
    qemu_devices_reset(0);
    CK_EVENTS("ctrl-enter reset(b) reset(a) ctrl-hold ctrl-exit two ");
    qemu_unregister_reset(log_handler, (void *)"two ");
    ctrl_drop(c);
}
END_TEST

START_TEST(test_pins)
{
    ToyCtrl *c = ctrl_new();
    Toy *a = toy_on(c, "a"), *b = toy_on(c, "b");
    qemu_irq split;

    qdev_connect_gpio_out(DEVICE(a), 0, qdev_get_gpio_in(DEVICE(b), 1));
    qdev_connect_gpio_out(DEVICE(a), 1, qdev_get_gpio_in(DEVICE(b), 2));
    qemu_irq_raise(a->out[0]);
    ck_assert_int_eq(b->levels[1], 1);
    qemu_set_irq(a->out[1], 5);
    ck_assert_int_eq(b->levels[2], 5);
    qemu_irq_raise(qdev_get_gpio_in_named(DEVICE(b), "extra", 0));
    ck_assert_int_eq(b->levels[0], 1);
    qdev_connect_gpio_out(DEVICE(a), 0, NULL);
    qemu_irq_lower(a->out[0]);
    ck_assert_int_eq(b->levels[1], 1);

    split = qemu_irq_split(qdev_get_gpio_in(DEVICE(b), 0), qdev_get_gpio_in(DEVICE(b), 1));
    qemu_irq_lower(split);
    ck_assert_int_eq(b->levels[0], 0);
    ck_assert_int_eq(b->levels[1], 0);
    g_free(split->opaque);
    qemu_free_irq(split);

    sysbus_connect_irq(SYS_BUS_DEVICE(c), 0, qdev_get_gpio_in(DEVICE(b), 0));
    ck_assert(sysbus_is_irq_connected(SYS_BUS_DEVICE(c), 0));
    ck_assert(!sysbus_has_irq(SYS_BUS_DEVICE(c), 1));
    qemu_irq_raise(c->irq);
    ck_assert_int_eq(b->levels[0], 1);
    ctrl_drop(c);
}
END_TEST

START_TEST(test_sysbus_map)
{
    ToyCtrl *c = ctrl_new();

    sysbus_mmio_map(SYS_BUS_DEVICE(c), 0, 0xfed00000);
    ck_assert(memory_region_present(get_system_memory(), 0xfed000ff));
    sysbus_mmio_map(SYS_BUS_DEVICE(c), 0, 0xfee00000);
    ck_assert(!memory_region_present(get_system_memory(), 0xfed00000));
    ck_assert(memory_region_present(get_system_memory(), 0xfee00000));
    sysbus_mmio_unmap(SYS_BUS_DEVICE(c), 0);
    ck_assert(!memory_region_present(get_system_memory(), 0xfee00000));
    ctrl_drop(c);
}
END_TEST

static char *deleted;

static void hear_deleted(const char *id, const char *path)
{
    g_free(deleted);
    deleted = g_strdup_printf("%s %s", id, path);
}

START_TEST(test_ids_and_unplug)
{
    ToyCtrl *c = ctrl_new();
    DeviceState *dev = qdev_new(TYPE_TOY), *dup = qdev_new(TYPE_TOY);
    Error *err = NULL;

    qdev_set_deleted_hook(hear_deleted);
    ck_assert_str_eq(qdev_set_id(dev, g_strdup("t0"), &error_abort), "t0");
    ck_assert_ptr_null(qdev_set_id(dup, g_strdup("t0"), &err));
    ck_assert_str_eq(error_get_pretty(err), "Duplicate device ID 't0'");
    error_free_or_abort(&err);
    object_unref(dup);
    qdev_prop_set_string(dev, "label", "x");
    qdev_realize_and_unref(dev, &c->bus, &error_abort);
    ck_assert_ptr_eq(object_resolve_path("/machine/peripheral/t0", NULL), OBJECT(dev));
    ck_assert_ptr_eq(qdev_find_recursive(sysbus_get_default(), "t0"), dev);
    g_string_truncate(events, 0);
    qdev_unplug(dev, &error_abort);
    CK_EVENTS("unplug unrealize(x) ");
    ck_assert_str_eq(deleted, "t0 /machine/peripheral/t0");
    ck_assert_int_eq(live_toys, 0);
    g_free(deleted);
    deleted = NULL;
    qdev_set_deleted_hook(NULL);
    ctrl_drop(c);
}
END_TEST

START_TEST(test_globals)
{
    Error *err = NULL;
    DeviceState *dev;

    ck_assert(qdev_parse_global("toy.u8=77", &error_abort));
    ck_assert(qdev_parse_global("driver=toy,property=num,value=5", &error_abort));
    ck_assert(!qdev_parse_global("toy", &err));
    error_free_or_abort(&err);
    ck_assert(!qdev_parse_global("driver=toy,value=1", &err));
    error_free_or_abort(&err);
    dev = qdev_new(TYPE_TOY);
    ck_assert_uint_eq(TOY(dev)->u8, 77);
    ck_assert_int_eq(TOY(dev)->num, 5);
    ck_assert_int_eq(qdev_prop_check_globals(), 0);
    object_unref(dev);
}
END_TEST

/* Last, as there is no way back from the phase. */
START_TEST(test_hotplug)
{
    ToyCtrl *c = ctrl_new();
    DeviceState *dev;

    while (!phase_check(PHASE_MACHINE_READY)) {
        for (MachineInitPhase p = PHASE_MACHINE_CREATED; p <= PHASE_MACHINE_READY; p++) {
            phase_advance(p);
        }
    }
    g_string_truncate(events, 0);
    dev = qdev_new(TYPE_TOY);
    ck_assert(dev->hotplugged);
    qdev_prop_set_string(dev, "label", "h");
    qdev_realize_and_unref(dev, &c->bus, &error_abort);
    CK_EVENTS("pre-plug realize(h) reset(h) plug ");
    ctrl_drop(c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hw/qdev");
    TCase *tc = tcase_create("all");
    SRunner *sr;
    int failed;

    events = g_string_new(NULL);
    module_call_init(MODULE_INIT_QOM);
    bql_lock();
    memory_map_init();
    tcase_add_test(tc, test_properties);
    tcase_add_test(tc, test_realize);
    tcase_add_test(tc, test_realize_failures);
    tcase_add_test(tc, test_bus_full);
    tcase_add_test(tc, test_reset_order);
    tcase_add_test(tc, test_pins);
    tcase_add_test(tc, test_sysbus_map);
    tcase_add_test(tc, test_ids_and_unplug);
    tcase_add_test(tc, test_globals);
    tcase_add_test(tc, test_hotplug);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_set_fork_status(sr, CK_NOFORK);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
