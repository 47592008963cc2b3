import { Gauge, type Registry } from 'prom-client';
import type { Instant } from '../../core/time.ts';
import type { Holds } from '../holds.ts';
import { PREFIX } from './names.ts';

/** What is withheld: standings that are kept, although they might be others if every source could be read. */
export function registerHoldMetrics(
  registry: Registry,
  holds: Pick<Holds, 'size' | 'oldest'>,
  now: () => Instant,
): void {
  new Gauge({
    name: `${PREFIX}tenants_withheld`,
    help: 'Tenants whose standing is kept, although it might be another if every source could be read.',
    registers: [registry],
    collect() {
      this.set(holds.size);
    },
  });
  new Gauge({
    name: `${PREFIX}oldest_hold_age_seconds`,
    help: 'For how long the longest withheld tenant has been so; 0 where none is.',
    registers: [registry],
    collect() {
      const since = holds.oldest();
      this.set(since === undefined ? 0 : Math.max(0, now() - since) / 1000);
    },
  });
}
