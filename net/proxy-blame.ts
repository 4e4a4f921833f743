import { PROXY_FAILED } from './error-codes.ts';

/** So many hosts are hardly unreachable at once. */
const MANY_HOSTS = 5;
/** A host that failed longer ago says nothing about now. */
const WINDOW_MS = 60_000;

/**
 * Decides whether to believe a proxy that says it cannot reach a host. When it has said so of several hosts and has
 * reached none in between, its own network is gone: that is never the hosts' fault.
 */
export class ProxyBlame {
  readonly #nowMs: () => number;
  readonly #failedAtMs = new Map<string, number>();

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  reached(): void {
    this.#failedAtMs.clear();
  }

  /** The error as it is to be told: the same, or that the proxy fails. */
  judge(hostname: string, error: NodeJS.ErrnoException): NodeJS.ErrnoException {
    if (error.code === PROXY_FAILED) {
      return error;
    }
    const now = this.#nowMs();
    this.#failedAtMs.set(hostname, now);
    for (const [host, atMs] of this.#failedAtMs) {
      if (now - atMs > WINDOW_MS) {
        this.#failedAtMs.delete(host);
      }
    }
    if (this.#failedAtMs.size < MANY_HOSTS) {
      return error;
    }
    const message = `the egress proxy reaches nobody: ${error.message}`;
    return Object.assign(new Error(message), { code: PROXY_FAILED });
  }
}
