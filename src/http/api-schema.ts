/** The shapes of what the API answers. `open-api.ts` describes them; the tests hold every answer to them. */
import { z } from 'zod';

const count = z.int().min(0);
const moment = z.iso
  .datetime({ precision: 3 })
  .nullable()
  .describe('RFC 3339 in UTC with milliseconds; null: not known, or never.');
const standing = z.enum(['licensed', 'unlicensed', 'unknown']);
const reason = z
  .enum(['override', 'absent', 'status', 'not-begun', 'ended', 'valid', 'no-data'])
  .describe('The rule that decided.');
const source = z.string().nullable().describe('The source that decided.');

const tenantRow = z.strictObject({
  tenant: z.string(),
  standing: standing.describe('What was decided last; whether it may be relied on says certainty.'),
  certainty: z
    .enum(['firm', 'held', 'pending', 'unknown'])
    .describe(
      'firm: the deciding source works. held: it does not, what was known last stands. pending: no answer yet. unknown: nothing is known, or it is too old.',
    ),
  reason,
  sentence: z.string().describe('Standing and reason in words.'),
  source,
  since: moment,
  until: moment.describe('When the standing changes by itself.'),
  replicas: count
    .nullable()
    .describe('Replicas wanted, where no trigger says otherwise; null: nothing can be said.'),
  held: z.boolean().describe('Whether certainty is held.'),
  listeners: count.describe('ScaledObjects that have a stream open.'),
});

const sourceWord = z.strictObject({
  source: z.string(),
  label: z.string(),
  rank: count.describe('The higher one decides.'),
  says: z.string(),
  readAt: moment.describe('When that was last confirmed.'),
  ageSeconds: count.nullable(),
  trouble: z.string().nullable(),
  decides: z.boolean(),
});

const scaledObject = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  tenant: z.string(),
  trigger: z.strictObject({ service: z.string().nullable(), replicas: count.nullable() }),
  peer: z.string().describe("KEDA's address."),
  userAgent: z.string().nullable(),
  kedaVersion: z.string().nullable().describe('As far as the user agent tells.'),
  openSince: moment.describe('Since when it has a stream; null: it has none.'),
  lastSaid: z.boolean().nullable().describe('What a stream was last sent.'),
  lastSaidAt: moment,
  lastPollAt: moment,
  polls: count,
  lastAnswer: z.string().nullable().describe('What a unary call was last answered.'),
  lastAct: z
    .string()
    .nullable()
    .describe('What was last done about its target from here; null where KEDA alone scales.'),
  lastActAt: moment,
});

const transition = z.strictObject({
  id: count,
  at: moment,
  tenant: z.string(),
  from: standing,
  to: standing.describe('The same as from: why, by whom or until when it stands has changed.'),
  reason,
  sentence: z.string(),
  source,
  revision: count,
});

const up = z.boolean().nullable().describe('Null: it has not been tried yet.');
const trouble = z.string().nullable().describe('Why it fails.');

/** Everything that the API answers, by name. */
export const shapes = {
  TenantRow: tenantRow,
  TenantPage: z.strictObject({
    revision: count.describe('Of the fleet; goes up with every change.'),
    at: moment,
    total: count.describe('Tenants that match.'),
    page: count,
    size: count,
    counts: z
      .strictObject({
        ...{ licensed: count, unlicensed: count, unknown: count },
        held: count.describe('Of all of these, those whose standing is held.'),
      })
      .describe('All tenants by standing.'),
    causes: z
      .array(
        z.strictObject({
          standing: z.enum(['held', 'unknown']),
          cause: z.string(),
          tenants: count,
        }),
      )
      .describe('Why tenants are held or unknown: at most 20, those of the most tenants first.'),
    tenants: z.array(tenantRow),
  }),
  TenantReport: tenantRow.extend({
    why: z.string().nullable().describe('Why it may not be relied on.'),
    remarks: z
      .array(z.string())
      .describe(
        'What the standing alone does not tell: a ScaledObject that is answered otherwise, or nobody who asks.',
      ),
    sources: z.array(sourceWord).describe('The highest rank first.'),
    next: z
      .strictObject({ at: z.iso.datetime({ precision: 3 }), what: z.string() })
      .nullable()
      .describe('What happens next by itself.'),
    scaledObjects: z.array(
      scaledObject.extend({ says: z.string().describe('What it is answered as of now, and why.') }),
    ),
    transitions: z.array(transition).max(20).describe('The newest first.'),
  }),
  Source: z.strictObject({
    source: z.string(),
    label: z.string(),
    up,
    tried: z.boolean(),
    lastSuccessAt: moment,
    ageSeconds: count.nullable(),
    failingSince: moment,
    reason: trouble,
    tenants: count.describe('Tenants that it has a fact about.'),
  }),
  ScaledObject: scaledObject,
  Transition: transition,
  SourceTurn: z.strictObject({ id: count, at: moment, source: z.string(), up, reason: trouble }),
  Hello: z.strictObject({
    revision: count,
    missed: z.boolean().describe('Whether events were lost in between: read everything again.'),
  }),
  Error: z.strictObject({ error: z.string() }),
} as const;

/** What `/api/tenants/{id}` answers. */
export type TenantAnswer = z.infer<typeof shapes.TenantReport>;
