/* SPDX-License-Identifier: MIT */
#include "message_rig.h"

#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "messages.h"
#include "wide.h"

#define KEY L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\tapemap"

void message_rig_text(const char *program, enum message_rig_kind kind, const char *who,
                      const char *text, char out[256])
{
    static const DWORD ids[] = {MESSAGE_TOLD, MESSAGE_WARNED, MESSAGE_FAILED};
    wchar_t path[MAX_PATH];
    wchar_t wide[2][128];
    wchar_t found[256];
    DWORD_PTR inserts[2] = {(DWORD_PTR)wide[0], (DWORD_PTR)wide[1]};

    assert_true(wide_from_utf8(program, path, MAX_PATH));
    assert_true(wide_from_utf8(who, wide[0], 128) && wide_from_utf8(text, wide[1], 128));
    HMODULE module = LoadLibraryExW(path, NULL, LOAD_LIBRARY_AS_DATAFILE);
    assert_non_null(module);
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY,
                                  module, ids[kind], MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US),
                                  found, 256, (va_list *)inserts);
    assert_int_not_equal(length, 0);
    FreeLibrary(module);
    assert_true(utf8_from_wide(found, out, 256));
}

bool message_rig_is_registered(void)
{
    wchar_t own[MAX_PATH];
    wchar_t file[MAX_PATH];
    DWORD bytes = sizeof file;
    DWORD types = 0;
    DWORD type_bytes = sizeof types;

    assert_int_not_equal(GetModuleFileNameW(NULL, own, MAX_PATH), 0);
    if (RegGetValueW(HKEY_LOCAL_MACHINE, KEY, L"EventMessageFile",
                     RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, NULL, file, &bytes) != 0)
        return false;
    assert_int_equal(RegGetValueW(HKEY_LOCAL_MACHINE, KEY, L"TypesSupported", RRF_RT_REG_DWORD,
                                  NULL, &types, &type_bytes), 0);
    assert_int_equal(types, 7); /* error, warning, information */
    return wcscmp(own, file) == 0;
}
