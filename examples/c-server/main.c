#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "visits.h"

static void stop(int signal_) {
  (void)signal_;
  _exit(0);
}

static size_t read_page(char *page, size_t size) {
  FILE *file = fopen("pages/index.html", "r");
  if (file == NULL) return 0;
  size_t length = fread(page, 1, size, file);
  fclose(file);
  return length;
}

static void answer(int client) {
  char request[1024], path[256], page[4096], head[512];
  ssize_t got = read(client, request, sizeof request - 1);
  if (got <= 0) return;
  request[got] = '\0';
  if (sscanf(request, "GET %255s", path) != 1) return;
  size_t length = read_page(page, sizeof page);
  int written = snprintf(head, sizeof head, "HTTP/1.0 200 OK\r\nX-Visits: %d\r\nContent-Length: %zu\r\n\r\n",
                         count_visit(path), length);
  if (write(client, head, written) < 0 || write(client, page, length) < 0) perror("write");
}

int main(int argc, char **argv) {
  signal(SIGTERM, stop);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = INADDR_ANY};
  address.sin_port = htons(argc > 1 ? atoi(argv[1]) : 8080);
  int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 16) < 0) {
    perror("listen");
    return 1;
  }
  for (;;) {
    int client = accept(listener, NULL, NULL);
    if (client < 0) continue;
    answer(client);
    close(client);
  }
}
