# SPDX-License-Identifier: Apache-2.0
"""The console of a demonstration."""
import secrets
import sys

USER = "demo"


def open_console(site, port=None):
    """Has a site serve the console once it starts, to one user with a password of this run; gives what to
    tell of it."""
    address = site.open_console(port)
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    site.add_user(USER, password, "--role", "admin")
    return f"{address}/   user {USER}   password {password}"


def wait_for_enter():
    """Where somebody can press it: the screen that follows hides what was printed, the login above all."""
    if sys.stdin.isatty():
        input("Open the console in a browser.  Enter shows the live alerts here too; Ctrl-C stops everything. ")
