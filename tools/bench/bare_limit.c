// The least that a server of a process for each connection can do: accept, fork, read
// once, send a constant response, exit. It parses nothing, opens nothing and confines
// nothing, and its children are reaped by the kernel, as SIGCHLD is ignored. How fast it is
// is the machine's doing: what a server that forks comes to is measured against it.
//
// Usage: bare_limit PORT SIZE, with a body of SIZE bytes, on 127.0.0.1.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_BODY (1 << 20)
#define BACKLOG 511

static char response[256 + MAX_BODY];

static void Serve(int connection, size_t size) {
  char request[4096];
  if (read(connection, request, sizeof(request)) > 0) {
    for (size_t sent = 0; sent < size;) {
      const ssize_t wrote = write(connection, response + sent, size - sent);
      if (wrote <= 0) break;
      sent += (size_t)wrote;
    }
  }
  _exit(0);
}

int main(int argc, char** argv) {
  if (argc != 3 || atoi(argv[2]) < 0 || atoi(argv[2]) > MAX_BODY) return 1;
  const int head = snprintf(response, sizeof(response),
                            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                            "Connection: close\r\nContent-Length: %d\r\n\r\n",
                            atoi(argv[2]));
  const size_t size = (size_t)head + (size_t)atoi(argv[2]);

  signal(SIGCHLD, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  struct sockaddr_in address = {0};
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)atoi(argv[1]));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr*)&address, sizeof(address)) != 0) return 2;
  if (listen(listener, BACKLOG) != 0) return 2;

  while (1) {
    const int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    if (fork() == 0) Serve(connection, size);
    close(connection);
  }
}
