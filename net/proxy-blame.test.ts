import { expect, test } from '@jest/globals';
import { PROXY_FAILED, TARGET_UNREACHABLE } from './error-codes.ts';
import { ProxyBlame } from './proxy-blame.ts';

const unreachable = (): NodeJS.ErrnoException => Object.assign(new Error('502'), { code: TARGET_UNREACHABLE });
const codes = (blame: ProxyBlame, hosts: readonly string[]): unknown[] =>
  hosts.map((host) => blame.judge(host, unreachable()).code);
const hosts = (count: number): string[] => Array.from({ length: count }, (_, index) => `${String(index)}.example`);
const believed = (count: number): string[] => Array.from({ length: count }, () => TARGET_UNREACHABLE);

test('a host that a proxy cannot reach is to blame, however often it fails', () => {
  expect(
    codes(
      new ProxyBlame(),
      Array.from({ length: 100 }, () => 'dead.example'),
    ),
  ).toEqual(believed(100));
});

test('a proxy that reaches none of many hosts is itself to blame, until it reaches one', () => {
  const blame = new ProxyBlame();
  expect(codes(blame, hosts(7))).toEqual([...believed(4), PROXY_FAILED, PROXY_FAILED, PROXY_FAILED]);
  blame.reached();
  expect(codes(blame, hosts(4))).toEqual(believed(4));
});

test('what happened more than a minute ago says nothing about now', () => {
  let nowMs = 0;
  const blame = new ProxyBlame(() => nowMs);
  codes(blame, hosts(4));
  nowMs = 60_001;
  expect(codes(blame, ['4.example'])).toEqual(believed(1));
});

test('the proxy’s own errors stay what they are', () => {
  const own = Object.assign(new Error('407'), { code: PROXY_FAILED });
  expect(new ProxyBlame().judge('any.example', own)).toBe(own);
});
