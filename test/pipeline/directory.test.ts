import { expect } from 'chai';
import { Subject, map, type Observable, type Subscription } from 'rxjs';
import {
  createFleet,
  observe,
  passTime,
  type Fleet,
  type FleetUpdate,
} from '../../src/core/fleet.ts';
import type { Observation, SourceInfo } from '../../src/core/observation.ts';
import type { Outlook } from '../../src/core/outlook.ts';
import { MapDraft, VersionedMap } from '../../src/core/versioned-map.ts';
import { createDirectory, type Directory } from '../../src/pipeline/directory.ts';
import { ABSENT, FILE, OVERRIDES, SERVICE, failure, licensed, sighting } from '../helpers/facts.ts';
import { marbles } from '../helpers/marbles.ts';

const A = 'tenant-a';
const B = 'tenant-b';
const STALE = 100;

/** A directory that is told what sources see, at frame 0 of virtual time. */
interface Bench {
  readonly directory: Directory;
  readonly see: (seen: Observation) => void;
  readonly tell: (update: FleetUpdate) => FleetUpdate;
  readonly passTime: (now: number) => void;
  /** Watches, and notes every outlook under the name. */
  readonly watch: (name: string, tenant: string) => Subscription;
  /** What was noted since the last time. */
  readonly heard: () => string[];
}

function createBench(sources: readonly SourceInfo[], initial = createFleet(sources)): Bench {
  const updates$ = new Subject<FleetUpdate>();
  const directory = createDirectory(initial, STALE);
  directory.follow(updates$).subscribe();
  const log: string[] = [];
  const tell = (update: FleetUpdate): FleetUpdate => {
    updates$.next(update);
    return update;
  };
  return {
    directory,
    see(seen) {
      tell(observe(directory.fleet(), seen, seen.at));
    },
    passTime(now) {
      tell(passTime(directory.fleet(), now));
    },
    tell,
    watch(name, tenant) {
      return directory.watch(tenant).subscribe(({ standing, certainty }) => {
        log.push(`${name}: ${certainty} ${standing.status}`);
      });
    },
    heard: () => log.splice(0),
  };
}

function bench(test: (bench: Bench) => void, sources: readonly SourceInfo[] = [SERVICE]): void {
  marbles(() => {
    test(createBench(sources));
  });
}

describe('the directory', () => {
  it('passes every update on as it is', () => {
    marbles(({ cold, expectObservable }) => {
      const directory = createDirectory(createFleet([SERVICE]), STALE);
      const a = observe(directory.fleet(), sighting(SERVICE, 0, { [A]: licensed() }), 0);
      const seen$ = cold(' -a-|', { a });
      const expected = '   -a-|';
      expectObservable(directory.follow(seen$)).toBe(expected, { a });
      expectObservable(directory.follow(cold<FleetUpdate>('-#'))).toBe('-#');
    });
  });

  it('answers of any tenant from the last update', () => {
    bench(({ directory, see }) => {
      expect(directory.outlook(A)).to.include({ tenant: A, certainty: 'pending' });
      see(sighting(SERVICE, 0, { [A]: licensed() }));
      expect(directory.outlook(A)).to.include({ certainty: 'firm' });
      expect(directory.outlook(A).standing.status).to.equal('licensed');
      expect(directory.outlook(B)).to.include({ certainty: 'pending' });
      expect(directory.fleet().revision).to.equal(1);
    });
  });

  it('answers by the clock: held, until it is too old', () => {
    marbles(({ cold, expectObservable }) => {
      const { directory, see } = createBench([SERVICE]);
      see(sighting(SERVICE, 0, { [A]: licensed() }));
      see(failure(SERVICE, 0));
      const asked$ = cold(' a 99ms bc').pipe(map(() => directory.outlook(A).certainty));
      const expected = '    a 99ms bc';
      expectObservable(asked$).toBe(expected, { a: 'held', b: 'held', c: 'unknown' });
    });
  });
});

