/* SPDX-License-Identifier: MIT */
#include "check_support.h"

#include <stdlib.h>
#include <windows.h>

#include "file_store.h"
#include "identity.h"
#include "long_path.h"
#include "object_names.h"

bool check_file_make(const struct check_place *place, const struct check_file_wish *wish,
                     struct check_tape_file *file, struct finding *finding)
{
    struct file_store_config config = {.kind = FILE_STORE_AUDIO, .path = file->path,
                                       .space = OBJECT_SPACE_LOCAL, .bytes = CHECK_FILE_BYTES,
                                       .extent_bytes = CHECK_FILE_BYTES / 2,
                                       .is_temporary = wish->is_temporary,
                                       .is_written = wish->is_written};
    struct failure failure;
    void *view;

    if (!place_file_path(place, wish->name, file->path, finding))
        return false;
    if (identity_new_tape(&config.tape_id, &failure) != TAPEMAP_OK ||
        file_store_create(&config, &file->store, &failure) != TAPEMAP_OK) {
        finding_set(finding, FINDING_UNTESTED, "%s", failure.text);
        return false;
    }
    if (!check_map(file->store, 0, CHECK_FILE_VIEW_BYTES, &view, finding)) {
        store_destroy(file->store);
        check_plain_remove(file->path);
        return false;
    }
    file->view = view;
    if (check_commit(file->store, 0, view, CHECK_FILE_VIEW_BYTES, finding))
        return true;
    check_file_remove(file);
    return false;
}

void check_file_close(struct check_tape_file *file)
{
    store_unmap(file->store, file->view, CHECK_FILE_VIEW_BYTES);
    store_destroy(file->store);
}

void check_file_remove(struct check_tape_file *file)
{
    check_file_close(file);
    check_plain_remove(file->path);
}

uint32_t check_plain_open(const char *path, uint32_t access, uint32_t share, void **handle)
{
    wchar_t *wide;
    uint32_t code = long_path_from_utf8(path, &wide);

    if (code != 0)
        return code;
    HANDLE opened = CreateFileW(wide, access, share, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL,
                                NULL);
    code = opened == INVALID_HANDLE_VALUE ? GetLastError() : 0;
    free(wide);
    if (code == 0)
        *handle = opened;
    return code;
}

void *check_plain_make(const struct check_place *place, const char *name, uint32_t access,
                       uint32_t share, struct finding *finding)
{
    char path[PLACE_PATH_BYTES];
    wchar_t *wide;
    HANDLE made = INVALID_HANDLE_VALUE;

    if (!place_file_path(place, name, path, finding))
        return made;
    uint32_t code = long_path_from_utf8(path, &wide);
    if (code == 0) {
        made = CreateFileW(wide, access, share, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
        code = made == INVALID_HANDLE_VALUE ? GetLastError() : 0;
        free(wide);
    }
    if (code != 0)
        check_untested(finding, "making a file", code);
    return made;
}

void check_plain_remove(const char *path)
{
    wchar_t *wide;

    if (long_path_from_utf8(path, &wide) != 0)
        return;
    DeleteFileW(wide);
    free(wide);
}
