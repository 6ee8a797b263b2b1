"""A terminal for tests: runs a command in one, answers its question, and repeats what it showed.

Arguments: the text to wait for, what is typed then, and the command. Ends with the command's exit code.
"""

import os
import pty
import sys

question, answer, command = sys.argv[1].encode(), sys.argv[2].encode(), sys.argv[3:]
child, terminal = pty.fork()
if child == 0:
    os.execv(command[0], command)
shown, is_answered = b"", False
while True:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        # A terminal whose last user is gone says so with an error.
        break
    if not chunk:
        break
    shown += chunk
    if not is_answered and question in shown:
        is_answered = True
        os.write(terminal, answer + b"\n")
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