describe('to watch a tenant', () => {
  it('tells the newest last, even where being told brings news', () => {
    bench(({ directory, see, watch, heard }) => {
      see(sighting(SERVICE, 0, { [A]: licensed(), [B]: licensed() }));
      directory.watch(A).subscribe(({ standing }) => {
        if (standing.status === 'unlicensed')
          see(sighting(SERVICE, 0, { [B]: licensed({ end: 9 }) }));
      });
      watch('w', B);
      see(sighting(SERVICE, 0, { [A]: ABSENT, [B]: ABSENT }));
      expect(heard().at(-1)).to.equal('w: firm licensed');
      expect(directory.outlook(B).standing.status).to.equal('licensed');
    });
  });

  it('tells the newest last to the others of the same tenant, too', () => {
    bench(({ directory, see, watch, heard }) => {
      see(sighting(SERVICE, 0, { [A]: licensed() }));
      directory.watch(A).subscribe(({ standing }) => {
        if (standing.status === 'unlicensed')
          see(sighting(SERVICE, 0, { [A]: licensed({ end: 9 }) }));
      });
      watch('w', A);
      see(sighting(SERVICE, 0, { [A]: ABSENT }));
      expect(heard().at(-1)).to.equal('w: firm licensed');
    });
  });

  it('tells the present first, then every change', () => {
    bench(({ see, watch, heard }) => {
      see(sighting(SERVICE, 0, { [A]: licensed() }));
      watch('w', A);
      expect(heard()).to.deep.equal(['w: firm licensed']);
      see(sighting(SERVICE, 0, { [A]: ABSENT }));
      expect(heard()).to.deep.equal(['w: firm unlicensed']);
    });
  });

  it('does nothing before it is subscribed to', () => {
    bench(({ directory, see, heard }) => {
      const outlook$: Observable<Outlook> = directory.watch(A);
      see(sighting(SERVICE, 0, { [A]: licensed() }));
      expect(heard()).to.deep.equal([]);
      outlook$.subscribe(({ certainty }) => {
        expect(certainty).to.equal('firm');
      });
    });
  });

  it('tells those who watch the tenant, each of them, and nobody else', () => {
    bench(({ see, watch, heard }) => {
      see(sighting(SERVICE, 0, { [A]: licensed(), [B]: licensed() }));
      watch('first', A);
      watch('second', A);
      watch('other', B);
      heard();
      see(sighting(SERVICE, 0, { [A]: ABSENT }));
      expect(heard()).to.deep.equal(['first: firm unlicensed', 'second: firm unlicensed']);
    });
  });

  it('is told of a boundary as of anything else', () => {
    bench(({ see, passTime, watch, heard }) => {
      see(sighting(SERVICE, 0, { [A]: licensed({ end: 10 }), [B]: licensed() }));
      watch('a', A);
      watch('b', B);
      heard();
      passTime(10);
      expect(heard()).to.deep.equal([]);
      see(sighting(SERVICE, 10));
      expect(heard()).to.deep.equal(['a: firm unlicensed']);
    });
  });

  it('hears nothing of an update that changes nothing', () => {
    bench(({ see, watch, heard }) => {
      see(sighting(SERVICE, 0, { [A]: licensed() }));
      watch('w', A);
      heard();
      see(sighting(SERVICE, 0, { [A]: licensed() }));
      see(sighting(SERVICE, 0));
      expect(heard()).to.deep.equal([]);
    });
  });

  it('is told of a source that turns only while nothing firm was heard', () => {
    bench(({ see, watch, heard }) => {
      see(sighting(SERVICE, 0, { [A]: licensed(), [B]: licensed() }));
      watch('firm', A);
      see(failure(SERVICE, 0));
      watch('late', B);
      expect(heard()).to.deep.equal(['firm: firm licensed', 'late: held licensed']);
      see(sighting(SERVICE, 0));
      expect(heard()).to.deep.equal(['late: firm licensed']);
      see(failure(SERVICE, 0));
      see(sighting(SERVICE, 0));
      expect(heard()).to.deep.equal([]);
    });
  });

  it('goes on waiting where the source that turned has not spoken of the tenant yet', () => {
    bench(({ see, watch, heard }) => {
      see(sighting(SERVICE, 0, { [A]: licensed(), [B]: licensed() }, false));
      see(failure(SERVICE, 0));
      watch('late', B);
      see(sighting(SERVICE, 0, { [A]: licensed() }, false));
      expect(heard()).to.deep.equal(['late: held licensed', 'late: held licensed']);
      see(sighting(SERVICE, 0, { [B]: licensed() }, false));
      expect(heard()).to.deep.equal(['late: firm licensed']);
    });
  });

  it('hears that the first attempt failed', () => {
    bench(({ see, watch, heard }) => {
      watch('w', A);
      see(failure(SERVICE, 0));
      expect(heard()).to.deep.equal(['w: pending unknown', 'w: unknown unknown']);
    });
  });

  it('hears of the overrides file that kept its license from being decided on', () => {
    bench(
      ({ see, watch, heard }) => {
        watch('w', A);
        see(sighting(SERVICE, 0, { [A]: licensed() }));
        see(sighting(OVERRIDES, 0));
        expect(heard().at(-1)).to.equal('w: firm licensed');
      },
      [SERVICE, OVERRIDES],
    );
  });

  it('hears of a fallback that decides once the license service fails', () => {
    bench(
      ({ see, watch, heard }) => {
        see(sighting(FILE, 0, { [A]: licensed() }));
        watch('w', A);
        expect(heard()).to.deep.equal(['w: pending unknown']);
        see(failure(SERVICE, 0));
        expect(heard()).to.include('w: firm licensed').and.not.include('w: firm unknown');
      },
      [FILE, SERVICE],
    );
  });

  it('hears no more once it is unsubscribed, and the others go on', () => {
    bench(({ see, watch, heard }) => {
      see(sighting(SERVICE, 0, { [A]: licensed() }));
      const first = watch('first', A);
      watch('second', A);
      heard();
      first.unsubscribe();
      see(sighting(SERVICE, 0, { [A]: ABSENT }));
      expect(heard()).to.deep.equal(['second: firm unlicensed']);
    });
  });

  it('waits no more once it is unsubscribed', () => {
    bench(({ see, watch, heard }) => {
      watch('w', A).unsubscribe();
      heard();
      see(failure(SERVICE, 0));
      expect(heard()).to.deep.equal([]);
    });
  });

  it('loses no change that comes while the present is told', () => {
    bench(({ directory, see }) => {
      see(sighting(SERVICE, 0, { [A]: licensed() }));
      const heard: string[] = [];
      directory.watch(A).subscribe(({ standing }) => {
        heard.push(standing.status);
        if (heard.length === 1) see(sighting(SERVICE, 0, { [A]: ABSENT }));
      });
      expect(heard).to.deep.equal(['licensed', 'unlicensed']);
    });
  });

  it('bears that a listener unsubscribes itself and others while it is told', () => {
    bench(({ directory, see }) => {
      see(sighting(SERVICE, 0, { [A]: licensed() }));
      const heard: string[] = [];
      const second: Subscription[] = [];
      directory.watch(A).subscribe(({ standing }) => {
        heard.push(`first ${standing.status}`);
        second.forEach((one) => {
          one.unsubscribe();
        });
      });
      second.push(directory.watch(A).subscribe(({ standing }) => heard.push(standing.status)));
      heard.length = 0;
      see(sighting(SERVICE, 0, { [A]: ABSENT }));
      see(sighting(SERVICE, 0, { [A]: licensed() }));
      expect(heard).to.deep.equal(['first unlicensed', 'first licensed']);
    });
  });
});

