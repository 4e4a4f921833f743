/**
 * Repeats `check` until it returns without throwing, and answers its value. After `timeoutMs` the last error is thrown:
 * half a minute, which costs a test that passes nothing, and a machine that does other things too may need.
 * The one way to wait in tests: no sleeps.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 30_000, intervalMs = 50 }: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error: unknown) {
      if (performance.now() >= deadline) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
