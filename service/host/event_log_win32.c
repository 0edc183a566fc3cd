/* SPDX-License-Identifier: MIT */
#include "event_log.h"

#include <wchar.h>

#include <windows.h>

#include "messages.h"
#include "wide.h"

#define EVENT_LOG_SOURCE L"tapemap"
#define EVENT_LOG_KEY L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\tapemap"
#define EVENT_LOG_SERVICE L"Service "
#define EVENT_LOG_SERVICE_CHARACTERS 300 /* a service's name has 256 at most */
#define EVENT_LOG_TYPES (EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE)
#define EVENT_LOG_TEXT_CHARACTERS 2304

/* Asked once: an event of an unknown source would say that it cannot be explained. */
static HANDLE event_log_source(void)
{
    static HANDLE source;
    static bool is_asked;
    HKEY key;

    if (is_asked)
        return source;
    is_asked = true;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, EVENT_LOG_KEY, 0, KEY_QUERY_VALUE, &key) != 0)
        return NULL;
    RegCloseKey(key);
    source = RegisterEventSourceW(NULL, EVENT_LOG_SOURCE);
    return source;
}

void event_log_report(enum log_level level, const char *who, const char *text)
{
    static const struct {
        WORD type;
        DWORD message;
    } kinds[] = {
        [LOG_DETAIL] = {EVENTLOG_INFORMATION_TYPE, MESSAGE_TOLD},
        [LOG_INFORMATION] = {EVENTLOG_INFORMATION_TYPE, MESSAGE_TOLD},
        [LOG_WARNING] = {EVENTLOG_WARNING_TYPE, MESSAGE_WARNED},
        [LOG_ERROR] = {EVENTLOG_ERROR_TYPE, MESSAGE_FAILED},
    };
    HANDLE source = event_log_source();
    wchar_t wide_who[128];
    wchar_t wide_text[EVENT_LOG_TEXT_CHARACTERS];
    const wchar_t *texts[2] = {wide_who, wide_text};

    if (source && wide_from_utf8(who, wide_who, sizeof wide_who / sizeof wide_who[0]) &&
        wide_from_utf8(text, wide_text, EVENT_LOG_TEXT_CHARACTERS))
        ReportEventW(source, kinds[level].type, 0, kinds[level].message, NULL, 2, 0, texts, NULL);
}

/* REG_EXPAND_SZ is what the value is by tradition. */
static LSTATUS event_log_describe(HKEY key)
{
    static wchar_t program[32768]; /* too much for a stack; installing is done once */
    DWORD types = EVENT_LOG_TYPES;
    DWORD length = GetModuleFileNameW(NULL, program, sizeof program / sizeof program[0]);
    LSTATUS code;

    if (length == 0 || length == sizeof program / sizeof program[0])
        return ERROR_BAD_PATHNAME;
    code = RegSetValueExW(key, L"EventMessageFile", 0, REG_EXPAND_SZ, (const BYTE *)program,
                          (length + 1) * (DWORD)sizeof program[0]);
    if (code == 0)
        code = RegSetValueExW(key, L"TypesSupported", 0, REG_DWORD, (const BYTE *)&types,
                              sizeof types);
    return code;
}

/* The services that need the source are values of its key, so that the last one takes it along. */
static bool service_value(const char *service, wchar_t out[EVENT_LOG_SERVICE_CHARACTERS])
{
    size_t prefix = sizeof EVENT_LOG_SERVICE / sizeof(wchar_t) - 1;

    wcscpy(out, EVENT_LOG_SERVICE);
    return wide_from_utf8(service, out + prefix, EVENT_LOG_SERVICE_CHARACTERS - prefix);
}

static bool has_services(HKEY key)
{
    wchar_t name[EVENT_LOG_SERVICE_CHARACTERS];
    DWORD room = EVENT_LOG_SERVICE_CHARACTERS;
    size_t prefix = sizeof EVENT_LOG_SERVICE / sizeof(wchar_t) - 1;

    for (DWORD i = 0; RegEnumValueW(key, i, name, &room, NULL, NULL, NULL, NULL) == 0; i++) {
        if (wcsncmp(name, EVENT_LOG_SERVICE, prefix) == 0)
            return true;
        room = EVENT_LOG_SERVICE_CHARACTERS;
    }
    return false;
}

uint32_t event_log_register(const char *service)
{
    wchar_t name[EVENT_LOG_SERVICE_CHARACTERS];
    DWORD one = 1;
    HKEY key;

    if (!service_value(service, name))
        return ERROR_INVALID_NAME;
    LSTATUS code = RegCreateKeyExW(HKEY_LOCAL_MACHINE, EVENT_LOG_KEY, 0, NULL, 0, KEY_SET_VALUE,
                                   NULL, &key, NULL);
    if (code != 0)
        return (uint32_t)code;
    code = event_log_describe(key);
    if (code == 0)
        code = RegSetValueExW(key, name, 0, REG_DWORD, (const BYTE *)&one, sizeof one);
    RegCloseKey(key);
    return (uint32_t)code;
}

uint32_t event_log_unregister(const char *service)
{
    wchar_t name[EVENT_LOG_SERVICE_CHARACTERS];
    HKEY key;

    if (!service_value(service, name))
        return ERROR_INVALID_NAME;
    LSTATUS code = RegOpenKeyExW(HKEY_LOCAL_MACHINE, EVENT_LOG_KEY, 0,
                                 KEY_QUERY_VALUE | KEY_SET_VALUE, &key);
    if (code == 0) {
        (void)RegDeleteValueW(key, name);
        bool is_needed = has_services(key);
        RegCloseKey(key);
        code = is_needed ? 0 : RegDeleteKeyW(HKEY_LOCAL_MACHINE, EVENT_LOG_KEY);
    }
    return code == ERROR_FILE_NOT_FOUND ? 0 : (uint32_t)code;
}
