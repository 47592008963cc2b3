import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { isRecord } from '../../src/core/parsed.ts';

/** A directory with a kustomization.yaml. */
export interface Kustomization {
  /** As a path from the working directory. */
  readonly directory: string;
  readonly isComponent: boolean;
  /** The directories of the components that it switches on, absolute. */
  readonly components: readonly string[];
}

/** What is to be rendered: a directory or, where nothing that is rendered uses it, a component on a base. */
export interface Rendering {
  readonly directory: string;
  readonly isUnusedComponent: boolean;
}

const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** All kustomizations in a directory and below it, in order of their paths. */
export async function findKustomizations(root: string): Promise<Kustomization[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && FILES.includes(entry.name));
  const found = files.map(({ parentPath, name }) => readKustomization(parentPath, name));
  const order = new Intl.Collator('en').compare;
  return (await Promise.all(found)).sort((a, b) => order(a.directory, b.directory));
}

/** Every kustomization by itself; every component by what uses it, or else alone. */
export function planRenderings(kustomizations: readonly Kustomization[]): Rendering[] {
  const used = componentsUsed(kustomizations);
  return kustomizations
    .filter(({ directory, isComponent }) => !isComponent || !used.has(resolve(directory)))
    .map(({ directory, isComponent }) => ({ directory, isUnusedComponent: isComponent }));
}

/** The components that are reached from what is rendered by itself; a component may use others. */
function componentsUsed(kustomizations: readonly Kustomization[]): ReadonlySet<string> {
  const used = new Set<string>();
  const follow = ({ components }: Kustomization): void => {
    for (const component of components) {
      if (used.has(component)) continue;
      used.add(component);
      kustomizations.filter(({ directory }) => resolve(directory) === component).forEach(follow);
    }
  };
  kustomizations.filter(({ isComponent }) => !isComponent).forEach(follow);
  return used;
}

/** A file that is broken is for kustomize to complain about. */
async function readKustomization(directory: string, name: string): Promise<Kustomization> {
  const content = contentOf(await readFile(join(directory, name), 'utf8'));
  const { kind, components } = content;
  const named = Array.isArray(components) ? components.map(String) : [];
  return {
    directory,
    isComponent: kind === 'Component',
    components: named.map((component) => resolve(directory, component)),
  };
}

function contentOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const content = load(text);
    return isRecord(content) ? content : {};
  } catch {
    return {};
  }
}
