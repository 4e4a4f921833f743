/*
 * Loaded into a process before its program (`node --import`): the time of day is as many milliseconds ahead as the file
 * TEST_CLOCK_FILE says at the moment. Timers and `performance` are not touched, as when somebody sets a machine's clock.
 */
import { readFileSync } from 'node:fs';
import { setInterval } from 'node:timers';

const LOOK_EVERY_MS = 100;

const RealDate = Date;
let aheadMs = 0;

function look() {
  try {
    aheadMs = Number(readFileSync(process.env.TEST_CLOCK_FILE ?? '', 'utf8'));
  } catch {
    aheadMs = 0;
  }
}

const now = () => RealDate.now() + aheadMs;

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});

look();
setInterval(look, LOOK_EVERY_MS).unref();
