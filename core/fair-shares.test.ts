import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FairShares, type Turn } from './fair-shares.ts';

const LIMIT = 6;

/** Turns of members of which a test knows who has started. */
class Members {
  readonly shares = new FairShares(LIMIT);
  readonly started: Turn[] = [];
  open: Turn[] = [];

  enter(member: string): Turn {
    const turn: Turn = { member, held: false, start: () => void this.started.push(turn) };
    this.open.push(turn);
    this.shares.enter(turn);
    return turn;
  }

  leave(turn: Turn): void {
    this.open = this.open.filter((other) => other !== turn);
    this.shares.leave(turn);
  }

  get names(): string[] {
    return [...new Set(this.open.map(({ member }) => member))];
  }

  count(held: boolean, member?: string): number {
    return this.open.filter((turn) => turn.held === held && turn.member === (member ?? turn.member)).length;
  }
}

function expectFair(members: Members): void {
  const total = members.count(true);
  const part = Math.floor(LIMIT / members.names.length);
  const isFair = (name: string): boolean => {
    const held = members.count(true, name);
    const mayWait = total >= LIMIT && (held >= part || total >= 2 * LIMIT);
    return held > 0 && (mayWait || members.count(false, name) === 0);
  };
  expect(members.names.filter((name) => !isFair(name))).toEqual([]);
  expect(total).toBeLessThanOrEqual(2 * LIMIT + members.names.length);
  expect(members.shares.idle).toBe(members.open.length === 0);
}

test('whoever comes and goes, each has its part of the places, and one at least', () => {
  const step = fc.record({
    leaves: fc.boolean(),
    member: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'),
    nth: fc.nat(1_000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const members = new Members();
      for (const { leaves, member, nth } of steps) {
        const turn = members.open[nth % Math.max(1, members.open.length)];
        if (leaves && turn !== undefined) {
          members.leave(turn);
        } else {
          members.enter(member);
        }
        expectFair(members);
      }
      const waiting = members.open.filter(({ held }) => !held);
      const next = (): Turn | undefined => members.open.find(({ held }) => held);
      for (let turn = next(); turn !== undefined; turn = next()) {
        members.leave(turn);
        expectFair(members);
      }
      const started = new Set(members.started);
      expect(members.open).toEqual([]);
      expect(waiting.filter((turn) => !started.has(turn))).toEqual([]);
      expect(started.size).toBe(members.started.length);
    }),
  );
});

test('one alone has all places, and a newcomer its part although they hang', () => {
  const members = new Members();
  for (let nth = 0; nth < 2 * LIMIT; nth += 1) {
    members.enter('hangs');
  }
  expect(members.count(true)).toBe(LIMIT);
  for (let nth = 0; nth < LIMIT; nth += 1) {
    members.enter('new');
  }
  expect([members.count(true, 'hangs'), members.count(true, 'new')]).toEqual([LIMIT, LIMIT / 2]);
});

test('turns of a member start in order, and one that was withdrawn does not', () => {
  const members = new Members();
  const [first, second, third] = Array.from({ length: LIMIT + 3 }, () => members.enter('a')).slice(LIMIT);
  members.leave(second!);
  members.leave(members.started[0]!);
  members.leave(members.started[1]!);
  expect(members.started.slice(LIMIT)).toEqual([first, third]);
  expect(second?.held).toBe(false);
});
