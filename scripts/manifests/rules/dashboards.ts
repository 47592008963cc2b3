import { isRecord, quote } from '../../../src/core/parsed.ts';
import { messageOf } from '../../../src/core/operator-error.ts';
import { ofKind, type ManifestOf } from '../kinds.ts';
import { readMetricNames, unknownMetricsIn } from '../metric-names.ts';
import { toProblems, type Finding, type Path, type Problem } from '../problem.ts';
import type { Rule } from '../scene.ts';

/** What Grafana's sidecar takes a ConfigMap for a dashboard by. */
const LABEL = 'grafana_dashboard';

/** A dashboard is JSON, has panels with ids of their own, and shows metrics that the program has. */
export const checkDashboards: Rule = async ({ objects }) => {
  const maps = ofKind(objects, 'ConfigMap').filter(({ metadata }) => metadata.labels?.[LABEL]);
  if (maps.length === 0) return [];
  const known = await readMetricNames();
  return maps.flatMap((map) => checkMap(map, known));
};

function checkMap(map: ManifestOf<'ConfigMap'>, known: ReadonlySet<string>): readonly Problem[] {
  return Object.entries(map.data ?? {}).flatMap(([file, text]) =>
    toProblems(map, ['data', file], findingsOf(text, known)),
  );
}

function findingsOf(text: string, known: ReadonlySet<string>): Finding[] {
  const dashboard = parse(text);
  if (typeof dashboard === 'string') return [{ path: [], message: `is no JSON: ${dashboard}` }];
  if (!isRecord(dashboard) || !Array.isArray(dashboard.panels)) {
    return [{ path: ['panels'], message: 'is missing: a dashboard has a list of panels' }];
  }
  return [
    ...checkIds(dashboard.panels),
    ...textsIn(dashboard, []).flatMap(({ path, value }) =>
      unknownMetricsIn(value, known).map((message) => ({ path, message })),
    ),
  ];
}

/** @returns the value, or what is wrong with the text */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    return messageOf(error);
  }
}

/** Grafana shows only one of two panels with the same id. */
function checkIds(panels: readonly unknown[]): Finding[] {
  const ids = panels.map((panel) => (isRecord(panel) ? panel.id : undefined));
  return ids.flatMap((id, index) =>
    ids.indexOf(id) === index
      ? []
      : [
          {
            path: ['panels', index, 'id'],
            message: `is ${quote(id)} a second time, allowed is a number of its own`,
          },
        ],
  );
}

/** Every text in it, for metrics are named in queries, variables and annotations alike. */
function textsIn(value: unknown, path: Path): { readonly path: Path; readonly value: string }[] {
  if (typeof value === 'string') return [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((one, index) => textsIn(one, [...path, index]));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => textsIn(one, [...path, key]));
}
