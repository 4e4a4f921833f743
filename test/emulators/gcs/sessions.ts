import type { GcsReply, GcsRequest } from './proxy.ts';

interface Session {
  bucket: string;
  key: string;
  state: 'open' | 'finished' | 'cancelled';
}

const [CANCELLED, GONE] = [499, 410];
const TEXT = { 'content-type': 'text/plain' };

/** Resumable uploads: fake-gcs-server cannot cancel them and lists them nowhere. */
export class Sessions {
  private readonly sessions = new Map<string, Session>();

  /** Keys of the uploads that still could become an object. */
  open(bucket: string): string[] {
    return [...this.sessions.values()].flatMap((session) =>
      session.bucket === bucket && session.state === 'open' ? [session.key] : [],
    );
  }

  before({ method, url }: GcsRequest): GcsReply | undefined {
    const session = this.sessions.get(url.searchParams.get('upload_id') ?? '');
    if (session?.state === 'cancelled') {
      return { status: GONE, headers: TEXT, body: 'Gone' };
    }
    if (method !== 'DELETE' || session === undefined) {
      return undefined;
    }
    session.state = 'cancelled';
    return { status: CANCELLED, headers: TEXT, body: '' };
  }

  after({ url, body }: GcsRequest, { status, headers }: GcsReply): void {
    const begun = new URL(headers['location'] ?? url).searchParams.get('upload_id');
    if (url.searchParams.get('uploadType') === 'resumable' && begun !== null && !this.sessions.has(begun)) {
      const { name } = JSON.parse(body.toString()) as { name: string };
      this.sessions.set(begun, { bucket: url.pathname.split('/')[5] ?? '', key: name, state: 'open' });
      return;
    }
    const session = this.sessions.get(url.searchParams.get('upload_id') ?? '');
    if (session !== undefined && status !== 308 && status < 500) {
      session.state = 'finished';
    }
  }
}
