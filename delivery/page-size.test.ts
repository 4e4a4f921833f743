import { describe, expect, test } from '@jest/globals';
import { PAGE_TOO_LARGE } from '../core/page-bytes.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { PageSize } from './page-size.ts';

const MIB = 1024 * 1024;

/** A log of so many events of one size that refuses pages of more than 16 MiB, and what was asked of it. */
function logOf(count: number, bytes: number): { asked: number[]; read: (rows: number) => Promise<TailEvent[]> } {
  const event = { propertiesJson: 'x'.repeat(bytes), personPropertiesJson: '' } as TailEvent;
  const asked: number[] = [];
  const read = (rows: number): Promise<TailEvent[]> => {
    asked.push(rows);
    const found = Math.min(rows, count);
    return found > 1 && found * bytes > 16 * MIB
      ? Promise.reject(Object.assign(new Error('too large'), { code: PAGE_TOO_LARGE }))
      : Promise.resolve(Array.from({ length: found }, () => event));
  };
  return { asked, read };
}

describe('the size of a page', () => {
  test('is as long as it may be while events are small', async () => {
    const size = new PageSize(1_000);
    const log = logOf(2_000, 100);
    expect(await size.read(log.read)).toMatchObject({ more: true });
    expect(await size.read(logOf(999, 100).read)).toMatchObject({ more: false });
    expect(log.asked).toEqual([1_000]);
  });

  test('shrinks where events are large, stays so, and grows again where they are small', async () => {
    const size = new PageSize(1_000);
    const large = logOf(5_000, MIB);
    await size.read(large.read);
    await size.read(large.read);
    expect(large.asked).toEqual([1_000, 125, 15, 15]);
    const small = logOf(5_000, 100);
    for (let page = 0; page < 8; page += 1) {
      expect(await size.read(small.read)).toMatchObject({ more: true });
    }
    expect(small.asked).toEqual([15, 30, 60, 120, 240, 480, 960, 1_000]);
  });

  test('is one event when even two are too large', async () => {
    const log = logOf(9, 20 * MIB);
    const { events } = await new PageSize(10).read(log.read);
    expect(events).toHaveLength(1);
    expect(log.asked).toEqual([10, 1]);
  });

  test('any other failure is passed on', async () => {
    const failing = new PageSize(10).read(() => Promise.reject(new Error('away')));
    await expect(failing).rejects.toThrow('away');
  });

  test('keys are read page by page, each once', async () => {
    const log = logOf(Number.POSITIVE_INFINITY, MIB);
    const keys = Array.from({ length: 40 }, (_, index) => index);
    const read: number[][] = [];
    const pages = new PageSize(1_000).pages(keys, async (page) => {
      const events = await log.read(page.length);
      read.push([...page]);
      return events;
    });
    for await (const events of pages) {
      expect(events.length).toBeLessThanOrEqual(16);
    }
    expect(read.flat()).toEqual(keys);
  });
});
