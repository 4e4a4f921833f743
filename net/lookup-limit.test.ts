import { expect, test } from '@jest/globals';
import { failureOf } from './error-codes.ts';
import { NameBlame } from './name-blame.ts';
import { sharedResolve, type Resolve, type ResolvedAddress } from './resolver.ts';

const ANSWER: ResolvedAddress[] = [{ address: '8.8.8.8', family: 4 }];

/** A resolver that answers when it is told to; a limit that is over soon. */
function slow(): { resolve: Resolve; asked: string[]; answer: () => void } {
  const asked: string[] = [];
  const held: (() => void)[] = [];
  const system: Resolve = (name) => {
    asked.push(name);
    return new Promise((found) => {
      held.push(() => {
        found(ANSWER);
      });
    });
  };
  const answer = (): void => {
    held.splice(0).forEach((found) => {
      found();
    });
  };
  return { resolve: sharedResolve(system, { timeoutMs: 20, blame: new NameBlame() }), asked, answer };
}

const told = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'found',
    (error: unknown) => failureOf(error).message,
  );

test('a look-up that is given up goes on, for the next who asks, and what it finds late is known', async () => {
  const { resolve, asked, answer } = slow();
  expect(await told(resolve('a.example'))).toBe('no name server answered within 20 ms');
  expect(await told(resolve('a.example'))).toBe('no name server answered within 20 ms');
  answer();
  expect(await told(resolve('a.example'))).toBe('found');
  expect(asked).toEqual(['a.example']);
});

test('who waits for a place is told so, and has it once there is one', async () => {
  const { resolve, asked, answer } = slow();
  const names = Array.from({ length: 64 }, (_, index) => `dead-${String(index)}.example`);
  const dead = names.map((name) => told(resolve(name)));
  const waited = 'no place was free for looking up the host name within 20 ms';
  expect(await told(resolve('a.example'))).toBe(waited);
  expect(new Set(await Promise.all(dead))).toEqual(new Set(['no name server answered within 20 ms', waited]));
  while (!asked.includes('a.example')) {
    answer();
    await new Promise((turn) => setImmediate(turn));
  }
  answer();
  expect(await told(resolve('a.example'))).toBe('found');
});
