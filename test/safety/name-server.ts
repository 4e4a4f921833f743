import { createSocket, type RemoteInfo } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import type { Resolve } from '../../net/resolver.ts';

const HEADER_BYTES = 12;
const IS_ANSWER = 0x8180;
const SERVER_FAILURE = 0x8182;
/** The name of the question, type A, class IN, for no time, four bytes. */
const RECORD = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1];

export interface NameServer {
  /** Asks it once, and waits for a minute. */
  resolve: Resolve;
  /** What it does for a name, from now on. Default: every name is 127.0.0.1. */
  react(reaction: (name: string) => 'answer' | 'fail' | 'nothing'): void;
  /** Answers what it has left unanswered. */
  answerAll(): void;
  stop(): Promise<void>;
}

/** A real name server on a loopback port, and a resolver that asks it over UDP. */
export async function startNameServer(): Promise<NameServer> {
  const socket = createSocket('udp4');
  const unanswered: (() => void)[] = [];
  let reactionTo: (name: string) => 'answer' | 'fail' | 'nothing' = () => 'answer';
  const send = (query: Buffer, { port }: RemoteInfo, flags: number): void => {
    socket.send(responseTo(query, flags), port, '127.0.0.1');
  };
  socket.on('message', (query, from) => {
    const reaction = reactionTo(nameOf(query));
    if (reaction === 'nothing') {
      unanswered.push(() => {
        send(query, from, IS_ANSWER);
      });
    } else {
      send(query, from, reaction === 'answer' ? IS_ANSWER : SERVER_FAILURE);
    }
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const resolver = new Resolver({ timeout: 60_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${String(socket.address().port)}`]);
  return {
    resolve: async (name) => (await resolver.resolve4(name)).map((address) => ({ address, family: 4 })),
    react: (reaction) => {
      reactionTo = reaction;
    },
    answerAll: () => {
      unanswered.splice(0).forEach((answer) => {
        answer();
      });
    },
    stop: async () => {
      resolver.cancel();
      await new Promise<void>((resolve) => {
        socket.close(resolve);
      });
    },
  };
}

function nameOf(query: Buffer): string {
  const labels: string[] = [];
  for (let at = HEADER_BYTES; query[at] !== 0; at += 1 + query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!));
  }
  return labels.join('.').toLowerCase();
}

/** The header and the question again, without what follows it, and one record unless it is a failure. */
function responseTo(query: Buffer, flags: number): Buffer {
  const questionEnd = query.indexOf(0, HEADER_BYTES) + 1 + 4;
  const response = Buffer.concat([query.subarray(0, questionEnd), Buffer.from(flags === IS_ANSWER ? RECORD : [])]);
  response.writeUInt16BE(flags, 2);
  response.writeUInt16BE(flags === IS_ANSWER ? 1 : 0, 6);
  response.writeUInt16BE(0, 8);
  response.writeUInt16BE(0, 10);
  return response;
}
