import { beforeEach, expect, test } from '@jest/globals';
import { failureOf } from './error-codes.ts';
import { blamingResolve, LOOKUP_TIMED_OUT, LOOKUPS_BUSY, NameBlame } from './name-blame.ts';
import type { Resolve } from './resolver.ts';

let nowMs: number;
/** What the operating system says of names; absent: found. */
let errors: Map<string, string>;
let resolve: Resolve;
beforeEach(() => {
  nowMs = 0;
  errors = new Map();
  const system: Resolve = (name) => {
    const code = errors.get(name);
    return code === undefined
      ? Promise.resolve([{ address: '8.8.8.8', family: 4 }])
      : Promise.reject(Object.assign(new Error(`getaddrinfo ${code} ${name}`), { code }));
  };
  resolve = blamingResolve(system, new NameBlame(() => nowMs));
});

async function told(name: string): Promise<string> {
  nowMs += 1_000;
  return resolve(name).then(
    () => 'found',
    (error: unknown) => failureOf(error).code,
  );
}

test.each(['EAI_AGAIN', 'EAI_FAIL'])('%s is of the name when others are found meanwhile', async (code) => {
  errors.set('hook.lame.example', code);
  expect(await told('hook.well.example')).toBe('found');
  expect(await told('hook.lame.example')).toBe('dns_unavailable');
  expect(await told('hook.lame.example')).toBe('dns_unavailable');
  expect(await told('hook.well.example')).toBe('found');
  expect(await told('hook.lame.example')).toBe('dns_failed');
});

test('the resolver is to blame when nothing is found, or nothing but what files say', async () => {
  errors.set('a.example', 'EAI_AGAIN').set('b.example', 'EAI_AGAIN');
  for (const name of ['a.example', 'b.example', 'localhost', 'a.example', 'b.example']) {
    expect(await told(name)).toBe(name === 'localhost' ? 'found' : 'dns_unavailable');
  }
});

test('what was found long ago says nothing', async () => {
  errors.set('hook.lame.example', 'EAI_AGAIN');
  await told('hook.lame.example');
  await told('hook.well.example');
  expect(await told('hook.lame.example')).toBe('dns_failed');
  nowMs += 60_000;
  expect(await told('hook.lame.example')).toBe('dns_unavailable');
});

test('a name that was found between two failures begins anew', async () => {
  errors.set('hook.lame.example', 'EAI_AGAIN');
  await told('hook.lame.example');
  errors.delete('hook.lame.example');
  expect(await told('hook.lame.example')).toBe('found');
  errors.set('hook.lame.example', 'EAI_AGAIN');
  expect(await told('hook.lame.example')).toBe('dns_unavailable');
});

test('a name that does not exist is said not to', async () => {
  errors.set('hook.gone.example', 'ENOTFOUND');
  expect(await told('hook.gone.example')).toBe('dns_failed');
});

test('a look-up that takes too long is of the name when others are found meanwhile', async () => {
  errors.set('hook.lame.example', LOOKUP_TIMED_OUT);
  expect(await told('hook.lame.example')).toBe('dns_unavailable');
  expect(await told('hook.lame.example')).toBe('dns_unavailable');
  await told('hook.well.example');
  expect(await told('hook.lame.example')).toBe('dns_timeout');
});

test('waiting for a place is never the name’s fault, unless its last look-up was', async () => {
  errors.set('hook.new.example', LOOKUPS_BUSY).set('hook.lame.example', 'EAI_AGAIN');
  for (const name of ['hook.new.example', 'hook.lame.example', 'hook.well.example', 'hook.new.example']) {
    expect(await told(name)).toBe(name === 'hook.well.example' ? 'found' : 'dns_unavailable');
  }
  errors.set('hook.lame.example', LOOKUPS_BUSY);
  expect(await told('hook.lame.example')).toBe('dns_unavailable');
  errors.set('hook.lame.example', 'EAI_AGAIN');
  expect(await told('hook.lame.example')).toBe('dns_failed');
  errors.set('hook.lame.example', LOOKUPS_BUSY);
  expect(await told('hook.lame.example')).toBe('dns_failed');
});
