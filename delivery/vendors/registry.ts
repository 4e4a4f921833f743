import { amplitude } from './amplitude.ts';
import { braze } from './braze.ts';
import type { Vendor } from './contract.ts';
import { customerIo } from './customer-io.ts';
import { discord } from './discord.ts';
import { generic } from './generic.ts';
import { hubspot } from './hubspot.ts';
import { make } from './make.ts';
import { mixpanel } from './mixpanel.ts';
import { n8n } from './n8n.ts';
import { pagerduty } from './pagerduty.ts';
import { segment } from './segment.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { zapier } from './zapier.ts';

/** In the order in which they are offered. */
export const VENDORS: ReadonlyMap<string, Vendor> = new Map(
  [
    ...[generic, slack, discord, teams, zapier, make, n8n, pagerduty],
    ...[segment, customerIo, hubspot, mixpanel, amplitude, braze],
  ].map((vendor): [string, Vendor] => [vendor.kind, vendor]),
);
