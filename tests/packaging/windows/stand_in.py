"""A program for Windows that passes for GOWA and is not frozen: it writes down what it inherits, which is what a real GOWA would."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.packaging.report import StepError

if TYPE_CHECKING:
    from pathlib import Path

TAG = "v9.2.0"
REPORT = "inherited.txt"
"""Written into the folder in which it works: one variable a line, UTF-8, then `folder for libraries: ` and that folder."""

_SOURCE = r"""
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
static void put(FILE *file, const char *before, const wchar_t *text) {
    char narrow[40000];
    if (WideCharToMultiByte(CP_UTF8, 0, text, -1, narrow, sizeof narrow, NULL, NULL)) fprintf(file, "%s%s\n", before, narrow);
}
static BOOL WINAPI leave(DWORD kind) { (void)kind; ExitProcess(0); return TRUE; }
int main(int count, char **words) {
    const char *port = getenv("APP_PORT");
    static wchar_t folder[32768];
    char asked[4096];
    WSADATA data;
    for (int i = 1; i < count; i++) {
        if (!strcmp(words[i], "--help")) { puts("Usage:\n  --basic-auth strings\n  --port string"); return 0; }
        if (!strncmp(words[i], "--port=", 7)) port = words[i] + 7;
        if (!strcmp(words[i], "--port") && i + 1 < count) port = words[i + 1];
    }
    FILE *file = fopen("REPORT", "wb");
    if (!file) return 2;
    wchar_t *all = GetEnvironmentStringsW();
    for (wchar_t *one = all; *one; one += wcslen(one) + 1) put(file, "", one);
    GetDllDirectoryW(32768, folder);
    put(file, "folder for libraries: ", folder);
    fclose(file);
    SetConsoleCtrlHandler(leave, TRUE);
    if (WSAStartup(MAKEWORD(2, 2), &data)) return 3;
    struct sockaddr_in place = {0};
    place.sin_family = AF_INET;
    place.sin_port = htons((u_short)(port ? atoi(port) : 3000));
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&place, sizeof place) || listen(listener, 16)) return 4;
    for (;;) {
        SOCKET caller = accept(listener, NULL, NULL);
        if (caller == INVALID_SOCKET) continue;
        if (recv(caller, asked, sizeof asked, 0) > 0) send(caller, answer, sizeof answer - 1, 0);
        shutdown(caller, SD_SEND);
        while (recv(caller, asked, sizeof asked, 0) > 0) { }
        closesocket(caller);
    }
}
"""


def build_stand_in(folder: Path) -> Path:
    """Build it with the cross compiler.

    Raises:
        StepError: it does not build.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source, program = folder / "stand-in.c", folder / "stand-in.exe"
    source.write_text(_SOURCE.replace("REPORT", REPORT), encoding="utf-8")
    ended = subprocess.run(["x86_64-w64-mingw32-gcc", "-O1", "-o", program, source, "-lws2_32"], capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise StepError(f"The stand-in does not build: {ended.stderr.strip()[-400:]}")
    return program
