import { isIP, Socket } from 'node:net';
import { limitTime } from './time-limit.ts';

/** Code of the error of a connection that was made, and on which TLS took too long. */
export const TLS_TIMED_OUT = 'SLUICE_TLS_TIMED_OUT';

/**
 * Cuts a socket that is not connected, and has not spoken TLS where it is to, so long after its address is known: looking that
 * up has a limit of its own, and whose fault it is when it takes long is another question.
 */
export function limitConnecting(
  socket: unknown,
  { hostname, secure, timeoutMs }: { hostname: string; secure: boolean; timeoutMs: number },
): void {
  if (!(socket instanceof Socket)) {
    return;
  }
  let callOff = (): void => undefined;
  const begin = (): void => {
    callOff = limitTime(timeoutMs, () => {
      const [code, what] = socket.connecting ? ['ETIMEDOUT', 'connection'] : [TLS_TIMED_OUT, 'TLS'];
      socket.destroy(Object.assign(new Error(`no ${what} within ${String(timeoutMs)} ms`), { code }));
    });
  };
  if (socket.connecting && isIP(hostname) === 0) {
    socket.once('lookup', begin);
  } else {
    begin();
  }
  const done = (): void => {
    callOff();
  };
  socket.once(secure ? 'secureConnect' : 'connect', done).once('close', done);
}
