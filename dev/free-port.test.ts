import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { freePort } from './free-port.ts';

test('a preferred port is answered while it is free, and one that systems do not give away otherwise', async () => {
  const preferred = await freePort();
  expect(await freePort(preferred)).toBe(preferred);
  const holder = createServer();
  await new Promise<void>((resolve) => {
    holder.listen(preferred, '127.0.0.1', resolve);
  });
  expect((holder.address() as AddressInfo).port).toBe(preferred);
  const other = await freePort(preferred);
  expect(other).not.toBe(preferred);
  expect(other).toBeGreaterThanOrEqual(20_000);
  expect(other).toBeLessThan(32_000);
  await new Promise((resolve) => holder.close(resolve));
});
