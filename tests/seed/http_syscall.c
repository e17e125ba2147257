/* HTTP at the level of system calls: a web server that is a dozen of them, with one
 * process for each client. Read it from the bottom up: main is socket, bind, listen,
 * and then accept and fork for ever; Answer is read, open, read, write.
 *
 *   cc -o http_syscall http_syscall.c && ./http_syscall 8080
 *
 * serves the files of the directory it is started in; each call is explained by its
 * page of the manual, "man 2 socket" and so on. strace -f shows them being made.
 *
 * It is to be read, not to be used: see the limits at Open, and server/ for a server
 * without them.
 */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void Die(const char* call) {
  perror(call);
  exit(1);
}

/* A write may take fewer bytes than it was given, such as when a signal comes. */
static void WriteAll(int fd, const char* bytes, size_t size) {
  while (size > 0) {
    ssize_t written = write(fd, bytes, size);
    if (written < 0) Die("write");
    bytes += written;
    size -= (size_t)written;
  }
}

/* Opens what a path names below this directory, and not what is above it: neither
 * "../secret" nor, from "GET //etc/passwd", "/etc/passwd". Its limits: a symbolic link is
 * followed wherever it leads, "a..b" is refused although it is harmless, "%20" is not
 * decoded. That strings are a poor fence is why server/document_root.cc leaves it to the
 * kernel, openat2(2). */
static int Open(const char* path) {
  if (path[0] == '/' || strstr(path, "..") != NULL) return -1;
  return open(path, O_RDONLY);
}

static void Answer(int conn_fd) {
  /* TCP carries bytes, not messages: a request may come in pieces, and ends in an empty
   * line. One that does not fit is not answered, as then read has no room and returns 0. */
  char request[4096] = "";
  size_t size = 0;
  while (strstr(request, "\r\n\r\n") == NULL) {
    ssize_t received = read(conn_fd, request + size, sizeof(request) - 1 - size);
    if (received <= 0) return;
    size += (size_t)received;
    request[size] = '\0';
  }

  char* path = request + strlen("GET /");
  char* path_end = strstr(request, " HTTP/1.");
  if (strncmp(request, "GET /", strlen("GET /")) != 0 || path_end == NULL || path_end < path) {
    const char bad[] = "HTTP/1.0 400 Bad Request\r\n\r\n";
    WriteAll(conn_fd, bad, strlen(bad));
    return;
  }
  *path_end = '\0';

  /* The head and the start of the file leave together. The end of the file is told by the
   * end of the connection: HTTP/1.0 needs no length. */
  char response[4096] = "HTTP/1.0 200 OK\r\n\r\n";
  size = strlen(response);
  int file_fd = Open(path);
  ssize_t count = file_fd < 0 ? -1 : read(file_fd, response + size, sizeof(response) - size);
  if (count < 0) { /* no such file, or a directory, which cannot be read */
    const char missing[] = "HTTP/1.0 404 Not Found\r\n\r\n";
    WriteAll(conn_fd, missing, strlen(missing));
    return;
  }
  WriteAll(conn_fd, response, size + (size_t)count);
  while ((count = read(file_fd, response, sizeof(response))) > 0) {
    WriteAll(conn_fd, response, (size_t)count);
  }
  close(file_fd);
}

/* Until its parent waits for it, a child that has exited is a zombie. Signals do not queue:
 * SIGCHLD may tell of several at once. */
static void Reap(int signal_number) {
  (void)signal_number;
  int interrupted = errno; /* of the call that this function came between */
  while (waitpid(-1, NULL, WNOHANG) > 0) continue;
  errno = interrupted;
}

int main(int argc, char** argv) {
  long port = argc > 1 ? strtol(argv[1], NULL, 10) : 80;
  int listen_fd = socket(AF_INET, SOCK_STREAM, IPPROTO_IP);
  if (listen_fd < 0) Die("socket");

  /* htons and htonl: numbers travel with their highest byte first. INADDR_ANY is 0.0.0.0. */
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((in_port_t)port),
                                .sin_addr.s_addr = htonl(INADDR_ANY)};
  if (bind(listen_fd, (struct sockaddr*)&address, sizeof(address)) < 0) Die("bind");
  if (listen(listen_fd, 0) < 0) Die("listen"); /* 0: hardly anyone may wait for accept */

  struct sigaction reap = {.sa_handler = Reap, .sa_flags = SA_RESTART}; /* goes on accepting */
  if (sigaction(SIGCHLD, &reap, NULL) < 0) Die("sigaction");

  for (;;) {
    int conn_fd = accept(listen_fd, NULL, NULL); /* sleeps until there is a client */
    if (conn_fd < 0) Die("accept");
    pid_t pid = fork(); /* from here on there are two processes, and pid tells which this is */
    if (pid < 0) perror("fork");
    if (pid == 0) {
      close(listen_fd);
      alarm(10); /* ends this process if its client is silent or slow, signal(7) */
      Answer(conn_fd);
      close(conn_fd);
      exit(0);
    }
    close(conn_fd); /* the child has its own; the connection ends when both are closed */
  }
}
