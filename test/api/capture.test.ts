import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findTeamByCaptureToken } from '../../store/teams.ts';
import { startApi, type ApiFixture } from './fixtures.ts';

let api: ApiFixture;

beforeAll(async () => {
  api = await startApi({ publicUrl: 'https://sluice.example.com/' });
});
afterAll(() => api.stop());

test('everyone of a team reads where its events are sent, and with which token', async () => {
  const [ours, theirs] = [await api.newCaller(), await api.newCaller()];
  for (const caller of [ours, theirs]) {
    const answer = await caller.call('GET', '/api/v1/capture');
    expect(answer.json()).toEqual({ host: 'https://sluice.example.com', capture_token: expect.any(String) });
    const { capture_token: token } = answer.json<{ capture_token: string }>();
    expect(await findTeamByCaptureToken(api.store.db, token)).toMatchObject({ id: caller.teamId });
  }
});
