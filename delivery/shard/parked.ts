import type { Lane } from './lane.ts';
import type { ParkedDelivery, ShardPorts } from './ports.ts';

/** Parked deliveries read per look: they share the lane's queue with live traffic and must not fill it. */
const PARKED_PER_LOOK = 200;

/**
 * Hands due parked deliveries to their lanes. They are just another range of the log: the attempt log says which events
 * wait, the event log has their content.
 */
export async function takeDueParked(lanes: readonly Lane[], ports: ShardPorts): Promise<void> {
  const byId = new Map(lanes.filter((lane) => lane.room > 0).map((lane) => [lane.config.destinationId, lane]));
  if (byId.size === 0) {
    return;
  }
  const due = await ports.log.dueParked([...byId.keys()], new Date(ports.clock.nowMs()), PARKED_PER_LOOK);
  for (const [destinationId, parked] of groupByDestination(due)) {
    const lane = byId.get(destinationId);
    if (lane !== undefined) {
      await handToLane(lane, parked, ports);
    }
  }
}

async function handToLane(lane: Lane, parked: readonly ParkedDelivery[], ports: ShardPorts): Promise<void> {
  const waiting = new Map(
    parked
      .filter((delivery) => !lane.holdsParked(delivery.eventUuid))
      .map((delivery) => [delivery.eventUuid, delivery]),
  );
  const keys = [...waiting.values()].map((delivery) => ({
    uuid: delivery.eventUuid,
    insertedAtMicros: delivery.eventInsertedAtMicros,
  }));
  if (keys.length === 0) {
    return;
  }
  for (const event of await ports.source.readEventsByKeys(lane.config.teamId, keys)) {
    const delivery = waiting.get(event.uuid);
    if (delivery !== undefined && lane.room > 0) {
      lane.takeParked(event, delivery.attempt);
    }
  }
}

function groupByDestination(parked: readonly ParkedDelivery[]): Map<string, ParkedDelivery[]> {
  const groups = new Map<string, ParkedDelivery[]>();
  for (const delivery of parked) {
    groups.set(delivery.destinationId, [...(groups.get(delivery.destinationId) ?? []), delivery]);
  }
  return groups;
}
