import { Counter, type Registry } from 'prom-client';
import type { Instant } from '../../core/time.ts';
import type { Push } from '../../pipeline/pushes.ts';
import { PREFIX } from './names.ts';
import { registerPlainHistogram } from './plain-histogram.ts';

/** What is sent on StreamIsActive, counted in plain numbers: this is done for every message. */
export function registerPushMetrics(registry: Registry, now: () => Instant) {
  const pushed = registerPushes(registry);
  const observe = registerLatency(registry);
  let newsAt = 0;
  return {
    coalesced: new Counter({
      name: `${PREFIX}pushes_coalesced_total`,
      help: 'Messages replaced by a later state before they were sent.',
      registers: [registry],
    }),
    /** Something happened that streams are about to be told: when a source read it, or when it was due. */
    news(at: Instant | undefined): void {
      newsAt = at ?? newsAt;
    },
    /** A message was handed to the transport. */
    pushed(push: Push): void {
      pushed(push);
      if (push.cause === 'change') observe(Math.max(0, now() - newsAt) / 1000);
    },
  };
}

function registerLatency(registry: Registry): (seconds: number) => void {
  return registerPlainHistogram(registry, {
    name: `${PREFIX}push_latency_seconds`,
    help: 'From the moment at which a change was read from its source, or was due, to the moment at which the message about it was handed to the transport.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  });
}

function registerPushes(registry: Registry): (push: Push) => void {
  const counts = { open: newCounts(), change: newCounts(), repeat: newCounts() };
  new Counter({
    name: `${PREFIX}pushes_total`,
    help: 'Messages sent on StreamIsActive: the first of a stream, a change, or a `true` repeated.',
    labelNames: ['cause', 'active'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [cause, { active, inactive }] of Object.entries(counts)) {
        this.inc({ cause, active: 'true' }, active);
        this.inc({ cause, active: 'false' }, inactive);
      }
    },
  });
  return ({ cause, active }) => {
    if (active) counts[cause].active++;
    else counts[cause].inactive++;
  };
}

function newCounts(): { active: number; inactive: number } {
  return { active: 0, inactive: 0 };
}
