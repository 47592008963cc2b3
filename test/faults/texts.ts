/** The honest text of the files, as people and generators write them. */
import { type LicenseRecord, type OverrideEntry } from './truth.ts';

export type Format = 'json' | 'yaml';

export function licensesText(records: readonly LicenseRecord[], format: Format): string {
  if (format === 'json') return `${JSON.stringify({ tenants: records }, undefined, 1)}\n`;
  const items = records.map((record) => {
    const { id, ...rest } = record;
    return `  - id: ${id}\n${lines(rest, '    ')}`;
  });
  return `tenants:\n${items.join('')}`;
}

export function overridesText(entries: ReadonlyMap<string, OverrideEntry>, format: Format): string {
  if (format === 'json') {
    return `${JSON.stringify({ overrides: Object.fromEntries(entries) }, undefined, 1)}\n`;
  }
  if (entries.size === 0) return 'overrides: {}\n';
  const items = [...entries].map(([id, entry]) => `  ${id}:\n${lines(entry, '    ')}`);
  return `overrides:\n${items.join('')}`;
}

function lines(fields: object, indent: string): string {
  return Object.entries(fields)
    .map(([key, value]) => `${indent}${key}: ${plain(value)}\n`)
    .join('');
}

/** Without quotes, as people write it. */
function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
