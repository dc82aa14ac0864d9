/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands about options and connections.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include <sys/socket.h>
#include "chardev/char.h"
#include "monitor/monitor.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "qemu/config-file.h"

static CommandLineParameterInfo *describe_parameter(const QemuOptDesc *desc)
{
    static const CommandLineParameterType type[] = {
        [QEMU_OPT_STRING] = COMMAND_LINE_PARAMETER_TYPE_STRING,
        [QEMU_OPT_BOOL] = COMMAND_LINE_PARAMETER_TYPE_BOOLEAN,
        [QEMU_OPT_NUMBER] = COMMAND_LINE_PARAMETER_TYPE_NUMBER,
        [QEMU_OPT_SIZE] = COMMAND_LINE_PARAMETER_TYPE_SIZE,
    };
    CommandLineParameterInfo *info = g_new0(CommandLineParameterInfo, 1);

    info->name = g_strdup(desc->name);
    info->type = type[desc->type];
    info->has_help = desc->help != NULL;
    info->help = g_strdup(desc->help);
    info->has_q_default = desc->def_value_str != NULL;
    info->q_default = g_strdup(desc->def_value_str);
    return info;
}

static CommandLineOptionInfo *describe_option(const QemuOptsList *list)
{
    CommandLineOptionInfo *info = g_new0(CommandLineOptionInfo, 1);
    CommandLineParameterInfoList **tail = &info->parameters;

    info->option = g_strdup(list->name);
    for (const QemuOptDesc *d = list->desc; d->name; d++) {
        *tail = g_new0(CommandLineParameterInfoList, 1);
        (*tail)->value = describe_parameter(d);
        tail = &(*tail)->next;
    }
    return info;
}

CommandLineOptionInfoList *qmp_query_command_line_options(bool has_option, const char *option,
                                                          Error **errp)
{
    CommandLineOptionInfoList *head = NULL, **tail = &head;

    for (QemuOptsList *const *l = qemu_option_lists(); *l; l++) {
        if (has_option && strcmp((*l)->name, option)) {
            continue;
        }
        *tail = g_new0(CommandLineOptionInfoList, 1);
        (*tail)->value = describe_option(*l);
        tail = &(*tail)->next;
    }
    if (has_option && !head) {
        error_setg(errp, "Invalid parameter 'option': there is no option '%.100s' with "
                   "parameters", option);
    }
    return head;
}

static bool is_socket(int fd)
{
    struct sockaddr_storage addr;
    socklen_t len = sizeof(addr);

    return getsockname(fd, (struct sockaddr *)&addr, &len) == 0;
}

void qmp_add_client(const char *protocol, const char *fdname, bool has_skipauth, bool skipauth,
                    bool has_tls, bool tls, Error **errp)
{
    Chardev *chr = qemu_chr_find(protocol);
    int fd;

    if (!chr) {
        error_setg(errp, "protocol '%.100s' is invalid: no server and no character device has "
                   "that name", protocol);
        return;
    }
    if (has_tls && tls) {
        error_setg(errp, "Parameter 'tls' is not supported for character devices");
        return;
    }
    fd = monitor_get_fd(monitor_cur(), fdname, errp);
    if (fd < 0) {
        return;
    }
    if (!is_socket(fd)) {
        error_setg(errp, "parameter @fdname must name a socket");
        close(fd);
        return;
    }
    if (qemu_chr_add_client(chr, fd) < 0) {
        error_setg(errp, "character device '%s' does not take connections", protocol);
        close(fd);
    }
}
