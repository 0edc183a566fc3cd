/* SPDX-License-Identifier: MIT */
#include "plain_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka.h needs those three before it. */
#include <cmocka.h>

#include "file_access.h"
#include "folder.h"

void plain_file_write(const char *path, const void *bytes, uint64_t count)
{
    struct file_access *file;
    unsigned made;

    (void)file_access_remove(path);
    assert_int_equal(folder_make_for(path, &made), 0);
    assert_int_equal(file_access_open(path, FILE_ACCESS_CREATE, &file), 0);
    assert_int_equal(file_access_write(file, 0, bytes, (size_t)count), 0);
    file_access_close(file);
}

bool plain_file_is_there(const char *path)
{
    struct file_access *file;
    bool is = file_access_open(path, FILE_ACCESS_READ, &file) == 0;

    if (is)
        file_access_close(file);
    return is;
}
