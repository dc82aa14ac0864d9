/*
 * -fw_cfg [name=]NAME,file=F | string=S | gen_id=ID: items of the user's for the guest.
 *
 * Thread: main thread at start-up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qapi/qmp/qdict.h"
#include "qemu/option.h"
#include "hw/nvram/fw_cfg.h"
#include "softmmu/machine-setup.h"

static bool check_name(const char *name, Error **errp)
{
    if (!name || !*name) {
        error_setg(errp, "invalid argument(s): a name is needed");
        return false;
    }
    if (strlen(name) > FW_CFG_MAX_FILE_PATH - 1) {
        error_setg(errp, "name '%s' is too long (max. %d char)", name, FW_CFG_MAX_FILE_PATH - 1);
        return false;
    }
    if (!g_str_has_prefix(name, "opt/")) {
        warn_report("externally provided fw_cfg item names should be prefixed with \"opt/\"");
    }
    return true;
}

static bool add_file(FWCfgState *fw, const char *name, const char *path, Error **errp)
{
    GError *err = NULL;
    char *data;
    gsize len;

    if (!g_file_get_contents(path, &data, &len, &err)) {
        error_setg(errp, "can't load %s: %s", path, err->message);
        g_error_free(err);
        return false;
    }
    fw_cfg_add_file(fw, name, data, len);
    return true;
}

static bool add_item(FWCfgState *fw, const QDict *opts, Error **errp)
{
    static const char *const known[] = { "name", "file", "string", "gen_id", NULL };
    const char *name = qdict_get_try_str(opts, "name");
    const char *file = qdict_get_try_str(opts, "file");
    const char *string = qdict_get_try_str(opts, "string");
    const char *gen_id = qdict_get_try_str(opts, "gen_id");

    for (const QDictEntry *e = qdict_first(opts); e; e = qdict_next(opts, e)) {
        if (!g_strv_contains(known, qdict_entry_key(e))) {
            error_setg(errp, "Invalid parameter '%s'", qdict_entry_key(e));
            return false;
        }
    }
    if ((file && *file) + (string != NULL) + (gen_id && *gen_id) != 1) {
        error_setg(errp, "exactly one of file=, string= and gen_id= is needed");
        return false;
    }
    if (!check_name(name, errp)) {
        return false;
    }
    if (fw_cfg_has_file(fw, name)) {
        error_setg(errp, "there is an item '%s' already", name);
        return false;
    }
    if (gen_id) {
        return fw_cfg_add_from_generator(fw, name, gen_id, errp);
    }
    if (file) {
        return add_file(fw, name, file, errp);
    }
    /* The guest sees the text without a final NUL. */
    fw_cfg_add_file(fw, name, g_strdup(string), strlen(string));
    return true;
}

bool machine_setup_fw_cfg(const char *text, Error **errp)
{
    ERRP_GUARD();
    FWCfgState *fw = fw_cfg_find();
    QDict *opts = NULL;
    bool ok = false;

    if (!fw) {
        error_setg(errp, "this machine has no fw_cfg device");
    } else {
        opts = keyval_parse(text, "name", NULL, errp);
    }
    if (opts) {
        ok = add_item(fw, opts, errp);
        qobject_unref(opts);
    }
    if (!ok) {
        error_prepend(errp, "-fw_cfg %s: ", text);
    }
    return ok;
}
