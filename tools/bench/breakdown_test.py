#!/usr/bin/env python3
"""What a sample is counted for."""

import unittest

from tools.bench.breakdown import OWN_CODE, count, parse

# As perf-script prints them, shortened: a call that sleeps, one of which the compiler has left
# nothing but the inner function, a fault in the program's own code, the close that the kernel puts
# off to the way out of a call, the filter, what is the program's own, another program.
SCRIPT = """\
server
\tffffffff81e0a3c1 __schedule
\tffffffff81c2b4d7 inet_csk_accept
\tffffffff8119d0f3 __x64_sys_accept4
\tffffffff8119d0f9 x64_sys_call
\tffffffff81df1a62 do_syscall_64
\tffffffff82000130 entry_SYSCALL_64_after_hwframe
\t    7f1b2c3d4e5f [unknown]

server
\tffffffff81c2b4d7 sock_write_iter
\tffffffff8119d0f3 ksys_write
\tffffffff81df1a62 do_syscall_64
\tffffffff82000130 entry_SYSCALL_64_after_hwframe

server
\tffffffff81307a11 clear_page_erms
\tffffffff812f5c04 handle_mm_fault
\tffffffff81df6b83 exc_page_fault
\tffffffff82000bb2 asm_exc_page_fault
\t    7f1b2c3d4e5f prong::RequestParser::Parse

server
\tffffffff81b9a0f0 tcp_close
\tffffffff810dd08e task_work_run
\tffffffff81df1b00 exit_to_user_mode_loop
\tffffffff81df1b80 do_syscall_64
\tffffffff82000130 entry_SYSCALL_64_after_hwframe

server
\tffffffff81b9a0f0 __seccomp_filter
\tffffffff81df1b00 syscall_trace_enter
\tffffffff81df1b80 do_syscall_64

server
\tffffffff81df1b80 do_syscall_64
\tffffffff82000130 entry_SYSCALL_64_after_hwframe

server
\t    7f1b2c3d4e5f memcpy+0x12

wrk
\tffffffff8119d0f3 __x64_sys_read
\tffffffff81df1b80 do_syscall_64
"""


class BreakdownTest(unittest.TestCase):

    def test_samples_are_counted_by_what_the_kernel_did(self):
        self.assertEqual(dict(count(parse(SCRIPT.splitlines()), "server")), {
            "accept4": 1, "write": 1, "page faults": 1, "close": 1,
            "filter of system calls": 1, "way into and out of calls": 1, OWN_CODE: 1})

    def test_functions_are_the_innermost_first(self):
        samples = list(parse(SCRIPT.splitlines()))
        self.assertEqual(len(samples), 8)
        self.assertEqual(samples[6], ("server", ["memcpy"]))
        self.assertEqual(samples[0][1][:3], ["__schedule", "inet_csk_accept", "__x64_sys_accept4"])

    def test_a_fault_within_a_call_is_the_calls(self):
        functions = ["exc_page_fault", "asm_exc_page_fault", "copy_from_user", "__do_sys_recvfrom",
                     "do_syscall_64"]
        self.assertEqual(dict(count([("server", functions)], "server")), {"recvfrom": 1})

    def test_no_output_has_no_sample(self):
        self.assertEqual(list(parse([])), [])


if __name__ == "__main__":
    unittest.main()
