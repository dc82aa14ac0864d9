/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of QMP commands.
 *
 * Thread: filled before main() by constructors; afterwards only `disabled` changes, in the
 * main thread.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/dispatch.h"

static GHashTable *qmp_commands(void)
{
    static GHashTable *table;

    if (!table) {
        table = g_hash_table_new(g_str_hash, g_str_equal);
    }
    return table;
}

void qmp_register_command(const char *name, QmpCommandFunc *fn, QmpCommandOptions options)
{
    QmpCommand *cmd = g_hash_table_lookup(qmp_commands(), name);

    if (!cmd) {
        cmd = g_new0(QmpCommand, 1);
        g_hash_table_insert(qmp_commands(), (char *)name, cmd);
    }
    *cmd = (QmpCommand) { .name = name, .fn = fn, .options = options };
}

const QmpCommand *qmp_find_command(const char *name)
{
    return g_hash_table_lookup(qmp_commands(), name);
}

void qmp_disable_command(const char *name, const char *reason)
{
    QmpCommand *cmd = g_hash_table_lookup(qmp_commands(), name);

    if (cmd) {
        cmd->disabled = reason;
    }
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

void qmp_for_each_command(void (*fn)(const QmpCommand *cmd, void *opaque), void *opaque)
{
    GList *names = g_list_sort(g_hash_table_get_keys(qmp_commands()), compare_names);

    for (GList *l = names; l; l = l->next) {
        fn(g_hash_table_lookup(qmp_commands(), l->data), opaque);
    }
    g_list_free(names);
}
