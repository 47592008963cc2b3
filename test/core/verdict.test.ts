import { expect } from 'chai';
import type { Certainty, Outlook } from '../../src/core/outlook.ts';
import { UNKNOWN, type Standing } from '../../src/core/standing.ts';
import type { Trigger } from '../../src/core/trigger.ts';
import { judge, type Verdict } from '../../src/core/verdict.ts';

const VALID: Standing = {
  ...UNKNOWN,
  status: 'licensed',
  reason: 'valid',
  services: ['scaled-service'],
};
const ENDED: Standing = { ...UNKNOWN, status: 'unlicensed', reason: 'ended' };

function outlookOf(certainty: Certainty, standing: Standing, why?: string): Outlook {
  return { tenant: 'tenant-a', standing, certainty, why: why ?? undefined };
}

function judged(outlook: Outlook, over: Partial<Trigger> = {}): Verdict {
  return judge(
    outlook,
    { tenant: 'tenant-a', service: undefined, replicas: undefined, ...over },
    2,
  );
}

const WHY = 'no license data for tenant-a yet: license service has failed for 42 s: ECONNREFUSED';

describe('judge', () => {
  const rows: readonly (readonly [string, Outlook, Verdict, Partial<Trigger>?])[] = [
    [
      'licensed is active, with the wanted replicas',
      outlookOf('firm', VALID),
      { kind: 'known', active: true, replicas: 2, held: false },
    ],
    [
      'unlicensed is not active, with 0 replicas',
      outlookOf('firm', ENDED),
      { kind: 'known', active: false, replicas: 0, held: false },
    ],
    [
      'held is what was known last: licensed',
      outlookOf('held', VALID, WHY),
      { kind: 'known', active: true, replicas: 2, held: true },
    ],
    [
      'held is what was known last: unlicensed',
      outlookOf('held', ENDED, WHY),
      { kind: 'known', active: false, replicas: 0, held: true },
    ],
    [
      'a fallback that does not list the service takes nothing away',
      { ...outlookOf('firm', { ...VALID, services: ['other'] }), inPlaceOf: WHY },
      { kind: 'unsaid', pending: false, why: WHY },
      { service: 'scaled-service' },
    ],
    [
      'a fallback that lists the service grants it',
      { ...outlookOf('firm', VALID), inPlaceOf: WHY },
      { kind: 'known', active: true, replicas: 2, held: false },
      { service: 'scaled-service' },
    ],
    [
      'unknown is not said, with the reason',
      outlookOf('unknown', UNKNOWN, WHY),
      { kind: 'unsaid', pending: false, why: WHY },
    ],
    [
      'too old is not said, whatever was known last',
      outlookOf('unknown', ENDED, WHY),
      { kind: 'unsaid', pending: false, why: WHY },
    ],
    [
      'pending is not said yet',
      outlookOf('pending', UNKNOWN, WHY),
      { kind: 'unsaid', pending: true, why: WHY },
    ],
    [
      'a standing that is unknown is never `false`, however firm',
      outlookOf('firm', UNKNOWN),
      { kind: 'unsaid', pending: false, why: 'no data' },
    ],
    [
      'nor is it while it is held',
      outlookOf('held', UNKNOWN, WHY),
      { kind: 'unsaid', pending: false, why: WHY },
    ],
  ];
  for (const [title, outlook, expected, trigger] of rows) {
    it(`says that ${title}`, () => {
      expect(judged(outlook, trigger)).to.deep.equal(expected);
    });
  }

  it('asks the override, then the license, then the trigger, then the default for replicas', () => {
    const own = outlookOf('firm', { ...VALID, replicas: 7 });
    const none = outlookOf('firm', VALID);
    expect(judged(own, { replicas: 5 })).to.include({ replicas: 7 });
    expect(judged(none, { replicas: 5 })).to.include({ replicas: 5 });
    expect(judged(none)).to.include({ replicas: 2 });
  });

  it('gives 0 replicas to an unlicensed tenant, whatever was asked for', () => {
    expect(judged(outlookOf('firm', { ...ENDED, replicas: 7 }), { replicas: 5 })).to.include({
      replicas: 0,
    });
  });

  const service = 'scaled-service';
  const other = 'other-service';
  const covering: readonly (readonly [string, Outlook, string | undefined, Partial<Verdict>])[] = [
    ['a service that is listed', outlookOf('firm', VALID), service, { active: true }],
    [
      'a service that is not listed',
      outlookOf('firm', VALID),
      other,
      { active: false, replicas: 0 },
    ],
    ['a service in another case', outlookOf('firm', VALID), 'Scaled-Service', { active: false }],
    ['no service', outlookOf('firm', { ...VALID, services: [] }), undefined, { active: true }],
    ['an empty list', outlookOf('firm', { ...VALID, services: [] }), service, { active: false }],
    ['an override', outlookOf('firm', { ...VALID, services: 'any' }), service, { active: true }],
    [
      'a service not listed, while held',
      outlookOf('held', VALID, WHY),
      other,
      { active: false, held: true },
    ],
  ];
  for (const [title, outlook, asked, expected] of covering) {
    it(`checks ${title}`, () => {
      expect(judged(outlook, { service: asked })).to.include({ kind: 'known', ...expected });
    });
  }

  it('says nothing where the license lists no services at all and one is asked for', () => {
    const outlook = outlookOf('firm', { ...VALID, services: undefined });
    expect(judged(outlook, { service })).to.deep.equal({
      kind: 'unsaid',
      pending: false,
      why:
        'the license of tenant-a does not say which services it covers, ' +
        "so whether it covers scaled-service can't be decided",
    });
    expect(judged(outlook)).to.include({ kind: 'known', active: true });
  });

  it('says `false` of an unlicensed tenant though its license lists no services', () => {
    expect(judged(outlookOf('firm', ENDED), { service })).to.include({ active: false });
  });
});
