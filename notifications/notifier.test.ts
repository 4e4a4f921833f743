import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import type { ChannelConfig, NoticeMessage } from '../core/notices.ts';
import { generateSecret } from '../delivery/signing.ts';
import { bodyOf, DEAD_ADDRESS, http, stopAll } from '../net/test-receivers.ts';
import { createNotifier, type NotifierOptions } from './notifier.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) {
    await close();
  }
  await stopAll();
});

const MESSAGE: NoticeMessage = {
  ...{ id: 'notice_1', type: 'export.failed', at: new Date('2026-11-21T12:00:00Z') },
  ...{ title: 'Export "a*b" <fails>', text: 'No bucket & no hope. <!channel>' },
  details: { export_id: 'e1', run_id: 'r1' },
};
const publicUrl = 'https://sluice.example.com';
const RUN_URL = 'https://sluice.example.com/console/exports/e1/runs/r1';

async function send(config: ChannelConfig, options: Partial<NotifierOptions> = {}): Promise<void> {
  const notifier = createNotifier({ allowedCidrs: ['127.0.0.0/8'], ...options });
  try {
    await notifier.send(config, MESSAGE, new AbortController().signal);
  } finally {
    await notifier.close();
  }
}

describe('a webhook', () => {
  test('gets a body that a library of Standard Webhooks verifies', async () => {
    const secret = generateSecret();
    let verified: unknown;
    const url = await http((request, response) => {
      void bodyOf(request).then((body) => {
        verified = new Webhook(secret).verify(body, request.headers as Record<string, string>);
        response.writeHead(204).end();
      });
    });
    await send({ kind: 'webhook', url, secret });
    const { title, text, details } = MESSAGE;
    const data = { ...details, title, text };
    const about = { type: 'export.failed', timestamp: '2026-11-21T12:00:00.000Z' };
    expect(verified).toEqual({ ...about, data });
    await send({ kind: 'webhook', url, secret }, { publicUrl });
    expect(verified).toEqual({ ...about, data: { ...data, console_url: RUN_URL } });
  });

  test.each([
    [404, 'notification_refused', false],
    [302, 'notification_refused', false],
    [429, 'notification_unreachable', true],
    [503, 'notification_unreachable', true],
  ])('that answers %d is %s', async (status, code, retryable) => {
    const url = await http((_request, response) => void response.writeHead(status).end());
    const sent = send({ kind: 'webhook', url, secret: generateSecret() });
    await expect(sent).rejects.toMatchObject({ code, retryable });
  });

  test('in a private network is refused for good; one that is down is tried again', async () => {
    const channel = { kind: 'webhook', url: DEAD_ADDRESS, secret: generateSecret() } as const;
    const refused = send(channel, { allowedCidrs: [] });
    await expect(refused).rejects.toMatchObject({ code: 'notification_refused', retryable: false });
    await expect(send(channel)).rejects.toMatchObject({ code: 'notification_unreachable', retryable: true });
  });
});

test('Slack gets text in which nothing of a customer is markup', async () => {
  let body = '';
  const url = await http((request, response) => {
    void bodyOf(request).then((text) => {
      body = text;
      response.end('ok');
    });
  });
  await send({ kind: 'slack', url });
  const text = '*Export "a∗b" &lt;fails&gt;*\nNo bucket &amp; no hope. &lt;!channel&gt;';
  expect(JSON.parse(body)).toEqual({ text });
  await send({ kind: 'slack', url }, { publicUrl });
  expect(JSON.parse(body)).toEqual({ text: `${text}\n<${RUN_URL}|Open in Sluice>` });
});

interface Mail {
  from: string;
  to: string[];
  text: string;
}

async function mailServer(options: SMTPServerOptions = {}): Promise<{ url: string; mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], logger: false },
    onData: (stream, session, done) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) {
          chunks.push(chunk as Buffer);
        }
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        mails.push({ from, to: rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString() });
        done();
      })();
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  );
  return { url: `smtp://127.0.0.1:${String((server.server.address() as AddressInfo).port)}`, mails };
}

describe('e-mail', () => {
  const from = 'Sluice <sluice@example.com>';
  const channel: ChannelConfig = { kind: 'email', to: ['a@example.com', 'b@example.com'] };

  test('comes from the operator’s address, with a stable message id', async () => {
    const { url, mails } = await mailServer();
    await send(channel, { smtp: { url, from } });
    expect(mails).toMatchObject([{ from: 'sluice@example.com', to: channel.to }]);
    expect(mails[0]?.text).toMatch(/^Message-ID: <notice_1@sluice>\r$/im);
    expect(mails[0]?.text).toMatch(/^Subject: .*Sluice.*Export/m);
    expect(mails[0]?.text).toContain('No bucket & no hope.');
    expect(mails[0]?.text).not.toContain('https://');
    await send(channel, { smtp: { url, from }, publicUrl });
    expect(mails[1]?.text.split('\r\n')).toContain(RUN_URL);
  });

  test('to an unknown address is refused for good; a busy server and a refused login are tried again', async () => {
    const answering = (responseCode: number): SMTPServerOptions => ({
      onRcptTo: (_address, _session, done) => {
        done(Object.assign(new Error('no such user'), { responseCode }));
      },
    });
    const unknown = send(channel, { smtp: { url: (await mailServer(answering(550))).url, from } });
    await expect(unknown).rejects.toMatchObject({ code: 'notification_refused', retryable: false });
    const busy = send(channel, { smtp: { url: (await mailServer(answering(450))).url, from } });
    await expect(busy).rejects.toMatchObject({ code: 'notification_unreachable', retryable: true });
    const { url } = await mailServer({
      ...{ authOptional: false, allowInsecureAuth: true },
      onAuth: (auth, _session, done) => {
        done(new Error(`wrong password ${auth.password ?? ''}`));
      },
    });
    const login = send(channel, { smtp: { url: url.replace('//', '//user:hunter2@'), from } });
    await expect(login).rejects.toMatchObject({
      ...{ code: 'notification_unreachable', retryable: true },
      message: expect.not.stringContaining('hunter2'),
    });
  });

  test('without a mail server says so', async () => {
    await expect(send(channel)).rejects.toMatchObject({ code: 'notification_email_unavailable' });
  });
});
