/* SPDX-License-Identifier: MIT */
/* The one place that compiles stb_image_write, which is not ours: warnings are off here. */
#include "png_pack.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include "stb_image_write.h"

static void png_take(void *context, void *data, int size)
{
    draw_bytes_add(context, data, (size_t)size);
}

bool png_pack(const unsigned char *rgb, uint32_t width, uint32_t height, struct draw_bytes *out)
{
    /* Flat areas need no filter: "up" takes a quarter more time for 5 % less, trying all five on
       each row twice the time. */
    stbi_write_force_png_filter = 0;
    stbi_write_png_compression_level = 5; /* more takes twice the time for 1 % less */
    return stbi_write_png_to_func(png_take, out, (int)width, (int)height, 3, rgb,
                                  (int)(width * 3)) != 0 && !out->has_failed;
}
