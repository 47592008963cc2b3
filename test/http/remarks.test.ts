import { expect } from 'chai';
import type { Certainty, Outlook } from '../../src/core/outlook.ts';
import type { Status } from '../../src/core/standing.ts';
import { ScaledObjectEntry } from '../../src/grpc/scaled-object-entry.ts';
import { remarksOf } from '../../src/http/remarks.ts';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;
const REPORT = { tenant: 'a', held: false, source: 'license-service', sources: [] };

function outlookOf(status: Status, certainty: Certainty = 'firm', services?: string[]): Outlook {
  const source = 'license-service';
  const rest = { note: undefined, since: 0, until: undefined, replicas: undefined };
  const standing = { status, reason: 'valid', source, services, ...rest } as const;
  return { tenant: 'a', standing, certainty, why: undefined };
}

/** A ScaledObject that last polled so long ago. */
function polledAgo(millis: number, service?: string): ScaledObjectEntry {
  const trigger = { tenant: 'a', service, replicas: undefined };
  const entry = new ScaledObjectEntry({ namespace: 'a', name: 'app' }, trigger, () => NOW - millis);
  entry.answered('true', true);
  return entry;
}

/** One that listens. */
function open(service?: string): ScaledObjectEntry {
  const entry = polledAgo(0, service);
  entry.openSince = 0;
  return entry;
}

function remarks(outlook: Outlook, entry: ScaledObjectEntry): string[] {
  return remarksOf({ now: NOW, defaultReplicas: 2 }, outlook, REPORT, [entry]);
}

describe('remarks about a tenant', () => {
  it('are none where the standing says it all', () => {
    for (const status of ['licensed', 'unlicensed', 'unknown'] as const) {
      expect(remarks(outlookOf(status), open()), status).to.deep.equal([]);
    }
  });

  it('tell that a ScaledObject is no longer heard of, as one that is paused', () => {
    const [polls, late] = [polledAgo(MINUTE), polledAgo(3 * MINUTE)].map((entry) =>
      remarks(outlookOf('licensed'), entry).join(),
    );
    expect(polls).to.equal('a/app polls without a stream: a reinstatement waits for its next poll');
    expect(late).to.match(
      /^a\/app has no stream any more, and last polled 3 min ago: it is paused/,
    );
  });

  it('tell that the license does not list the service, or does not say which it lists', () => {
    expect(remarks(outlookOf('licensed', 'held', ['web']), open('batch'))).to.deep.equal([
      'a/app is answered false: the license lists web, not batch, held',
    ]);
    expect(remarks(outlookOf('licensed'), open('batch'))[0]).to.match(
      /^a\/app is answered nothing: the license of a does not say which services it covers/,
    );
    expect(remarks(outlookOf('licensed', 'pending', ['web']), open('batch'))).to.deep.equal([]);
  });

  it('name a ScaledObject whose trigger is refused, and why', () => {
    const refused = [{ namespace: 'a', name: 'app', why: 'trigger metadata replicas is "x"' }];
    const view = { now: NOW, defaultReplicas: 2 };
    expect(remarksOf(view, outlookOf('licensed'), REPORT, [], refused)).to.deep.equal([
      'a/app is refused: trigger metadata replicas is "x"',
    ]);
  });
});
