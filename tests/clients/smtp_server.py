"""A mail server for tests: keeps each mail as a file, and says on which port it listens.

Arguments: the directory for mails, and the port (0: a free one).
"""

import asyncio
import pathlib
import sys
import time

from aiosmtpd.smtp import SMTP


class Keeper:
    def __init__(self, directory):
        self.directory = directory
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        name = f"{time.time_ns():020}-{self.count:04}"
        path = self.directory / f"{name}.tmp"
        recipients = ",".join(envelope.rcpt_tos).encode()
        path.write_bytes(b"X-Recipients: " + recipients + b"\r\n" + envelope.content)
        path.rename(self.directory / f"{name}.eml")
        return "250 kept"


async def main():
    keeper = Keeper(pathlib.Path(sys.argv[1]))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keeper), "127.0.0.1", int(sys.argv[2]))
    print(server.sockets[0].getsockname()[1], flush=True)
    # Until whoever started it closes the pipe, or ends it.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
