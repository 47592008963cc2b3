/** The fault matrix is worth as much as what it finds: license-scaler is broken here, each time in another way. */
import { expect } from 'chai';
import { NEVER, concat, defer, map, takeWhile, tap, type Observable } from 'rxjs';
import type { Fact, Observation, Reading } from '../../src/core/observation.ts';
import { drawCase, type Mode, type Moment } from './case.ts';
import { play } from './play.ts';
import type { Mutation } from './scaler.ts';
import type { Offence } from './world.ts';

/** How many draws may pass before the fault hits somebody whom the mutant wrongs. */
const DRAWS = 6;

interface Mutant {
  readonly does: string;
  readonly mutate: Mutation;
  readonly found: Offence['kind'];
  readonly by: readonly [Mode, kind: string, Moment];
}

/** Changes what a source says; `said` is what it said last about each tenant. */
function saying(
  change: (observation: Observation, said: ReadonlyMap<string, Reading>) => Observation,
): Mutation {
  return (source) => ({
    info: source.info,
    observe: (...inputs) =>
      defer(() => {
        const said = new Map<string, Reading>();
        return source.observe(...inputs).pipe(
          map((observation) => change(observation, said)),
          tap((observation) => {
            if (observation.kind === 'failure') return;
            for (const [tenant, reading] of observation.readings) said.set(tenant, reading);
          }),
        );
      }),
  });
}

/** In place of a failure, this about every tenant that was spoken of. */
function onFailure(reading: (last: Reading) => Reading): Mutation {
  return saying((observation, said) => {
    if (observation.kind === 'sighting') return observation;
    const { source, at, tenant } = observation;
    const all = [...said].filter(([id]) => tenant === undefined || id === tenant);
    const readings = new Map(all.map(([id, last]) => [id, reading(last)]));
    return { kind: 'sighting', source, at, readings, whole: false };
  });
}

function replacing(change: (reading: Reading) => Reading): Mutation {
  return saying((observation) => {
    if (observation.kind === 'failure') return observation;
    const readings = [...observation.readings].map(
      ([id, reading]) => [id, change(reading)] as const,
    );
    return { ...observation, readings: new Map(readings) };
  });
}

function observing(
  change: (observation$: Observable<Observation>) => Observable<Observation>,
): Mutation {
  return (source) => ({
    info: source.info,
    observe: (...inputs) => change(source.observe(...inputs)),
  });
}

/** What a 404 comes to that proves that there is no such tenant. */
const PROVEN = { kind: 'absent', proven: true } as Fact;

const MUTANTS: readonly Mutant[] = [
  {
    does: 'takes a license away when its source fails',
    mutate: onFailure(() => PROVEN),
    found: 'wrong false',
    by: ['per-tenant', '5xx', 'while running'],
  },
  {
    does: 'answers 0 replicas when the list can not be read',
    mutate: onFailure(() => PROVEN),
    found: 'wrong 0',
    by: ['list', 'HTML', 'while running'],
  },
  {
    does: 'takes the 404 of a proxy for proof',
    mutate: onFailure((last) => (last.kind === 'license' ? PROVEN : last)),
    found: 'wrong false',
    by: ['per-tenant', "proxy's 404", 'while running'],
  },
  {
    does: 'acts on a boundary from memory',
    mutate: onFailure((last) => last),
    found: 'wrong false',
    by: ['per-tenant', '5xx', 'at a boundary'],
  },
  {
    does: 'takes a list with a page missing for whole',
    mutate: onFailure((last) => (last.kind === 'license' ? PROVEN : last)),
    found: 'wrong false',
    by: ['list', 'one page', 'while running'],
  },
  {
    does: 'withdraws overrides when their file can not be read',
    mutate: onFailure(() => ({ kind: 'silent' })),
    found: 'wrong false',
    by: ['overrides', 'garbled record', 'while running'],
  },
  {
    does: 'forgets what it knew when its source fails',
    mutate: onFailure(() => ({ kind: 'silent' })),
    found: 'error',
    by: ['per-tenant', 'refused', 'while running'],
  },
  {
    does: 'licenses everybody',
    mutate: replacing((reading) => (reading.kind === 'absent' ? reading : withoutPeriod(reading))),
    found: 'unfounded true',
    by: ['per-tenant', 'hang', 'while running'],
  },
  {
    does: 'says nothing for ever',
    mutate: observing(() => NEVER),
    found: 'late',
    by: ['list', '4xx', 'at the start'],
  },
  {
    does: 'does not go on after a failure',
    mutate: observing((observation$) =>
      concat(observation$.pipe(takeWhile(({ kind }) => kind !== 'failure', true)), NEVER),
    ),
    found: 'late',
    by: ['file', 'empty', 'while running'],
  },
  {
    does: 'breaks',
    mutate: observing(
      map((observation) => {
        if (observation.kind === 'failure') throw new Error('no such thing');
        return observation;
      }),
    ),
    found: 'broken',
    by: ['per-tenant', 'empty', 'at the start'],
  },
];

function withoutPeriod(reading: Reading): Reading {
  if (reading.kind !== 'license') return reading;
  const license = { ...reading.license, start: undefined, end: undefined, status: undefined };
  return { ...reading, license };
}

describe('The oracle of the fault matrix', () => {
  for (const { does, mutate, found, by } of MUTANTS) {
    it(`finds a scaler that ${does}`, async () => {
      const kinds = new Set<string>();
      for (let draw = 0; draw < DRAWS && !kinds.has(found); draw++) {
        const drawn = drawCase(...by, `oracle ${draw}`);
        if (drawn === undefined) continue;
        for (const { kind } of (await play(drawn, mutate)).offences) kinds.add(kind);
      }
      expect([...kinds]).to.include(found);
    });
  }
});
