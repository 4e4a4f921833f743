import { describe, expect, test } from '@jest/globals';
import { abortable, linkController } from './abort.ts';

async function* endless(onReturn: () => void = () => undefined): AsyncGenerator<Uint8Array> {
  try {
    yield Buffer.from('first');
    await new Promise(() => undefined);
  } finally {
    onReturn();
  }
}

async function readAll(source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string> {
  let text = '';
  for await (const bytes of abortable(source, signal)) {
    text += Buffer.from(bytes).toString();
  }
  return text;
}

describe('abortable', () => {
  test('ends a loop over a source that hangs, with the reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const reading = readAll(endless(), controller.signal);
    setImmediate(() => {
      controller.abort(reason);
    });
    await expect(reading).rejects.toBe(reason);
  });

  test('passes bytes and the source error through', async () => {
    const { signal } = new AbortController();
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      await Promise.resolve();
      throw new Error('source');
    }
    await expect(readAll(failing(), signal)).rejects.toThrow('source');
    async function* whole(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      await Promise.resolve();
      yield Buffer.from('b');
    }
    expect(await readAll(whole(), signal)).toBe('ab');
  });

  test('tells the source that nobody reads on', async () => {
    const { signal } = new AbortController();
    let returned = false;
    const source = endless(() => {
      returned = true;
    });
    for await (const bytes of abortable(source, signal)) {
      expect(Buffer.from(bytes).toString()).toBe('first');
      break;
    }
    expect(returned).toBe(true);
  });
});

describe('linkController', () => {
  test('follows its parent until it is unlinked', () => {
    const parent = new AbortController();
    const [linked, unlinked] = [linkController(parent.signal), linkController(parent.signal)];
    unlinked.unlink();
    parent.abort('why');
    expect([linked.signal.reason, unlinked.signal.aborted]).toEqual(['why', false]);
    expect(linkController(parent.signal).signal.aborted).toBe(true);
  });
});
