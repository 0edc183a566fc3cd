/* SPDX-License-Identifier: MIT */
/* A supervisor that has read its configuration, and does nothing yet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "control_pipe.h"
#include "file_access.h"
#include "file_output.h"
#include "folder.h"
#include "identity.h"
#include "named_object_win32.h"
#include "object_names.h"
#include "supervisor.h"

static char path[400];

static void write_config(const char *text)
{
    struct file_output *file;

    assert_int_equal(file_output_create(path, true, &file), 0);
    assert_int_equal(file_output_write(file, text, strlen(text)), 0);
    assert_int_equal(file_output_commit(file), 0);
}

static void lets_those_control_it_whom_its_configuration_names(void **state)
{
    struct supervisor *supervisor;
    struct failure failure;
    char name[OBJECT_NAME_BYTES];
    char dacl[1024];
    (void)state;

    write_config("controllers = BU\ndeck \"a\" { source = tone:ramp }\n");
    if (supervisor_open(path, OBJECT_SPACE_LOCAL, &supervisor, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    control_pipe_name(name, false, NULL);
    void *pipe = named_object_open_pipe(name);
    assert_non_null(pipe);
    named_object_text(pipe, dacl, sizeof dacl);
    named_object_close(pipe);
    supervisor_close(supervisor);
    if (!strstr(dacl, "(A;;0x120183;;;BU)"))
        fail_msg("%s", dacl);
}

static void refuses_controllers_that_nobody_knows(void **state)
{
    struct supervisor *supervisor;
    struct failure failure;
    (void)state;

    write_config("controllers = 'nobody at all'\ndeck \"a\" { source = tone:ramp }\n");
    assert_int_equal(supervisor_open(path, OBJECT_SPACE_LOCAL, &supervisor, &failure),
                     TAPEMAP_E_ARGUMENT);
    assert_non_null(strstr(failure.text, "nobody at all"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lets_those_control_it_whom_its_configuration_names),
        cmocka_unit_test(refuses_controllers_that_nobody_knows),
    };

    if (!folder_temporary(path, 300))
        return 1;
    snprintf(path + strlen(path), 80, "tapemap supervisor %u.conf", (unsigned)identity_pid());
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    file_access_remove(path);
    return failed;
}
