import type { Series } from './promtool.ts';

/** What one pod exposed, and at which minute Prometheus is to have read it. */
export interface Scrape {
  readonly minute: number;
  /** The text of `/metrics`; undefined: it did not answer. */
  readonly text: string | undefined;
  /** The pod's clock then, in milliseconds: promtool's begins at 0, so that times are moved by the difference. */
  readonly at: number;
}

const LENGTH = 120;

/** Two hours of a pod, as Prometheus has them: each scrape stands until the next one. */
export function toSeries(scrapes: readonly Scrape[], pod = 'pod-1'): Series {
  const samples = scrapes.map((scrape) => ({
    minute: scrape.minute,
    values: valuesOf(scrape, pod),
  }));
  const names = new Set(samples.flatMap(({ values }) => [...values.keys()]));
  const minutes = Array.from({ length: LENGTH + 1 }, (_, minute) => minute);
  const entries = [...names].map((name) => {
    const values = minutes.map((minute) => {
      const last = samples.findLast((sample) => sample.minute <= minute);
      return last?.values.get(name) ?? '_';
    });
    return [name, values.join(' ')];
  });
  return Object.fromEntries(entries) as Series;
}

function valuesOf({ text, at, minute }: Scrape, pod: string): Map<string, string> {
  const place = `namespace="license-scaler",pod="${pod}"`;
  const up = `up{job="license-scaler",${place}}`;
  const values = new Map([[up, text === undefined ? '0' : '1']]);
  for (const line of text?.split('\n') ?? []) {
    const [, name = '', labels = '', value = ''] =
      /^(license_scaler_\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === '') continue;
    const shift = name.endsWith('_timestamp_seconds') ? minute * 60 - at / 1000 : 0;
    const given = labels === '' ? '' : `${labels},`;
    values.set(`${name}{${given}${place}}`, String(Number(value) + shift));
  }
  return values;
}
