import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { checkScene } from '../../scripts/manifests/check-scene.ts';
import { nameOf, toManifest, type Manifest } from '../../scripts/manifests/manifest.ts';
import { formatProblem } from '../../scripts/manifests/problem.ts';

const VALID = load(readFileSync(new URL('valid.yaml', import.meta.url), 'utf8')) as unknown[];

/** Valid objects, as kustomize renders them; nothing in them is shared with anybody. */
export function validObjects(): Manifest[] {
  return VALID.map(toManifest);
}

/** What the checker says of objects, one text a problem. */
export async function problemsOf(objects: readonly Manifest[]): Promise<string[]> {
  const scalers = new Set(['license-scaler.license-scaler:6000']);
  const problems = await checkScene({ objects, scalers, version: '0.1.0' });
  return problems.map((problem) => formatProblem(problem));
}

/** One thing that is broken. */
export interface Break {
  /** What the test is called. */
  readonly title: string;
  /** The object: `Service license-scaler/license-scaler`. */
  readonly of: string;
  /** Where in it, as in a JSON pointer. */
  readonly at: string;
  /** What is put there; undefined: what is there is taken out. */
  readonly put?: unknown;
  /** What each of the problems contains, in order. */
  readonly says: readonly string[];
}

/** A test for each row: the object is valid before and, broken, it is refused as told. */
export function refuses(rows: readonly Break[]): void {
  for (const { title, of, at, put, says } of rows) {
    it(`refuses ${title}`, async () => {
      const objects = validObjects();
      const object = objects.find((candidate) => nameOf(candidate) === of);
      expect(object, of).to.exist;
      edit(object as unknown as Record<string, unknown>, at, put);
      const problems = await problemsOf(objects);
      expect(problems, problems.join('\n')).to.have.length(says.length);
      says.forEach((text, index) => {
        expect(problems[index], problems[index]).to.contain(text);
      });
    });
  }
}

function edit(object: Record<string, unknown>, pointer: string, value: unknown): void {
  const parts = pointer.split('/').slice(1);
  const names = parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop() ?? '';
  let inner = object;
  for (const name of names) inner = (inner[name] ??= {}) as Record<string, unknown>;
  if (value !== undefined)
    inner[last === '-' ? String((inner as { length?: number }).length) : last] = value;
  else if (Array.isArray(inner)) inner.splice(Number(last), 1);
  else Reflect.deleteProperty(inner, last);
}
