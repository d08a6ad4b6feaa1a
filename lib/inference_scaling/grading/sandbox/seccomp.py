"""System calls that a submission may not make: a filter of the kernel's, set before any of its code runs.

Closed are those that hold memory outside every limit (shared segments, semaphores, queues, files without a
place), that reach what belongs to the grader (its keys, the kernel's log, sockets that no namespace holds), or
that make new namespaces, where a process has rights again and much more of the kernel to attack.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

__all__ = ["close"]

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
KILL, DENY, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
# Offsets in the kernel's `struct seccomp_data`; both machines below are little-endian.
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

X86_64, ARM_64 = 0xC000003E, 0xC00000B7
MACHINES = {"x86_64": X86_64, "aarch64": ARM_64}
# Name: number on x86_64, number on aarch64.
CLOSED = {
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "syslog": (103, 116),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
}
CLONE, CLONE3, SOCKET = (56, 220), (435, 435), (41, 198)
NEW_NAMESPACES = 0x7E020000
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6: these belong to the network namespace.
OTHER_NUMBERS = 0x40000000  # On x86_64 every call has a second number from here on.


def _program(machine: int) -> bytes:
    """Return the filter: instructions of (code, jump if true, jump if false, value), read from the top."""
    place = 0 if machine == X86_64 else 1

    def refused(error: int) -> tuple[int, int, int, int]:
        return (RETURN, 0, 0, DENY | error)

    steps = [(LOAD, 0, 0, MACHINE), (EQUAL, 1, 0, machine), (RETURN, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]
    if machine == X86_64:
        steps += [(AT_LEAST, 0, 1, OTHER_NUMBERS), refused(errno.ENOSYS)]
    for numbers in CLOSED.values():
        steps += [(EQUAL, 0, 1, numbers[place]), refused(errno.EPERM)]
    # The C library then uses `clone`, whose flags can be seen.
    steps += [(EQUAL, 0, 1, CLONE3[place]), refused(errno.ENOSYS)]
    steps += [(EQUAL, 0, 4, CLONE[place]), (LOAD, 0, 0, FIRST_ARGUMENT), (ANY_BIT, 0, 1, NEW_NAMESPACES)]
    steps += [refused(errno.EPERM), (RETURN, 0, 0, ALLOW)]
    steps += [(EQUAL, 0, 5, SOCKET[place]), (LOAD, 0, 0, FIRST_ARGUMENT)]
    steps += [(EQUAL, len(FAMILIES) - number, 0, family) for number, family in enumerate(FAMILIES)]
    steps += [refused(errno.EAFNOSUPPORT), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def close() -> bool:
    """Close the calls for this process and all that it starts, for good; return whether that succeeded.

    It cannot on a machine that is neither x86_64 nor aarch64: the numbers of the calls are others there.
    """
    machine = MACHINES.get(os.uname().machine)
    if machine is None:
        return False

    class Filter(ctypes.Structure):
        _fields_ = (("steps", ctypes.c_ushort), ("program", ctypes.c_char_p))

    program = _program(machine)
    control, whole = ctypes.CDLL(None).prctl, ctypes.c_ulong
    if control(PR_SET_NO_NEW_PRIVS, whole(1), whole(0), whole(0), whole(0)):
        return False
    form = ctypes.byref(Filter(len(program) // 8, program))
    return not control(PR_SET_SECCOMP, whole(SECCOMP_MODE_FILTER), form, whole(0), whole(0))
