/* SPDX-License-Identifier: MIT */
#include "named_object_win32.h"

#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include "tapemap/layout.h"
#include "wide.h"

void *named_object_make(enum named_object_kind kind, const char *name, void *security,
                        unsigned long *code)
{
    wchar_t wide[MAX_PATH];
    HANDLE made = NULL;

    if (wide_from_utf8(name, wide, MAX_PATH)) {
        switch (kind) {
        case NAMED_MUTEX:
            made = CreateMutexW(security, FALSE, wide);
            break;
        case NAMED_SECTION:
            made = CreateFileMappingW(INVALID_HANDLE_VALUE, security, PAGE_READWRITE, 0,
                                      sizeof(struct tapemap_catalogue), wide);
            break;
        case NAMED_EVENT:
            made = CreateEventW(security, TRUE, FALSE, wide);
            break;
        case NAMED_PIPE:
            made = CreateNamedPipeW(wide, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                    PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, 0, 0, 0, security);
            break;
        case NAMED_FILE:
            made = CreateFileW(wide, GENERIC_READ | GENERIC_WRITE | READ_CONTROL,
                               FILE_SHARE_READ | FILE_SHARE_WRITE, security, CREATE_NEW,
                               FILE_FLAG_DELETE_ON_CLOSE, NULL);
            break;
        }
    }
    *code = made && made != INVALID_HANDLE_VALUE ? 0 : GetLastError();
    return *code == 0 ? made : NULL;
}

void *named_object_make_for(enum named_object_kind kind, const char *name, const char *sddl,
                            unsigned long *code)
{
    SECURITY_ATTRIBUTES security = {sizeof security, NULL, FALSE};
    void *made;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(
            sddl, SDDL_REVISION_1, &security.lpSecurityDescriptor, NULL)) {
        *code = GetLastError();
        return NULL;
    }
    made = named_object_make(kind, name, &security, code);
    LocalFree(security.lpSecurityDescriptor);
    return made;
}

void *named_object_open_pipe(const char *name)
{
    wchar_t wide_name[300];

    wide_from_utf8(name, wide_name, 300);
    HANDLE pipe = CreateFileW(wide_name, 0x120183, 0, NULL, OPEN_EXISTING, 0, NULL);
    return pipe == INVALID_HANDLE_VALUE ? NULL : pipe;
}

void named_object_close(void *handle)
{
    if (handle)
        CloseHandle(handle);
}

void named_object_text(void *handle, char *out, unsigned room)
{
    PSECURITY_DESCRIPTOR descriptor;
    wchar_t *text;

    out[0] = '\0';
    if (GetSecurityInfo(handle, SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL, NULL, NULL,
                        &descriptor) != 0)
        return;
    if (ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &text, NULL)) {
        (void)utf8_from_wide(text, out, room);
        LocalFree(text);
    }
    LocalFree(descriptor);
}
