import { readFile } from 'node:fs/promises';
import { isRecord, quote } from '../../../src/core/parsed.ts';
import type { Manifest } from '../manifest.ts';
import { readMetricNames, unknownMetricsIn } from '../metric-names.ts';
import { toProblems, type Finding } from '../problem.ts';
import type { Rule } from '../scene.ts';

const RUNBOOK = 'docs/runbook.md';

/**
 * Alerts are about metrics that the program has, for one about another would never be raised; and each
 * links to a section of the runbook that is there.
 */
export const checkAlerts: Rule = async ({ objects }) => {
  const rules = objects.filter(({ kind }) => kind === 'PrometheusRule');
  if (rules.length === 0) return [];
  const known = await readMetricNames();
  const sections = sectionsIn(await readFile(RUNBOOK, 'utf8').catch(() => ''));
  return rules.flatMap((manifest) =>
    toProblems(
      manifest,
      ['spec', 'groups'],
      rulesOf(manifest).flatMap(({ path, rule }) => [
        ...unknownMetricsIn(rule.expr, known).map((message) => ({
          path: [...path, 'expr'],
          message,
        })),
        ...checkLink(rule, path, sections),
      ]),
    ),
  );
};

interface AlertRule {
  readonly expr: string;
  /** Undefined: a recording rule. */
  readonly alert?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface PlacedRule {
  readonly path: Finding['path'];
  readonly rule: AlertRule;
}

function rulesOf(manifest: Manifest): PlacedRule[] {
  if (!('spec' in manifest) || !isRecord(manifest.spec)) return [];
  const groups = manifest.spec.groups as readonly { readonly rules: readonly AlertRule[] }[];
  return groups.flatMap(({ rules }, group) =>
    rules.map((rule, index) => ({ path: [group, 'rules', index], rule })),
  );
}

/** The anchors of the sections, as they are made of headings. */
function sectionsIn(runbook: string): ReadonlySet<string> {
  const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title);
  return new Set(headings.map((title) => title.toLowerCase().replaceAll(' ', '-')));
}

function checkLink(
  { alert, annotations = {} }: AlertRule,
  path: Finding['path'],
  sections: ReadonlySet<string>,
): Finding[] {
  if (alert === undefined) return [];
  const link = annotations.runbook_url;
  const section = alert.toLowerCase();
  if (link?.endsWith(`/${RUNBOOK}#${section}`) !== true) {
    const message = `is ${quote(link)}, allowed is a link that ends in /${RUNBOOK}#${section}`;
    return [{ path: [...path, 'annotations', 'runbook_url'], message }];
  }
  if (sections.has(section)) return [];
  const message = `leads to no section of ${RUNBOOK}: add "## ${alert}" there`;
  return [{ path: [...path, 'annotations', 'runbook_url'], message }];
}
