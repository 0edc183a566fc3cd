/* SPDX-License-Identifier: MIT */
#include "utf8.h"

uint32_t utf8_character(const char *text, size_t *length)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned tail = bytes[0] < 0x80 ? 0 : bytes[0] < 0xe0 ? 1 : bytes[0] < 0xf0 ? 2 : 3;
    uint32_t value = tail == 0 ? bytes[0] : bytes[0] & (0x3fu >> tail);

    *length = 0;
    if (bytes[0] >= 0x80 && (bytes[0] < 0xc0 || bytes[0] > 0xf4))
        return 0;
    for (unsigned i = 1; i <= tail; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3fu);
    }
    if (value < least[tail] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *length = tail + 1;
    return value;
}

bool utf8_is_control(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0);
}
