/* Connects to 127.0.0.1:PORT (the first argument), sends what comes on standard input, prints what comes back;
   with a second argument it only connects.
   Ends with 0, or 1 when nothing listens. Needs no library. */
typedef long L;
static L call(L n, L a, L b, L c) {
#if defined(__x86_64__)
  L r;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return r;
#define READ 0
#define WRITE 1
#define SOCKET 41
#define CONNECT 42
#define EXIT 60
#else
  register L x8 __asm__("x8") = n;
  register L x0 __asm__("x0") = a;
  register L x1 __asm__("x1") = b;
  register L x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
#define READ 63
#define WRITE 64
#define SOCKET 198
#define CONNECT 203
#define EXIT 93
#endif
}
static char buffer[65536];
static int copy(L from, L to) {
  for (;;) {
    L n = call(READ, from, (L)buffer, sizeof buffer);
    if (n <= 0) return n < 0;
    for (L at = 0; at < n;) {
      L w = call(WRITE, to, (L)(buffer + at), n - at);
      if (w <= 0) return 1;
      at += w;
    }
  }
}
__attribute__((used)) void run(L *stack) {
  const char *text = (const char *)stack[2];
  unsigned port = 0;
  while (*text) port = port * 10 + (unsigned)(*text++ - '0');
  unsigned char address[16] = {2, 0, port >> 8, port, 127, 0, 0, 1};
  L s = call(SOCKET, 2, 1, 0);
  if (call(CONNECT, s, (L)address, 16) < 0) call(EXIT, 1, 0, 0);
  if (stack[0] > 2) call(EXIT, 0, 0, 0);
  copy(0, s);
  call(EXIT, copy(s, 1), 0, 0);
}
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call run\n");
#else
__asm__(".globl _start\n_start:\n mov x0, sp\n bl run\n");
#endif
