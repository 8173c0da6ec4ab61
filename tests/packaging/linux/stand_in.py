"""A program that passes for GOWA and is not frozen: what it inherits is what a real GOWA would inherit."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from installers.tools import tool

if TYPE_CHECKING:
    from pathlib import Path

TAG = "v9.2.0"

_SOURCE = r"""
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
int main(int count, char **words) {
    const char *port = getenv("APP_PORT");
    char asked[4096];
    for (int i = 1; i < count; i++) {
        if (!strcmp(words[i], "--help")) { puts("Usage:\n  --basic-auth strings\n  --port string"); return 0; }
        if (!strncmp(words[i], "--port=", 7)) port = words[i] + 7;
        if (!strcmp(words[i], "--port") && i + 1 < count) port = words[i + 1];
    }
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(port ? atoi(port) : 3000), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    signal(SIGPIPE, SIG_IGN);
    if (bind(listener, (struct sockaddr *)&place, sizeof place) || listen(listener, 16)) { perror("listen"); return 1; }
    for (;;) {
        int caller = accept(listener, NULL, NULL);
        if (caller < 0) continue;
        if (read(caller, asked, sizeof asked) > 0 && write(caller, answer, sizeof answer - 1) < 0) perror("write");
        close(caller);
    }
}
"""


def build_stand_in(folder: Path) -> Path:
    """Build it with the C compiler.

    Raises:
        BuildError: there is none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source, program = folder / "stand-in.c", folder / "stand-in"
    source.write_text(_SOURCE, encoding="utf-8")
    subprocess.run([tool("cc"), "-O1", "-o", program, source], check=True)
    return program