describe('a change of one tenant', () => {
  it('costs the same work among 100,000 tenants as among 1,000, and as few or many who watch', () => {
    const small = costAmong(1000, 10);
    const large = costAmong(100_000, 1000);
    expect(large).to.deep.equal(small);
    expect(small).to.deep.equal({
      told: 1,
      touched: 1,
      transitions: 1,
      edit: 1,
      get: 1,
      put: 1,
      close: 1,
    });
  });
});

/** What a change of one tenant costs: listeners told, and calls of every method of the tenants' map. */
function costAmong(size: number, watched: number): Record<string, number> {
  const calls = new Map<string, number>();
  const count = (name: string): void => {
    calls.set(name, (calls.get(name) ?? 0) + 1);
  };
  const fleet = fleetOf(size);
  const { directory, tell } = createBench([SERVICE], fleet);
  for (let n = 0; n < watched; n++) {
    directory.watch(`t${n}`).subscribe(() => {
      count('told');
    });
  }
  calls.clear();
  const counted = { ...fleet, tenants: counting(fleet.tenants, count) };
  const update = tell(observe(counted, sighting(SERVICE, 0, { t7: ABSENT }), 0));
  const { touched, transitions } = update;
  return {
    ...Object.fromEntries(calls),
    touched: touched.length,
    transitions: transitions.length,
  };
}

/** A fleet of so many tenants, all alike, `t0` and so on. */
function fleetOf(size: number): Fleet {
  const one = observe(createFleet([SERVICE]), sighting(SERVICE, 0, { t0: licensed() }), 0).fleet;
  const record = one.tenants.get('t0')!;
  const tenants = VersionedMap.of<string, typeof record>(
    Array.from({ length: size }, (_, n) => [`t${n}`, record] as const),
  );
  return { ...one, tenants, counts: { ...one.counts, licensed: size } };
}

/** Counts the calls of every method, of the map itself and of the maps that it gives. */
function counting<T extends object>(map: T, count: (name: string) => void): T {
  return new Proxy(map, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        count(String(key));
        const result: unknown = Reflect.apply(value, target, args);
        return isOfMap(result) ? counting(result, count) : result;
      };
    },
  });
}

function isOfMap(value: unknown): value is object {
  return value instanceof VersionedMap || value instanceof MapDraft;
}
