import { proxyActivities } from '@temporalio/workflow';

const { post } = proxyActivities<{ post(url: string, id: string): Promise<number> }>({
  startToCloseTimeout: '30 s',
});

/** The design that Sluice did not take: one workflow for each event and destination. */
export async function deliverOneEvent(url: string, id: string): Promise<number> {
  return post(url, id);
}
