/*
 * Pins of devices: named groups of inputs (lines of the device's own) and outputs (links to lines).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"
#include "qdev-internal.h"

static NamedGPIOList *gpio_list(DeviceState *dev, const char *name)
{
    NamedGPIOList *l;

    QLIST_FOREACH(l, &dev->gpios, node) {
        if (g_strcmp0(name, l->name) == 0) {
            return l;
        }
    }
    l = g_new0(NamedGPIOList, 1);
    l->name = g_strdup(name);
    QLIST_INSERT_HEAD(&dev->gpios, l, node);
    return l;
}

void gpio_lists_free(DeviceState *dev)
{
    NamedGPIOList *l;

    while ((l = QLIST_FIRST(&dev->gpios)) != NULL) {
        QLIST_REMOVE(l, node);
        qemu_free_irqs(l->in, l->num_in);
        g_free(l->name);
        g_free(l);
    }
}

void qdev_init_gpio_in_named_with_opaque(DeviceState *dev, qemu_irq_handler handler, void *opaque,
                                         const char *name, int n)
{
    NamedGPIOList *l = gpio_list(dev, name);
    g_autofree char *prop = g_strdup_printf("%s[*]", name ? name : "unnamed-gpio-in");

    l->in = qemu_extend_irqs(l->in, l->num_in, handler, opaque, n);
    for (int i = l->num_in; i < l->num_in + n; i++) {
        object_property_add_child(OBJECT(dev), prop, OBJECT(l->in[i]));
    }
    l->num_in += n;
}

void qdev_init_gpio_in_named(DeviceState *dev, qemu_irq_handler handler, const char *name, int n)
{
    qdev_init_gpio_in_named_with_opaque(dev, handler, dev, name, n);
}

void qdev_init_gpio_in(DeviceState *dev, qemu_irq_handler handler, int n)
{
    qdev_init_gpio_in_named(dev, handler, NULL, n);
}

static char *out_prop_name(const char *name, int n)
{
    return g_strdup_printf("%s[%d]", name ? name : "unnamed-gpio-out", n);
}

void qdev_init_gpio_out_named(DeviceState *dev, qemu_irq *pins, const char *name, int n)
{
    NamedGPIOList *l = gpio_list(dev, name);

    memset(pins, 0, sizeof(*pins) * n);
    for (int i = 0; i < n; i++) {
        g_autofree char *prop = out_prop_name(name, l->num_out + i);

        object_property_add_link(OBJECT(dev), prop, TYPE_IRQ, (Object **)&pins[i],
                                 object_property_allow_set_link, OBJ_PROP_LINK_STRONG);
    }
    l->num_out += n;
}

void qdev_init_gpio_out(DeviceState *dev, qemu_irq *pins, int n)
{
    qdev_init_gpio_out_named(dev, pins, NULL, n);
}

qemu_irq qdev_get_gpio_in_named(DeviceState *dev, const char *name, int n)
{
    NamedGPIOList *l = gpio_list(dev, name);

    assert(n >= 0 && n < l->num_in);
    return l->in[n];
}

qemu_irq qdev_get_gpio_in(DeviceState *dev, int n)
{
    return qdev_get_gpio_in_named(dev, NULL, n);
}

void qdev_connect_gpio_out_named(DeviceState *dev, const char *name, int n, qemu_irq pin)
{
    g_autofree char *prop = out_prop_name(name, n);

    object_property_set_link(OBJECT(dev), prop, OBJECT(pin), &error_abort);
}

void qdev_connect_gpio_out(DeviceState *dev, int n, qemu_irq pin)
{
    qdev_connect_gpio_out_named(dev, NULL, n, pin);
}

qemu_irq qdev_get_gpio_out_connector(DeviceState *dev, const char *name, int n)
{
    g_autofree char *prop = out_prop_name(name, n);

    return (qemu_irq)object_property_get_link(OBJECT(dev), prop, NULL);
}

qemu_irq qdev_intercept_gpio_out(DeviceState *dev, qemu_irq icpt, const char *name, int n)
{
    qemu_irq old = qdev_get_gpio_out_connector(dev, name, n);

    object_ref(old);
    qdev_connect_gpio_out_named(dev, name, n, icpt);
    return old;
}

void qdev_pass_gpios(DeviceState *dev, DeviceState *container, const char *name)
{
    NamedGPIOList *l = gpio_list(dev, name);

    for (int i = 0; i < l->num_in; i++) {
        g_autofree char *prop = g_strdup_printf("%s[%d]", name ? name : "unnamed-gpio-in", i);

        object_property_add_alias(OBJECT(container), prop, OBJECT(dev), prop);
    }
    for (int i = 0; i < l->num_out; i++) {
        g_autofree char *prop = out_prop_name(name, i);

        object_property_add_alias(OBJECT(container), prop, OBJECT(dev), prop);
    }
    QLIST_REMOVE(l, node);
    QLIST_INSERT_HEAD(&container->gpios, l, node);
}
