# SPDX-License-Identifier: Apache-2.0
"""Links between sites on one machine, which can be cut: TCP proxies, one for each link.

Used by the demonstration with districts and by the tests.  `tools/link SOCKET cut di-an` tells a
running one what to do.
"""
import asyncio
import os
import threading

from servers import free_port

USAGE = "commands: list, cut NAME|all, hang NAME|all, heal NAME|all"


class Link:
    """One way from a listening port to a target, and what goes over it now."""

    def __init__(self, name, target):
        self.name = name
        self.target = target  # port on the loopback
        self.port = free_port()
        self.state = "up"  # or "cut": connections are reset; or "hung": nothing moves
        self.moves = asyncio.Event()
        self.moves.set()
        self.writers = set()
        self.cuts = 0

    async def carry(self, reader, writer):
        """Copies what one side sends until either ends."""
        try:
            while data := await reader.read(65536):
                await self.moves.wait()
                if self.state == "cut":
                    break
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def accept(self, reader, writer):
        if self.state == "cut":
            writer.transport.abort()
            return
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, up_writer}
        self.writers |= both
        await asyncio.gather(self.carry(reader, up_writer), self.carry(up_reader, writer))
        self.writers -= both

    def set(self, state):
        if state != "up" and self.state == "up":
            self.cuts += 1
        self.state = state
        if state == "hung":
            self.moves.clear()
        else:
            self.moves.set()
        if state == "cut":
            for writer in list(self.writers):
                writer.transport.abort()


class Links:
    """All links, run by a thread of their own; commands come by calls or by a UNIX socket."""

    def __init__(self, socket=None):
        self.socket = socket
        self.links = {}
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        if socket:
            self.run(asyncio.start_unix_server(self.converse, socket))

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def add(self, name, target):
        """Opens a link; returns the port to connect to."""
        async def listen():
            link = self.links[name] = Link(name, target)
            link.server = await asyncio.start_server(link.accept, "127.0.0.1", link.port)
            return link.port
        return self.run(listen())

    async def set(self, name, state):
        for link in self.links.values() if name == "all" else [self.links[name]]:
            link.set(state)

    def cut(self, name):
        """Resets what is connected, and everybody who tries."""
        self.run(self.set(name, "cut"))

    def hang(self, name):
        """Lets nothing through, and tells nobody."""
        self.run(self.set(name, "hung"))

    def heal(self, name):
        self.run(self.set(name, "up"))

    async def obey(self, words):
        states = {"cut": "cut", "hang": "hung", "heal": "up"}
        if words == ["list"]:
            return "".join(f"{link.name} {link.state}\n" for link in self.links.values())
        if len(words) != 2 or words[0] not in states:
            return USAGE + "\n"
        if words[1] != "all" and words[1] not in self.links:
            return f"there is no link {words[1]}; there are: {' '.join(self.links)}\n"
        await self.set(words[1], states[words[0]])
        return f"{words[1]} {states[words[0]]}\n"

    async def converse(self, reader, writer):
        line = await reader.readline()
        writer.write((await self.obey(line.decode(errors="replace").split())).encode())
        await writer.drain()
        writer.close()

    async def end(self):
        work = asyncio.all_tasks() - {asyncio.current_task()}
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)

    def stop(self):
        self.run(self.end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        if self.socket and os.path.exists(self.socket):
            os.unlink(self.socket)
